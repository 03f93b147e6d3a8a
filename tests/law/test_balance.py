from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.balance import COMING, GOING, Balance, Cause, Column, derive_balance
from comitia.law.errors import RuleViolation
from comitia.law.standings import (
    Change,
    ChangeKind,
    Correction,
    Entry,
    Happening,
    derive_membership,
)
from tests.law.histories import BRANCHES, day, happening, histories, noon

K = ChangeKind
PEOPLE = st.lists(histories(), max_size=6)
PERIODS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda pair: (day(min(pair)), day(max(pair)))
)
NOTHING = dict.fromkeys(Column, 0)
MARCH = (day(59), day(89))


def person(*steps: tuple[ChangeKind, int, str | None]) -> list[Entry]:
    """Return the entries of one person, each known on its day. steps: kind, day, branch."""
    return [
        Change(f"{kind}-{number}", noon(number), happening(kind, number, branch))
        for kind, number, branch in steps
    ]


STAYED = person((K.FOUND, 0, "mill"))
JOINED = person((K.APPLY, 50, "mill"), (K.ADMIT, 59, None))
BACK = person(
    (K.FOUND, 0, "mill"), (K.LEAVE, 20, None), (K.APPLY, 55, "mill"), (K.READMIT, 60, "mill")
)
REINSTATED = person((K.FOUND, 0, "mill"), (K.EXPEL, 20, None), (K.REINSTATE, 61, None))
CAME = person((K.FOUND, 0, "north"), (K.TRANSFER, 62, "mill"))
LEFT = person((K.FOUND, 0, "mill"), (K.LEAVE, 89, None))
WENT = person((K.FOUND, 0, "mill"), (K.TRANSFER, 63, "south"))
STRUCK = person((K.FOUND, 0, "mill"), (K.STRIKE_OFF, 64, None))
EXPELLED = person((K.FOUND, 0, "mill"), (K.SUSPEND, 60, None), (K.EXPEL, 65, None))
DIED = person((K.FOUND, 0, "mill"), (K.DIE, 66, None))
SUSPENDED = person((K.FOUND, 0, "mill"), (K.SUSPEND, 70, None))
REFUSED = person((K.APPLY, 59, "mill"), (K.REFUSE, 70, None))
LATER = person((K.APPLY, 59, "mill"), (K.ADMIT, 90, None))
ELSEWHERE = person((K.FOUND, 0, "south"), (K.LEAVE, 60, None))
ALL = (
    *(STAYED, JOINED, BACK, REINSTATED, CAME, LEFT, WENT, STRUCK, EXPELLED, DIED),
    *(SUSPENDED, REFUSED, LATER, ELSEWHERE),
)


def test_every_movement_has_its_column() -> None:
    counts = {
        Column.JOINED: 1,
        Column.READMITTED: 2,
        Column.TRANSFERRED_IN: 1,
        Column.LEFT: 1,
        Column.TRANSFERRED_OUT: 1,
        Column.STRUCK_OFF: 1,
        Column.EXPELLED: 1,
        Column.DIED: 1,
    }
    found = derive_balance(ALL, {"mill"}, MARCH)
    assert found == Balance(*MARCH, 7, counts, 6)
    assert (found.expected_end, found.difference) == (6, 0)


def test_a_transfer_within_the_branches_is_no_movement() -> None:
    found = derive_balance([CAME], {"mill", "north"}, MARCH)
    assert found == Balance(*MARCH, 1, NOTHING, 1)


def test_every_change_that_can_bring_or_take_a_member_has_a_column() -> None:
    assert set(COMING.values()) | set(GOING.values()) == set(Column)
    assert set(COMING) | set(GOING) == set(ChangeKind) - {
        *(K.APPLY, K.REFUSE, K.WITHDRAW, K.SUSPEND)
    }


def test_an_empty_branch_has_an_empty_balance() -> None:
    assert derive_balance([], {"mill"}, MARCH) == Balance(*MARCH, 0, NOTHING, 0)
    assert derive_balance([STAYED, []], {"north"}, MARCH) == Balance(*MARCH, 0, NOTHING, 0)


def test_a_period_does_not_end_before_it_begins() -> None:
    one_day = derive_balance([STAYED], {"mill"}, (day(59), day(59)))
    assert (one_day.start, one_day.end) == (1, 1)
    with pytest.raises(ValueError, match=r"^a period from 2026-03-01 to 2026-02-28 ends before"):
        derive_balance([], {"mill"}, (day(59), day(58)))


def test_the_start_is_not_stated_later_than_the_rest_is_known() -> None:
    derive_balance([], {"mill"}, MARCH, noon(59), noon(59))
    with pytest.raises(ValueError, match=r"^the start was stated after the time of which the rest"):
        derive_balance([], {"mill"}, MARCH, noon(60), noon(59))


def test_impossible_changes_have_no_balance() -> None:
    with pytest.raises(RuleViolation):
        derive_balance([person((K.LEAVE, 0, None))], {"mill"}, MARCH)


# --- What is known later than the start was stated -------------------------------------------


def late(id_: str, known: int, what: Happening) -> Change:
    return Change(id_, noon(known), what)


def test_a_leaving_that_was_entered_late_is_named_as_the_cause() -> None:
    gone = [*STAYED, late("late", 70, happening(K.LEAVE, 40))]
    found = derive_balance([gone], {"mill"}, MARCH, stated_at=noon(59))
    assert found == Balance(*MARCH, 1, NOTHING, 0, (Cause(("late",), -1),))
    assert found.difference == -1


def test_a_correction_is_named_as_the_cause() -> None:
    """The member had not left before the period, but did within it."""
    entries = [
        *STAYED,
        Change("left", noon(40), happening(K.LEAVE, 40)),
        Correction("moved", noon(70), "left", happening(K.LEAVE, 65)),
    ]
    found = derive_balance([entries], {"mill"}, MARCH, stated_at=noon(59))
    assert found == Balance(*MARCH, 0, NOTHING | {Column.LEFT: 1}, 0, (Cause(("moved",), 1),))
    assert found.difference == 1


def test_what_is_not_yet_known_causes_nothing() -> None:
    gone = [*STAYED, late("late", 70, happening(K.LEAVE, 40))]
    found = derive_balance([gone], {"mill"}, MARCH, stated_at=noon(59), known_at=noon(69))
    assert found == Balance(*MARCH, 1, NOTHING, 1)


def test_only_late_entries_about_earlier_days_are_causes() -> None:
    entries = [
        *person((K.APPLY, 0, "mill"), (K.REFUSE, 10, None)),
        late("founder", 60, happening(K.APPLY, 20, "mill")),
        late("admitted", 61, happening(K.ADMIT, 58)),
        late("within", 62, happening(K.LEAVE, 60)),
        Correction("stays", noon(63), "within", None),
        Correction("unknown-yet", noon(80), "admitted", None),
    ]
    found = derive_balance([entries], {"mill"}, MARCH, stated_at=noon(59), known_at=noon(79))
    assert found == Balance(*MARCH, 0, NOTHING, 1, (Cause(("founder", "admitted"), 1),))


def test_of_the_entries_around_a_difference_only_those_that_make_it_are_causes() -> None:
    entries = [
        *STAYED,
        late("known-when-stated", 59, happening(K.LEAVE, 20)),
        Correction("never-left", noon(60), "known-when-stated", None),
        Correction("said-again", noon(61), "known-when-stated", None),
        late("on-the-first-day", 62, happening(K.TRANSFER, 59, "north")),
        late("known-at-last", 70, happening(K.SUSPEND, 30)),
    ]
    found = derive_balance([entries], {"mill"}, MARCH, noon(59), noon(70))
    moved = NOTHING | {Column.TRANSFERRED_OUT: 1}
    assert found == Balance(*MARCH, 0, moved, 0, (Cause(("never-left", "known-at-last"), 1),))


def test_the_start_is_known_with_the_rest_where_nobody_stated_it() -> None:
    gone = [*STAYED, late("late", 70, happening(K.LEAVE, 40))]
    found = derive_balance([gone], {"mill"}, MARCH, known_at=noon(69))
    assert found == Balance(*MARCH, 1, NOTHING, 1)


def test_what_takes_effect_on_the_eve_is_in_the_start_and_on_the_first_day_a_movement() -> None:
    people = [person((K.FOUND, 58, "mill")), person((K.FOUND, 59, "mill"))]
    found = derive_balance(people, {"mill"}, MARCH)
    assert found == Balance(*MARCH, 1, NOTHING | {Column.JOINED: 1}, 2)


@given(PEOPLE, PERIODS, st.sampled_from(BRANCHES))
def test_known_at_one_time_a_balance_is_even(
    people: list[list[Entry]], period: tuple[date, date], branch: str
) -> None:
    first, last = period
    found = derive_balance(people, {branch}, (first, last))
    assert (found.difference, found.causes) == (0, ())


@given(PEOPLE, PERIODS, st.integers(0, 60), st.integers(0, 60))
def test_start_and_end_are_the_members_known_and_causes_explain_the_difference(
    people: list[list[Entry]], period: tuple[date, date], stated: int, known: int
) -> None:
    first, last = period
    found = derive_balance(
        people,
        {"mill"},
        (first, last),
        noon(min(stated, known)),
        noon(known),
    )
    assert found.difference == sum(cause.effect for cause in found.causes)
    assert [cause for cause in found.causes if not cause.entries] == []
    ends = [derive_membership(entries, last, noon(known)) for entries in people]
    assert found.end == sum(one.counts and one.branch == "mill" for one in ends)


@given(PEOPLE, PERIODS)
def test_the_balance_of_several_is_the_sum_of_each_without_transfers_among_them(
    people: list[list[Entry]], period: tuple[date, date]
) -> None:
    first, last = period
    days = (first, last)
    for some in combinations(BRANCHES, 2):
        together = derive_balance(people, some, days)
        apart = [derive_balance(people, {one}, days) for one in some]
        sums = {column: sum(one.counts[column] for one in apart) for column in Column}
        among = sums[Column.TRANSFERRED_IN] - together.counts[Column.TRANSFERRED_IN]
        assert sums[Column.TRANSFERRED_OUT] - together.counts[Column.TRANSFERRED_OUT] == among >= 0
        moved = {Column.TRANSFERRED_IN, Column.TRANSFERRED_OUT}
        assert all(sums[c] == together.counts[c] for c in Column if c not in moved)
        assert together.start == sum(one.start for one in apart)
        assert together.end == sum(one.end for one in apart)
