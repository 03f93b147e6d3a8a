"""A person's names in the record: random, one for each context, so that contexts are not linked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from comitia.web.accounts.models import Context, Person, Pseudonym

_BYTES: Final = 16


def make_pseudonym(
    person: Person, context: Context, randomness: Callable[[int], bytes], *, instance: str = ""
) -> Pseudonym:
    """Give a person a pseudonym, or return the one that there is.

    instance: which roll or case; nothing where the organisation has but one such context.
    """
    fresh = {"value": randomness(_BYTES).hex()}
    pseudonym, _ = Pseudonym.objects.get_or_create(
        person=person, context=context, instance=instance, defaults=fresh
    )
    return pseudonym


def person_of(pseudonym: str) -> Person:
    """Return whose pseudonym it is; raise Pseudonym.DoesNotExist where it is nobody's."""
    return Pseudonym.objects.select_related("person").get(value=pseudonym).person


def find_person(pseudonym: str, context: Context) -> UUID | None:
    """Return whose pseudonym it is; None where it is nobody's there, or no longer."""
    rows = Pseudonym.objects.filter(value=pseudonym, context=context)
    return rows.values_list("person_id", flat=True).first()


def pseudonyms_of(person: Person) -> tuple[Pseudonym, ...]:
    """Return all of a person's pseudonyms: what an erasure has to name, one by one."""
    return tuple(Pseudonym.objects.filter(person=person).order_by("context", "instance"))
