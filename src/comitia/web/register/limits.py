"""Time limits of applications, by the organisation's rules and calendar."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from comitia.law import rules
from comitia.law.calendars import Calendar, Deadline, derive_deadline
from comitia.law.rulebook import RuleBook
from comitia.law.values import Duration


def limit_after(event: datetime, limit: Duration, book: RuleBook, zone: str) -> Deadline:
    """Return when a limit after an event is over; Saturdays and Sundays are its only holidays."""
    calendar = Calendar(ZoneInfo(zone), moves=book.value(rules.DEADLINES_MOVE))
    return derive_deadline(event, limit, calendar)


def decision_limit(applied_at: datetime, book: RuleBook, zone: str) -> Deadline:
    """Return until when an application has to be decided."""
    return limit_after(applied_at, book.value(rules.APPLICATION_PERIOD), book, zone)


def objections_limit(applied_at: datetime, book: RuleBook, zone: str) -> Deadline | None:
    """Return until when members may object to an application; None where there is no such time."""
    period = book.value(rules.APPLICATION_OBJECTIONS)
    return None if period is None else limit_after(applied_at, period, book, zone)
