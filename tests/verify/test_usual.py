"""Ballots passed in the usual way, against the walk that takes each record by itself."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest

from comitia.ballots.v1.model import BLOCK_BYTES
from comitia.verify import Report
from comitia.verify.report import ReportBuilder
from comitia.verify.structure import BallotPlace
from comitia.verify.walk import _Walk, read_structure
from tests.elections import VOTES, make_election, put_together, take_apart

ARCHIVE = make_election(votes=(*VOTES[:3], VOTES[0]), trustees=1).archive
FIRST, LAST = (ARCHIVE.index(b'"type":"Ballot"', start) for start in (0, len(ARCHIVE) * 2 // 3))


@dataclass(frozen=True)
class Walked:
    """All that a walk finds."""

    report: Report
    ballots: tuple[BallotPlace, ...]
    event_hashes: bytes
    misnamed: frozenset[int]
    steps: tuple[object, ...]


def walk(archive: bytes) -> Walked:
    report = ReportBuilder()
    found = read_structure(io.BytesIO(archive), report)
    ballots = tuple(found.ballots.place(index, {}) for index in range(len(found.ballots)))
    steps = (found.setup, found.ballots_closed, found.tally, found.sized, found.decryptions)
    return Walked(
        report.finish(None, None, found.last_event),
        ballots,
        bytes(found.event_hashes),
        frozenset(found.misnamed),
        (*steps, found.result, found.result_recorded),
    )


def walk_both_ways(archive: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Walked, Walked]:
    usually = walk(archive)
    with monkeypatch.context() as patched:
        patched.setattr(_Walk, "pass_usual", lambda _, offset: offset)
        return usually, walk(archive)


def test_all_ballots_of_a_right_archive_are_passed_and_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usually, by_records = walk_both_ways(ARCHIVE, monkeypatch)
    assert usually == by_records
    taken: list[object] = []
    monkeypatch.setattr(_Walk, "_note_ballot", lambda _, located: taken.append(located))
    walk(ARCHIVE)
    assert (len(usually.ballots), taken) == (4, [])


@pytest.mark.parametrize("place", range(2 * BLOCK_BYTES, len(ARCHIVE), 61))
def test_a_changed_byte_is_found_as_by_the_walk_alone(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ARCHIVE[:place] + bytes([ARCHIVE[place] ^ 1]) + ARCHIVE[place + 1 :]
    usually, by_records = walk_both_ways(changed, monkeypatch)
    assert usually == by_records


@pytest.mark.parametrize("place", range(FIRST - 200, FIRST + 1200, 7))
def test_every_part_of_a_ballot_s_records_is_looked_at(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ARCHIVE[:place] + bytes([ARCHIVE[place] ^ 2]) + ARCHIVE[place + 1 :]
    usually, by_records = walk_both_ways(changed, monkeypatch)
    assert usually == by_records


@pytest.mark.parametrize("end", range(FIRST - 600, len(ARCHIVE), 509))
def test_an_archive_that_was_cut_is_found_as_by_the_walk_alone(
    end: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    usually, by_records = walk_both_ways(ARCHIVE[:end], monkeypatch)
    assert usually == by_records


@pytest.mark.parametrize(
    "order",
    [[0, 1, 1, 2, 3], [0, 1, 0, 2], [1, 2, 0, 3], [0, 5, 1, 2], [0, 1, 5, 2, 3, 6], [4, 3, 2, 1]],
)
def test_steps_in_any_order_are_found_as_by_the_walk_alone(
    order: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = take_apart(ARCHIVE)
    usually, by_records = walk_both_ways(put_together([steps[n] for n in order]), monkeypatch)
    assert usually == by_records


def test_records_that_no_event_is_about_are_not_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = ARCHIVE.index(b".data.json", ARCHIVE.index(b'"type":"Setup"')) - 64
    second = ARCHIVE.index(b".event.json", first) - 64
    for number in (1, 9):
        strange = ARCHIVE[:first] + ARCHIVE[first:second] * number + ARCHIVE[first:]
        usually, by_records = walk_both_ways(strange, monkeypatch)
        assert usually == by_records
