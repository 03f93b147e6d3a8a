"""Changing one's e-mail address, which tells the former one; and undoing that from there.

A former address is kept for thirty days, for one purpose: whoever changes an address at somebody
else's open session shall not thereby be the only one who is told what happens to the account. For
so long the new address alone stops no recovery, and none is sent a code by mail.

Undoing opens nothing to anybody: whoever reads the former mailbox may be the reason for the change.
It closes the account, and two officers give its person a new way in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from comitia.web.accounts.access import KEEP_FORMER, end_access
from comitia.web.accounts.models import FormerAddress, Person, Step
from comitia.web.accounts.uses import note_by_member
from comitia.web.database.locking import lock_rows
from comitia.web.notices.bounces import forgive_address

_WORD_BYTES: Final = 20


@transaction.atomic
def change_email(
    person: Person, address: str, now: datetime, randomness: Callable[[int], bytes]
) -> str:
    """Give a person an address that was proved to be theirs; return the word that undoes it.

    Mail goes there, also where some came back from it before.
    """
    (locked,) = lock_rows(Person.objects.filter(pk=person.pk))
    word = randomness(_WORD_BYTES).hex()
    FormerAddress.objects.create(
        person=locked, address=locked.email, replaced_at=now, word_hash=_hash(word)
    )
    person.email = address
    person.save(update_fields=["email"])
    forgive_address(person.pk, address)
    return word


@transaction.atomic
def undo_change(word: str, now: datetime) -> bool:
    """Put the address back whose mail had this word, and close the account; say whether it was so.

    What was changed since then goes, too.
    """
    for row in lock_rows(_by_word(word, now)):
        (person,) = lock_rows(Person.objects.filter(pk=row.person_id))
        if not person.is_active:
            return False
        end_access(person, now)
        person.email = row.address
        person.save(update_fields=["email"])
        person.former_addresses.filter(replaced_at__gte=row.replaced_at).delete()
        note_by_member(person, Step.UNDONE, now)
        return True
    return False


def can_undo(word: str, now: datetime) -> bool:
    """Say whether a link's word belongs to a change that can still be undone."""
    return _by_word(word, now).exists()


def sweep_former(now: datetime) -> int:
    """Delete former addresses that have had their time; return how many."""
    return FormerAddress.objects.filter(replaced_at__lte=now - KEEP_FORMER).delete()[0]


def _by_word(word: str, now: datetime) -> QuerySet[FormerAddress]:
    rows = FormerAddress.objects.filter(word_hash=_hash(word), replaced_at__gt=now - KEEP_FORMER)
    return rows.exclude(address="")


def _hash(word: str) -> str:
    return hashlib.sha256(b"comitia address\0" + word.encode()).hexdigest()
