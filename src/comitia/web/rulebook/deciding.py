"""Who decides on the rule book, and what they do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from comitia.law.permissions import Act
from comitia.law.rulebook import RuleBook
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.performing import Asked, perform
from comitia.web.organisation.asking import Reader, reader_of
from comitia.web.rulebook.models import Version
from comitia.web.rulebook.queries import rule_book_aggregate, version_of, whole


def may_decide(reader: Reader) -> bool:
    """Whether somebody decides on the rule book, alone or with others."""
    return reader.person is not None and reader.may(Act.RULEBOOK_ADOPT, whole())


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who decides on the rule book. version, book: in force. at, day: now."""

    person: UUID
    version: Version
    book: RuleBook
    at: datetime
    day: date

    def asked(self, act: Any) -> Asked:  # noqa: ANN401 - an act on the rule book
        """Return the wish to do something with the rule book."""
        return Asked(act, rule_book_aggregate(), Identifier(whole().pk), (self.person,))

    def do(self, act: Any) -> EntryHash:  # noqa: ANN401 - an act on the rule book
        """Do what one may do alone; return its entry. Raises as ``perform``."""
        return perform(self.asked(act)).entries[0]


def decider_of(request: HttpRequest) -> Decider:
    """Return who decides; refuse anybody else."""
    reader = reader_of(request)
    book, version = reader.book, version_of(reader.book)
    if reader.person is None or book is None or version is None or not may_decide(reader):
        raise PermissionDenied
    return Decider(reader.person.pk, version, book, reader.roles.at, reader.day)


def next_number() -> int:
    """Return the number of the version that is adopted next."""
    return Version.objects.order_by("-number").values_list("number", flat=True)[0] + 1
