"""What a key was used for is remembered, before anything that was made with it leaves."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.model import Fingerprint, Sha256Hex
from comitia.cli.election.memory import Memory, read_memory, remembering, write_memory
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import TEMPLATE, World, comitia, one, private, sentence

FIRST, SECOND = Sha256Hex("1" * 64), Sha256Hex("2" * 64)
ELECTION, OTHER = Fingerprint("A" * 43), Fingerprint("B" * 43)


def test_memory_is_read_as_it_was_written_and_private(tmp_path: Path) -> None:
    path = tmp_path / "a.memory"
    assert read_memory(path) == Memory()
    for memory in (Memory(), Memory(polynomial=FIRST), Memory(FIRST, ELECTION, SECOND, FIRST)):
        write_memory(path, memory)
        assert read_memory(path) == memory
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.memory"]


def test_a_memory_that_could_not_be_replaced_is_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.memory"
    write_memory(path, Memory(polynomial=FIRST))

    def fail(*_: object) -> NoReturn:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        write_memory(path, Memory(election=ELECTION))
    assert read_memory(path) == Memory(polynomial=FIRST)
    assert [path.name for path in tmp_path.iterdir()] == ["a.memory"]


def test_a_key_belongs_to_the_first_election_and_the_first_ballots() -> None:
    memory = Memory(polynomial=FIRST).for_election(ELECTION)
    assert memory.for_election(ELECTION) == memory
    with pytest.raises(CheckFailed, match=f"trustee.key: .* used for the election {ELECTION}"):
        memory.for_election(OTHER)
    memory = memory.for_ballots(FIRST, SECOND)
    assert memory == Memory(FIRST, ELECTION, FIRST, SECOND)
    assert memory.for_ballots(FIRST, SECOND) == memory
    for ballots, tally in ((SECOND, SECOND), (FIRST, FIRST)):
        with pytest.raises(CheckFailed, match=r"trustee\.ballots: "):
            memory.for_ballots(ballots, tally)


def test_memory_lies_beside_the_key_itself_and_not_beside_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    private(tmp_path / "a.key", "secret")
    (tmp_path / "elsewhere" / "b.key").symlink_to(tmp_path / "a.key")
    with remembering(tmp_path / "elsewhere" / "b.key") as path:
        assert path == tmp_path / "a.memory"
        with (
            pytest.raises(StorageUnavailable, match="another process works with this file"),
            remembering(tmp_path / "a.key"),
        ):
            pass


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"polynomial":1}',
        '{"election":"short"}',
        '{"more":"1"}',
        f'{{"ballots":"{FIRST}" }}',
        f'{{"tally":"{FIRST}","ballots":"{FIRST}"}}',
    ],
)
def test_a_memory_of_another_form_is_refused_and_not_forgotten(
    content: str, tmp_path: Path
) -> None:
    path = private(tmp_path / "a.memory", content)
    with pytest.raises(MalformedRecord) as refused:
        read_memory(path)
    assert refused.value.where.startswith(str(path))


@given(st.binary() | st.text().map(lambda text: json.dumps({"election": text}).encode()))
def test_any_memory_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = private(tmp_path_factory.mktemp("any") / "a.memory", "")
    path.write_bytes(data)
    with suppress(MalformedRecord):
        write_memory(path, read_memory(path))


# --- In the commands ---


def failing(problem: str) -> Callable[..., NoReturn]:
    def fail(*_: object) -> NoReturn:
        raise OSError(problem)

    return fail


def test_a_second_polynomial_is_refused_even_elsewhere(at: Stations) -> None:
    world = at("polynomials")
    words = (*world.step("threshold-polynomial", "cert"), "--dir", world.folder("elsewhere"))
    said = sentence(comitia(*words), 1)
    assert "expected one that has made no polynomial yet" in said
    assert list(world.folder("elsewhere").iterdir()) == []


def test_a_polynomial_that_never_left_is_not_made_again(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, words = at("certificates"), "threshold-polynomial"
    with monkeypatch.context() as patch:
        patch.setattr("comitia.cli.election.ceremony.write_public", failing("power cut"))
        assert "power cut" in sentence(comitia(*world.step(words, "cert")), 2)
    assert list(world.folder("ann").glob("*.polynomial")) == []
    said = sentence(comitia(*world.step(words, "cert")), 1)
    assert "trustee.key: member's key: expected one that has made no polynomial yet" in said


def test_a_polynomial_that_could_not_be_written_is_not_made(at: Stations) -> None:
    world = at("certificates")
    key = one(world.folder("ann"), "*.key")
    key.with_suffix(".polynomial").write_text("kept")
    words = world.step("threshold-polynomial", "cert")
    assert "there is such a file already" in sentence(comitia(*words), 2)
    assert key.with_suffix(".polynomial").read_text() == "kept"
    assert not key.with_suffix(".memory").exists()


def test_a_key_that_was_used_in_an_election_makes_no_polynomial(at: Stations) -> None:
    world = at("certificates")
    memory = one(world.folder("ann"), "*.key").with_suffix(".memory")
    write_memory(memory, Memory(election=ELECTION))
    said = sentence(comitia(*world.step("threshold-polynomial", "cert")), 1)
    assert f"found one that was used for the election {ELECTION}" in said
    assert read_memory(memory) == Memory(election=ELECTION)


def another_election(world: World) -> World:
    """Set up a second election with the same keys."""
    world.archive.unlink()
    for name in ("election.json", "trustees.json"):
        (world.server / name).unlink()
    world.set_up({**TEMPLATE, "name": "Treasurer"})
    return world


@pytest.mark.parametrize("name", ["ann", "server"])
def test_a_key_of_one_election_does_not_serve_another(name: str, at: Stations) -> None:
    world = another_election(at("rehearsed"))
    one(world.folder(name), "*.rehearsal").unlink()
    said = sentence(comitia(*world.trustee("rehearse", name)), 1)
    assert said.startswith("comitia: trustee.key: private key: expected a key that was never used")
    assert list(world.folder(name).glob("*.rehearsal")) == []


def test_other_ballots_are_not_decrypted_with_the_same_key(at: Stations) -> None:
    world, other = at("decrypted"), at("rehearsed")
    other.vote({"ann": "[[0,1,0]]", "ben": "[[0,1,0]]"})
    other.close()
    other.archive.replace(one(world.folder("ann"), "*.bel"))
    elsewhere = world.folder("elsewhere")
    said = sentence(comitia(*world.trustee("decrypt", "ann"), "--dir", elsewhere), 1)
    assert said.startswith("comitia: trustee.ballots: encrypted tally: expected the ballots that")
    assert list(elsewhere.iterdir()) == []


def test_the_same_ballots_are_decrypted_again(at: Stations) -> None:
    world = at("decrypted")
    world.run(*world.trustee("decrypt", "ann"), "--dir", world.folder("elsewhere"))
    assert [path.name for path in world.folder("elsewhere").iterdir()] == ["2.decryption"]


@pytest.mark.parametrize("broken", ["decrypt", "write_public"])
def test_ballots_are_remembered_before_their_share_leaves(
    broken: str, at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("closed")
    with monkeypatch.context() as patch:
        patch.setattr(f"comitia.cli.election.trustee.{broken}", failing("power cut"))
        assert "power cut" in sentence(comitia(*world.trustee("decrypt", "ann")), 2)
    assert list(world.folder("ann").glob("*.decryption")) == []
    remembered = read_memory(one(world.folder("ann"), "*.memory"))
    assert None not in {remembered.election, remembered.ballots, remembered.tally}
