"""From a signed draft to a founded organisation: everything, or nothing.

The secrets of persons and the record's key are on disk before; should the founding then fail, they
are orphans that the next sweep destroys, and a key that the next attempt takes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from comitia.law import rules
from comitia.law.calendars import Calendar
from comitia.law.rulebook import RuleBook
from comitia.law.terms import derive_term
from comitia.record.kinds.cases import DeclareCase
from comitia.record.kinds.organisation import (
    CreateBranch,
    DeclareMandate,
    GrantAdministration,
    Level,
)
from comitia.record.kinds.register import DeclareMembership
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Identifier, Pseudonym, Text, Values
from comitia.web.accounts.claiming import Drawn, keep_claim_code
from comitia.web.accounts.installation import close_installation
from comitia.web.accounts.models import Channel, Context, Person
from comitia.web.accounts.models import Pseudonym as PseudonymRow
from comitia.web.accounts.person_secrets.keeping import keep_secrets
from comitia.web.acts.founding import Listed, found
from comitia.web.acts.performing import Done
from comitia.web.register.founding.checking import Checked, check_draft, in_order, paths_of
from comitia.web.register.founding.document import Administrator, Document, Member, Organisation
from comitia.web.register.founding.draft import Draft
from comitia.web.register.founding.models import SavedDraft, Signer
from comitia.web.register.founding.saving import (
    DraftOvertaken,
    locked_draft,
    read_saved,
    today_of,
)
from comitia.web.register.founding.signing import is_signed

_BYTES: Final = 16
_AT_ONCE: Final = 500
Randomness = Callable[[int], bytes]

before_founding: Final[list[Callable[[], object]]] = []
"""What must be there first and belongs to rooms that come later: the record's key."""


class DraftFaulty(Exception):  # noqa: N818 - what a page tells, with all its faults
    """A draft that was signed and cannot be founded, as when a term has ended since."""

    def __init__(self, checked: Checked) -> None:
        super().__init__(len(checked.errors))
        self.checked = checked


def found_if_signed(now: datetime) -> Done | None:
    """Found the organisation if everybody has signed the draft; None where not.

    Of two requests at once one founds, and the other finds no draft any more: DraftOvertaken.
    Raises DraftFaulty, and RuleViolation where the record would refuse it.
    """
    draft = read_saved().draft
    if not is_signed(draft):
        return None
    checked = check_draft(draft, today_of(draft, now))
    if checked.errors:
        raise DraftFaulty(checked)
    listing = Listing(checked.document, now)
    for prepare in before_founding:
        prepare()
    keep_secrets([one.pk for one in listing.persons], secrets.token_bytes, now)
    with transaction.atomic():
        row = locked_draft()
        if row is None or row.hash != draft.hash or not is_signed(draft):
            raise DraftOvertaken
        done = carry_out(listing)
        _hand_over(listing.administrators, now)
        Signer.objects.all().delete()
        SavedDraft.objects.all().delete()
        close_installation()
    return done


def _hand_over(administrators: Sequence[Person], now: datetime) -> None:
    """Leave to those whose address nothing has proved the codes that they were shown."""
    for signer in Signer.objects.exclude(claim_hash=""):
        person = administrators[signer.number]
        another = administrators[signer.number - 1]
        person.claimed_at = None
        person.save(update_fields=["claimed_at"])
        drawn = Drawn(signer.claim_handle, signer.claim_hash)
        keep_claim_code(person, another, Channel.IN_PERSON, drawn, now)


def found_draft(draft: Draft, now: datetime, randomness: Randomness) -> Listing:
    """Found the organisation with a draft that nobody has signed: a story's, on fresh data."""
    checked = check_draft(draft, today_of(draft, now))
    if checked.errors:
        raise DraftFaulty(checked)
    listing = Listing(checked.document, now, randomness)
    keep_secrets([one.pk for one in listing.persons], randomness, now)
    with transaction.atomic():
        carry_out(listing)
    return listing


def carry_out(listing: Listing) -> Done:
    """Write the persons and found the organisation, within the transaction that is open."""
    Person.objects.bulk_create(listing.persons, batch_size=_AT_ONCE)
    PseudonymRow.objects.bulk_create(listing.pseudonyms, batch_size=_AT_ONCE)
    own = listing.organisation
    return found(own.name, own.language, own.time_zone, listing.listed, own.terms)


@dataclass
class Listing:
    """Persons with their pseudonyms, and what the founding lists, made of a document.

    The document has no errors. branches, memberships: by the references of the draft.
    """

    document: Document
    now: datetime
    randomness: Randomness = secrets.token_bytes
    branches: dict[str, Identifier] = field(default_factory=dict)
    memberships: dict[str, Identifier] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    administrators: list[Person] = field(default_factory=list)
    persons: list[Person] = field(default_factory=list)
    pseudonyms: list[PseudonymRow] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make all of it."""
        for make in (
            *(self._book, self._branches, self._members),
            *(self._administrators, self._mandates, self._cases),
        ):
            self.listed += make()

    @property
    def organisation(self) -> Organisation:
        """What the organisation itself is."""
        return cast("Organisation", self.document.organisation)

    @property
    def book(self) -> RuleBook:
        """The rules, in force from today."""
        return cast("RuleBook", self.document.book)

    @property
    def today(self) -> date:
        """The day of the founding."""
        return self.book.in_force_from

    def _new(self) -> Identifier:
        return Identifier(self.randomness(_BYTES).hex())

    def _person(self, name: Text, **details: Any) -> Person:  # noqa: ANN401 - fields of any type
        person = Person(pk=UUID(bytes=self.randomness(_BYTES), version=4), name=name, **details)
        self.persons.append(person)
        return person

    def _pseudonym(self, person: Person, context: Context) -> Identifier:
        value = self._new()
        self.pseudonyms.append(PseudonymRow(person=person, context=context, value=value))
        return value

    def _book(self) -> Iterator[Listed]:
        adopted = self.book.to_json()
        act = AdoptRuleBook(
            number=1,
            in_force_from=self.today,
            preset=Text(self.document.preset),
            rules=Values(cast("dict[str, Any]", adopted)["rules"]),
        )
        yield Listed(act, self._new())

    def _branches(self) -> Iterator[Listed]:
        paths = paths_of(self.document.branches)
        for one in in_order(self.document.branches, paths):
            own = self.branches[one.reference] = self._new()
            parent = None if one.level is Level.WHOLE else self.branches[one.above]
            yield Listed(CreateBranch(name=one.name, level=one.level, parent=parent), own)

    def _members(self) -> Iterator[Listed]:
        for one in self.document.members:
            person = self._member(one)
            own = self.memberships[one.reference]
            branch = self.branches[one.branch]
            act = DeclareMembership(
                branch=branch,
                standing=one.standing,
                since=one.since,
                category=one.category,
                name=one.name,
                birth_date=one.birth_date,
                address=one.address,
            )
            yield Listed(act, own, branch, person.pk)

    def _member(self, one: Member) -> Person:
        person = self._person(
            one.name,
            birth_date=one.birth_date,
            postal_address=one.address or "",
            email=one.email,
        )
        self.people[one.reference] = person
        self.memberships[one.reference] = self._pseudonym(person, Context.MEMBERSHIP)
        return person

    def _administrators(self) -> Iterator[Listed]:
        whole = self.branches[
            next(one.reference for one in self.document.branches if one.level is Level.WHOLE)
        ]
        for one in self.document.administrators:
            person = self._administrator(one)
            holder = Pseudonym(self._pseudonym(person, Context.ADMINISTRATION))
            act = GrantAdministration(holder=holder, until=one.until or self._longest())
            yield Listed(act, self._new(), whole, person.pk)

    def _administrator(self, one: Administrator) -> Person:
        """Return who it is: a member, or somebody else; with the address that was invited.

        The invitation has reached them there, or ``_hand_over`` takes the account back.
        """
        person = self.people.get(one.member) if one.member else None
        person = person or self._person(one.name)
        person.email, person.claimed_at = one.email, self.now
        self.administrators.append(person)
        return person

    def _longest(self) -> date:
        calendar = Calendar(ZoneInfo(self.organisation.time_zone))
        return derive_term(self.today, self.book.value(rules.LONGEST_APPOINTMENT), calendar).last

    def _mandates(self) -> Iterator[Listed]:
        for one in self.document.mandates:
            holder = Pseudonym(self.memberships[one.member])
            person = self.people[one.member]
            act = DeclareMandate(
                organ=one.organ,
                holder=holder,
                since=one.since,
                until=one.until,
                name=Text(person.name),
            )
            yield Listed(act, self._new(), self.branches[one.branch], person.pk)

    def _cases(self) -> Iterator[Listed]:
        for one in self.document.cases:
            act = DeclareCase(number=one.number, stage=one.stage, since=one.since)
            yield Listed(act, self._new(), self.branches[one.branch])
