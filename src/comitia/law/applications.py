"""What the rule book says of becoming a member and of leaving: how old, how soon, on what notice.

Counted without holidays: the least that everybody can check who has the record alone. What keeps a
calendar of its own may show a later day, never an earlier one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from comitia.law import rules
from comitia.law.calendars import (
    Calendar,
    Deadline,
    add_months,
    derive_deadline,
    derive_last_day,
)
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.standings import Change, ChangeKind, Entry

_MONTHS: Final = 12


def calendar_of(zone: ZoneInfo, book: RuleBook) -> Calendar:
    """Return how an organisation counts, as far as its rule book and its zone say."""
    return Calendar(zone, moves=bool(book.values.get(rules.DEADLINES_MOVE.key, True)))


def applied_on(entries: Sequence[Entry]) -> date | None:
    """Return the day on which somebody's latest application was entered; None where none was.

    No correction changes it: that would shorten a time that others have.
    """
    asked = (
        one.happening.day
        for one in reversed(entries)
        if isinstance(one, Change) and one.happening.kind is ChangeKind.APPLY
    )
    return next(asked, None)


def objections_limit(applied: date, book: RuleBook, calendar: Calendar) -> Deadline | None:
    """Return until when members may object to an application; None where there is no such time.

    applied: the day on which it was entered.
    """
    period = book.values.get(rules.APPLICATION_OBJECTIONS.key)
    return None if period is None else derive_deadline(applied, period, calendar)


def require_objections_over(
    applied: date, now: datetime, book: RuleBook, calendar: Calendar, subject: str
) -> None:
    """Refuse to admit somebody while members may object. Raises RuleViolation."""
    limit = objections_limit(applied, book, calendar)
    if limit is not None and not limit.is_over(now):
        expected = f"a day after {limit.last_day}"
        found = f"{calendar.day_of(now)}"
        raise RuleViolation(Code.APPLICATION_OBJECTIONS_RUN, subject, expected, found)


def earliest_last_day(declared: date, book: RuleBook, calendar: Calendar) -> date:
    """Return the first day that can be the last of a membership that is left on a day.

    It does not move from a Sunday: nobody has to do anything on it, and nobody stays longer for it.
    """
    notice = book.values.get(rules.LEAVING_NOTICE.key)
    return declared if notice is None else derive_last_day(declared, notice, calendar)


def require_notice(
    last_day: date, declared: date, book: RuleBook, calendar: Calendar, subject: str
) -> None:
    """Refuse a last day before the notice is over. Raises RuleViolation."""
    earliest = earliest_last_day(declared, book, calendar)
    if last_day < earliest:
        expected, found = f"{earliest} or later", f"{last_day}"
        raise RuleViolation(Code.LEAVING_TOO_EARLY, subject, expected, found)


def is_old_enough(born: date | None, day: date, book: RuleBook) -> bool:
    """Whether somebody can apply on a day. born: None, if nobody says, is not old enough."""
    least = book.values.get(rules.MINIMUM_AGE.key)
    if least is None:
        return True
    return born is not None and add_months(born, least * _MONTHS) <= day


def require_old_enough(born: date | None, day: date, book: RuleBook, subject: str) -> None:
    """Refuse who has not reached the age in the rules. Raises RuleViolation without the date."""
    if not is_old_enough(born, day, book):
        least = book.value(rules.MINIMUM_AGE)
        found = "no date of birth" if born is None else "younger"
        raise RuleViolation(Code.APPLICANT_TOO_YOUNG, subject, f"{least} years of age", found)
