"""What handlers return and pages show: values without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from comitia.web.notices.wording import Template

FieldValue = str | int | date | datetime


@dataclass(frozen=True)
class Recipient:
    """Whom a notice is for. email: empty for somebody who gets letters."""

    person: UUID
    email: str
    language: str
    name: str


@dataclass(frozen=True)
class Notice:
    """A notice that an act sends. after: not before this moment; None for at once.

    branch: whose officers see it in the outbox, by its identifier; nothing for the topmost.
    done_by: the mandates and appointments by which what it tells of was done: whoever holds one of
    them decides nothing about it.
    """

    template: Template
    recipient: Recipient
    context: Mapping[str, FieldValue]
    after: datetime | None = None
    branch: str = ""
    done_by: tuple[str, ...] = ()


class Way(StrEnum):
    """How a notice reaches its recipient."""

    MAIL = "mail"
    LETTER = "letter"


@dataclass(frozen=True)
class Rendered:
    """A notice as its recipient will read it."""

    subject: str
    body: str
    language: str
    way: Way
