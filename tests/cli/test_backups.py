"""``comitia backup`` and ``comitia restore`` as an operator meets them, on both databases."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.cli.test_checking import check
from tests.cli.test_serving import environment, running
from tests.web.conftest import postgresql_socket
from tests.web.founding_program import CANARY
from tests.web.postgresql import USER, address_of
from tests.web.publicrecord.test_serving import act_in, fetch


@dataclass
class Place:
    """A data folder, and where its databases are."""

    data: Path
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "comitia", *words],
            check=False,
            capture_output=True,
            text=True,
            env=environment(COMITIA_DATA=str(self.data), **self.variables),
        )
        return done.returncode, done.stdout, done.stderr

    def act(self, *steps: str) -> None:
        act_in(self.data, *steps, **self.variables)


def place(data: Path, kind: str) -> Place:
    if kind == "sqlite":
        return Place(data)
    socket, found = postgresql_socket(), {}
    for name in ("DATABASE", "SECRETS_DATABASE"):
        database = f"backup_{secrets.token_hex(4)}"
        with psycopg.connect(f"host={socket} user={USER} dbname=postgres", autocommit=True) as own:
            own.execute(f"CREATE DATABASE {database}")  # type: ignore[call-overload, unused-ignore]
        found[f"COMITIA_{name}"] = address_of(socket, database)
    return Place(data, found)


@dataclass
class Saved:
    """An installation, and a backup of it from before somebody was erased."""

    source: Place
    folder: Path
    secrets: Path


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    top = tmp_path_factory.mktemp(request.param)
    source = place(top / "data", request.param)
    with running("--data", source.data, **source.variables):
        source.act("found", "plant")
        made = Saved(source, top / "backup", top / "secrets.jsonl")
        status, told, complaints = source.run(
            "backup", str(made.folder), "--secrets", str(made.secrets)
        )
        assert (status, complaints) == (0, "")
        assert "the record up to entry 21" in told
        source.act("erase")
    return made


def new_place(saved: Saved, folder: Path, kind: str) -> Place:
    target = place(folder / "new", kind)
    target.data.mkdir(mode=0o700)
    shutil.copy(saved.source.data / "record.key", target.data)
    return target


def restore(saved: Saved, target: Place, *words: str) -> tuple[int, str, str]:
    words = words or ("--no-record",)
    own = ("--data", str(target.data), "--secrets", str(saved.secrets))
    return target.run("restore", str(saved.folder), *own, *words)


def holds_canary(folder: Path) -> list[str]:
    """Return the files in which a word of the canary's stands, in any case."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and CANARY.lower().encode() in path.read_bytes().lower()
    ]


def tables(folder: Path) -> dict[str, object]:
    """Return what a backup holds in plain, by table."""
    return {
        path.name: [json.loads(line).get("row") for line in path.read_text().splitlines()]
        for path in (folder / "tables").iterdir()
    }


def test_a_backup_shows_nobody_and_no_secret(saved: Saved) -> None:
    assert holds_canary(saved.folder) == []
    kept = [json.loads(line)["secret"] for line in saved.secrets.read_text().splitlines()]
    whole = b"".join(path.read_bytes() for path in saved.folder.rglob("*.json*"))
    assert len(kept) == 6
    assert [one for one in kept if one.encode() in whole] == []
    assert b"Ada Lowe" not in whole  # a shorter word is in sealed bytes by chance
    modes = {path.stat().st_mode & 0o077 for path in (saved.folder, saved.secrets)}
    assert modes == {0}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_restores_on_either_database(saved: Saved, tmp_path: Path, kind: str) -> None:
    target = new_place(saved, tmp_path, kind)
    status, told, complaints = restore(saved, target)
    assert (status, complaints) == (0, ""), told
    assert "Everything is as it should be." in told
    assert target.run("backup", str(tmp_path / "again"))[0] == 0
    assert tables(tmp_path / "again") == tables(saved.folder)
    assert target.run("check")[0] == 0
    assert "not empty" in restore(saved, target)[2]
    target.act("act")  # numbers go on where they were
    assert target.run("check")[0] == 0


def test_what_was_erased_since_is_erased_again_before_it_opens(
    saved: Saved, tmp_path: Path
) -> None:
    target = new_place(saved, tmp_path, "sqlite")
    with running("--data", saved.source.data, **saved.source.variables) as (_, address):
        status, told, complaints = restore(saved, target, "--record", f"{address}record/")
    assert (status, complaints) == (0, ""), told
    assert holds_canary(target.data) == []
    assert holds_canary(saved.source.data) == []
    with running("--data", target.data) as (_, address):
        trust = tmp_path / "record.trust"
        trust.write_bytes(fetch(f"{address}record/trust"))
        status, told, _ = target.run("verify", "--json", "--trust", str(trust), f"{address}record/")
    report = json.loads(told)
    assert report["subject"]["size"] == 22
    assert [one["id"] for one in report["checks"] if one["status"] != "passed"] == [
        "record.witness"
    ]


def test_whoever_was_erased_stays_unreadable_without_the_secret(
    saved: Saved, tmp_path: Path
) -> None:
    later = tmp_path / "later.jsonl"
    other = tmp_path / "other"
    assert saved.source.run("backup", str(other), "--secrets", str(later))[0] == 0
    newer = Saved(saved.source, saved.folder, later)
    target = new_place(newer, tmp_path, "sqlite")
    with running("--data", saved.source.data, **saved.source.variables) as (_, address):
        status, told, complaints = restore(newer, target, "--record", f"{address}record/")
    assert (status, complaints) == (0, ""), told
    assert holds_canary(target.data) == []
    assert target.run("check")[0] == 0


def test_secrets_that_open_not_enough_are_refused(saved: Saved, tmp_path: Path) -> None:
    lines = saved.secrets.read_text().splitlines(keepends=True)
    few = tmp_path / "few.jsonl"
    few.write_text("".join(lines[:2]))
    wrong = Saved(saved.source, saved.folder, few)
    status, _, complaint = restore(wrong, new_place(wrong, tmp_path, "sqlite"))
    assert status == 1
    assert "members' rows cannot be opened" in complaint


@pytest.mark.parametrize("saved", ["sqlite"], indirect=True)
def test_a_backup_that_is_older_than_the_record_is_refused(saved: Saved, tmp_path: Path) -> None:
    """In a copy of the installation, which goes on."""
    ahead = Place(tmp_path / "ahead")
    shutil.copytree(saved.source.data, ahead.data)
    ahead.act("act")
    with running("--data", ahead.data) as (_, address):
        target = new_place(saved, tmp_path, "sqlite")
        status, _, complaint = restore(saved, target, "--record", f"{address}record/")
    assert status == 1
    assert "the backup is older than the record: the record has 23 entries" in complaint
    assert check("--json", "--data", str(target.data))[0] == 0


@pytest.mark.parametrize("saved", ["sqlite"], indirect=True)
def test_a_record_that_is_older_than_the_backup_is_taken_only_if_said(
    saved: Saved, tmp_path: Path
) -> None:
    ahead = Place(tmp_path / "ahead")
    shutil.copytree(saved.source.data, ahead.data)
    with running("--data", ahead.data) as (_, address):
        copy = tmp_path / "copy"
        for name in ("checkpoint", "latest", "tile/0/000.p/22", "tile/entries/000.p/22"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(fetch(f"{address}record/{name}"))
    ahead.act("act")
    later = Saved(ahead, tmp_path / "later", tmp_path / "later.jsonl")
    with running("--data", ahead.data):
        status, told, _ = ahead.run("backup", str(later.folder), "--secrets", str(later.secrets))
    assert (status, "the record up to entry 23" in told) == (0, True)
    target = new_place(later, tmp_path, "sqlite")
    status, _, complaint = restore(later, target, "--record", str(copy))
    assert status == 1
    assert "is older than the backup (it has 22 entries, and the backup 23)" in complaint
    status, told, _ = restore(later, target, "--record", str(copy), "--older-record")
    assert (status, "Logins are as they were at" in told) == (0, True)


def cut_a_file(folder: Path) -> str:
    file = folder / "tables" / "acts.entry.jsonl"
    file.write_bytes(file.read_bytes()[:-1000])
    return "acts.entry.jsonl"


def lose_a_line(folder: Path) -> str:
    file = folder / "tables" / "accounts.person.jsonl"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    return "accounts.person.jsonl: this file is not what the backup says"


def lose_a_file(folder: Path) -> str:
    (folder / "tables" / "acts.entry.jsonl").unlink()
    return "this file of the backup is missing"


def lose_the_manifest(folder: Path) -> str:
    (folder / "backup.json").unlink()
    return "this is no backup, or one that was broken off"


def change_the_version(folder: Path) -> str:
    file = folder / "backup.json"
    file.write_text(file.read_text().replace('"acts/0001_initial"', '"acts/0002_other"'))
    return "another version made this backup"


def exchange_two_rows(folder: Path) -> str:
    file = folder / "tables" / "accounts.person.jsonl"
    first, second, *others = file.read_text().splitlines(keepends=True)
    file.write_text("".join([second, first, *others]))
    return "does not open this row"


@pytest.mark.parametrize("saved", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "spoil",
    [
        *(cut_a_file, lose_a_line, lose_a_file),
        *(lose_the_manifest, change_the_version, exchange_two_rows),
    ],
)
def test_a_backup_that_is_damaged_is_refused_by_name(
    saved: Saved, tmp_path: Path, spoil: Callable[[Path], str]
) -> None:
    copy = Saved(saved.source, tmp_path / "copy", saved.secrets)
    shutil.copytree(saved.folder, copy.folder)
    words = spoil(copy.folder)
    target = new_place(copy, tmp_path, "sqlite")
    status, _, complaint = restore(copy, target)
    assert (status, len(complaint.splitlines())) == (1, 1)
    assert words in complaint
    assert check("--data", str(target.data))[0] == 0  # nothing was changed
