"""The organisation's calendar: its time zone, and the holidays of where it has its seat.

Holidays come from a package that knows laws and proclamations of the years so far. Of the years to
come it knows what the law says today.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from comitia.errors import MalformedRecord
from comitia.law.calendars import Calendar
from comitia.law.values import Duration, Unit

NONE: Final = "none"
_COUNTRIES: Final = ("DE", "GB")
_MOST_YEARS: Final = 60
# At most so many of the unit in a year: then no year is missing.
_IN_A_YEAR: Final = {Unit.DAYS: 365, Unit.WORKING_DAYS: 200, Unit.MONTHS: 12, Unit.YEARS: 1}


def regions() -> tuple[str, ...]:
    """Return the places whose holidays are known: ``none``, DE, DE-BE and so on."""
    known = holidays.list_supported_countries(include_aliases=False)
    parts = [f"{country}-{part}" for country in _COUNTRIES for part in known[country]]
    return (NONE, *sorted([*_COUNTRIES, *parts]))


def parse_region(where: str, text: str) -> str:
    """Return a place of ``regions``. Raises MalformedRecord for any other text."""
    if text not in regions():
        problem = "expected none, DE, GB, or a part of them, such as DE-BE or GB-SCT"
        raise MalformedRecord(where, problem)
    return text


def calendar_for(
    region: str, zone: ZoneInfo, day: date, limit: Duration, *, moves: bool = True
) -> Calendar:
    """Return a calendar that reaches far enough for a time limit from a day on.

    moves: whether a limit that would end on no working day ends on the next one.
    Raises ValueError for a limit of more than sixty years, for which nobody knows the holidays.
    """
    years = limit.number // _IN_A_YEAR[limit.unit] + 1
    if years > _MOST_YEARS:
        raise ValueError(f"expected a limit of at most {_MOST_YEARS} years, found {limit}")
    return Calendar(zone, _holidays(region, day.year, day.year + years + 1), moves)


@lru_cache(maxsize=64)
def _holidays(region: str, first: int, last: int) -> frozenset[date]:
    if region == NONE:
        return frozenset()
    country, _, part = region.partition("-")
    return frozenset(
        holidays.country_holidays(country, subdiv=part or None, years=range(first, last + 1))
    )
