"""Keeping and destroying the secrets of persons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from comitia.errors import StorageUnavailable
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.models import SECRET_BYTES, PersonSecret
from comitia.web.database.routing import SECRETS

_FEW: Final = 20
"""So many acts can have come to nothing, however small the organisation is."""
_AT_ONCE: Final = 500
"""Ids that are asked for, or written, in one query."""


def keep_secret(person_id: UUID, randomness: Callable[[int], bytes], now: datetime) -> None:
    """Make a person's secret, unless there is one; it is on disk when this returns.

    Called before the act that makes the person. Raises RuntimeError within a transaction of the
    secrets' own database, which would keep it from being on disk.
    """
    keep_secrets([person_id], randomness, now)


def keep_secrets(
    person_ids: Sequence[UUID], randomness: Callable[[int], bytes], now: datetime
) -> None:
    """Make the secrets of many persons at once, as ``keep_secret`` makes one."""
    fresh = [
        PersonSecret(person_id=one, secret=randomness(SECRET_BYTES), made_at=now)
        for one in person_ids
    ]
    with transaction.atomic(using=SECRETS, durable=True):
        PersonSecret.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=_AT_ONCE)


def secret_of(person_id: UUID) -> bytes:
    """Return a person's secret; raise PersonSecret.DoesNotExist where it was destroyed."""
    return bytes(PersonSecret.objects.get(person_id=person_id).secret)


def destroy_secret(person_id: UUID) -> None:
    """Destroy a person's secret for good; where there is none, do nothing.

    Called after the entry of the erasure is on disk. What a disc, a snapshot or a backup of this
    database still holds is beyond it: that backup must be short-lived.
    """
    with transaction.atomic(using=SECRETS, durable=True):
        PersonSecret.objects.filter(person_id=person_id).delete()


def sweep_orphans(older_than: datetime) -> int:
    """Destroy the secrets made before then whose person never came to be; return how many.

    older_than: so long ago that no act of that time can still be under way.

    Raises StorageUnavailable, with nothing destroyed, where far too many are nobody's: then the
    first database is new, or another one's, and every backup would be unreadable for ever.
    """
    old = PersonSecret.objects.filter(made_at__lt=older_than).order_by("person_id")
    ids = list(old.values_list("person_id", flat=True))
    orphans = [
        person_id
        for start in range(0, len(ids), _AT_ONCE)
        for person_id in _without_person(ids[start : start + _AT_ONCE])
    ]
    if len(orphans) > max(_FEW, len(ids) // 2):
        raise StorageUnavailable(
            f"{len(orphans)} of {len(ids)} secrets belong to nobody whom the database knows: none "
            "was destroyed; see that COMITIA_DATABASE and COMITIA_SECRETS_DATABASE belong together"
        )
    for person_id in orphans:
        destroy_secret(person_id)
    return len(orphans)


def _without_person(ids: list[UUID]) -> list[UUID]:
    there = set(Person.objects.filter(pk__in=ids).values_list("pk", flat=True))
    return [person_id for person_id in ids if person_id not in there]
