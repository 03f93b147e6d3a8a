"""What the rooms give to the machinery of acts, once, when the application starts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from comitia.law.permissions import Role
from comitia.law.rulebook import RuleBook
from comitia.law.values import Organ
from comitia.record.entries import Entry
from comitia.record.folding.state import Path, State
from comitia.record.kinds.values import EntryHash, Identifier


@dataclass(frozen=True, slots=True)
class ActContext:
    """What a handler is told: an act that may be done, and its entry, which is written.

    person: whom the act is about, if anybody. state: what the act rested on, with the act carried
    out. day: where the organisation is. book: in force that day; None in a founding.
    roles: in which those who act do it; none of a rule. is_founding: whether it is declared there.
    """

    act: Any
    entry: Entry
    name: EntryHash
    person: UUID | None
    state: State
    day: date
    book: RuleBook | None
    roles: tuple[Role, ...] = ()
    is_founding: bool = False

    @property
    def at(self) -> datetime:
        """When it was done."""
        return self.entry.at

    @property
    def aggregate(self) -> Identifier:
        """What the act is about."""
        return self.entry.aggregate


@dataclass(frozen=True, slots=True)
class Following:
    """An act that follows from another by rule."""

    act: Any
    aggregate: Identifier
    branch: Identifier | None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of an act beside its entry: acts that follow by rule, and notices to people."""

    consequences: tuple[Following, ...] = ()
    notices: tuple[Any, ...] = ()


NOTHING_MORE = Outcome()

Handler = Callable[[ActContext], Outcome]
"""Writes the state tables of its room; the entry, its order and its right are done."""

Consequence = Callable[[ActContext], Sequence[Following]]


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything that the machinery asks the rooms.

    handlers: by the class of the act. consequences: in order, with the class that brings them.
    holdings_of: a person's mandates, appointments and technical rights, also past ones.
    path_of: a branch with all above it, from the top; above: the same of several, in no order.
    person_of: whose pseudonym it is, in the context that an act is of; of another context it is
    nobody's.
    rests_on: what else an act on an aggregate rests on: what keeps a branch from closing.
    members_on: the memberships that are counted in a branch on a day; count_members: how many.
    members_who_log_in: the people who are members at a moment and have their account, as a query.
    write_notices: puts notices into the outbox, in the same transaction.
    names_of: what readers know branches, people and holdings by, by identifier; organ_name: a body
    or an office. places_of: where entries stand in the record, by their numbers. refusals: a
    sentence for every code of a room's own.
    after_commit: called once an act is on disk; whatever goes wrong there changes nothing of it.
    """

    handlers: Mapping[type[Any], Handler]
    consequences: Sequence[tuple[type[Any], Consequence]] = ()
    holdings_of: Callable[[UUID], Collection[Identifier]] = field(default=lambda _: ())
    path_of: Callable[[Identifier], Path] = field(default=lambda branch: (branch,))
    above: Callable[[Collection[Identifier]], Collection[Identifier]] = field(
        default=lambda branches: branches
    )
    person_of: Callable[[Any, str], UUID | None] = field(default=lambda *_: None)
    rests_on: Callable[[Any, Identifier], Collection[Identifier]] = field(default=lambda *_: ())
    members_on: Callable[[Identifier, date], Collection[Identifier]] = field(default=lambda *_: ())
    count_members: Callable[[Identifier, date], int] = field(default=lambda *_: 0)
    members_who_log_in: Callable[[datetime], Any] = field(default=lambda _: ())
    write_notices: Callable[[Sequence[Any], datetime], None] | None = None
    names_of: Callable[[Collection[str]], Mapping[str, str]] = field(default=lambda _: {})
    organ_name: Callable[[Organ], str] = field(default=lambda organ: organ.id.replace("-", " "))
    places_of: Callable[[Collection[int]], Mapping[int, int]] = field(default=lambda _: {})
    refusals: Mapping[str, Promise] = field(default_factory=dict)
    after_commit: Callable[[], None] = field(default=lambda: None)


_installed: list[Wiring] = []


def install(wiring: Wiring) -> None:
    """Tell the machinery what the rooms give; the last one counts."""
    _installed[:] = [wiring]


def wired() -> Wiring:
    """Return what was installed."""
    if not _installed:
        raise RuntimeError("no wiring was installed")
    return _installed[0]


__all__ = [
    "NOTHING_MORE",
    "ActContext",
    "Consequence",
    "Following",
    "Handler",
    "Outcome",
    "Wiring",
    "install",
    "wired",
]
