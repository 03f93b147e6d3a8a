"""All branches and years at once agree with one balance at a time, and nobody is lost unnamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.balance import Balance, Cause, Column, derive_balance
from comitia.law.errors import RuleViolation
from comitia.law.standings import Change, ChangeKind, Correction, Entry, Happening
from comitia.law.yearly import derive_yearly
from tests.law.histories import BRANCHES, DAY_0, day, happening, histories, noon

K = ChangeKind
OPEN = dict.fromkeys(BRANCHES)
LATER = date(2030, 6, 30)
PEOPLE = st.lists(histories(), max_size=5)


def person(name: str, *steps: tuple[ChangeKind, int, str | None]) -> list[Entry]:
    return [Change(f"{name}-{n}", noon(n), happening(kind, n, branch)) for kind, n, branch in steps]


def stretched(entries: Sequence[Entry], times: int) -> list[Entry]:
    """Return entries whose days lie further apart, so that they fall into several years."""

    def moved(one: Happening) -> Happening:
        return replace(one, day=DAY_0 + times * (one.day - DAY_0))

    return [
        replace(one, happening=moved(one.happening))
        if isinstance(one, Change)
        else replace(one, instead=one.instead and moved(one.instead))
        for one in entries
    ]


@given(PEOPLE, st.integers(1, 30))
def test_every_balance_is_the_one_that_is_derived_alone(
    drawn: list[list[Entry]], times: int
) -> None:
    people = [stretched(entries, times) for entries in drawn]
    years = derive_yearly(people, OPEN, LATER)
    for branch in BRANCHES:
        for year in range(2026, 2031):
            period = date(year, 1, 1), min(date(year, 12, 31), LATER)
            alone = derive_balance(people, {branch}, period)
            if (branch, year) in years:
                assert years[branch, year] == alone
            else:
                assert (alone.start, set(alone.counts.values())) == (alone.end, {0})


@given(PEOPLE, st.dictionaries(st.sampled_from(BRANCHES), st.integers(0, 80)), st.integers(1, 30))
def test_who_is_lost_is_exactly_who_is_where_no_branch_is(
    drawn: list[list[Entry]], closed: dict[str, int], times: int
) -> None:
    """At the end of every year a branch has its members, if it still exists, else none."""
    people = [stretched(entries, times) for entries in drawn]
    last_days = {one: day(closed[one]) if one in closed else None for one in BRANCHES}
    for (branch, year), balance in derive_yearly(people, last_days, LATER).items():
        alone = derive_balance(people, {branch}, (balance.first, balance.last))
        last = last_days[branch]
        assert balance.end == (alone.end if last is None or balance.last <= last else 0)
        assert balance.difference == -len(balance.causes)
        if last is None:
            assert balance == alone
        assert balance.last == min(date(year, 12, 31), LATER)


MILL = person("ada", (K.FOUND, 0, "mill"))
NOTHING = dict.fromkeys(Column, 0)
OF_2026 = (date(2026, 1, 1), date(2026, 12, 31))


def lost_from(
    entries: list[Entry], closed: dict[str, date | None]
) -> dict[tuple[str, int], Balance]:
    """Return the balances that do not add up."""
    years = derive_yearly([entries], {**OPEN, **closed}, LATER)
    return {key: balance for key, balance in years.items() if balance.difference}


def test_a_member_of_no_branch_is_lost_on_the_first_day() -> None:
    nowhere = person("eve", (K.FOUND, 0, "nowhere"))
    assert lost_from(nowhere, {}) == {
        ("nowhere", 2026): Balance(
            *OF_2026, 0, {**NOTHING, Column.JOINED: 1}, 0, (Cause(("eve-0",), -1),)
        )
    }


def test_a_member_of_a_closed_branch_is_lost_the_day_after_its_last() -> None:
    assert lost_from(MILL, {"mill": date(2027, 12, 31)}) == {
        ("mill", 2028): Balance(
            date(2028, 1, 1), date(2028, 12, 31), 1, NOTHING, 0, (Cause(("ada-0",), -1),)
        )
    }


def test_who_goes_the_day_after_the_last_is_not_lost() -> None:
    for kind, branch in ((K.LEAVE, None), (K.TRANSFER, "south"), (K.DIE, None)):
        gone = [*MILL, *person("gone", (kind, 10, branch))]
        assert lost_from(gone, {"mill": day(9)}) == {}
        assert list(lost_from(gone, {"mill": day(8)})) == [("mill", 2026)]


def test_who_was_lost_and_comes_elsewhere_is_counted_there_once() -> None:
    moved = [*MILL, *person("gone", (K.SUSPEND, 15, None), (K.TRANSFER, 20, "south"))]
    years = derive_yearly([moved], {**OPEN, "mill": day(8)}, LATER)
    south = Balance(*OF_2026, 0, {**NOTHING, Column.TRANSFERRED_IN: 1}, 1)
    assert years["south", 2026] == south
    assert years["mill", 2026].counts == {**NOTHING, Column.JOINED: 1}
    assert years["mill", 2026].causes == (Cause(("ada-0",), -1),)


def test_a_correction_can_lose_somebody_and_find_them_again() -> None:
    wrong = [*MILL, Correction("wrong", noon(30), "ada-0", happening(K.FOUND, 0, "nowhere"))]
    (balance,) = lost_from(wrong, {}).values()
    assert balance.causes == (Cause(("ada-0", "wrong"), -1),)
    right = Correction("right", noon(40), "ada-0", happening(K.FOUND, 0, "mill"))
    assert lost_from([*wrong, right], {}) == {}


def test_what_lies_after_the_last_day_is_not_looked_at() -> None:
    assert lost_from(MILL, {"mill": LATER}) == {}
    assert lost_from(MILL, {"mill": date.max}) == {}
    assert list(lost_from(MILL, {"mill": LATER - timedelta(days=1)})) == [("mill", 2030)]


def test_impossible_changes_have_no_balances() -> None:
    with pytest.raises(RuleViolation):
        derive_yearly([person("x", (K.LEAVE, 0, None))], OPEN, LATER)


@pytest.mark.parametrize("on", [day(0), date.min, LATER])
def test_where_nobody_stays_overnight_nobody_is_lost(on: date) -> None:
    """Who is entered in the wrong branch and transferred on the same day was never there."""
    passing: list[Entry] = [
        Change("in", noon(0), Happening(K.FOUND, on, "nowhere")),
        Change("on", noon(0), Happening(K.TRANSFER, on, "mill")),
    ]
    assert lost_from(passing, {}) == {}
