from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.calendars import (
    Calendar,
    Deadline,
    add_months,
    derive_deadline,
    derive_last_day,
)
from comitia.law.values import Duration, Unit, days, months, working_days, years
from tests.law.strategies import DAYS

BERLIN = ZoneInfo("Europe/Berlin")
PLAIN = Calendar(BERLIN, moves=False)
EASTER = frozenset({date(2026, 4, 3), date(2026, 4, 6)})
MOVING = Calendar(BERLIN, EASTER)
LIMITS = st.builds(Duration, st.integers(1, 60), st.sampled_from(Unit))
CALENDARS = st.builds(
    Calendar,
    st.sampled_from([BERLIN, ZoneInfo("Pacific/Auckland"), ZoneInfo("America/Havana")]),
    st.frozensets(DAYS, max_size=5),
    st.booleans(),
)


@pytest.mark.parametrize(
    "event, limit, last",
    [
        (date(2026, 3, 2), days(1), date(2026, 3, 3)),
        (date(2026, 3, 2), days(14), date(2026, 3, 16)),
        (date(2026, 1, 31), months(1), date(2026, 2, 28)),
        (date(2024, 1, 31), months(1), date(2024, 2, 29)),
        (date(2026, 2, 28), months(1), date(2026, 3, 28)),
        (date(2026, 8, 31), months(6), date(2027, 2, 28)),
        (date(2026, 12, 15), months(1), date(2027, 1, 15)),
        (date(2026, 11, 30), months(25), date(2028, 12, 30)),
        (date(2024, 2, 29), years(1), date(2025, 2, 28)),
        (date(2024, 2, 29), years(4), date(2028, 2, 29)),
        (date(2026, 3, 6), working_days(1), date(2026, 3, 9)),
        (date(2026, 3, 7), working_days(1), date(2026, 3, 9)),
        (date(2026, 3, 6), working_days(6), date(2026, 3, 16)),
    ],
)
def test_the_day_of_the_event_does_not_count(event: date, limit: Duration, last: date) -> None:
    assert derive_last_day(event, limit, PLAIN) == last


@pytest.mark.parametrize(
    "first, limit, last",
    [
        (date(2026, 3, 2), days(1), date(2026, 3, 2)),
        (date(2026, 3, 1), months(1), date(2026, 3, 31)),
        (date(2026, 3, 2), months(1), date(2026, 4, 1)),
        (date(2026, 1, 30), months(1), date(2026, 2, 28)),
        (date(2026, 1, 31), months(1), date(2026, 2, 28)),
        (date(2026, 2, 1), years(2), date(2028, 1, 31)),
        (date(2026, 3, 2), years(2), date(2028, 3, 1)),
        (date(2024, 2, 29), years(1), date(2025, 2, 28)),
        (date(2026, 3, 9), working_days(1), date(2026, 3, 9)),
        (date(2026, 3, 7), working_days(2), date(2026, 3, 10)),
    ],
)
def test_a_first_day_that_counts_ends_the_time_a_day_earlier(
    first: date, limit: Duration, last: date
) -> None:
    assert derive_last_day(first, limit, PLAIN, first_counts=True) == last


@pytest.mark.parametrize(
    "event, limit, last",
    [
        (date(2026, 3, 6), days(1), date(2026, 3, 9)),
        (date(2026, 3, 6), days(2), date(2026, 3, 9)),
        (date(2026, 4, 1), days(2), date(2026, 4, 7)),
        (date(2026, 3, 5), months(1), date(2026, 4, 7)),
        (date(2026, 4, 2), working_days(1), date(2026, 4, 7)),
        (date(2026, 3, 9), days(1), date(2026, 3, 10)),
    ],
)
def test_an_end_on_no_working_day_moves_where_the_rule_says_so(
    event: date, limit: Duration, last: date
) -> None:
    assert derive_deadline(event, limit, MOVING).last_day == last
    unmoved = derive_deadline(event, limit, Calendar(BERLIN, EASTER, moves=False))
    assert unmoved.last_day == derive_last_day(event, limit, MOVING)


# --- Moments ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone, day, over_at",
    [
        ("Europe/Berlin", date(2026, 3, 28), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
        # Midnight is jumped over: the day before ends with the jump.
        ("Asia/Beirut", date(2021, 3, 27), datetime(2021, 3, 27, 22, tzinfo=UTC)),
        # Midnight to one o'clock comes twice: the day begins with the first.
        ("America/Havana", date(2022, 11, 5), datetime(2022, 11, 6, 4, tzinfo=UTC)),
        # 30 December 2011 did not exist here: it is over when it would begin.
        ("Pacific/Apia", date(2011, 12, 29), datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_when_the_next_begins_also_where_the_clock_changes(
    zone: str, day: date, over_at: datetime
) -> None:
    found = Calendar(ZoneInfo(zone)).end_of(day)
    assert (found, found.tzinfo is UTC) == (over_at, True)


def test_a_limit_is_over_with_the_last_day_and_not_before() -> None:
    event = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # 2 March in Berlin
    found = derive_deadline(event, days(27), PLAIN)
    over_at = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert found == Deadline(date(2026, 3, 29), over_at)
    assert not found.is_over(over_at - timedelta(microseconds=1))
    assert found.is_over(over_at)


def test_a_moment_has_a_time_zone() -> None:
    naive = datetime(2026, 3, 1, 12)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match=r"^a moment without a time zone is no moment$"):
        derive_deadline(naive, days(1), PLAIN)
    with pytest.raises(ValueError, match=r"^a moment without a time zone is no moment$"):
        Deadline(date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)).is_over(naive)


def test_days_differ_by_zone() -> None:
    moment = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    zones = ("Europe/Berlin", "Europe/London", "Pacific/Auckland", "America/Havana")
    found = [Calendar(ZoneInfo(zone)).day_of(moment).day for zone in zones]
    assert found == [2, 1, 2, 1]


# --- Laws ------------------------------------------------------------------------------------


def slow_last_day(event: date, limit: Duration, calendar: Calendar) -> date:
    """Go on day by day, as with a finger on the wall calendar."""

    def counts(day: date) -> bool:
        match limit.unit:
            case Unit.DAYS:
                return True
            case Unit.WORKING_DAYS:
                return day.isoweekday() not in {6, 7} and day not in calendar.holidays
            case _:
                is_last = (day + timedelta(days=1)).day == 1
                return day.day == event.day or (is_last and day.day < event.day)

    day, left = event, limit.number * (12 if limit.unit is Unit.YEARS else 1)
    while left:
        day += timedelta(days=1)
        left -= counts(day)
    return day


@given(DAYS, LIMITS, CALENDARS)
def test_last_days_are_those_of_the_slow_twin(
    event: date, limit: Duration, calendar: Calendar
) -> None:
    assert derive_last_day(event, limit, calendar) == slow_last_day(event, limit, calendar)


@given(DAYS, LIMITS, CALENDARS)
def test_a_limit_ends_after_its_event_and_moves_to_the_first_working_day(
    event: date, limit: Duration, calendar: Calendar
) -> None:
    unmoved = derive_last_day(event, limit, calendar)
    found = derive_deadline(event, limit, calendar)
    skipped = [unmoved + timedelta(days=n) for n in range((found.last_day - unmoved).days)]
    assert event < unmoved <= found.last_day
    assert calendar.is_working_day(found.last_day) or not calendar.moves
    assert [day for day in skipped if calendar.is_working_day(day)] == []
    assert calendar.day_of(found.over_at) == found.last_day + timedelta(days=1)
    assert calendar.day_of(found.over_at - timedelta(microseconds=1)) == found.last_day


@given(DAYS, st.integers(0, 200), st.integers(0, 200))
def test_months_of_a_day_that_every_month_has_add_up(day: date, one: int, two: int) -> None:
    early = day.replace(day=min(day.day, 28))
    assert add_months(add_months(early, one), two) == add_months(early, one + two)
