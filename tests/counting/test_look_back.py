from __future__ import annotations

import pytest

from comitia.counting.count import Count, Options
from comitia.counting.look_back import History, break_tie
from comitia.counting.lots import Decision, Undecided
from comitia.counting.sheet import Means, Purpose, Tie
from tests.counting.stv_elections import election

LEVEL = {1: 4, 2: 4, 3: 4, 4: 9}


def counting(**options: object) -> Count:
    return Count(election({}, 1, 4), Options(**options))  # type: ignore[arg-type] # as given


def test_the_last_stage_that_differs_decides_not_the_first() -> None:
    count = counting()
    history: History = [{1: 3, 2: 1, 3: 0, 4: 0}, {1: 1, 2: 2, 3: 0, 4: 0}, LEVEL]

    assert break_tie(count, [1, 2], history, Purpose.EXCLUDED, best=False) == 1
    assert count.ties == [Tie((1, 2), Purpose.EXCLUDED, 1, Means.LOOK_BACK, 2)]


@pytest.mark.parametrize("best, chosen", [(True, 3), (False, 1)])
def test_most_or_fewest_votes_are_looked_for(best: bool, chosen: int) -> None:  # noqa: FBT001
    history: History = [{1: 1, 2: 2, 3: 3, 4: 0}, LEVEL]

    assert break_tie(counting(), [1, 2, 3], history, Purpose.SURPLUS, best=best) == chosen


def test_whoever_is_not_tied_is_not_looked_at() -> None:
    history: History = [{1: 3, 2: 5, 3: 4, 4: 0}, LEVEL]

    assert break_tie(counting(), [2, 1], history, Purpose.EXCLUDED, best=False) == 1


def test_those_who_are_left_of_three_are_looked_at_further_back() -> None:
    count = counting()
    history: History = [{1: 1, 2: 3, 3: 2, 4: 0}, {1: 3, 2: 2, 3: 2, 4: 0}, LEVEL]

    assert break_tie(count, [3, 2, 1], history, Purpose.EXCLUDED, best=False) == 3
    assert count.ties == [
        Tie((1, 2, 3), Purpose.EXCLUDED, 3, Means.LOOK_BACK_IN_PART, 2),
        Tie((2, 3), Purpose.EXCLUDED, 3, Means.LOOK_BACK, 1),
    ]


def test_the_lot_is_between_those_whom_no_stage_tells_apart() -> None:
    decision = Decision(frozenset({2, 3}), 3, "coin")
    count = counting(decisions=(decision,))
    history: History = [{1: 3, 2: 2, 3: 2, 4: 0}, LEVEL]

    assert break_tie(count, [1, 2, 3], history, Purpose.EXCLUDED, best=False) == 3
    assert count.ties == [
        Tie((1, 2, 3), Purpose.EXCLUDED, 3, Means.LOOK_BACK_IN_PART, 1),
        Tie((2, 3), Purpose.EXCLUDED, 3, Means.PERSON, recorded="coin"),
    ]


def test_all_that_is_known_is_recorded_where_nobody_decides() -> None:
    count = counting()
    history: History = [{1: 3, 2: 2, 3: 2, 4: 0}, LEVEL]

    with pytest.raises(Undecided):
        break_tie(count, [1, 2, 3], history, Purpose.EXCLUDED, best=False)
    assert count.ties == [
        Tie((1, 2, 3), Purpose.EXCLUDED, None, Means.LOOK_BACK_IN_PART, 1),
        Tie((2, 3), Purpose.EXCLUDED, None, Means.NOTHING),
    ]


def test_earlier_ties_stay_in_front() -> None:
    count = counting()
    count.ties.append(Tie((1, 4), Purpose.SURPLUS, 4, Means.LOOK_BACK, 1))
    history: History = [{1: 3, 2: 2, 3: 2, 4: 0}, LEVEL]

    assert break_tie(count, [1, 2], history, Purpose.EXCLUDED, best=False) == 2
    assert [tie.between for tie in count.ties] == [(1, 4), (1, 2)]
