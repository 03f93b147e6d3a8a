"""Destroying what identifies a person: every row at once, and the secret once that is on disk.

The person's secret, by which backups and files could be read, lies in another database. A process
that ends between the two leaves a secret of an erased person, which ``destroy_what_is_left`` finds:
it is run every minute, and again does no harm.

What somebody did to others is not theirs to take along: rows that name a person as the one who
acted stay, with the mandate or appointment by which it was done. Technical rights hold nothing that
could be forgotten but the link to the person, so these rows are given to a blank person of their
own, and nothing leads from one context to the other any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connections
from django.db.models import Model, QuerySet

from comitia.web.accounts.models import Person, Pseudonym
from comitia.web.accounts.person_secrets.keeping import destroy_secret
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts.models import Disclosure
from comitia.web.database.routing import ALIASES
from comitia.web.notices.outbox import empty_folder
from comitia.web.organisation.models import Administration
from comitia.web.publicrecord.owning import (
    KEPT,
    PLAIN,
    known_models,
    label_of,
    owner_path,
    with_owner,
)
from comitia.web.register.models import Copy

_LATELY: Final = timedelta(days=1)
_AT_ONCE: Final = 500


def forget(person: Person, now: datetime) -> None:
    """Delete every row of a person's, and empty the person's own; doing it again does nothing.

    Within a transaction. The secret is not destroyed here: only once this is on disk.
    """
    for model in known_models():
        if is_deleted(model):
            _delete(model, person.pk)
    Copy.objects.filter(taken_by=person).update(taken_by=None)
    _part_contexts(person, now)
    _empty(person, now)


def is_deleted(model: type[Model]) -> bool:
    """Whether a person's rows of a model go when the person is erased."""
    if model in {Person, Pseudonym} or label_of(model) in PLAIN | KEPT:
        return False
    return model is Disclosure or owner_path(model) is not None


def rows_of(model: type[Model], person: UUID) -> QuerySet[Model]:
    """Return a person's rows of a model."""
    return with_owner(model).filter(owner=person)


def _delete(model: type[Model], person: UUID) -> None:
    """Delete a person's rows, also those that name one another."""
    rows = model._base_manager.filter(pk__in=[*rows_of(model, person).values_list("pk", flat=True)])
    for field in model._meta.concrete_fields:
        if field.related_model is model:
            rows.update(**{field.name: None})
    rows.delete()


def _part_contexts(person: Person, now: datetime) -> None:
    for held in Administration.objects.filter(person=person):
        held.person = Person.objects.create(name="", erased_at=now)
        held.save(update_fields=["person"])
    Pseudonym.objects.filter(person=person).delete()


def _empty(person: Person, now: datetime) -> None:
    blank = Person(id=person.pk, name="", erased_at=now)
    blank.save(force_update=True)


def destroy_what_is_left(now: datetime) -> int:
    """Destroy the secrets of those erased within the last day; return how many there were.

    For the ticker. What was deleted is then taken out of SQLite's journals, too, and mails out of
    their folder.
    """
    return _destroy(Person.objects.filter(erased_at__gte=now - _LATELY))


def destroy_all_that_is_left(_now: datetime) -> int:
    """Do the same of all who ever were erased: after a start, and where secrets were put back."""
    return _destroy(Person.objects.exclude(erased_at=None))


def _destroy(erased: QuerySet[Person]) -> int:
    ids = list(erased.order_by("pk").values_list("pk", flat=True))
    batches = (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
    left = [one for batch in batches for one in _with_secret(batch)]
    for person in left:
        destroy_secret(person)
    if left:
        empty_folder()
        empty_journals()
    return len(left)


def _with_secret(persons: Sequence[UUID]) -> list[UUID]:
    kept = PersonSecret.objects.filter(pk__in=persons)
    return list(kept.values_list("person_id", flat=True))


def empty_journals() -> None:
    """Write SQLite's journals into their databases, and cut them to nothing."""
    for alias in ALIASES:
        connection = connections[alias]
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
