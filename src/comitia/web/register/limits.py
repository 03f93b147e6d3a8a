"""Time limits of applications and of requests for correction, by the organisation's rules."""

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
CORRECT: Final = Kind(
    "register.correction", gettext_noop("Answer a request for correction"), is_single=False
)


def decision_limit(applied_at: datetime, book: RuleBook) -> Deadline:
    """Return until when an application has to be decided that is lodged at a time."""
    return limit_after(applied_at, book.value(rules.APPLICATION_PERIOD), book)


def start_decision(membership: str, branch: str, applied_at: datetime, book: RuleBook) -> None:
    """Start the time in which an application has to be decided, with the act that lodges it.

    It awaits no person: whoever decides applications to this branch, or above it, can do it.
    """
    period = book.value(rules.APPLICATION_PERIOD)
    start_deadline(DECIDE, membership, applied_at, period, branch=branch, book=book)


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


def correction_limit(asked_at: datetime, book: RuleBook) -> Deadline:
    """Return until when a request for correction has to be answered that is made at a time."""
    return limit_after(asked_at, book.value(rules.CORRECTION_PERIOD), book)


def start_correction(
    membership: str, branch: str, asked_at: datetime, book: RuleBook
) -> models.Deadline:
    """Start the time in which a request for correction has to be answered.

    It awaits no person: any keeper of the branch's register can do it.
    """
    period = book.value(rules.CORRECTION_PERIOD)
    return start_deadline(CORRECT, membership, asked_at, period, branch=branch, book=book)


def _running(memberships: Collection[str]) -> QuerySet[models.Deadline]:
    return undone().filter(kind=DECIDE.name, subject__in=memberships)
