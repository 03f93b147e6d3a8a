from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.calendars import Calendar
from comitia.law.errors import Code, RuleViolation
from comitia.law.terms import Term, derive_term, require_short_enough
from comitia.law.values import Duration, Unit, months, years
from tests.law.strategies import DAYS

LONDON = Calendar(ZoneInfo("Europe/London"))
FIRST = date(2026, 5, 10)
TERM = Term(FIRST, date(2031, 5, 9))


def test_a_term_of_five_years_ends_on_the_day_before() -> None:
    assert derive_term(FIRST, years(5), LONDON) == TERM


def test_an_end_on_a_holiday_does_not_move() -> None:
    calendar = Calendar(ZoneInfo("Europe/London"), frozenset({TERM.last}))
    assert derive_term(FIRST, years(5), calendar) == TERM


@pytest.mark.parametrize(
    "now, begun, ended",
    [
        (datetime(2026, 5, 9, 22, 59, 59, tzinfo=UTC), False, False),
        (datetime(2026, 5, 9, 23, tzinfo=UTC), True, False),
        (datetime(2031, 5, 9, 22, 59, 59, tzinfo=UTC), True, False),
        (datetime(2031, 5, 9, 23, tzinfo=UTC), True, True),
    ],
)
def test_a_term_begins_and_ends_by_itself_at_midnight(
    now: datetime,
    begun: bool,  # noqa: FBT001 - a column of the table
    ended: bool,  # noqa: FBT001 - the same
) -> None:
    found = (TERM.has_begun(now, LONDON), TERM.has_ended(now, LONDON), TERM.runs(now, LONDON))
    assert found == (begun, ended, begun and not ended)


def test_no_term_is_longer_than_the_rule_allows() -> None:
    require_short_enough(TERM, years(5), LONDON, "general-secretary")
    longer = Term(FIRST, date(2031, 5, 10))
    with pytest.raises(RuleViolation) as error:
        require_short_enough(longer, years(5), LONDON, "general-secretary")
    assert error.value.args == (
        Code.TERM_TOO_LONG,
        "general-secretary",
        "an end on 2031-05-09 or before",
        "an end on 2031-05-10",
    )


def test_sixty_months_are_five_years() -> None:
    require_short_enough(derive_term(FIRST, months(60), LONDON), years(5), LONDON, "chair")
    with pytest.raises(RuleViolation):
        require_short_enough(derive_term(FIRST, months(61), LONDON), years(5), LONDON, "chair")


def test_a_term_does_not_end_before_it_begins() -> None:
    assert Term(FIRST, FIRST).last == FIRST
    with pytest.raises(ValueError, match=r"^a term from 2026-05-10 to 2026-05-09 ends before it"):
        Term(FIRST, date(2026, 5, 9))


@given(DAYS, st.builds(Duration, st.integers(1, 100), st.sampled_from(Unit)))
def test_the_longest_term_is_allowed_and_a_day_more_is_not(first: date, length: Duration) -> None:
    longest = derive_term(first, length, LONDON)
    require_short_enough(longest, length, LONDON, "chair")
    with pytest.raises(RuleViolation):
        require_short_enough(Term(first, longest.last + timedelta(days=1)), length, LONDON, "chair")
