"""Archives that somebody else wrote: whatever is in them, one sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from comitia.ballots.v1.model import EventType, canonical_json
from comitia.cli.election.board import read_board
from comitia.errors import MalformedRecord
from tests.cli.election.conftest import Stations
from tests.elections import Step, put_together, take_apart

Changed = Callable[[list[Step]], list[Step]]


def cut_to(type_: EventType, number: int) -> Changed:
    """Return a change that leaves so many records to the first event of a type."""

    def change(steps: list[Step]) -> list[Step]:
        place = next(n for n, step in enumerate(steps) if step.type is type_)
        step = steps[place]
        contents = (step.contents * 3)[:number]
        return [*steps[:place], Step(type_, contents), *steps[place + 1 :]]

    return change


def moved(place: int, to: int) -> Changed:
    def change(steps: list[Step]) -> list[Step]:
        steps.insert(to, steps.pop(place))
        return steps

    return change


def repeated(type_: EventType) -> Changed:
    def change(steps: list[Step]) -> list[Step]:
        return [*steps, next(step for step in steps if step.type is type_)]

    return change


def owned_by(owner: int) -> Changed:
    def change(steps: list[Step]) -> list[Step]:
        place = next(n for n, step in enumerate(steps) if step.type is EventType.PARTIAL_DECRYPTION)
        payload = "0" * 64
        owned = canonical_json({"owner": owner, "payload": payload})
        return [*steps[:place], steps[place].with_content(1, owned)]

    return change


@pytest.mark.parametrize(
    "change, problem",
    [
        (lambda _: [], "the archive does not begin with the set-up of an election"),
        (moved(0, 1), "the archive does not begin with the set-up of an election"),
        (cut_to(EventType.SETUP, 1), "expected 4 or 5 records, found 1"),
        (cut_to(EventType.SETUP, 3), "expected 4 or 5 records, found 3"),
        (cut_to(EventType.SETUP, 6), "expected 4 or 5 records, found 6"),
        (cut_to(EventType.BALLOT, 2), "event 1: Ballot is about 1 records, found 2"),
        (cut_to(EventType.ENCRYPTED_TALLY, 1), "event 5: EncryptedTally is about 2 records"),
        (cut_to(EventType.PARTIAL_DECRYPTION, 1), "PartialDecryption is about 2 records, found 1"),
        (repeated(EventType.SETUP), "Setup has no place here"),
        (repeated(EventType.BALLOT), "Ballot has no place here"),
        (repeated(EventType.END_BALLOTS), "EndBallots has no place here"),
        (repeated(EventType.ENCRYPTED_TALLY), "EncryptedTally has no place here"),
        (moved(5, 1), "EncryptedTally has no place here"),
        (moved(6, 1), "PartialDecryption has no place here"),
        (lambda steps: [steps[0], Step(EventType.RESULT, (b"{}",))], "Result has no place here"),
        (lambda steps: [*steps, Step(EventType.SHUFFLE, (b"{}",))], "Shuffle has no place here"),
        (lambda steps: [*steps, Step(EventType.END_SHUFFLES)], "EndShuffles has no place here"),
        (owned_by(0), "event 6"),
        (owned_by(5), "there is no trustee 5"),
        (lambda steps: [steps[0].with_content(0, b"{}")], "the field version is missing"),
        (lambda steps: [steps[0].with_content(1, b"{}")], "expected a list"),
        (lambda steps: [steps[0].with_content(2, b"{}")], "expected a list"),
    ],
)
def test_an_archive_that_is_no_election_s_is_refused(
    change: Changed, problem: str, at: Stations
) -> None:
    world = at("collected")
    world.archive.write_bytes(put_together(change(take_apart(world.archive.read_bytes()))))
    with pytest.raises(MalformedRecord) as refused:
        read_board(world.archive)
    assert refused.value.where.startswith(str(world.archive))
    assert problem in str(refused.value)


def test_a_board_says_how_far_an_election_came(at: Stations) -> None:
    seen = {}
    for station in ("open", "voted", "closed", "collected"):
        board = read_board(at(station).archive)
        seen[station] = (board.is_open, len(board.ballots), sorted(board.shares))
    assert seen == {
        "open": (True, 0, []),
        "voted": (True, 3, []),
        "closed": (False, 3, []),
        "collected": (False, 3, [1, 2, 3]),
    }
