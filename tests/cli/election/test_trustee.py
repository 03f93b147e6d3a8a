"""A trustee's program: it decrypts what it verified, enough of it, and with its own key."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from comitia.ballots.v1.model import EventType, canonical_json, derive_hash
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import (
    ADA,
    BO,
    RESULT,
    World,
    comitia,
    one,
    sentence,
    verify,
    wrong_options,
)
from tests.elections import Step, put_together, take_apart


def nothing_left(world: World, name: str = "ann") -> None:
    """Expect that a trustee gave nothing away."""
    assert list(world.root.rglob("*.decryption")) == []
    memory = json.loads(one(world.folder(name), "*.memory").read_bytes())
    assert not memory.keys() & {"ballots", "tally"}


def not_verified(world: World, words: tuple[object, ...], why: str) -> str:
    """Return the report on an archive for which a trustee does nothing."""
    done = comitia(*words)
    path = one(world.folder("ann"), "*.bel")
    assert (done.status, done.err) == (1, f"comitia: {path}: {why}; nothing was done\n")
    return done.out


NOT_HOLDING = "the archive does not hold"
STILL_OPEN = "not everything could be checked (is the election still open?)"


@pytest.mark.parametrize("place", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_an_archive_with_one_byte_changed_is_not_decrypted(place: float, at: Stations) -> None:
    world = at("closed")
    path = one(world.folder("ann"), "*.bel")
    content = bytearray(path.read_bytes())
    start = int(place * len(content))
    index = next(n for n in range(start, len(content)) if content[n] in b"23456789")
    content[index] = ord("1")
    path.write_bytes(content)
    report = not_verified(world, world.trustee("decrypt", "ann"), NOT_HOLDING)
    assert "INVALID: something does not hold" in report
    nothing_left(world)


def test_a_ballot_less_with_all_hashes_made_anew_is_not_decrypted(at: Stations) -> None:
    world = at("closed")
    steps = take_apart(world.archive.read_bytes())
    assert steps[1].type is EventType.BALLOT
    one(world.folder("ann"), "*.bel").write_bytes(put_together([steps[0], *steps[2:]]))
    report = not_verified(world, world.trustee("decrypt", "ann"), NOT_HOLDING)
    assert "✗ tally.ballots" in report
    nothing_left(world)


def test_an_election_that_is_still_open_is_not_decrypted(at: Stations) -> None:
    world = at("voted")
    world.hand_out("ann")
    not_verified(world, world.trustee("decrypt", "ann"), STILL_OPEN)
    nothing_left(world)


def test_an_archive_that_does_not_continue_the_one_that_was_kept_is_refused(at: Stations) -> None:
    world, other = at("closed"), at("rehearsed")
    other.vote({"ann": ADA, "ben": BO})
    kept = world.folder("kept")
    shutil.copy(other.archive, kept)
    words = (*world.trustee("decrypt", "ann"), "--since", kept)
    report = not_verified(world, words, NOT_HOLDING)
    assert "✗ archive.extends" in report
    nothing_left(world)
    shutil.copy(at("rehearsed").archive, kept)
    world.run(*words)


def test_a_single_ballot_is_not_decrypted(at: Stations) -> None:
    world = at("rehearsed")
    world.vote({"ann": ADA})
    world.vote({"ann": BO})
    world.close()
    said = sentence(comitia(*world.trustee("decrypt", "ann")), 1)
    assert said == (
        "comitia: trustee.ballots: encrypted tally: expected at least 2 ballots, found 1\n"
    )
    nothing_left(world)


def test_a_ballot_that_counts_nothing_hides_nobody_s(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.issue("a@x,ann,1\nb@x,ben,0\nc@x,cem,3\n")
    world.make_keys()
    world.set_up()
    world.rehearse()
    world.vote({"ann": ADA, "ben": BO})
    world.vote({"ben": BO})
    alone = world.copy(tmp_path / "alone")
    alone.close()
    said = sentence(comitia(*alone.trustee("decrypt", "ann")), 1)
    assert "expected at least 2 ballots, found 1" in said
    nothing_left(alone)
    world.vote({"cem": BO})
    world.close()
    world.run(*world.trustee("decrypt", "ann"))


@pytest.mark.parametrize("least, status", [(1, 0), (3, 0), (4, 1)])
def test_a_trustee_may_ask_for_more_ballots(least: int, status: int, at: Stations) -> None:
    world = at("closed")
    done = comitia(*world.trustee("decrypt", "ann"), "--at-least", least)
    assert done.status == status
    if status:
        assert "expected at least 4 ballots, found 3" in done.err
        nothing_left(world)


@pytest.mark.parametrize("least", ["0", "-1", "1.5", "\u0663", "9" * 5000, "x"])
def test_what_is_no_number_of_ballots_is_refused(least: str) -> None:
    done = comitia("decrypt", "--key", "a.key", f"--at-least={least}")
    assert "expected a whole number from 1 to 999999999" in wrong_options(done)


# --- Keys ---


def test_a_key_that_nobody_published_is_noticed_by_its_trustee(
    at: Stations, tmp_path: Path
) -> None:
    """Attack 43: the server publishes a key of its own in a trustee's place."""
    world, mine = at("open"), tmp_path / "mine"
    mine.mkdir()
    comitia("trustee-key", "--dir", mine)
    key = one(mine, "*.privkey")
    words = ("rehearse", "--key", key, "--archive", world.server, "--dir", mine)
    assert sentence(comitia(*words), 1) == (
        f"comitia: setup.trustees: {key}: expected a key of one of the election's trustees, "
        "found another key\n"
    )
    assert not key.with_suffix(".memory").exists()


def test_a_member_of_another_group_is_not_of_this_election(at: Stations, tmp_path: Path) -> None:
    world, other = at("open"), World(tmp_path / "other", with_server_key=False)
    other.make_keys()
    words = ("rehearse", *other.key_words("ann"), "--archive", world.server, "--dir", tmp_path)
    said = sentence(comitia(*words), 1)
    assert "own certificate: expected one of the trustees', found none" in said


def test_another_member_s_decryption_key_is_refused(at: Stations) -> None:
    world = at("open")
    own, foreign = world.key_words("ann")[:2], world.key_words("ben")[2:]
    words = ("rehearse", *own, *foreign, "--archive", world.server, "--dir", world.root)
    assert "trustee 2, decryption key: " in sentence(comitia(*words), 1)
    assert list(world.root.rglob("*.rehearsal")) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"null", b'"1"\n', b"x" * 20_000_000])
def test_a_malformed_decryption_key_is_named_by_its_path(content: bytes, at: Stations) -> None:
    world = at("open")
    path = one(world.folder("ann"), "*.dkey")
    path.write_bytes(content)
    said = sentence(comitia(*world.trustee("rehearse", "ann")), 2)
    assert said.startswith(f"comitia: {path}")


def test_a_decryption_key_outside_the_group_is_named_by_its_path(at: Stations) -> None:
    world = at("open")
    path = one(world.folder("ann"), "*.dkey")
    message = json.loads(path.read_bytes())
    message["alpha"] = "f" * 64
    path.write_bytes(canonical_json(message) + b"\n")
    said = sentence(comitia(*world.trustee("rehearse", "ann")), 2)
    assert said.startswith(f"comitia: {path}, decryption key.alpha: ")


def test_a_member_who_forgets_the_decryption_key_is_told(at: Stations) -> None:
    world = at("open")
    key = one(world.folder("ann"), "*.key")
    said = sentence(comitia("rehearse", "--key", key, "--archive", world.server), 2)
    assert said.startswith(f"comitia: {key}, private key: ")
    assert said.endswith("; a member of a threshold group gives --decryption-key as well\n")
    assert key.read_text().strip() not in said


@pytest.mark.parametrize(
    "content", ['"0"', '"01"', '"-1"', '"' + "9" * 77 + '"', "5", '"1" "2"', "", "1" * 5000, '"x"']
)
def test_a_malformed_private_key_is_refused_without_being_repeated(
    content: str, at: Stations
) -> None:
    world = at("closed")
    key = one(world.server, "*.privkey")
    key.write_text(content)
    said = sentence(comitia(*world.trustee("decrypt", "server")), 2)
    assert said.startswith(f"comitia: {key}")
    assert len(content.strip('"')) < 3 or content.strip('"') not in said


@pytest.mark.parametrize("name", ["ann", "server"])
@pytest.mark.parametrize("ending", ["key", "memory"])
def test_a_private_file_that_others_can_read_is_refused(
    name: str, ending: str, at: Stations
) -> None:
    world = at("closed")
    pattern = "*.privkey" if (name, ending) == ("server", "key") else f"*.{ending}"
    path = one(world.folder(name), pattern)
    path.chmod(0o640)
    assert sentence(comitia(*world.trustee("decrypt", name)), 2) == (
        f"comitia: {path}: others can read this secret (mode 640); make it yours with chmod 600\n"
    )
    assert list(world.root.rglob("*.decryption")) == []


@pytest.mark.parametrize("command", ["rehearse", "decrypt"])
def test_what_a_trustee_made_is_not_overwritten(command: str, at: Stations) -> None:
    world = at("decrypted")
    before = {path: path.read_bytes() for path in world.folder("ann").iterdir()}
    said = sentence(comitia(*world.trustee(command, "ann")), 2)
    assert "there is such a file already, and none is overwritten" in said
    assert {path: path.read_bytes() for path in world.folder("ann").iterdir()} == before


def test_a_share_of_another_without_bound_proofs_does_not_keep_a_trustee_out(
    at: Stations,
) -> None:
    world = at("decrypted")
    path = one(world.folder("ann"), "*.decryption")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    said = world.run("decryptions", path, "--archive", world.server)
    assert "without bound proofs; ask trustee 2 for them" in said
    world.collect("server")
    world.hand_out("cem")
    shutil.copy(one(world.server, "*.bound.json"), world.folder("cem"))
    said = world.run(*world.trustee("decrypt", "cem"))
    assert "Decryptions of other trustees do not hold; `comitia verify` says which.\n" in said


def test_a_false_share_in_the_archive_does_not_keep_a_trustee_out(at: Stations) -> None:
    """Attack 18: one bad partial decryption must not block the tally."""
    world = at("decrypted")
    world.collect("ann")
    steps = take_apart(world.archive.read_bytes())
    share = json.loads(steps[-1].contents[0])
    share["decryption_factors"][0].reverse()
    record = canonical_json(share)
    owned = canonical_json({"owner": 2, "payload": derive_hash(record)})
    steps[-1] = Step(steps[-1].type, (record, owned))
    world.archive.write_bytes(put_together(steps))
    one(world.server, "*.bound.json").unlink()
    world.hand_out("cem")
    said = world.run(*world.trustee("decrypt", "cem"))
    assert "Decryptions of other trustees do not hold" in said
    world.collect("server", "ben", "cem")
    assert RESULT in world.publish()
    status, report = verify(world.server)
    assert (status, report["verdict"]) == (0, "valid")
    assert report["warnings"]
