"""Erasure: what identifies a person is destroyed; the entries, and what they add up to, stay.

The entry and the deletion of every row are one transaction; the person's secret, by which backups
and files could be read, is destroyed once it is on disk. A process that ends between the two leaves
a secret of an erased person, which ``destroy_what_is_left`` finds: it is run every minute, and
again does no harm.

The act is done by rule, and its cause is the entry that ended the membership: nobody is erased
whose membership goes on. One entry for each pseudonym of the register; technical rights hold
nothing that could be forgotten but the link to the person, so these rows are given to a blank
person of their own, and nothing leads from one context to the other any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Model

from comitia.law.errors import RuleViolation
from comitia.law.permissions import Actor, Relation, relations_of
from comitia.law.permissions import Object as Place
from comitia.law.standings import COUNTED, Standing, derive_happenings
from comitia.record.folding.state import State
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.models import Person, Pseudonym
from comitia.web.accounts.person_secrets.keeping import destroy_secret
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.acts import clock
from comitia.web.acts.errors import not_allowed
from comitia.web.acts.models import Disclosure
from comitia.web.acts.performing import Done, do_by_rule
from comitia.web.acts.reading import state_of
from comitia.web.acts.rights import roles_of
from comitia.web.acts.wiring import Following
from comitia.web.database.locking import lock_rows
from comitia.web.database.routing import ALIASES
from comitia.web.deadlines.models import Deadline
from comitia.web.notices.outbox import empty_folder
from comitia.web.organisation.models import Administration
from comitia.web.organisation.queries import holdings_of
from comitia.web.publicrecord.owning import (
    KEPT,
    PLAIN,
    known_models,
    label_of,
    owner_path,
    with_owner,
)
from comitia.web.register.models import Membership

KIND: Final = "record.erase"
_REACHES: Final = {Relation.OWN_BRANCH, Relation.BRANCHES_BELOW}


class Refusal(StrEnum):
    """Why somebody is not erased."""

    STILL_MEMBER = "erasure.still_member"
    STILL_HELD = "erasure.still_held"
    DUTY = "erasure.duty"


@dataclass(frozen=True, slots=True)
class Duty:
    """Why something must be kept, and the last day of it: GDPR 17(3). No person is named in it."""

    reason: str
    last_day: date


def erase(person: UUID, by: UUID, duties: Sequence[Duty] = ()) -> tuple[Done, ...]:
    """Erase a person, as the keeper of the register has decided on request.

    by: who decided. duties: to keep what there is; the longest one that still runs refuses it.
    Raises RuleViolation, with nothing changed; of one who was erased before, nothing is left to do.
    """
    with transaction.atomic():
        (row,) = lock_rows(Person.objects.filter(pk=person))
        done = _erase(row, by, duties) if row.erased_at is None else ()
    destroy_what_is_left(clock.now())
    return done


def _erase(person: Person, by: UUID, duties: Sequence[Duty]) -> tuple[Done, ...]:
    now = clock.now()
    membership = Membership.objects.filter(person=person).first()
    if membership is None:
        _expect_nothing_held(person.pk, state_of(*holdings_of(person.pk)), now)
        forget(person, now)
        return ()
    own = Identifier(membership.pk)
    state = state_of(own, *holdings_of(person.pk))
    _expect_keeper(by, state, own, now)
    _expect_ended(state, own, now)
    _expect_nothing_held(person.pk, state, now)
    _expect_no_duty(own, duties, state.day_of(now))
    entries = Disclosure.objects.filter(subject=own).order_by("entry_id")
    names = dict.fromkeys(entries.values_list("entry__hash", flat=True))
    act = EraseDisclosures(entries=tuple(EntryHash(one) for one in names))
    following = Following(act, own, None, person.pk)
    return (do_by_rule(following, state.register[own].entry),)


def _expect_keeper(by: UUID, state: State, own: Identifier, now: datetime) -> None:
    branch = state.register[own].membership.branch or Membership.objects.get(pk=own).branch_id
    place = Place(state.path_of(Identifier(branch)), own)
    for role in roles_of(by, now).roles:
        is_keeper = role.actor is Actor.REGISTER_KEEPER and role.person != own
        if is_keeper and relations_of(role, place) & _REACHES:
            return
    raise not_allowed(KIND)


def _expect_ended(state: State, own: Identifier, now: datetime) -> None:
    known = state.register[own]
    standing = known.membership.standing
    happened = derive_happenings(known.entries)
    begins = happened[-1][1].day if happened else state.day_of(now)
    if standing in {*COUNTED, Standing.APPLICANT} or begins > state.day_of(now):
        raise RuleViolation(Refusal.STILL_MEMBER, own, "an end that has come", standing or "none")


def _expect_nothing_held(person: UUID, state: State, now: datetime) -> None:
    for one in holdings_of(person):
        if state.holdings[one].is_held_on(state.day_of(now)):
            raise RuleViolation(Refusal.STILL_HELD, one, "nothing held", "one that is")


def _expect_no_duty(own: Identifier, duties: Sequence[Duty], day: date) -> None:
    running = [one for one in duties if one.last_day >= day]
    if running:
        longest = max(running, key=lambda one: one.last_day)
        found = f"{longest.reason}, until {longest.last_day.isoformat()}"
        raise RuleViolation(Refusal.DUTY, own, "no duty to keep it", found)


def forget(person: Person, now: datetime) -> None:
    """Delete every row of a person's, and empty the person's own; doing it again does nothing.

    Within a transaction. The secret is not destroyed here: only once this is on disk.
    """
    own = list(Pseudonym.objects.filter(person=person).values_list("value", flat=True))
    Disclosure.objects.filter(subject__in=own).delete()
    Deadline.objects.filter(subject__in=own).delete()
    for model in known_models():
        if is_deleted(model):
            with_owner(model).filter(owner=person.pk).delete()
    _part_contexts(person, now)
    _empty(person, now)


def is_deleted(model: type[Model]) -> bool:
    """Whether a person's rows of a model go when the person is erased."""
    if model in {Person, Disclosure} or label_of(model) in PLAIN | KEPT:
        return False
    return owner_path(model) is not None


def _part_contexts(person: Person, now: datetime) -> None:
    for held in Administration.objects.filter(person=person):
        held.person = Person.objects.create(name="", erased_at=now)
        held.save(update_fields=["person"])


def _empty(person: Person, now: datetime) -> None:
    blank = Person(id=person.pk, name="", erased_at=now)
    blank.save(force_update=True)


def destroy_what_is_left(_now: datetime) -> int:
    """Destroy the secrets of all who are erased; return how many there were. For the ticker.

    What was deleted is then taken out of SQLite's journals, too, and mails out of their folder.
    """
    erased = set(Person.objects.exclude(erased_at=None).values_list("pk", flat=True))
    left = [
        one for one in PersonSecret.objects.values_list("person_id", flat=True) if one in erased
    ]
    for person in left:
        destroy_secret(person)
    if left:
        empty_folder()
        empty_journals()
    return len(left)


def empty_journals() -> None:
    """Write SQLite's journals into their databases, and cut them to nothing."""
    for alias in ALIASES:
        connection = connections[alias]
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
