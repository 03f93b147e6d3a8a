from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from comitia.ballots.v1.model import EventType, canonical_json
from comitia.engine import Engine
from comitia.verify import Report, Sources, Subject, verify_election
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    RANK,
    RANK_VOTES,
    VOTES,
    YES_NO,
    Step,
    make_election,
    put_together,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import ballot_of, certify, failures_of, refer_again, with_setup
from tests.verify.trusteeship import group_of

FOREIGN = "0" * 63 + "2"


def open_path(path: Path) -> BinaryIO:
    return path.open("rb")


def faulty() -> bytes:
    """Return an archive with faults everywhere, several of them of one kind."""
    made = make_election(votes=VOTES * 3, seed="faulty")
    steps = take_apart(made.archive)
    listed = json.loads(made.records.credentials)
    credentials = [listed[0], FOREIGN, *listed[1:5], listed[0], FOREIGN[1:] + "0", *listed[5:-1]]
    steps[0] = refer_again(steps[0].with_content(2, canonical_json([*credentials, listed[3]])))
    for number in (2, 3, 7, 11):
        ballot = json.loads(made.ballots[number - 1])
        ballot["answers"][1]["choices"][0], ballot["answers"][1]["choices"][1] = (
            ballot["answers"][1]["choices"][1],
            ballot["answers"][1]["choices"][0],
        )
        steps[number] = Step(steps[number].type, (canonical_json(ballot),))
    for number in (5, 9):
        steps[number] = Step(steps[number].type, (made.ballots[number - 1] + b" ",))
    steps.insert(8, steps[4])
    steps.insert(4, steps[-5])
    return put_together(steps) + bytes(512)


def faulty_in_kind() -> bytes:
    """Return an archive of lists, weights, a certificate and a threshold group, with faults."""
    made = make_election(
        questions=(BOARD, YES_NO),
        votes=tuple((vote, (1, 0)) for vote in BOARD_VOTES * 3),
        weights=(3, 0, 2**30, 1, 1, 5, 7, 0, 2),
        keyholders=group_of(2, 4),
        seed="faulty in kind",
    )
    certificate = certify(made, length=8).to_bytes()
    steps = take_apart(made.archive)
    steps[0] = Step(steps[0].type, with_setup(made, certificate=certificate).in_order)
    for number, path in ((2, ("list_proofs", 0, 0)), (5, ("overall_proof",))):
        ballot = json.loads(made.ballots[number - 1])
        proof = ballot["answers"][0]
        for name in path:
            proof = proof[name]
        proof["response"] = "1"
        steps[number] = Step(steps[number].type, (canonical_json(ballot),))
    for number in (12, 14):
        share = json.loads(steps[number].contents[0])
        share["decryption_proofs"][0][1][1]["response"] = "1"
        steps[number] = refer_again(steps[number].with_content(0, canonical_json(share)))
    return put_together([*steps[:-1], steps[13], steps[-1]])


def faulty_ranked() -> bytes:
    """Return an archive of ranked ballots with faults in ballots, tally, shuffles and result."""
    made = make_election(
        questions=(RANK, YES_NO),
        votes=tuple((rank, (1, 0)) for rank in RANK_VOTES * 2),
        revotes=((4, (RANK_VOTES[0], (0, 1))),),
        seed="faulty ranked",
    )
    steps = take_apart(made.archive)
    for number in (2, 5, 9):
        ballot = json.loads(made.ballots[number - 1])
        ballot["answers"][0]["proof"]["response"] = "1"
        steps[number] = Step(steps[number].type, (canonical_json(ballot),))
    listed = json.loads(made.records.credentials)
    weighted = [f"{text},2" if n in {1, 4} else text for n, text in enumerate(listed)]
    steps[0] = refer_again(steps[0].with_content(2, canonical_json(weighted)))
    for number, step in enumerate(steps):
        if step.type is EventType.SHUFFLE:
            shuffle = json.loads(step.contents[0])
            shuffle["proofs"][0][1][4][number % 3] = "7"
            steps[number] = refer_again(step.with_content(0, canonical_json(shuffle)))
        if step.type is EventType.RESULT:
            result = json.loads(step.contents[0])
            result["result"][0].reverse()
            steps[number] = Step(step.type, (canonical_json(result),))
    return put_together(steps)


ARCHIVES = [faulty, faulty_in_kind, faulty_ranked]


def voted_as(number: int) -> int:
    """Return at which height the voter stands who is last on the list, which lost that line."""
    made = make_election(votes=VOTES * 3, seed="faulty")
    last = json.loads(made.records.credentials)[-1]
    place = next(n for n in range(number) if ballot_of(made, n).credential.text == last)
    return place + (1 if place < 3 else 2 if place < 7 else 3)


def in_json(report: Report) -> bytes:
    return canonical_json(report.to_json())


def test_several_faults_are_all_found_in_the_order_of_the_archive() -> None:
    report = verify(faulty())
    failures = failures_of(report)
    heights = {
        name: [f.subject.height for f in found]
        for name, found in failures.items()
        if name.startswith("ballot.")
    }
    assert heights == {
        "ballot.canonical": [6, 11],
        "ballot.credential": [voted_as(12)],
        "ballot.duplicate": [9],
        "ballot.proof": [2] * 3 + [3] * 3 + [8] * 3 + [13] * 3,
        "ballot.signature": [2, 3, 8, 13],
    }
    found = [f.found.split(":")[0] for f in failures["setup.credentials"]]
    assert found == [f"credentials[{number}]" for number in (1, 6, 7, 14)]
    assert failures["archive.trailing"][0].subject == Subject()
    assert [f.found for f in failures["archive.grammar"]] == ["Ballot"]


def test_faults_of_every_kind_are_all_found_in_the_order_of_the_archive() -> None:
    report = verify(faulty_in_kind())
    heights = {
        name: [f.subject.height for f in found] for name, found in failures_of(report).items()
    }
    assert heights == {
        "setup.credentials": [0],
        "ballot.proof": [2, 5],
        "ballot.signature": [2, 5],
        "decryption.owner": [16],
    }
    assert [(w.id, w.subject.height) for w in report.warnings] == [
        ("decryption.bound", None),
        ("decryption.proof", 12),
        ("decryption.proof", 14),
    ]


def test_faults_of_ranked_ballots_are_all_found_in_the_order_of_the_archive() -> None:
    heights = {
        name: [f.subject.height for f in found]
        for name, found in failures_of(verify(faulty_ranked())).items()
    }
    assert heights == {
        "tally.ballots": [2, 10, 13, 13],
        "ballot.proof": [2, 5, 9],
        "ballot.signature": [2, 5, 9],
        "tally.counts": [13],
        "shuffle.proof": [14, 15],
        "result.value": [19] * 10,
    }


@pytest.mark.parametrize("make", ARCHIVES)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_the_report_is_the_same_for_any_size_of_chunk(
    size: int, make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = in_json(verify(make()))
    monkeypatch.setattr("comitia.verify.credentials._CHUNK", size)
    monkeypatch.setattr("comitia.verify.ballots._CIPHERTEXTS_A_CHUNK", size * 6)
    monkeypatch.setattr("comitia.verify.ballots._UNCHECKED_A_CHUNK", size)
    assert in_json(verify(make())) == expected


@pytest.mark.parametrize("make", ARCHIVES)
@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_the_report_is_the_same_for_any_number_of_jobs(
    jobs: int, make: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With chunks so small that every process gets several, drawn ahead of the results."""
    expected = in_json(verify(make()))
    monkeypatch.setattr("comitia.verify.credentials._CHUNK", 2)
    monkeypatch.setattr("comitia.verify.ballots._CIPHERTEXTS_A_CHUNK", 12)
    path = tmp_path / "faulty.bel"
    path.write_bytes(make())
    with Engine(jobs) as engine:
        report = verify_election(Sources(partial(open_path, path)), engine.map)
    assert in_json(report) == expected


@pytest.mark.parametrize("end", [b"", b"]]", b',"x"]'])
def test_a_broken_list_of_credentials_is_reported_the_same_for_any_size_of_chunk(
    end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = json.loads(make_election().records.credentials)
    record = canonical_json([*texts, FOREIGN, texts[1]])[:-1] + end
    steps = take_apart(make_election().archive)
    archive = put_together([refer_again(steps[0].with_content(2, record))])
    expected = in_json(verify(archive))
    number = 2 if end == b"" else 3  # without what follows it, the last entry is in no form
    assert len(failures_of(verify(archive))["setup.credentials"]) == number
    for size in (1, 2, 3, 4):
        monkeypatch.setattr("comitia.verify.credentials._CHUNK", size)
        assert in_json(verify(archive)) == expected
