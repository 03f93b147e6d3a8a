"""Ranked questions by the commands: shuffled by trustees, and never shown ballot by ballot."""

from __future__ import annotations

import json
import re
import shutil
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.making import TrusteeSecret, make_shuffle
from comitia.ballots.v1.making.spreading import Spread
from comitia.ballots.v1.model import (
    Election,
    EventType,
    Rows,
    Shuffle,
    canonical_json,
    derive_hash,
)
from comitia.cli import main
from comitia.curve import Randomness
from comitia.errors import StorageUnavailable
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import (
    QUESTION,
    TEMPLATE,
    World,
    comitia,
    one,
    sentence,
    statuses,
    verify,
)
from tests.elections import Step, put_together, take_apart

Change = Callable[[Any], None]
APPEND = "comitia.ballots.v1.making.storage.ArchiveFile.append_shuffle"
WAITS = "expected an archive that waits for shuffles of ranked ballots, found "


def ranked(answers: int = 5, **extra: object) -> dict[str, object]:
    """Return a ranked question; of preferences, unless another method is given."""
    named = extra or {"method": "STV", "blank": True, "seats": 1}
    value = {"answers": [f"C{n}" for n in range(answers)], "question": "In order?"}
    return {"type": "NonHomomorphic", "value": value, "extra": named}


MIXED = {**TEMPLATE, "questions": [ranked(), QUESTION]}
PATTERN = [4, 2, 5, 1, 3]
"""A ranking by which a bought voter would be known."""

VOTES = {
    "ann": f"[{PATTERN},[0,1,0]]",
    "ben": "[[0,0,0,0,0],[0,0,1]]",
    "cem": "[[0,1,0,0,0],[0,1,0]]",
}
RESULT = [[[0, 0, 0, 0, 0], [0, 1, 0, 0, 0], PATTERN], [0, 2, 1]]


def made(
    folder: Path, template: object = None, *, group: str = "Ed25519", place: str | None = None
) -> World:
    """Return an election with ranked questions before its first vote."""
    world = World(folder, group=group, place=place)
    world.issue()
    world.make_keys()
    world.set_up(MIXED if template is None else template)
    return world


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """Give a mixed election with the server's key and 2 of 3 trustees, stage by stage."""
    world = made(tmp_path_factory.mktemp("ranked"), place="2/3")
    found: dict[str, World] = {}

    def keep(name: str) -> None:
        found[name] = world.copy(tmp_path_factory.mktemp(name))

    keep("open")
    world.vote(VOTES)
    keep("voted")
    world.close()
    keep("closed")
    world.shuffle("server")
    world.hand_out(*world.members)
    keep("shuffled")
    world.shuffle("ben")
    keep("twice")
    world.close_shuffles()
    keep("ended")
    world.decrypt("server", "ann", "cem")
    world.collect("server", "ann", "cem")
    keep("collected")
    world.publish()
    keep("published")
    return found


@pytest.fixture
def at(stages: dict[str, World], tmp_path: Path) -> Stations:
    """Give a copy of the election at a stage, for this test alone."""
    return lambda stage: stages[stage].copy(tmp_path / stage)


def opened(report: dict[str, object]) -> list[object]:
    """Return a report's result with the opened ballots sorted: their order is chance."""
    result = report["result"]
    assert isinstance(result, list)
    return [sorted(result[0]), *result[1:]]


def is_told(numbers: list[int], text: str) -> bool:
    """Return whether a ballot's numbers are printed in a text, in whatever form.

    They stand alone: inside a hash or a group element the same digits follow each other by chance.
    """
    told = r"[,\s]*".join(map(str, numbers))
    return re.search(rf"(?<![0-9A-Za-z]){told}(?![0-9A-Za-z])", text) is not None


def add(world: World, *files: Path) -> tuple[object, ...]:
    """Return the words that bring shuffles to the server."""
    return ("shuffles", *files, "--archive", world.server)


def closing(world: World, *more: object) -> tuple[object, ...]:
    """Return the words that end the shuffles."""
    return ("close-shuffles", "--archive", world.server, *more)


def shuffled_by(world: World, name: str) -> Path:
    """Return what a trustee shuffles now, of the server's archive."""
    folder = world.folder(name)
    if folder != world.server:
        world.hand_out(name)
    for old in folder.glob("*.shuffle"):
        old.unlink()
    world.run(*world.trustee("shuffle", name))
    return one(folder, "*.shuffle")


def refused(world: World, file: Path, status: int = 1) -> str:
    """Return why the server refuses a shuffle; nothing changes then."""
    before = {path: path.read_bytes() for path in world.server.iterdir() if path.is_file()}
    said = sentence(comitia(*add(world, file)), status)
    after = {path: path.read_bytes() for path in world.server.iterdir() if path.is_file()}
    assert after == before
    return said


def owners(world: World) -> list[int]:
    """Return whose the shuffles of the archive are."""
    steps = take_apart(world.archive.read_bytes())
    shuffles = [step for step in steps if step.type is EventType.SHUFFLE]
    return [json.loads(step.contents[1])["owner"] for step in shuffles]


def signed(world: World) -> list[int]:
    """Return whose the signatures beside the archive are."""
    return [one["owner"] for one in json.loads(world.signatures.read_bytes())["shuffles"]]


# --- Whole elections ---


def test_a_mixed_election_is_shuffled_opened_and_valid(at: Stations) -> None:
    world = at("published")
    status, report = verify(world.server, "--min-shuffles", 2)
    assert (status, report["verdict"], report["warnings"]) == (0, "valid", [])
    assert statuses(report) == {"passed"}
    assert opened(report) == RESULT
    recorded = json.loads((world.server / "result.json").read_bytes())
    assert report["result"] == recorded["result"]
    assert verify(world.server, "--min-shuffles", 3)[0] == 1


def test_no_single_ballot_is_shown_to_a_person(
    at: Stations, capsys: pytest.CaptureFixture[str]
) -> None:
    world = at("collected")
    said = world.publish()
    assert "In order?\n  3 opened ballots: 2 valid, 1 blank\nWho?\n" in said
    assert main(["verify", "--verbose", "--jobs", "1", str(world.server)]) == 0
    told = capsys.readouterr()
    assert 'Result as recorded: ["3 opened ballots", [0, 2, 1]]' in told.out
    assert "  question 1, for the count: 2 valid, 1 blank\n" in told.out
    assert "Shuffles: 2, said to be by trustees 1, 3\n" in told.out
    for text in (said, told.out, told.err, *world.said):
        assert not is_told(PATTERN, text)
    assert main(["verify", "--json", str(world.server)]) == 0
    assert is_told(PATTERN, capsys.readouterr().out)


def without_share(steps: list[Step]) -> list[Step]:
    return [step for n, step in enumerate(steps) if n != len(steps) - 2]


def with_other_votes(steps: list[Step]) -> list[Step]:
    result = json.loads(steps[-1].contents[0])
    result["result"][1][1] += 1
    return [*steps[:-1], Step(EventType.RESULT, (canonical_json(result),))]


def with_a_number_too_large(steps: list[Step]) -> list[Step]:
    text = steps[-1].contents[0].replace(b"[4,2,5,1,3]", b"[4,2,5,1,3,256]")
    return [*steps[:-1], Step(EventType.RESULT, (text,))]


def without_shuffles(steps: list[Step]) -> list[Step]:
    return [step for step in steps if step.type is not EventType.SHUFFLE]


@pytest.mark.parametrize(
    "change", [without_share, with_other_votes, with_a_number_too_large, without_shuffles]
)
def test_no_single_ballot_of_an_archive_that_does_not_hold_is_shown_either(
    change: Callable[[list[Step]], list[Step]],
    at: Stations,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = at("published")
    steps = take_apart(world.archive.read_bytes())
    assert is_told(PATTERN, steps[-1].contents[0].decode())
    world.archive.write_bytes(put_together(change(steps)))
    assert main(["verify", "--verbose", "--jobs", "1", str(world.server)]) != 0
    told = capsys.readouterr()
    assert "Result as recorded: [" in told.out
    assert not is_told(PATTERN, told.out + told.err)
    assert not is_told([0, 1, 0, 0, 0], told.out + told.err)


def test_secrets_of_shufflers_are_neither_printed_nor_published(at: Stations) -> None:
    world = at("published")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in world.private_files()}
    assert modes == {0o600}
    shuffles = [*world.root.rglob("*.shuffle"), world.signatures]
    assert {stat.S_IMODE(path.stat().st_mode) & 0o755 for path in shuffles} == {0o644}
    text = "".join(world.said) + "".join(path.read_text() for path in shuffles)
    assert [secret for secret in world.secrets() if secret in text] == []


@pytest.mark.parametrize("group", ["Ed25519", "RFC-3526-2048"])
def test_a_ranked_election_with_the_server_s_key_alone(group: str, tmp_path: Path) -> None:
    template = {**TEMPLATE, "questions": [ranked(2, method="Schulze", blank=False)]}
    world = made(tmp_path, template, group=group)
    world.vote({"ann": "[[1,1]]", "ben": "[[2,7]]"})
    world.close()
    world.shuffle("server")
    said = world.run(*closing(world))
    assert "Trustee 1 shuffled alone, and so can know whose ballot is whose." in said
    world.decrypt("server")
    world.collect("server")
    world.publish()
    status, report = verify(world.server)
    assert (status, report["verdict"]) == (0, "valid")
    assert opened(report) == [[[1, 1], [2, 7]]]


def test_every_ranked_question_is_shuffled_for_itself(tmp_path: Path) -> None:
    world = made(tmp_path, {**TEMPLATE, "questions": [ranked(2), QUESTION, ranked(3)]})
    world.vote({"ann": "[[1,2],[0,1,0],[3,2,1]]", "ben": "[[2,1],[0,1,0],[0,0,1]]"})
    world.close()
    world.shuffle("server")
    world.close_shuffles()
    world.decrypt("server")
    world.collect("server")
    world.publish()
    assert verify(world.server)[0] == 0
    first, summed, last = json.loads((world.server / "result.json").read_bytes())["result"]
    assert (sorted(first), summed) == ([[1, 2], [2, 1]], [0, 2, 0])
    assert sorted(last) == [[0, 0, 1], [3, 2, 1]]


def test_an_empty_ranked_election_has_a_result_too(tmp_path: Path) -> None:
    world = made(tmp_path)
    world.close()
    world.shuffle("server")
    world.close_shuffles()
    world.decrypt("server")
    world.collect("server")
    assert "In order?\n  0 opened ballots: none\n" in world.publish()
    status, report = verify(world.server)
    assert (status, report["result"]) == (0, [[], [0, 0, 0]])


def test_a_single_ranked_ballot_is_not_opened(tmp_path: Path) -> None:
    world = made(tmp_path)
    world.vote({"ann": VOTES["ann"]})
    world.close()
    world.shuffle("server")
    world.close_shuffles()
    said = sentence(comitia(*world.trustee("decrypt", "server")), 1)
    assert "expected at least 2 ballots, found 1" in said


# --- Voting ---


@pytest.mark.parametrize(
    "choice, problem",
    [
        ("[[1,1,0,0,0],[0,1,0]]", "question 1: the count would not take these numbers"),
        ("[[2,0,0,0,0],[0,1,0]]", "question 1: the count would not take these numbers"),
        ("[[1,2,3,4],[0,1,0]]", "votes[0]: expected 5 items, found 4"),
        ("[[256,0,0,0,0],[0,1,0]]", "votes[0][0]"),
        ("[[-1,0,0,0,0],[0,1,0]]", "votes[0][0]"),
        ('[["1",0,0,0,0],[0,1,0]]', "votes[0][0]"),
        ("[[[1],0,0,0,0],[0,1,0]]", "votes[0][0]"),
        ("[[1,0,0,0,0],[0,2,0]]", "votes[1][1]"),
    ],
)
def test_a_ranking_that_the_count_does_not_take_is_refused(
    choice: str, problem: str, at: Stations
) -> None:
    world = at("open")
    said = sentence(comitia(*world.preparing("ann", choice)), 2)
    assert problem in said
    assert list(world.folder("voter/ann").glob("*.prepared")) == []


@pytest.mark.parametrize(
    "extra, good, bad",
    [
        ({"method": "Score", "blank": False, "most": 5}, "[[5,0]]", "[[6,0]]"),
        ({"method": "Schulze", "blank": True}, "[[3,255]]", "[[256,1]]"),
        (
            {"method": "MajorityJudgment", "blank": False, "grades": ["good", "bad"]},
            "[[1,2]]",
            "[[0,1]]",
        ),
    ],
)
def test_every_method_refuses_what_it_does_not_count(
    extra: dict[str, object], good: str, bad: str, tmp_path: Path
) -> None:
    world = made(tmp_path, {**TEMPLATE, "questions": [ranked(2, **extra)]})
    sentence(comitia(*world.preparing("ann", bad)), 2)
    world.prepare("ann", good)


def audited(world: World) -> tuple[str, Path]:
    noted, path = world.prepare("ann", VOTES["ann"])
    world.run("open", path, "--archive", world.folder("voter/ann"))
    return noted, path.with_suffix(".audited.json")


def test_an_audit_shows_every_number_of_a_ranking(at: Stations) -> None:
    world = at("open")
    noted, path = audited(world)
    said = world.run("audit", path, "--hash", noted, "--archive", world.server)
    ranks = "".join(f"  [{rank:>3}] C{n}\n" for n, rank in enumerate(PATTERN))
    assert f"In order?\n{ranks}Who?\n  [ ] (blank)\n  [x] Ada\n  [ ] Bo\n" in said
    assert "Every ciphertext holds what is said above." in said


def test_an_audit_finds_a_number_that_is_not_in_the_ciphertext(at: Stations) -> None:
    world = at("open")
    _, path = audited(world)
    value = json.loads(path.read_bytes())
    value["openings"][0][0]["values"][0] = 5
    path.write_bytes(canonical_json(value))
    done = comitia("audit", path, "--archive", world.server)
    assert (done.status, done.err) == (1, "")
    assert "This ballot is NOT what its maker said." in done.out
    assert "[  5] C0" in done.out


@pytest.mark.parametrize("values", [[1], [1, 2, 3, 4, 256], [1, 2, 3, 4, -1], "12345", None])
def test_an_audited_ranking_that_is_none_is_refused(values: object, at: Stations) -> None:
    world = at("open")
    _, path = audited(world)
    value = json.loads(path.read_bytes())
    value["openings"][0][0]["values"] = values
    path.write_bytes(canonical_json(value))
    assert sentence(comitia("audit", path, "--archive", world.server), 2)


def test_more_candidates_than_a_ballot_holds_are_refused(tmp_path: Path) -> None:
    world = World(tmp_path, place=None)
    world.issue()
    world.make_keys()
    said = sentence(comitia(*world.setting_up({**TEMPLATE, "questions": [ranked(31)]})), 2)
    assert "30" in said
    assert list(world.server.glob("*.bel")) == []


def test_hostile_names_cannot_make_lines_of_their_own(tmp_path: Path) -> None:
    question = {**QUESTION, "question": "Who?\n      99 Bo", "answers": ["Ada\nx", "Bo"]}
    world = made(tmp_path, {**TEMPLATE, "questions": [question]})
    world.vote({"ann": "[[0,1,0]]", "ben": "[[0,1,0]]"})
    world.close()
    world.decrypt("server")
    world.collect("server")
    said = world.publish()
    assert "Who?\\n      99 Bo\n" in said
    assert "       2 Ada\\nx\n" in said


# --- The order of things ---


def test_nothing_is_shuffled_while_ballots_come_in(at: Stations) -> None:
    world = at("voted")
    world.hand_out("ann")
    done = comitia(*world.trustee("shuffle", "ann"))
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "nothing was done" in done.err
    assert list(world.root.rglob("*.shuffle")) == []
    for words in (closing(world), ("decryptions", world.archive, "--archive", world.server)):
        assert "`comitia election close` ends it" in sentence(comitia(*words), 1)


def test_an_election_without_ranked_questions_has_no_shuffles(tmp_path: Path) -> None:
    world = made(tmp_path, TEMPLATE)
    world.vote({"ann": "[[0,1,0]]", "ben": "[[0,1,0]]"})
    world.close()
    for words in (world.trustee("shuffle", "server"), closing(world)):
        said = sentence(comitia(*words), 1)
        assert f"{WAITS}one without ranked questions" in said
    assert f"{WAITS}one without ranked questions" in refused(world, world.archive)


def test_a_shuffle_of_an_older_state_is_refused(at: Stations) -> None:
    world = at("closed")
    first, late = shuffled_by(world, "server"), shuffled_by(world, "cem")
    world.run(*add(world, first))
    said = refused(world, late)
    assert f"{late}: refused: shuffle.proof: trustee 4, question 1" in said
    assert "was it made of the archive as it is now? If not, its trustee shuffles anew" in said
    world.run(*add(world, shuffled_by(world, "cem")))
    assert owners(world) == [1, 4]


def test_what_follows_a_refused_shuffle_is_not_looked_at(at: Stations) -> None:
    world = at("closed")
    good, bad = shuffled_by(world, "server"), shuffled_by(world, "cem")
    done = comitia(*add(world, good, bad, good))
    assert done.status == 1
    assert done.out == f"{good}: the shuffle of trustee 1 is recorded\n"
    assert sentence(done, 1).startswith(f"comitia: {bad}: refused: ")
    assert (owners(world), signed(world)) == ([1], [1])


@pytest.mark.parametrize("stage", ["shuffled", "twice", "ended", "published"])
def test_a_shuffle_that_is_brought_again_is_recorded_once(stage: str, at: Stations) -> None:
    world = at(stage)
    before = world.archive.read_bytes(), world.signatures.read_bytes()
    said = world.run(*add(world, one(world.server, "*.shuffle")))
    assert "the shuffle of trustee 1 was recorded already" in said
    assert (world.archive.read_bytes(), world.signatures.read_bytes()) == before


def test_two_shuffles_by_one_trustee_are_not_those_of_two(at: Stations) -> None:
    world = at("shuffled")
    world.run(*add(world, shuffled_by(world, "server")))
    assert owners(world) == [1, 1]
    before = world.archive.read_bytes()
    said = sentence(comitia(*closing(world, "--at-least", 2)), 1)
    assert said.endswith("expected shuffles by at least 2 trustees, found 1: trustees 1\n")
    assert world.archive.read_bytes() == before
    alone = world.copy(world.root.with_name("alone"))
    alone.close_shuffles()
    done = comitia(*alone.trustee("decrypt", "ben"), "--min-shuffles", 2)
    assert (done.status, "✗ shuffle.owner" in done.out) == (1, True)
    alone.decrypt("ben")
    world.run(*add(world, shuffled_by(world, "ann")))
    assert "The shuffles have ended: 3, by trustees 1, 2." in world.run(
        *closing(world, "--at-least", 2)
    )


def test_shuffles_end_after_the_first_and_once(at: Stations) -> None:
    world = at("closed")
    said = sentence(comitia(*closing(world)), 1)
    assert said.endswith("expected shuffles by at least 1 trustees, found none\n")
    world = at("ended")
    before = world.archive.read_bytes()
    assert f"{WAITS}one whose shuffles have ended" in sentence(comitia(*closing(world)), 1)
    assert world.archive.read_bytes() == before


@pytest.mark.parametrize("stage", ["closed", "shuffled"])
def test_nothing_is_decrypted_before_the_shuffles_have_ended(stage: str, at: Stations) -> None:
    world = at(stage)
    done = comitia(*world.trustee("decrypt", "ann"))
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "not shuffled yet?" in done.err or "shuffles still to come" in done.err
    assert list(world.root.rglob("*.decryption")) == []
    for words in (("decryptions", world.archive), ("result",)):
        said = sentence(comitia(*words, "--archive", world.server), 1)
        assert "`comitia election close-shuffles` ends them" in said


def test_nothing_is_shuffled_after_the_end(at: Stations) -> None:
    world = at("twice")
    late = shuffled_by(world, "cem")
    world.close_shuffles()
    assert f"{WAITS}one whose shuffles have ended" in refused(world, late)
    late.unlink()
    said = sentence(comitia(*world.trustee("shuffle", "cem")), 1)
    assert f"{WAITS}one whose shuffles have ended" in said
    assert list(world.folder("cem").glob("*.shuffle")) == []


# --- Crashes ---


def crash(*_: object) -> None:
    raise StorageUnavailable("the disk is full")


def test_a_crash_between_signature_and_archive_is_made_good_by_the_same_file(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("shuffled")
    file = shuffled_by(world, "ben")
    with monkeypatch.context() as patch:
        patch.setattr(APPEND, crash)
        assert "the disk is full" in sentence(comitia(*add(world, file)), 2)
    assert (owners(world), signed(world)) == ([1], [1, 3])
    world.run(*add(world, file))
    assert (owners(world), signed(world)) == ([1, 3], [1, 3])
    world.close_shuffles()
    world.decrypt("server", "ann", "cem")


@pytest.mark.parametrize("then", ["another", "end"])
def test_a_signature_whose_shuffle_never_came_is_left_out(
    then: str, at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("shuffled")
    with monkeypatch.context() as patch:
        patch.setattr(APPEND, crash)
        sentence(comitia(*add(world, shuffled_by(world, "ben"))), 2)
    if then == "another":
        clean = at("shuffled")
        world.run(*add(world, shuffled_by(clean, "cem")))
        assert signed(world) == [1, 4]
    world.close_shuffles()
    assert signed(world) == owners(world)
    world.decrypt("server", "ann", "cem")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"version":1}'])
def test_signatures_that_are_lost_are_brought_again(content: bytes | None, at: Stations) -> None:
    world = at("twice")
    before = world.signatures.read_bytes()
    world.signatures.unlink()
    if content is not None:
        world.signatures.write_bytes(content)
        said = sentence(comitia(*closing(world)), 2)
        assert said.startswith(f"comitia: {world.signatures}, ")
        assert said.endswith("; move that file away, and add the shuffles again\n")
        world.signatures.unlink()
    said = sentence(comitia(*closing(world)), 1)
    assert "a signature of every shuffle, found none of trustee 1's" in said
    world.run(*add(world, *world.results_of("shuffle", ["ben", "server"])))
    assert world.signatures.read_bytes() == before
    world.close_shuffles()


def test_signatures_of_another_election_are_not_taken_up(at: Stations) -> None:
    world = at("twice")
    value = json.loads(world.signatures.read_bytes())
    value["election_hash"] = "A" * 43
    world.signatures.write_bytes(canonical_json(value))
    said = sentence(comitia(*closing(world)), 2)
    assert "election_hash: it is another election's" in said


# --- Hostile shuffles ---


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write_lines(path: Path, values: list[Any]) -> None:
    path.write_bytes(b"".join(canonical_json(value) + b"\n" for value in values))


def other_order(values: list[Any]) -> None:
    values[0]["ciphertexts"][0].reverse()


def rehashed(values: list[Any]) -> None:
    values[0]["ciphertexts"][0].reverse()
    values[1]["payload"] = values[2]["payload"] = derive_hash(canonical_json(values[0]))


def other_owner(values: list[Any]) -> None:
    values[1]["owner"] = 2


def both_owners(values: list[Any]) -> None:
    values[1]["owner"] = values[2]["owner"] = 2


def no_trustee(values: list[Any]) -> None:
    values[1]["owner"] = values[2]["owner"] = 5


def trustee_zero(values: list[Any]) -> None:
    values[1]["owner"] = values[2]["owner"] = 0


def false_signature(values: list[Any]) -> None:
    values[2]["signature"]["response"] = "1"


@pytest.mark.parametrize(
    "change, problem",
    [
        (other_order, "its lines are about different shuffles"),
        (rehashed, "shuffle.signature: trustee 1"),
        (other_owner, "the third line is another trustee's"),
        (both_owners, "shuffle.signature: trustee 2"),
        (no_trustee, "shuffle.owner: owner: expected a trustee from 1 to 4, found 5"),
        (trustee_zero, "0"),
        (false_signature, "shuffle.signature: trustee 1"),
        (lambda values: values.pop(), "a line each"),
        (lambda values: values.append({}), "a line each"),
        (lambda values: values.reverse(), ""),
        (lambda values: values.__setitem__(0, []), ""),
        (lambda values: values.__setitem__(1, [[]]), ""),
        (lambda values: values.__setitem__(2, {}), ""),
    ],
)
def test_an_altered_shuffle_is_refused(change: Change, problem: str, at: Stations) -> None:
    world = at("closed")
    path = shuffled_by(world, "server")
    values = lines_of(path)
    change(values)
    write_lines(path, values)
    said = refused(world, path)
    assert said.startswith(f"comitia: {path}: refused: ")
    assert problem in said


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n\n", b"\0" * 100, b"[" * 10_000, b"1\n" * 3, b"\xff\n\xff\n\xff\n", b"9" * 2**24],
)
def test_bytes_that_are_no_shuffle_are_refused(content: bytes, at: Stations) -> None:
    world = at("closed")
    path = world.root / "hostile.shuffle"
    path.write_bytes(content)
    assert refused(world, path).startswith(f"comitia: {path}: refused: ")


def test_a_shuffle_that_is_not_there_is_a_sentence(at: Stations) -> None:
    world = at("closed")
    path = world.root / "missing.shuffle"
    assert refused(world, path, 2) == f"comitia: {path}: No such file or directory\n"
    assert "expected a plain file" in refused(world, Path("/dev/zero"))


def test_a_false_shuffle_is_refused_though_its_trustee_signed_it(
    at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at("closed")

    def make_false(
        rows: Rows,
        election: Election,
        randomness: Randomness,
        secret: TrusteeSecret,
        spread: Spread,
    ) -> Shuffle:
        made = make_shuffle(rows, election, randomness, secret, spread)
        return replace(made, rows=tuple(row[::-1] for row in made.rows))

    monkeypatch.setattr("comitia.cli.election.steps.make_shuffle", make_false)
    assert ": refused: shuffle.proof: trustee 1" in refused(world, shuffled_by(world, "server"))


# --- What a trustee refuses ---


def falsify(world: World) -> None:
    """Put a false shuffle into the server's archive, in the place of the last."""
    steps = take_apart(world.archive.read_bytes())
    place = max(n for n, step in enumerate(steps) if step.type is EventType.SHUFFLE)
    shuffle = json.loads(steps[place].contents[0])
    shuffle["ciphertexts"][0].reverse()
    record = canonical_json(shuffle)
    owner = json.loads(steps[place].contents[1])["owner"]
    owned = canonical_json({"owner": owner, "payload": derive_hash(record)})
    steps[place] = Step(EventType.SHUFFLE, (record, owned))
    world.archive.write_bytes(put_together(steps))


def does_nothing(world: World, command: str) -> str:
    """Return the report on an archive for which a trustee does nothing."""
    world.hand_out("ann")
    done = comitia(*world.trustee(command, "ann"))
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert done.err.endswith("; nothing was done\n")
    assert list(world.folder("ann").glob("*.shuffle")) == []
    assert list(world.folder("ann").glob("*.decryption")) == []
    return done.out


@pytest.mark.parametrize("stage, command", [("twice", "shuffle"), ("ended", "decrypt")])
@pytest.mark.parametrize("with_signatures", [True, False])
def test_a_trustee_does_nothing_after_a_false_shuffle(
    stage: str,
    command: str,
    with_signatures: bool,  # noqa: FBT001 - pytest gives it
    at: Stations,
) -> None:
    world = at(stage)
    falsify(world)
    if not with_signatures:
        world.signatures.unlink()
        (world.folder("ann") / world.signatures.name).unlink()
    assert "shuffle.proof" in does_nothing(world, command)


@pytest.mark.parametrize("command, stage", [("shuffle", "twice"), ("decrypt", "ended")])
def test_a_trustee_does_nothing_where_shuffles_are_not_signed(
    command: str, stage: str, at: Stations
) -> None:
    world = at(stage)
    world.hand_out("ann")
    beside = world.folder("ann") / world.signatures.name
    beside.unlink()
    said = sentence(comitia(*world.trustee(command, "ann")), 1)
    assert f"expected the shuffles' signatures in {beside.name}, beside the archive" in said
    assert list(world.folder("ann").glob("*.shuffle")) == []
    assert list(world.folder("ann").glob("*.decryption")) == []
    shutil.copy(world.signatures, beside)
    world.run(*world.trustee(command, "ann"))


def test_a_trustee_wants_as_many_shufflers_as_asked_for(at: Stations) -> None:
    world = at("ended")
    words = world.trustee("decrypt", "ann")
    done = comitia(*words, "--min-shuffles", 3)
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "shuffle.present" in done.out
    said = world.run(*words, "--min-shuffles", 2)
    assert "its ranked ballots were shuffled by trustees 1, 3" in said


def test_one_set_of_ballots_is_opened_in_one_order_only(at: Stations) -> None:
    world, other = at("ended"), at("shuffled")
    world.decrypt("ann")
    other.run(*closing(other))
    for path in (other.archive, other.signatures):
        shutil.copy(path, world.folder("ann"))
    (path,) = world.folder("ann").glob("*.decryption")
    path.unlink()
    said = sentence(comitia(*world.trustee("decrypt", "ann")), 1)
    assert "found another tally or another shuffle of these ballots" in said
    assert not path.exists()


@pytest.mark.parametrize("command, stage", [("shuffle", "closed"), ("decrypt", "ended")])
def test_a_file_in_the_way_is_found_before_the_work(
    command: str, stage: str, at: Stations, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = at(stage)
    ending = "shuffle" if command == "shuffle" else "decryption"
    (world.folder("ann") / f"2.{ending}").touch()
    monkeypatch.setattr(f"comitia.cli.election.trustee.{command}", crash)
    said = sentence(comitia(*world.trustee(command, "ann")), 2)
    assert "there is such a file already" in said
