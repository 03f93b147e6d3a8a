"""Recovery: a way in again for somebody who has lost phone and keys, by two officers, never one.

The first officer begins it. The person concerned is told by mail, with a link to stop it, and has a
day for that. Then a second officer confirms it: all old ways in end, and a code to claim the
account is issued. One officer alone, or one who has got hold of one's account, opens nothing.

Whether the two are officers who may do this is for the acts that call this to check.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from comitia.web.accounts.access import end_access
from comitia.web.accounts.claiming import issue_to
from comitia.web.accounts.mails import in_language, send_mail
from comitia.web.accounts.models import Channel, Person, Recovery
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.accounts.uses import note_stopped
from comitia.web.database.locking import lock_rows

TIME_TO_STOP: Final = timedelta(hours=24)
"""Between the two officers, where the person has a mail address; the others cannot be asked."""
ENDS_AFTER: Final = timedelta(days=14)
_STOP_BYTES: Final = 20
_SUBJECT: Final = gettext_lazy("%(organisation)s: a new way in to your account")
_BODY: Final = gettext_lazy(
    "%(name)s,\n\n"
    "an officer of %(organisation)s has begun to give you a new way in to your account, because "
    "somebody said that you have lost yours. A second officer must confirm it, at the earliest in "
    "%(hours)s hours. Then your passkeys, apps and logins end, and you get a new code.\n\n"
    "If you did not ask for this, stop it here:\n%(link)s\n"
)


def start_recovery(
    person: Person,
    by: Person,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Recovery:
    """Begin a recovery and tell the person; one that nobody confirmed in time makes room.

    Raises RuleViolation.
    """
    if by == person:
        raise refuse(Refusal.OWN, "another officer", "the person concerned")
    if not person.is_active:
        raise refuse(Refusal.ERASED, "a person", "erased")
    word = randomness(_STOP_BYTES).hex()
    try:
        with transaction.atomic():
            _open(person).filter(started_at__lte=now - ENDS_AFTER).update(stopped_at=now)
            recovery = Recovery.objects.create(
                person=person, first=by, started_at=now, stop_hash=_hash(word)
            )
    except IntegrityError:
        raise refuse(Refusal.UNDER_WAY, "no recovery under way", "one") from None
    _tell(person, word)
    return recovery


def confirm_recovery(
    recovery_id: int,
    by: Person,
    channel: Channel,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
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
        _expect_time(recovery, person, now)
        recovery.second, recovery.confirmed_at = by, now
        recovery.save(update_fields=["second", "confirmed_at"])
        end_access(person, now)
        return issue_to(person, by, channel, now, randomness)


def _expect_second(recovery: Recovery, by: Person) -> None:
    if by.pk == recovery.person_id:
        raise refuse(Refusal.OWN, "another officer", "the person concerned")
    if by.pk == recovery.first_id:
        raise refuse(Refusal.SAME_OFFICER, "a second officer", "the first")


def _expect_time(recovery: Recovery, person: Person, now: datetime) -> None:
    waited = now - recovery.started_at
    if person.email and waited < TIME_TO_STOP:
        raise refuse(Refusal.TOO_EARLY, f"{TIME_TO_STOP} to stop it", str(waited))
    if waited >= ENDS_AFTER:
        raise refuse(Refusal.TOO_LATE, f"within {ENDS_AFTER}", str(waited))


def stop_recovery(word: str, now: datetime) -> bool:
    """Stop the recovery whose link has this word; say whether there was one to stop."""
    with transaction.atomic():
        for recovery in lock_rows(_by_word(word)):
            recovery.stopped_at = now
            recovery.save(update_fields=["stopped_at"])
            note_stopped(recovery.person, now)
            return True
    return False


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
    return hashlib.sha256(b"comitia recovery\0" + word.encode()).hexdigest()


def _tell(person: Person, word: str) -> None:
    organisation = settings.ORGANISATION
    body = in_language(
        person.language,
        _BODY,
        name=person.name,
        organisation=organisation,
        hours=str(TIME_TO_STOP // timedelta(hours=1)),
        link=settings.PUBLIC_ADDRESS + reverse("stop_recovery", args=[word]),
    )
    send_mail(person.email, in_language(person.language, _SUBJECT, organisation=organisation), body)
