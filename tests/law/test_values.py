from __future__ import annotations

import pytest

from comitia.law.values import (
    Duration,
    Level,
    Organ,
    OrganKind,
    Unit,
    days,
    months,
    working_days,
    years,
)


def test_a_duration_reads_well_in_the_singular_and_the_plural() -> None:
    told = [str(make(n)) for n in (1, 2) for make in (days, working_days, months, years)]
    assert told == [
        *("1 day", "1 working day", "1 month", "1 year"),
        *("2 days", "2 working days", "2 months", "2 years"),
    ]


@pytest.mark.parametrize("number", [0, -1])
def test_a_duration_of_nothing_is_none(number: int) -> None:
    with pytest.raises(ValueError, match=f"^expected a duration of 1 or more, found {number}$"):
        Duration(number, Unit.DAYS)


def test_an_organ_is_named_by_its_kind_and_id() -> None:
    assert str(Organ(OrganKind.BODY, "committee")) == "body:committee"
    assert str(Organ(OrganKind.OFFICE, "secretary")) == "office:secretary"


def test_levels_are_seen_from_a_branch() -> None:
    path = ("union", "north", "harbour")
    found = [level.of(path) for level in (Level.OWN, Level.ABOVE, Level.TOP)]
    assert found == [path, ("union", "north"), ("union",)]


def test_nothing_is_above_the_top() -> None:
    assert [level.of(("union",)) for level in Level] == [("union",)] * 3


def test_no_path_is_no_branch() -> None:
    with pytest.raises(ValueError, match=r"^the path of a branch names at least the top$"):
        Level.OWN.of(())
