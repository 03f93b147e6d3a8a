"""What is due: from a person, about a subject, and what is overdue."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from comitia.web.deadlines.models import Deadline, Feed, State

_UNDONE = (State.OPEN, State.MISSED)


def undone() -> QuerySet[Deadline]:
    """Ask for what is due and not done, in time or late; the soonest end first."""
    rows = Deadline.objects.filter(state__in=_UNDONE, met_at=None)
    return rows.order_by("ends_at", "pk")


def awaiting(person: UUID) -> QuerySet[Deadline]:
    """Ask for what awaits a person, what is late included."""
    return undone().filter(person=person)


def overdue(now: datetime) -> QuerySet[Deadline]:
    """Ask for what is over and was not done, by the clock alone."""
    return undone().filter(ends_at__lte=now)


def erase_person(person: UUID) -> None:
    """Forget from whom anything was due, and the address of their calendar.

    What is not done will be done by nobody: it is no longer due.
    """
    undone().filter(person=person).delete()
    Deadline.objects.filter(person=person).update(person=None)
    Feed.objects.filter(person=person).delete()
