"""Sums of the whole tree are the balances of its parts, and small ones are told to nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.balance import Balance, Column
from comitia.law.standings import ChangeKind
from comitia.web.register.balances import Asked, Counts, Movement
from comitia.web.register.sums import Part, sum_up, told_to_all

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
ASKED: Final = Asked(date(2026, 1, 1), date(2026, 12, 31), NOW, NOW)
PATHS: Final = {
    "all": ("all",),
    "north": ("all", "north"),
    "mill": ("all", "north", "mill"),
    "port": ("all", "north", "port"),
    "south": ("all", "south"),
}
places = st.sampled_from([*PATHS, None, "unknown"])
numbers = st.dictionaries(st.sampled_from([*PATHS, "unknown"]), st.integers(0, 50))
movements = st.builds(
    Movement, st.just(ChangeKind.TRANSFER), places, places, st.integers(min_value=1, max_value=9)
) | st.builds(Movement, st.just(ChangeKind.EXPEL), st.sampled_from([*PATHS]), st.none(), st.just(1))
counted = st.builds(Counts, st.just(ASKED), numbers, st.lists(movements).map(tuple), numbers)


def inside(part: Part) -> list[str]:
    """Return the branches of a part."""
    return [part.branch] if part.is_alone else [b for b in PATHS if part.branch in PATHS[b]]


@given(counted)
def test_every_part_has_the_balance_of_its_branches(counts: Counts) -> None:
    sums = sum_up(counts, PATHS)
    assert sums == {part: counts.balance(inside(part)) for part in sums}
    assert len(sums) == 2 * len(PATHS)


def of_sizes(**sizes: int) -> dict[Part, Balance]:
    """Return balances of a tree in which so many people belong to each branch itself."""
    return sum_up(Counts(ASKED, sizes, (), sizes), PATHS)


def told(least: int, **sizes: int) -> set[str]:
    """Return the parts that are told: "north" with those below it, "north." alone."""
    found = told_to_all(of_sizes(**sizes), PATHS, least)
    return {f"{one.branch}{'.' * one.is_alone}" for one in found}


EVERYTHING: Final = {name + end for name in PATHS for end in ("", ".")}


@pytest.mark.parametrize(
    "sizes, expected",
    [
        ({"all": 5, "mill": 5, "port": 5, "south": 5, "north": 5}, EVERYTHING),
        ({"mill": 9, "south": 9}, EVERYTHING),  # nobody is hidden where nobody is
        ({"mill": 4}, set()),
        ({"mill": 4, "south": 4}, {"all", "all."}),
        # The rest would follow from the whole: what is next larger is left out as well.
        ({"mill": 9, "south": 4}, {"all", "all."}),
        ({"mill": 9, "port": 9, "south": 4, "all": 5}, EVERYTHING - {"all.", "south", "south."}),
        # Two too small ones are enough to hide each other.
        ({"mill": 3, "port": 3, "south": 9}, {"all", "all.", "north", "north.", "south", "south."}),
    ],
)
def test_small_parts_are_left_out_and_do_not_follow(
    sizes: dict[str, int], expected: set[str]
) -> None:
    assert told(5, **sizes) == expected


def test_somebody_who_came_in_the_period_is_one_of_the_people() -> None:
    came = (Movement(ChangeKind.ADMIT, None, "all", 5),)
    sums = sum_up(Counts(ASKED, {}, came, {"all": 1}), PATHS)
    assert sums[Part("all")].counts[Column.JOINED] == 5
    assert Part("all") in told_to_all(sums, PATHS, 5)
    assert Part("all") not in told_to_all(sums, PATHS, 6)


@given(counted, st.integers(min_value=1, max_value=30))
def test_what_is_left_out_of_a_branch_is_nobody_or_enough(counts: Counts, least: int) -> None:
    """Each part is told, or hides among others of its family with which it is enough."""
    sums = sum_up(counts, PATHS)
    shown = told_to_all(sums, PATHS, least)
    for branch in PATHS:
        if Part(branch) not in shown:
            continue
        family = [Part(one) for one in PATHS if PATHS[one][:-1] == PATHS[branch]]
        family.append(Part(branch, is_alone=True))
        hidden = [size_of(sums[part]) for part in family if part not in shown]
        assert (
            sum(hidden) == 0
            or sum(hidden) >= least
            or len(hidden) == len([part for part in family if size_of(sums[part])])
        )


def size_of(one: Balance) -> int:
    return one.start + sum(
        one.counts[column] for column in (Column.JOINED, Column.READMITTED, Column.TRANSFERRED_IN)
    )
