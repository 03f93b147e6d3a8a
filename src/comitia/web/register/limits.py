"""Time limits of applications, by the organisation's rules and calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_noop

from comitia.law import rules
from comitia.law.calendars import Deadline
from comitia.law.rulebook import RuleBook
from comitia.web.deadlines import models
from comitia.web.deadlines.running import Kind, limit_after, meet, start_deadline

DECIDE: Final = Kind("register.decide", gettext_noop("Decide an application for membership"))


def decision_limit(applied_at: datetime, book: RuleBook) -> Deadline:
    """Return until when an application has to be decided."""
    return limit_after(applied_at, book.value(rules.APPLICATION_PERIOD), book)


def objections_limit(applied_at: datetime, book: RuleBook) -> Deadline | None:
    """Return until when members may object to an application; None where there is no such time."""
    period = book.value(rules.APPLICATION_OBJECTIONS)
    return None if period is None else limit_after(applied_at, period, book)


def start_decision(membership: str, applied_at: datetime, book: RuleBook) -> None:
    """Start the time in which an application has to be decided, with the act that lodges it."""
    period = book.value(rules.APPLICATION_PERIOD)
    start_deadline(DECIDE, membership, applied_at, period, book=book)


def end_decision(membership: str, now: datetime, entry: str) -> None:
    """Take in that an application was decided, or taken back."""
    running = models.Deadline.objects.filter(kind=DECIDE.name, subject=membership, met_at=None)
    for one in running.exclude(state=models.State.EXTENDED):
        meet(one.pk, now, entry)
