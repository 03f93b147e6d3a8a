from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.law.calendars import derive_deadline
from comitia.law.values import Duration, Unit, days, working_days, years
from comitia.web.deadlines.holidays import NONE, calendar_for, parse_region, regions

BERLIN = ZoneInfo("Europe/Berlin")


def last_day(region: str, event: date, limit: Duration) -> date:
    return derive_deadline(event, limit, calendar_for(region, BERLIN, event, limit)).last_day


@pytest.mark.parametrize(
    "region,day",
    [
        (NONE, date(2027, 3, 8)),  # a Monday
        ("DE", date(2027, 3, 8)),
        ("DE-BE", date(2027, 3, 9)),  # women's day, in Berlin
        ("DE-BY", date(2027, 3, 8)),
        ("GB-ENG", date(2027, 3, 8)),
    ],
)
def test_a_deadline_moves_over_the_holidays_of_its_place(region: str, day: date) -> None:
    assert last_day(region, date(2027, 3, 1), days(7)) == day


def test_holidays_of_the_years_that_follow_are_known() -> None:
    assert last_day("DE", date(2026, 12, 30), days(2)) == date(2027, 1, 4)
    assert last_day("GB-SCT", date(2026, 12, 30), working_days(2)) == date(2027, 1, 5)
    assert last_day("DE-BE", date(2026, 3, 8), years(59)) == date(2085, 3, 9)


def test_a_limit_beyond_what_anybody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 60 years, found 60 years"):
        calendar_for("DE", BERLIN, date(2026, 1, 1), years(60))


def test_regions_are_countries_and_their_parts() -> None:
    assert {NONE, "DE", "DE-BE", "DE-TH", "GB", "GB-ENG", "GB-NIR"} <= set(regions())
    assert [parse_region("", region) for region in regions()] == list(regions())


@given(st.text(max_size=10))
def test_any_other_text_is_no_region(text: str) -> None:
    if text not in regions():
        with pytest.raises(MalformedRecord, match="such as DE-BE or GB-SCT"):
            parse_region("COMITIA_HOLIDAYS", text)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 40),
    st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS]),
)
def test_no_holiday_within_a_limit_s_reach_is_missing(event: date, number: int, unit: Unit) -> None:
    limit = Duration(number, unit)
    end = last_day("DE-BE", event, limit)
    far = calendar_for("DE-BE", BERLIN, date(event.year, 1, 1), years(20))
    assert end == derive_deadline(event, limit, far).last_day
