"""Files that somebody changed: every command ends in one sentence, and never by a defect."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.cli.election.conftest import Stations
from tests.cli.election.parties import ADA, World, comitia, one, private
from tests.fuzz.changes import change_archive, change_record

ROUNDS = 25
Words = Callable[[World], tuple[object, ...]]
Find = Callable[[World], Path]


def sent(ending: str, name: str = "ben") -> Find:
    return lambda world: one(world.folder(name), f"*.{ending}")


def voters(ending: str) -> Find:
    return lambda world: one(world.folder("voter/ann"), f"*{ending}")


def at_server(name: str) -> Find:
    return lambda world: one(world.server, name)


def finishing(world: World) -> tuple[object, ...]:
    return (*world.finishing, "--dir", world.folder("new"))


def setting_up(world: World) -> tuple[object, ...]:
    path = world.server / "template.json"
    kept = path.read_bytes() if path.exists() else None
    words = (*world.setting_up(), "--dir", world.folder("new"))
    if kept is not None:
        path.write_bytes(kept)
    return words


def with_ballot(world: World) -> None:
    world.ballot("ann")


def with_opened(world: World) -> None:
    _, path = world.prepare("ann")
    world.run("open", path, "--archive", world.server)


def with_choice(world: World) -> None:
    private(world.folder("voter/ann") / "choice", ADA)


def with_template(world: World) -> None:
    world.setting_up()


def nothing(_: World) -> None:
    pass


def preparing(world: World) -> tuple[object, ...]:
    folder = world.folder("voter/ann")
    files = ("--privcred", folder / "credential", "--choice", folder / "choice")
    return ("prepare", *files, "--archive", folder, "--dir", world.folder("new"))


CASES: dict[str, tuple[str, Callable[[World], None], Find, Words]] = {
    "roll": (
        "certificates",
        nothing,
        lambda world: world.folder("registrar") / "voters.txt",
        lambda world: (
            *("credentials", "--uuid", world.uuid, "--dir", world.folder("new")),
            *("--voters", world.folder("registrar") / "voters.txt"),
        ),
    ),
    "certificate": (
        "certificates",
        nothing,
        sent("cert"),
        lambda world: world.step("threshold-polynomial", "cert"),
    ),
    "polynomial": (
        "polynomials",
        nothing,
        sent("polynomial"),
        lambda world: world.step("threshold-confirm", "cert", "polynomial"),
    ),
    "confirmation": ("confirmed", nothing, sent("voutput"), finishing),
    "template": ("keys", with_template, at_server("template.json"), setting_up),
    "public key": ("keys", nothing, at_server("*.pubkey"), setting_up),
    "threshold group": ("keys", nothing, at_server("threshold.json"), setting_up),
    "credentials": ("keys", nothing, at_server("public_creds.json"), setting_up),
    "registrar's certificate": (
        *("keys", nothing, at_server("credentials_certificate.json")),
        setting_up,
    ),
    "decryption key": (
        *("open", nothing, sent("dkey", "ann")),
        lambda world: world.trustee("rehearse", "ann"),
    ),
    "rehearsal": (
        *("rehearsed", nothing, sent("rehearsal", "ann")),
        lambda world: ("check-rehearsal", sent("rehearsal", "ann")(world), *in_archive(world)),
    ),
    "choice": ("open", with_choice, voters("choice"), preparing),
    "credential": ("open", with_choice, voters("credential"), preparing),
    "ballot": (
        *("rehearsed", with_ballot, voters(".ballot")),
        lambda world: ("cast", voters(".ballot")(world), *in_archive(world)),
    ),
    "audited ballot": (
        *("rehearsed", with_opened, voters(".audited.json")),
        lambda world: ("audit", voters(".audited.json")(world), *in_archive(world)),
    ),
    "archive": (
        *("closed", nothing, sent("bel", "ann")),
        lambda world: world.trustee("decrypt", "ann"),
    ),
    "server's archive": (
        *("voted", nothing, at_server("*.bel")),
        lambda world: ("close", *in_archive(world)),
    ),
    "memory": (
        *("closed", nothing, sent("memory", "ann")),
        lambda world: world.trustee("decrypt", "ann"),
    ),
    "private key": (
        *("closed", nothing, at_server("*.privkey")),
        lambda world: world.trustee("decrypt", "server"),
    ),
    "decryption": (
        *("decrypted", nothing, sent("decryption", "ann")),
        lambda world: ("decryptions", sent("decryption", "ann")(world), *in_archive(world)),
    ),
    "bound proofs": (
        *("collected", nothing, at_server("*.bound.json")),
        lambda world: ("decryptions", sent("decryption", "ann")(world), *in_archive(world)),
    ),
}


def in_archive(world: World) -> tuple[object, ...]:
    return ("--archive", world.server)


@pytest.mark.parametrize("case", CASES)
def test_a_changed_file_never_ends_in_a_defect(case: str, at: Stations, tmp_path: Path) -> None:
    station, before, find, words = CASES[case]
    world = at(station)
    before(world)
    random, content = Random(case), find(world).read_bytes()
    for number in range(ROUNDS):
        copy = world.copy(tmp_path / f"{number}")
        change = change_archive if find(world).suffix == ".bel" else change_record
        find(copy).write_bytes(change(content, random))
        copy.announce(find(copy))
        done = comitia(*words(copy))
        assert done.status in {0, 1, 2}, done
        assert "should not have happened" not in done.out + done.err
        assert done.status != 2 or done.err.count("\n") == 1
        assert done.status != 1 or done.err or "✗" in done.out or "NOT" in done.out
        shutil.rmtree(copy.root)
