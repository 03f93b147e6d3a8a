"""Finding members by their names, and those who are like somebody, both by indexes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from comitia.web.accounts.models import Person
from comitia.web.database.prefixes import fold
from comitia.web.register.likeness import (
    Described,
    Reason,
    compare,
    letters_key,
    place_key,
    similar_dates,
    words_of,
)
from comitia.web.register.models import (
    LONGEST_KEY,
    LONGEST_WORD,
    Membership,
    NameWord,
    Traits,
)

MOST_WORDS: Final = 6
"""Of a search; more say nothing more."""
MOST_COMPARED: Final = 2_000
"""Of candidates that are fetched to be compared; a register of half a million has some 900."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A membership that may be the same person's, and why."""

    membership: Membership
    reasons: frozenset[Reason]


def described(person: Person) -> Described:
    """Return what is compared of a person."""
    return Described(person.name, person.birth_date, person.postal_address)


def index_person(membership: Membership, person: Person) -> None:
    """Write by what somebody new is found."""
    words = sorted({word[:LONGEST_WORD] for word in words_of(person.name)})
    NameWord.objects.bulk_create(NameWord(membership=membership, word=word) for word in words)
    Traits.objects.create(
        membership=membership,
        letters=letters_key(person.name)[:LONGEST_KEY],
        place=place_key(person.postal_address)[:LONGEST_KEY],
        birth_date=person.birth_date,
    )


def index_anew(membership: Membership, person: Person) -> None:
    """Write it once more; called whenever name, birth date or address change."""
    forget_person(membership.pk)
    index_person(membership, person)


def forget_person(membership: str) -> None:
    """Delete by what somebody was found, of one whose details were erased."""
    NameWord.objects.filter(membership=membership).delete()
    Traits.objects.filter(membership=membership).delete()


def search(memberships: QuerySet[Membership], typed: str) -> QuerySet[Membership]:
    """Return those in whose names a word begins with each word that was typed."""
    for word in words_of(typed)[:MOST_WORDS]:
        # A list, and not whether there is one: SQLite would ask that of everybody in turn.
        named = NameWord.objects.filter(word__prefix=word[:LONGEST_WORD])
        memberships = memberships.filter(pk__in=named.values("membership"))
    return memberships if fold(typed) == "" or words_of(typed) else memberships.none()


def find_alike(who: Described, but: Collection[str] = ()) -> tuple[Alike, ...]:
    """Return the memberships of people who are like somebody, those with most reasons first.

    but: memberships that are not asked about. Former members and refused applicants are found too.
    """
    rows = Traits.objects.filter(_candidates(who)).exclude(pk__in=but)
    # Without an order: it would have the database walk the keys instead of asking the indexes.
    candidates = rows.select_related("membership__person", "membership__branch")[:MOST_COMPARED]
    found = (one.membership for one in candidates)
    compared = ((one, compare(who, described(one.person))) for one in found)
    alike = [Alike(one, reasons) for one, reasons in compared if reasons]
    return tuple(sorted(alike, key=lambda one: (-len(one.reasons), one.membership.pk)))


def _candidates(who: Described) -> Q:
    wanted = Q(letters=letters_key(who.name)[:LONGEST_KEY])
    if place := place_key(who.address)[:LONGEST_KEY]:
        wanted |= Q(place=place)
    if who.birth_date is not None:
        wanted |= Q(birth_date__in=similar_dates(who.birth_date))
    return wanted
