"""Time limits of applications, by the organisation's rules and calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from comitia.law import rules
from comitia.law.calendars import Deadline
from comitia.law.rulebook import RuleBook
from comitia.web.deadlines import models
from comitia.web.deadlines.awaiting import undone
from comitia.web.deadlines.running import Kind, limit_after, meet, start_deadline

DECIDE: Final = Kind("register.decide", gettext_noop("Decide an application for membership"))


def decision_limit(applied_at: datetime, book: RuleBook) -> Deadline:
    """Return until when an application has to be decided that is lodged at a time."""
    return limit_after(applied_at, book.value(rules.APPLICATION_PERIOD))


def start_decision(membership: str, branch: str, applied_at: datetime, book: RuleBook) -> None:
    """Start the time in which an application has to be decided, with the act that lodges it.

    It awaits no person: whoever decides applications to this branch, or above it, can do it.
    """
    period = book.value(rules.APPLICATION_PERIOD)
    start_deadline(DECIDE, membership, applied_at, period, branch=branch)


def move_decision(membership: str, branch: str) -> None:
    """Take in that an application was to another branch than was entered."""
    _running([membership]).exclude(branch=branch).update(branch=branch)


def end_decision(membership: str, now: datetime, entry: str) -> None:
    """Take in that an application was decided, or taken back."""
    for one in _running([membership]):
        meet(one.pk, now, entry)


def decisions_due(memberships: Collection[str]) -> dict[str, models.Deadline]:
    """Return until when applications have to be decided, as it was computed and extended."""
    return {one.subject: one for one in _running(memberships)}


def _running(memberships: Collection[str]) -> QuerySet[models.Deadline]:
    return undone().filter(kind=DECIDE.name, subject__in=memberships)
