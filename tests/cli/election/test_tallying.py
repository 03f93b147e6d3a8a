"""The server and what trustees send: proofs that keys work, and at the end the decryptions."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.model import EventType, canonical_json, derive_hash
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import (
    RESULT,
    TRUSTEES,
    World,
    comitia,
    one,
    sentence,
    statuses,
    verify,
)
from tests.elections import take_apart

Change = Callable[[Any], None]


def rewrite(path: Path, change: Change) -> Path:
    value = json.loads(path.read_bytes())
    change(value)
    path.write_bytes(canonical_json(value) + b"\n")
    return path


# --- Rehearsals ---


def rehearsed(world: World, *files: Path) -> str:
    """Return what is said of rehearsals that do not show that all keys work."""
    done = comitia("check-rehearsal", *files, "--archive", world.server)
    assert (done.status, done.err) == (1, "")
    return done.out


def test_every_trustee_whose_key_works_is_named(at: Stations) -> None:
    world = at("rehearsed")
    files = world.results_of("rehearsal")
    said = world.run("check-rehearsal", *reversed(files), *files, "--archive", world.server)
    assert said.splitlines() == [
        "✓ trustee 1 (server): the key works",
        "✓ trustee 2 (ann): the key works",
        "✓ trustee 3 (ben): the key works",
        "✓ trustee 4 (cem): the key works",
        "Together these trustees opened the test tally.",
    ]


def test_a_trustee_who_sent_nothing_is_named(at: Stations) -> None:
    world = at("rehearsed")
    files = world.results_of("rehearsal")
    said = rehearsed(world, *files[:3])
    assert "✗ trustee 4 (cem): no proof that the key works" in said
    assert "Together these trustees opened the test tally." in said
    said = rehearsed(world, *files[:2])
    assert "These trustees could not open the election's tally." in said


def test_a_rehearsal_that_is_not_there_is_named_and_the_others_are_checked(at: Stations) -> None:
    world = at("rehearsed")
    missing = world.root / "missing.rehearsal"
    said = rehearsed(world, missing, *world.results_of("rehearsal")[1:])
    assert f"✗ {missing}: No such file or directory\n" in said
    assert said.count("✓") == 3


def test_a_rehearsal_of_another_election_is_refused(at: Stations, tmp_path: Path) -> None:
    world, other = at("rehearsed"), World(tmp_path / "other", place=None)
    other.issue()
    other.make_keys()
    other.set_up()
    other.rehearse()
    (foreign,) = other.results_of("rehearsal")
    said = rehearsed(world, foreign)
    assert f"✗ {foreign}: trustee.rehearsal: trustee 1, election_hash: expected " in said
    assert "✗ trustee 1 (server): no proof" in said


def another_s_number(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
    value["bound"]["owner"] = 3


def another_factor(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
    value["decryption_factors"].reverse()


def another_proof(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
    value["decryption_proofs"][0]["challenge"] = "1"


def another_bound_proof(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
    value["bound"]["signature"]["response"] = "1"


def nobody(value: Any) -> None:  # noqa: ANN401 - JSON of any kind
    value["bound"]["owner"] = 9


@pytest.mark.parametrize(
    "change", [another_s_number, another_factor, another_proof, another_bound_proof, nobody]
)
def test_an_altered_rehearsal_is_refused(change: Change, at: Stations) -> None:
    world = at("rehearsed")
    path = rewrite(one(world.folder("ann"), "*.rehearsal"), change)
    said = rehearsed(world, *world.results_of("rehearsal"))
    assert f"✗ {path}: trustee.rehearsal: " in said
    assert "✗ trustee 2 (ann): no proof that the key works" in said
    assert said.count("✓") == 3


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]", b"x" * 100_000])
def test_a_malformed_rehearsal_is_refused_by_its_path(content: bytes, at: Stations) -> None:
    world = at("rehearsed")
    path = one(world.folder("ann"), "*.rehearsal")
    path.write_bytes(content)
    assert f"✗ {path}: " in rehearsed(world, *world.results_of("rehearsal"))


def test_a_rehearsal_is_of_no_use_as_a_decryption(at: Stations) -> None:
    world = at("closed")
    path = one(world.folder("ann"), "*.rehearsal")
    said = sentence(comitia("decryptions", path, "--archive", world.server), 1)
    assert f"{path}: refused: " in said
    value = json.loads(path.read_bytes())
    record = canonical_json(
        {name: [value[name]] for name in ("decryption_factors", "decryption_proofs")}
    )
    forged = world.root / "forged"
    genuine = at("decrypted").results_of("decryption", ["ann"])[0].read_bytes().splitlines()
    owned = json.loads(genuine[1])
    owned["payload"] = derive_hash(record)
    forged.write_bytes(record + b"\n" + canonical_json(owned) + b"\n")
    said = sentence(comitia("decryptions", forged, "--archive", world.server), 1)
    assert "refused: decryption.proof: trustee 2, " in said


# --- Decryptions ---


def shares(world: World) -> int:
    steps = take_apart(world.archive.read_bytes())
    return sum(step.type is EventType.PARTIAL_DECRYPTION for step in steps)


def refused(world: World, path: Path) -> str:
    """Return why a decryption is not recorded."""
    before = world.archive.read_bytes()
    said = sentence(comitia("decryptions", path, "--archive", world.server), 1)
    assert said.startswith(f"comitia: {path}: refused: ")
    assert world.archive.read_bytes() == before
    return said


def lines_of(world: World, name: str) -> tuple[Path, list[bytes]]:
    path = one(world.folder(name), "*.decryption")
    return path, path.read_bytes().splitlines()


def test_a_decryption_under_another_trustee_s_number_is_refused(at: Stations) -> None:
    world = at("decrypted")
    path, lines = lines_of(world, "ann")
    owned = json.loads(lines[1])
    for owner, check in ((3, "decryption.proof: trustee 3, "), (9, "decryption.owner: owner: ")):
        lines[1] = canonical_json({**owned, "owner": owner})
        path.write_bytes(b"\n".join(lines[:2]) + b"\n")
        assert check in refused(world, path)


def test_bound_proofs_of_another_trustee_are_refused(at: Stations) -> None:
    world = at("decrypted")
    path, lines = lines_of(world, "ann")
    _, others = lines_of(world, "ben")
    path.write_bytes(b"\n".join([*lines[:2], others[2]]) + b"\n")
    said = refused(world, path)
    assert "another trustee's" in said or "decryption.bound: trustee 2" in said


def test_a_false_decryption_is_refused_and_names_its_trustee(at: Stations) -> None:
    world = at("decrypted")
    path, lines = lines_of(world, "ann")
    share = json.loads(lines[0])
    share["decryption_factors"][0].reverse()
    record = canonical_json(share)
    owned = json.loads(lines[1])
    owned["payload"] = derive_hash(record)
    path.write_bytes(b"\n".join([record, canonical_json(owned)]) + b"\n")
    assert "decryption.proof: trustee 2, " in refused(world, path)


def test_a_second_decryption_of_a_trustee_is_refused_and_the_same_one_is_not(
    at: Stations,
) -> None:
    world = at("decrypted")
    world.collect("ann")
    assert "the decryption of trustee 2 is recorded" in world.said[-1]
    world.collect("ann")
    again = world.folder("again")
    world.run(*world.trustee("decrypt", "ann"), "--dir", again)
    said = refused(world, one(again, "*.decryption"))
    assert "decryption.owner: owner: expected one decryption of trustee 2, found a second" in said
    assert shares(world) == 1


def test_bound_proofs_can_follow_a_decryption(at: Stations) -> None:
    world = at("decrypted")
    path, lines = lines_of(world, "ann")
    whole = path.read_bytes()
    path.write_bytes(b"\n".join(lines[:2]) + b"\n")
    said = world.run("decryptions", path, "--archive", world.server)
    assert f"{path}: without bound proofs; ask trustee 2 for them\n" in said
    assert list(world.server.glob("*.bound.json")) == []
    path.write_bytes(whole)
    world.collect("ann", "ben", "server")
    world.publish()
    status, report = verify(world.server)
    assert (status, statuses(report), shares(world)) == (0, {"passed"}, 3)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"{}\n{}\n", b"{}\n{}\n{}\n{}\n", b"\xff\n1\n"])
def test_a_malformed_decryption_does_not_keep_the_others_out(content: bytes, at: Stations) -> None:
    world = at("decrypted")
    path = one(world.folder("ann"), "*.decryption")
    path.write_bytes(content)
    files = world.results_of("decryption", ["ann", "ben"])
    done = comitia("decryptions", *files, "--archive", world.server)
    assert (done.status, done.err.count("\n"), shares(world)) == (1, 1, 1)
    assert done.err.startswith(f"comitia: {path}: refused: ")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff"])
def test_a_damaged_file_of_bound_proofs_is_named(content: bytes, at: Stations) -> None:
    world = at("collected")
    path = one(world.server, "*.bound.json")
    path.write_bytes(content)
    words = ("decryptions", *world.results_of("decryption", ["ann"]), "--archive", world.server)
    said = sentence(comitia(*words), 2)
    assert said.startswith(f"comitia: {path}, ")
    assert said.endswith("; move this file away, and add the decryptions again\n")
    assert path.read_bytes() == content


def test_bound_proofs_of_another_election_are_not_mixed_in(at: Stations) -> None:
    world = at("collected")
    path = one(world.server, "*.bound.json")
    proofs = json.loads(path.read_bytes())
    path.write_bytes(canonical_json({**proofs, "election_hash": "A" * 43}))
    words = ("decryptions", *world.results_of("decryption", ["ann"]), "--archive", world.server)
    assert "the proofs are those of another election" in sentence(comitia(*words), 2)


# --- The result ---


def test_too_few_decryptions_open_nothing_and_say_whose_are_missing(at: Stations) -> None:
    world = at("decrypted")
    for names, found in (((), "none"), (("server",), "1"), (("ann", "ben"), "1, 2, 3")):
        if names:
            world.collect(*names)
        if names == ("ann", "ben"):
            break
        before = world.archive.read_bytes()
        said = sentence(comitia("result", "--archive", world.server), 1)
        assert said == (
            "comitia: decryption.present: decryptions: expected trustee 1's and 2 of trustees 2 "
            f"to 4, found those of trustees {found}\n"
        )
        assert world.archive.read_bytes() == before
        assert not (world.server / "result.json").exists()
    world.publish()


@pytest.mark.parametrize("lost", TRUSTEES)
def test_any_one_member_may_lose_the_key(lost: str, at: Stations) -> None:
    world = at("closed")
    one(world.folder(lost), "*.key").unlink()
    assert "No such file or directory" in sentence(
        comitia("decrypt", "--key", world.folder(lost) / "a.key", "--archive", world.server), 2
    )
    left = ["server", *(name for name in TRUSTEES if name != lost)]
    world.decrypt(*left)
    world.collect(*left)
    assert RESULT in world.publish()


def test_a_result_is_published_once(at: Stations) -> None:
    world = at("collected")
    world.publish()
    before = {path: path.read_bytes() for path in world.server.iterdir()}
    for words in (("result",), ("decryptions", *world.results_of("decryption", ["ann"]))):
        said = sentence(comitia(*words, "--archive", world.server), 1)
        assert "expected an archive that waits for its result, found one that is complete" in said
    assert {path: path.read_bytes() for path in world.server.iterdir()} == before


def test_a_result_that_was_written_before_a_crash_is_recorded(at: Stations) -> None:
    world = at("collected")
    (world.server / "result.json").write_text('{"result":[[0,2,1]]}\n')
    world.publish()


def test_another_result_beside_the_archive_stops_the_publication(at: Stations) -> None:
    world = at("collected")
    before = world.archive.read_bytes()
    (world.server / "result.json").write_text('{"result":[[0,3,0]]}\n')
    said = sentence(comitia("result", "--archive", world.server), 2)
    assert said.startswith(f"comitia: {world.server / 'result.json'}: there is such a file already")
    assert world.archive.read_bytes() == before


def test_nothing_is_decrypted_or_published_while_the_voting_goes_on(at: Stations) -> None:
    world, later = at("voted"), at("decrypted")
    for words in (("result",), ("decryptions", *later.results_of("decryption", ["ann"]))):
        said = sentence(comitia(*words, "--archive", world.server), 1)
        assert "found one that is still open" in said
