"""Time limits: when so many days, working days, months or years after an event are over.

As the BGB counts, which others can follow too:

- The day of the event does not count (§ 187(1)); days that follow do, whole. Where a time begins
  with the start of a day, as a term does, that day counts (§ 187(2)): ``first_counts``.
- Months end on the day with the event's number, or on the last day of a shorter month; where the
  first day counts, on the day before that number (§ 188(2)-(3)). A year is twelve months.
- If the rule says so, an end on a Saturday, a Sunday or a holiday moves to the next working day
  (§ 193). Holidays are given; none are known here.
- The last day belongs to the time, in the organisation's time zone, also where the clock changes
  on it: a limit is over from the moment at which the next day begins.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, assert_never
from zoneinfo import ZoneInfo

from comitia.law.values import Duration, Unit

_DAY: Final = timedelta(days=1)
_MONTHS: Final = 12
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where and by which holidays an organisation counts.

    moves: whether a limit that would end on no working day ends on the next one.
    """

    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    moves: bool = True

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_day_from(self, day: date) -> date:
        """Return the day itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def day_of(self, moment: datetime) -> date:
        """Return the day that it is here at a moment. Raises ValueError for a naive one."""
        return _aware(moment).astimezone(self.zone).date()

    def start_of(self, day: date) -> datetime:
        """Return the moment, in UTC, at which a day begins here.

        Where the clock jumps over midnight the day begins with the jump; where midnight comes
        twice, with the first.
        """
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """Return the moment, in UTC, from which a day is over."""
        return self.start_of(day + _DAY)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a time limit. last_day: still within it. over_at: no longer, in UTC."""

    last_day: date
    over_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it is too late at a moment. Raises ValueError for a naive one."""
        return _aware(now) >= self.over_at


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return moment


def derive_deadline(event: datetime | date, limit: Duration, calendar: Calendar) -> Deadline:
    """Return when a limit after an event is over; it moves where the calendar says so.

    event: a moment, or the day here on which it happened.
    """
    day = calendar.day_of(event) if isinstance(event, datetime) else event
    last = derive_last_day(day, limit, calendar)
    if calendar.moves:
        last = calendar.working_day_from(last)
    return Deadline(last, calendar.end_of(last))


def derive_last_day(
    day: date, limit: Duration, calendar: Calendar, *, first_counts: bool = False
) -> date:
    """Return the last day of so long a time after a day, or from its beginning on; unmoved."""
    match limit.unit:
        case Unit.DAYS:
            return day + (limit.number - first_counts) * _DAY
        case Unit.WORKING_DAYS:
            eve = day - _DAY if first_counts else day
            return _working_days_after(eve, limit.number, calendar)
        case Unit.MONTHS:
            return _end_of_months(day, limit.number, first_counts=first_counts)
        case Unit.YEARS:
            return _end_of_months(day, limit.number * _MONTHS, first_counts=first_counts)
        case _:
            assert_never(limit.unit)


def _working_days_after(day: date, number: int, calendar: Calendar) -> date:
    for _ in range(number):
        day = calendar.working_day_from(day + _DAY)
    return day


def _end_of_months(day: date, number: int, *, first_counts: bool) -> date:
    """Return the day with the same number so many months later, or with the number before."""
    if first_counts and day.day == 1:
        return add_months(day, number) - _DAY
    return add_months(day - _DAY if first_counts else day, number)


def add_months(day: date, number: int) -> date:
    """Return the day with the same number in a later month, or that month's last day."""
    months = day.month - 1 + number
    year, month = day.year + months // _MONTHS, months % _MONTHS + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
