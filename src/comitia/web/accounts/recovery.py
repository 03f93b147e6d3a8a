"""Recovery: a way in again for somebody who has lost phone and keys, by two officers, never one.

The first officer begins it. The person concerned is told, with a link to stop it, and has a day
for that from when the mail went out, or seven days from when the letter was posted. Then a second
officer confirms it: all old ways in end, and a code to claim the account is issued. One officer
alone, or one who has got hold of one's account, opens nothing; nor does somebody who has changed
one's address prevent it: the means to stop it go to the address before.

Whether the two are officers who may do this is for the acts that call this to check.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from comitia.web.accounts.access import end_access
from comitia.web.accounts.claiming import issue_to
from comitia.web.accounts.codes import draw_code, read_code
from comitia.web.accounts.models import Channel, Person, Recovery, Step
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.accounts.telling import Officers, addresses_of, tell_begun, tell_of_code
from comitia.web.accounts.uses import note_by_member
from comitia.web.database.locking import lock_rows
from comitia.web.notices.models import OutboxMessage, State

TIME_TO_STOP: Final = timedelta(hours=24)
"""From when the mail that tells of it went out."""
TIME_BY_LETTER: Final = timedelta(days=7)
"""From when the letter was posted, or handed over."""
ENDS_AFTER: Final = timedelta(days=28)
_NOBODY_NAMED: Final = Officers()


def start_recovery(
    person: Person,
    by: Person,
    now: datetime,
    officers: Officers = _NOBODY_NAMED,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Recovery:
    """Begin a recovery and tell the person; one that nobody confirmed in time makes room.

    officers: by what the officer acts. Raises RuleViolation.
    """
    if by == person:
        raise refuse(Refusal.OWN, "another officer", "the person concerned")
    if not person.is_active:
        raise refuse(Refusal.ERASED, "a person", "erased")
    word = draw_code(4, 4, randomness)
    try:
        with transaction.atomic():
            _open(person).filter(started_at__lte=now - ENDS_AFTER).update(stopped_at=now)
            recovery = Recovery.objects.create(
                person=person, first=by, started_at=now, stop_hash=_hash(word)
            )
            recovery.notice = tell_begun(person, word, officers, now)
            recovery.save(update_fields=["notice"])
    except IntegrityError:
        raise refuse(Refusal.UNDER_WAY, "no recovery under way", "one") from None
    return recovery


def confirm_recovery(
    recovery_id: int,
    by: Person,
    channel: Channel,
    now: datetime,
    officers: Officers = _NOBODY_NAMED,
) -> str:
    """End all old ways in and return the code for a new one; of two who confirm at once, one does.

    Raises RuleViolation.
    """
    with transaction.atomic():
        recovery = next(iter(lock_rows(Recovery.objects.filter(pk=recovery_id))), None)
        if recovery is None or recovery.confirmed_at or recovery.stopped_at:
            raise refuse(Refusal.NOT_OPEN, "a recovery under way", "none")
        _expect_second(recovery, by)
        (person,) = lock_rows(Person.objects.filter(pk=recovery.person_id))
        _expect_time(recovery, now)
        recovery.second, recovery.confirmed_at = by, now
        recovery.save(update_fields=["second", "confirmed_at"])
        known = addresses_of(person, now)
        end_access(person, now)
        tell_of_code(person, channel, officers, now, known)
        return issue_to(person, by, channel, now, secrets.token_bytes)


def _expect_second(recovery: Recovery, by: Person) -> None:
    if by.pk == recovery.person_id:
        raise refuse(Refusal.OWN, "another officer", "the person concerned")
    if by.pk == recovery.first_id:
        raise refuse(Refusal.SAME_OFFICER, "a second officer", "the first")


def _expect_time(recovery: Recovery, now: datetime) -> None:
    opens = opens_at(recovery)
    if opens is None or now < opens:
        found = "nothing sent" if opens is None else str(opens - now)
        raise refuse(Refusal.TOO_EARLY, "time to stop it", found)
    if now - recovery.started_at >= ENDS_AFTER:
        raise refuse(Refusal.TOO_LATE, f"within {ENDS_AFTER}", str(now - recovery.started_at))


def opens_at(recovery: Recovery) -> datetime | None:
    """Return from when on it can be confirmed; None while what tells the person is not sent."""
    if recovery.notice is None:
        return None
    told = OutboxMessage.objects.filter(pk=recovery.notice, state=State.SENT).first()
    if told is None or told.sent_at is None:
        return None
    return told.sent_at + (TIME_TO_STOP if told.address else TIME_BY_LETTER)


def stop_recovery(word: str, now: datetime) -> bool:
    """Stop the recovery whose link has this word; say whether there was one to stop."""
    with transaction.atomic():
        for recovery in lock_rows(_by_word(word)):
            recovery.stopped_at = now
            recovery.save(update_fields=["stopped_at"])
            note_by_member(recovery.person, Step.STOPPED, now)
            return True
    return False


@transaction.atomic
def withdraw_recovery(recovery_id: int, now: datetime) -> None:
    """Stop a recovery as an officer, to whom the member came, does it. Raises RuleViolation."""
    open_ones = Recovery.objects.filter(pk=recovery_id, confirmed_at=None, stopped_at=None)
    if not open_ones.update(stopped_at=now):
        raise refuse(Refusal.NOT_OPEN, "a recovery under way", "none")


def can_stop(word: str) -> bool:
    """Say whether a link's word belongs to a recovery that is under way."""
    return _by_word(word).exists()


def recovery_of(person: Person, now: datetime) -> Recovery | None:
    """Return the recovery that is under way, and can still be confirmed."""
    return _open(person).filter(started_at__gt=now - ENDS_AFTER).select_related("first").first()


def _by_word(word: str) -> QuerySet[Recovery]:
    return Recovery.objects.filter(stop_hash=_hash(word), confirmed_at=None, stopped_at=None)


def _open(person: Person) -> QuerySet[Recovery]:
    return Recovery.objects.filter(person=person, confirmed_at=None, stopped_at=None)


def _hash(word: str) -> str:
    return hashlib.sha256(b"comitia recovery\0" + read_code(word).encode()).hexdigest()
