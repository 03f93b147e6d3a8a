"""Telling members of the rule book: what is announced, taken back or adopted.

An act writes down that there is something to tell, in its own transaction. A job of the ticker
writes the messages, a few people at a time, and how far it got beside them: whatever happens in
between, nobody is told twice. Told is who is a member and may log in when their turn comes. Of an
announcement that is taken back meanwhile only those are told who had been told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from comitia.record.entries import parse_entry
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook
from comitia.record.kinds.values import EntryHash
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Entry
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import lock_rows, take_rows
from comitia.web.notices.models import DeadAddress
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.values import FieldValue, Notice, Recipient
from comitia.web.notices.wording import Field, Template
from comitia.web.rulebook.models import Announcement, Telling

ANNOUNCED: Final = Template(
    "rulebook.announced",
    1,
    gettext_noop("A change of the rule book is announced"),
    gettext_noop(
        "On {announced_on} a change of the rule book was announced. If it is decided, it is in"
        " force from {in_force_from}.\n\nWhat it would change, and from when it can be decided:"
        "\n{link}"
    ),
    {"announced_on": Field.DATE, "in_force_from": Field.DATE, "link": Field.LINK},
)
WITHDRAWN: Final = Template(
    "rulebook.withdrawn",
    1,
    gettext_noop("A change of the rule book is taken back"),
    gettext_noop(
        "The change of the rule book that was announced on {announced_on} was taken back. It is"
        " not decided.\n\nWhat it would have changed:\n{link}"
    ),
    {"announced_on": Field.DATE, "link": Field.LINK},
)
ADOPTED: Final = Template(
    "rulebook.adopted",
    1,
    gettext_noop("The rule book is changed"),
    gettext_noop(
        "Version {number} of the rule book was adopted. It is in force from {in_force_from}."
        "\n\nWhat it changes:\n{link}"
    ),
    {"number": Field.NUMBER, "in_force_from": Field.DATE, "link": Field.LINK},
)


@dataclass(frozen=True, slots=True)
class Told:
    """How many people are going to be told, and how many of them on paper."""

    people: int
    letters: int


def begin_telling(entry: EntryHash, now: datetime) -> None:
    """Write down that everybody is to be told of an entry. Called in its transaction."""
    Telling.objects.create(entry_id=entry, begun_at=now)


def take_back(announced: EntryHash, entry: EntryHash, now: datetime) -> None:
    """Tell those of the entry that takes an announcement back who know of that, and no others."""
    for telling in lock_rows(Telling.objects.filter(entry__hash=announced, ended_at=None)):
        _end(telling, now)
        if telling.last is not None:
            Telling.objects.create(entry_id=entry, begun_at=now, up_to=telling.last)
        return
    begin_telling(entry, now)


def will_be_told(now: datetime, taken_back: EntryHash | None = None) -> Told:
    """Return how many an act of this moment will be told to.

    taken_back: the announcement that it takes back; none for all other acts.
    """
    people = _members(now)
    unfinished = Telling.objects.filter(entry__hash=taken_back, ended_at=None).first()
    if unfinished is not None:
        people = _up_to(people, unfinished.last) if unfinished.last else people.none()
    dead = DeadAddress.objects.filter(person=OuterRef("pk"), address=OuterRef("email"))
    by_letter = people.filter(Q(email="") | Exists(dead))
    return Told(people.count(), by_letter.count())


def tell_members(now: datetime, most: int) -> int:
    """Write up to so many messages of what was entered first; return how many. A job."""
    people = _members(now).order_by("pk")  # before the transaction: what it asks is then kept
    waiting = Telling.objects.filter(ended_at=None).order_by("begun_at", "pk")
    with transaction.atomic():
        for telling in take_rows(waiting, 1):
            return _tell_next(telling, people, now, most)
    return 0


def _tell_next(telling: Telling, people: QuerySet[Person], now: datetime, most: int) -> int:
    if telling.last is not None:
        people = people.filter(pk__gt=telling.last)
    if telling.up_to is not None:
        people = _up_to(people, telling.up_to)
    told = list(people[:most])
    write_notices(_notices(telling.entry, told), now)
    if told:
        telling.last = told[-1].pk
        telling.save(update_fields=["last"])
    if len(told) < most:
        _end(telling, now)
    return len(told)


def _members(now: datetime) -> QuerySet[Person]:
    found: QuerySet[Person] = wired().members_who_log_in(now)
    return found


def _up_to(people: QuerySet[Person], last: UUID) -> QuerySet[Person]:
    return people.filter(pk__lte=last)


def _end(telling: Telling, now: datetime) -> None:
    telling.ended_at = now
    telling.save(update_fields=["ended_at"])


def _notices(entry: Entry, people: list[Person]) -> list[Notice]:
    content = parse_entry(bytes(entry.content))
    template, said = _said(EntryHash(entry.hash), content.act)
    by = tuple(one.id for one in content.actors if one.id is not None)
    return [
        Notice(
            template,
            Recipient(one.pk, one.email, one.language, one.name),
            said,
            done_by=by,
        )
        for one in people
    ]


def _said(entry: EntryHash, act: object) -> tuple[Template, dict[str, FieldValue]]:
    """Return by which words an act is told, and what stands in them."""
    said: dict[str, FieldValue]
    if isinstance(act, AdoptRuleBook):
        link = _link("rulebook-version", act.number)
        said = {"number": act.number, "in_force_from": act.in_force_from, "link": link}
        return ADOPTED, said
    about = Announcement.objects.get(Q(pk=entry) | Q(ended_by=entry))
    said = {"announced_on": about.announced_on, "link": _link("announcement", about.pk)}
    if isinstance(act, AnnounceRuleBook):
        return ANNOUNCED, {**said, "in_force_from": act.in_force_from}
    return WITHDRAWN, said


def _link(page: str, about: object) -> str:
    return settings.PUBLIC_ADDRESS + reverse(page, args=[about])
