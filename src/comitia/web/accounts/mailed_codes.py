"""Codes by mail: who can read what is sent to an address is taken for who has it.

Two people may share an address. Then the mail names each of them with a code of their own, and the
code decides who is meant. What a stranger sees is the same whether anybody has the address or not.
A code holds for a few minutes, for few tries, and for the browser that asked for it: whoever sees
it over somebody's shoulder cannot use it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from comitia.web.accounts.codes import draw_code, hash_code, is_code
from comitia.web.accounts.models import MailedCode, MailedCodes, Person, Purpose
from comitia.web.database.locking import lock_rows

VALID_FOR: Final = timedelta(minutes=15)
MOST_TRIES: Final = 5
MOST_SHARERS: Final = 20
"""People at one address who are sent codes: more makes guessing easier, and is no household."""
KEPT_FOR: Final = timedelta(days=1)


@dataclass(frozen=True)
class Sent:
    """What was made: its id, for the session, and each person's code, for the mail alone."""

    id: UUID
    codes: tuple[tuple[Person, str], ...]


def persons_at(address: str) -> tuple[Person, ...]:
    """Return those who log in by this address, in the order of their names.

    Not those who have not claimed their accounts: what somebody wrote down as their address may be
    anybody's.
    """
    if not address.strip():
        return ()
    known = Person.objects.filter(email=address, claimed_at__isnull=False, erased_at=None)
    found = known.order_by("name_folded", "pk")
    return tuple(found[:MOST_SHARERS])


@transaction.atomic
def make_codes(
    purpose: Purpose,
    persons: Sequence[Person],
    randomness: Callable[[int], bytes],
    now: datetime,
    *,
    address: str = "",
) -> Sent:
    """Make a code of 40 bits for each of these persons, who may be nobody, and store its hash."""
    MailedCodes.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    sent = MailedCodes.objects.create(purpose=purpose, address=address, made_at=now)
    codes = tuple((person, draw_code(2, 4, randomness)) for person in persons)
    MailedCode.objects.bulk_create(
        MailedCode(sent=sent, person=person, code_hash=hash_code(purpose, _key(), code))
        for person, code in codes
    )
    return Sent(sent.pk, codes)


@transaction.atomic
def use_code(
    purpose: Purpose, sent_id: UUID, typed: str, now: datetime
) -> tuple[Person, str] | None:
    """Return whose code it is and which new address goes with it; None where it is nobody's.

    A code that was right is used up, with all that were sent along. Every try is counted, also by
    those who try at the same moment.
    """
    locked = lock_rows(MailedCodes.objects.filter(pk=sent_id, purpose=purpose))
    sent = next(iter(locked), None)
    if sent is None or sent.tries >= MOST_TRIES or now - sent.made_at > VALID_FOR:
        return None
    sent.tries += 1
    sent.save(update_fields=["tries"])
    codes = sent.codes.select_related("person").order_by("pk")
    right = [code for code in codes if is_code(purpose, _key(), typed, code.code_hash)]
    if not right or not right[0].person.is_active:
        return None
    found = right[0].person, sent.address
    sent.delete()
    return found


def tries_left(sent_id: UUID, now: datetime) -> int:
    """Return how often a code may still be tried: not at all once it is too old."""
    sent = MailedCodes.objects.filter(pk=sent_id, made_at__gte=now - VALID_FOR).first()
    return MOST_TRIES - sent.tries if sent else 0


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
