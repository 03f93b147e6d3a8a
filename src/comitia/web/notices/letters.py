"""What goes on paper: for persons without a working address, printed and posted by a branch.

Where a person lives is not known here: whoever prints puts the addresses to the letters, and
``documents`` sets the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from comitia.web.notices.models import OutboxMessage, State


@dataclass(frozen=True)
class Letter:
    """A letter that is to be printed."""

    message: UUID
    person: UUID
    language: str
    subject: str
    body: str
    made_at: datetime


def letters_of(persons: Iterable[UUID], now: datetime) -> tuple[Letter, ...]:
    """Return the letters to these persons that are due, the oldest first."""
    due = OutboxMessage.objects.filter(
        state=State.LETTER, person__in=set(persons), next_attempt_at__lte=now
    ).order_by("made_at", "pk")
    return tuple(
        Letter(row.pk, row.person, row.language, row.subject, row.body, row.made_at)
        for row in due
        if row.person is not None
    )


def note_posted(messages: Iterable[UUID], now: datetime) -> int:
    """Take in that letters were posted; return how many were still to be."""
    letters = OutboxMessage.objects.filter(pk__in=messages, state=State.LETTER)
    return letters.update(state=State.SENT, sent_at=now)


def write_by_letter(messages: Iterable[UUID], now: datetime) -> int:
    """Put on paper what the mail server did not take; return how many were so."""
    failed = OutboxMessage.objects.filter(pk__in=messages, state=State.FAILED)
    return failed.update(state=State.LETTER, address="", next_attempt_at=now)
