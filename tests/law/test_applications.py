from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from comitia.law import rules
from comitia.law.applications import (
    calendar_of,
    earliest_last_day,
    is_old_enough,
    objections_limit,
    require_notice,
    require_objections_over,
    require_old_enough,
)
from comitia.law.calendars import Calendar, Deadline
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook, setting
from comitia.law.rules import Rule
from comitia.law.values import Duration, days, months, working_days

BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = Calendar(BERLIN)
SILENT = RuleBook(1, date(2026, 1, 1), ())
THURSDAY = date(2026, 3, 5)


def book(rule: Rule[Any], value: object) -> RuleBook:
    return RuleBook(1, date(2026, 1, 1), (setting(rule, value),))


@pytest.mark.parametrize("moves", [True, False])
def test_limits_move_as_the_rule_book_says(moves: bool) -> None:  # noqa: FBT001 - the rule's value
    assert calendar_of(BERLIN, book(rules.DEADLINES_MOVE, moves)) == Calendar(BERLIN, moves=moves)
    assert calendar_of(BERLIN, SILENT) == CALENDAR


def test_objections_are_made_until_the_end_of_the_last_day() -> None:
    ten = book(rules.APPLICATION_OBJECTIONS, days(10))
    limit = Deadline(date(2026, 3, 16), datetime(2026, 3, 16, 23, tzinfo=UTC))
    assert objections_limit(THURSDAY, ten, CALENDAR) == limit  # the tenth day is a Sunday
    require_objections_over(THURSDAY, datetime(2026, 3, 16, 23, tzinfo=UTC), ten, CALENDAR, "eve")
    at = datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC)
    with pytest.raises(RuleViolation) as error:
        require_objections_over(THURSDAY, at, ten, CALENDAR, "eve")
    assert error.value.args == (
        *(Code.APPLICATION_OBJECTIONS_RUN, "eve"),
        *("a day after 2026-03-16", "2026-03-16"),
    )


def test_objections_in_working_days_know_no_holidays() -> None:
    two = book(rules.APPLICATION_OBJECTIONS, working_days(2))
    limit = objections_limit(date(2026, 4, 30), two, CALENDAR)
    assert limit is not None
    assert limit.last_day == date(2026, 5, 4)  # the first of May counts


@pytest.mark.parametrize("silent", [SILENT, book(rules.APPLICATION_OBJECTIONS, None)])
def test_without_a_time_for_objections_anybody_is_admitted_at_once(silent: RuleBook) -> None:
    assert objections_limit(THURSDAY, silent, CALENDAR) is None
    require_objections_over(THURSDAY, datetime(2026, 3, 5, tzinfo=UTC), silent, CALENDAR, "eve")


@pytest.mark.parametrize(
    "notice, earliest",
    [(None, THURSDAY), (days(3), date(2026, 3, 8)), (months(3), date(2026, 6, 5))],
)
def test_a_membership_ends_when_the_notice_is_over_and_on_a_sunday_too(
    notice: Duration | None, earliest: date
) -> None:
    asked = book(rules.LEAVING_NOTICE, notice)
    assert earliest_last_day(THURSDAY, asked, CALENDAR) == earliest
    require_notice(earliest, THURSDAY, asked, CALENDAR, "eve")
    before = date.fromordinal(earliest.toordinal() - 1)
    with pytest.raises(RuleViolation) as error:
        require_notice(before, THURSDAY, asked, CALENDAR, "eve")
    expected = (Code.LEAVING_TOO_EARLY, "eve", f"{earliest} or later", f"{before}")
    assert error.value.args == expected


def test_without_a_rule_of_notice_a_membership_ends_on_the_day_at_once() -> None:
    assert earliest_last_day(THURSDAY, SILENT, CALENDAR) == THURSDAY


@pytest.mark.parametrize(
    "born, day, is_enough",
    [
        (date(2010, 3, 5), THURSDAY, True),
        (date(2010, 3, 6), THURSDAY, False),
        (date(2008, 2, 29), date(2024, 2, 28), False),
        (date(2008, 2, 29), date(2024, 2, 29), True),
        (None, THURSDAY, False),
    ],
)
def test_the_age_is_reached_on_the_birthday(born: date | None, day: date, is_enough: bool) -> None:  # noqa: FBT001
    sixteen = book(rules.MINIMUM_AGE, 16)
    assert is_old_enough(born, day, sixteen) is is_enough
    if is_enough:
        require_old_enough(born, day, sixteen, "eve")
        return
    with pytest.raises(RuleViolation) as error:
        require_old_enough(born, day, sixteen, "eve")
    found = "no date of birth" if born is None else "younger"
    assert error.value.args == (Code.APPLICANT_TOO_YOUNG, "eve", "16 years of age", found)


@pytest.mark.parametrize("silent", [SILENT, book(rules.MINIMUM_AGE, None)])
def test_without_a_minimum_age_nobody_is_asked(silent: RuleBook) -> None:
    assert is_old_enough(None, THURSDAY, silent)
    require_old_enough(None, THURSDAY, silent, "eve")
