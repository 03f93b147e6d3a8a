"""The server while ballots come in: what it refuses, and what it never loses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comitia.ballots.v1.model import EventType, canonical_json
from comitia.cli.archives import open_archive
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import ADA, BO, World, comitia, one, sentence, statuses, verify
from tests.elections import take_apart


def events(world: World) -> list[EventType]:
    return [step.type for step in take_apart(world.archive.read_bytes())]


def cast(world: World, *ballots: Path) -> tuple[int, str, str]:
    done = comitia("cast", *ballots, "--archive", world.server)
    assert "should not have happened" not in done.err
    return done.status, done.out, done.err


def test_a_voter_may_vote_again(at: Stations) -> None:
    world = at("rehearsed")
    world.vote({"ann": ADA})
    world.vote({"ann": BO})
    said = world.run("close", "--archive", world.server)
    assert "the last ballots of 1 voters are added up" in said
    assert events(world).count(EventType.BALLOT) == 2


def test_what_was_recorded_is_told_with_height_and_tracker(at: Stations) -> None:
    world = at("rehearsed")
    ballot = world.ballot("ann")
    tracker = world.said[-1].split()[-1]
    assert world.cast(ballot) == f"{ballot}, line 1: recorded at height 1, tracker {tracker}\n"


def test_a_replayed_ballot_is_refused(at: Stations) -> None:
    world = at("rehearsed")
    ballot = world.ballot("ann")
    world.cast(ballot)
    before = world.archive.read_bytes()
    said = sentence(comitia("cast", ballot, "--archive", world.server), 1)
    assert said.startswith(f"comitia: {ballot}, line 1: refused: ballot.duplicate: ")
    assert world.archive.read_bytes() == before


def test_one_bad_ballot_does_not_keep_the_others_out(at: Stations) -> None:
    world = at("rehearsed")
    good, other = world.ballot("ann"), world.ballot("ben", BO)
    bad = json.loads(other.read_bytes())
    bad["signature"]["proof"]["response"] = "1"
    several = world.root / "several"
    several.write_bytes(
        b"".join([good.read_bytes(), b"\n", canonical_json(bad), b"\n", other.read_bytes()])
    )
    status, out, err = cast(world, several)
    assert (status, out.count("recorded"), err.count("refused")) == (1, 2, 2)
    assert f"{several}, line 2: refused: " in err
    assert f"{several}, line 3: refused: ballot.signature: " in err
    assert events(world).count(EventType.BALLOT) == 2


def test_an_endless_line_is_one_refusal_and_the_next_ballot_counts(at: Stations) -> None:
    world = at("rehearsed")
    ballot = world.ballot("ann")
    several = world.root / "several"
    several.write_bytes(b"x" * 1_000_000 + b"\n" + ballot.read_bytes())
    status, out, err = cast(world, several)
    assert (status, err.count("\n")) == (1, 1)
    assert out.startswith(f"{several}, line 2: recorded")


def test_ballots_of_another_election_and_of_no_voter_are_refused(
    at: Stations, tmp_path: Path
) -> None:
    world, other = at("rehearsed"), World(tmp_path / "other", place=None)
    other.issue()
    other.make_keys()
    other.set_up()
    foreign = other.ballot("ann")
    said = sentence(comitia("cast", foreign, "--archive", world.server), 1)
    assert "refused: ballot.election: " in said
    assert events(world) == [EventType.SETUP]


@pytest.mark.parametrize("field", ["credential", "election_hash", "election_uuid", "answers"])
def test_a_ballot_under_another_name_is_refused(field: str, at: Stations) -> None:
    world = at("rehearsed")
    mine, yours = world.ballot("ann"), world.ballot("ben")
    ballot, other = json.loads(mine.read_bytes()), json.loads(yours.read_bytes())
    ballot[field] = other[field] if field in {"credential", "answers"} else other[field][::-1]
    mine.write_bytes(canonical_json(ballot) + b"\n")
    said = sentence(comitia("cast", mine, "--archive", world.server), 1)
    assert "refused: ballot." in said
    assert events(world) == [EventType.SETUP]


# --- Audited ballots ---


@pytest.mark.parametrize("by", ["hash", "file"])
def test_a_ballot_that_was_opened_is_never_cast(by: str, at: Stations) -> None:
    world = at("rehearsed")
    noted, path = world.prepare("ann")
    kept = path.with_name("kept.prepared")
    kept.write_bytes(path.read_bytes())
    kept.chmod(0o600)
    world.run("open", path, "--archive", world.server)
    opened = path.with_suffix(".audited.json")
    for _ in range(2):
        said = world.run("audited", noted if by == "hash" else opened, "--archive", world.server)
        assert said == f"Refused from now on: {noted}\n"
    assert (world.server / "audited.txt").read_text() == f"{noted}\n"
    world.run(*world.signing(kept, "ann"))
    ballot = kept.with_suffix(".ballot")
    said = sentence(comitia("cast", ballot, "--archive", world.server), 1)
    assert "refused: ballot.audited: ballot: expected a ballot that was not audited" in said
    assert events(world) == [EventType.SETUP]


def test_what_is_no_opened_ballot_is_not_remembered(at: Stations) -> None:
    world = at("rehearsed")
    ballot = world.ballot("ann")
    for what in ("A" * 42, "A" * 44, ballot, world.root):
        said = sentence(comitia("audited", what, "--archive", world.server), 2)
        assert said.count("comitia: ") == 1
    assert not (world.server / "audited.txt").exists()


def test_a_damaged_list_of_opened_ballots_stops_the_casting(at: Stations) -> None:
    world = at("rehearsed")
    ballot = world.ballot("ann")
    (world.server / "audited.txt").write_text("A" * 43 + "\nmore\n")
    said = sentence(comitia("cast", ballot, "--archive", world.server), 2)
    assert f"{world.server / 'audited.txt'}, line 2: expected the hash of a ballot" in said
    assert events(world) == [EventType.SETUP]


# --- The end of voting ---


def test_nothing_is_cast_or_closed_after_the_end(at: Stations) -> None:
    world = at("rehearsed")
    late = world.ballot("ann")
    world.close()
    before = world.archive.read_bytes()
    for words in (("cast", late), ("close",)):
        said = sentence(comitia(*words, "--archive", world.server), 1)
        assert said == (
            "comitia: archive.grammar: archive: expected an election that is open, found one "
            "whose voting has ended\n"
        )
    assert world.archive.read_bytes() == before


def test_an_end_that_was_interrupted_is_ended_by_a_second_try(at: Stations) -> None:
    world = at("voted")
    late = world.ballot("ann")
    with open_archive(world.archive) as archive:
        archive.append(EventType.END_BALLOTS)
    assert "whose voting has ended" in sentence(comitia("cast", late, "--archive", world.server), 1)
    said = sentence(comitia("result", "--archive", world.server), 1)
    assert "`comitia election close` ends it" in said
    world.close()
    assert events(world)[-2:] == [EventType.END_BALLOTS, EventType.ENCRYPTED_TALLY]
    assert statuses(verify(world.server)[1]) == {"passed", "not_checked"}


def test_a_ballot_of_nobody_in_the_archive_stops_the_end(at: Stations, tmp_path: Path) -> None:
    world, other = at("voted"), World(tmp_path / "other", place=None)
    other.issue()
    other.make_keys()
    other.set_up()
    foreign = other.ballot("ann").read_bytes().removesuffix(b"\n")
    with open_archive(world.archive) as archive:
        archive.append(EventType.BALLOT, foreign)
    said = sentence(comitia("close", "--archive", world.server), 1)
    assert said.startswith("comitia: ballot.credential: ballot ")
    assert EventType.END_BALLOTS not in events(world)


# --- Storage ---


@pytest.mark.parametrize(
    "command", ["cast", "close", "decryptions", "result", "recover", "audited"]
)
def test_a_second_process_at_the_archive_waits_outside(command: str, at: Stations) -> None:
    world = at("collected")
    more: dict[str, list[object]] = {
        "cast": [world.archive],
        "decryptions": [world.results_of("decryption", ["ann"])[0]],
        "audited": ["A" * 43],
    }
    with open_archive(world.archive):
        done = comitia(command, *more.get(command, []), "--archive", world.server)
    assert "another process" in sentence(done, 2)
    assert "wait until it has ended" in done.err


def test_an_append_that_did_not_end_is_recovered_and_asked_for_again(at: Stations) -> None:
    world = at("rehearsed")
    whole = world.archive.read_bytes()
    ballot = world.ballot("ann")
    world.cast(ballot)
    cut = world.archive.read_bytes()[:-700]
    world.archive.write_bytes(cut)
    for words in (("cast", ballot), ("close",)):
        said = sentence(comitia(*words, "--archive", world.server), 2)
        assert "the last append did not come to its end" in said
        assert "recover the archive" in said
    said = world.run("recover", "--archive", world.server)
    assert f"Its {len(cut) - len(whole)} bytes, from byte {len(whole)} on, are now in" in said
    assert world.archive.read_bytes() == whole
    assert one(world.server, "*.tail-*").read_bytes() == cut[len(whole) :]
    world.cast(ballot)
    said = world.run("recover", "--archive", world.server)
    assert said == "The archive is whole; there was nothing to recover.\n"


def test_a_recovery_says_that_the_event_it_moved_is_whole(at: Stations) -> None:
    """One record of it is damaged; its sender may have been told that it was recorded."""
    world = at("rehearsed")
    before = len(world.archive.read_bytes())
    world.cast(world.ballot("ann"))
    damaged = bytearray(world.archive.read_bytes())
    damaged[before + 600] ^= 1
    world.archive.write_bytes(damaged)
    said = world.run("recover", "--archive", world.server)
    assert "somebody may have been told that it was recorded" in said
    assert len(world.archive.read_bytes()) == before


def test_what_is_not_true_of_an_opened_ballot_refuses_nobody_s(at: Stations) -> None:
    world = at("open")
    _, prepared = world.prepare("ann")
    world.run("open", prepared, "--archive", world.folder("voter/ann"))
    opened = prepared.with_suffix(".audited.json")
    content = opened.read_text(encoding="utf-8")
    changed = world.folder("server") / "changed.json"
    changed.write_text(content.replace('"value":1', '"value":0', 1), encoding="utf-8")
    said = sentence(comitia("audited", changed, "--archive", world.server), 1)
    assert "audit.opening: question 1" in said
    assert not (world.server / "audited.txt").exists()
    world.run("audited", opened, "--archive", world.server)
    assert (world.server / "audited.txt").exists()


@pytest.mark.parametrize(
    "command", ["cast", "close", "result", "decryptions", "prepare", "rehearse"]
)
def test_what_is_no_archive_is_refused_in_one_sentence(
    command: str, at: Stations, tmp_path: Path
) -> None:
    world = at("open")
    some = world.archive.with_suffix(".txt")
    some.write_text("not an archive")
    words = {
        "cast": ("cast", some),
        "decryptions": ("decryptions", some),
        "prepare": world.preparing("ann"),
        "rehearse": world.trustee("rehearse", "ann"),
    }.get(command, (command,))
    empty = tmp_path / "empty"
    empty.mkdir()
    for place in (some, empty, tmp_path / "missing", Path("/dev/null")):
        said = sentence(comitia(*words, "--archive", place), 2)
        assert said.startswith(f"comitia: {place}: ")
