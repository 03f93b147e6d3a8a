"""``comitia check`` as an operator meets it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_serving import environment, running
from tests.web.publicrecord.test_serving import found_in


def check(*words: str, **variables: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "comitia", "check", *words],
        check=False,
        capture_output=True,
        text=True,
        env=environment(**variables),
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of an organisation that was founded while the application ran."""
    data = tmp_path_factory.mktemp("check") / "data"
    with running("--data", data):
        found_in(data)
    return data


def test_a_sound_installation_passes_in_words_and_as_json(data: Path) -> None:
    status, told, complaints = check("--data", str(data))
    assert (status, complaints) == (0, "")
    assert told.endswith("\nEverything is as it should be.\n")
    assert "! settings.witnesses: COMITIA_WITNESSES names nobody" in told
    status, told, _ = check("--json", COMITIA_DATA=str(data))
    report = json.loads(told)
    assert (status, report["verdict"], len(report["checks"])) == (0, "passed", 13)


def test_a_row_that_was_changed_fails_with_its_id_and_names_nobody(data: Path) -> None:
    with sqlite3.connect(data / "comitia.sqlite3") as database:
        database.execute("UPDATE register_membership SET standing = 'member'")
    database.close()
    status, told, _ = check("--data", str(data))
    assert status == 1
    assert "✗ tables.membership: The membership " in told
    assert told.endswith("\nSomething is not as it should be.\n")
    report = json.loads(check("--json", "--data", str(data))[1])
    failed = [one["id"] for one in report["checks"] if one["status"] == "failed"]
    assert (report["verdict"], failed) == ("failed", ["tables"])


def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    status, told, complaint = check("--data", str(tmp_path / "none"))
    assert (status, told) == (1, "")
    assert complaint.endswith("there is no such data folder; `comitia serve` makes one\n")
    status, told, complaint = check("--data", str(tmp_path))
    assert (status, told) == (1, "")
    assert "there is no secret key" in complaint
    (tmp_path / "secret.key").write_text("a" * 86)
    (tmp_path / "secret.key").chmod(0o600)
    (tmp_path / "comitia.sqlite3").write_bytes(b"no database" * 100)
    status, told, complaint = check("--data", str(tmp_path))
    assert (status, told) == (1, "")
    assert "cannot be used" in complaint
    assert len(complaint.splitlines()) == 1
