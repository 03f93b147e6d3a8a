"""Addresses that do not work: what is written to them goes on paper until somebody mends them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from comitia.web.database.locking import lock_rows
from comitia.web.notices.models import DeadAddress, OutboxMessage, State


class Bounce(StrEnum):
    """Why a message came back."""

    PERMANENT = "permanent"
    """There is no such mailbox."""
    TEMPORARY = "temporary"
    """A full mailbox, a server that is away: it says nothing of the address."""


@transaction.atomic
def note_bounce(message: UUID, kind: Bounce, now: datetime, by: str = "") -> bool:
    """Take in that a sent message came back; return whether anything was done.

    by: the mandate or appointment by which somebody says so, which the recipient is shown.
    A permanent bounce marks the address, and the message becomes a letter while its text is still
    there. A temporary one changes nothing: mail servers try again by themselves.
    """
    if kind is Bounce.TEMPORARY:
        return False
    sent = OutboxMessage.objects.filter(pk=message, state=State.SENT, person__isnull=False)
    for row in lock_rows(sent):
        bury(row, now, by)
        return True
    return False


def bury(row: OutboxMessage, now: datetime, by: str = "") -> None:
    """Mark the address of a message as dead, and turn the message into a letter if it still can.

    Call it in a transaction that has the row locked.
    """
    if row.address and row.person is not None:
        DeadAddress.objects.get_or_create(
            person=row.person, address=row.address, defaults={"since": now, "by": by}
        )
    row.state = State.LETTER if row.body else State.BOUNCED
    row.address, row.sent_at, row.next_attempt_at = "", None, now
    row.save(update_fields=["state", "address", "sent_at", "next_attempt_at"])


def address_works(person: UUID, address: str) -> bool:
    """Whether no mail has come back from there. It does not mean that any has arrived."""
    return not DeadAddress.objects.filter(person=person, address=address).exists()


def dead_addresses(persons: Iterable[UUID]) -> frozenset[tuple[UUID, str]]:
    """Return the addresses of these persons that do not work."""
    dead = DeadAddress.objects.filter(person__in=set(persons))
    return frozenset(dead.values_list("person", "address"))


def forgive_address(person: UUID, address: str) -> None:
    """Trust an address again: the person has confirmed it."""
    DeadAddress.objects.filter(person=person, address=address).delete()
