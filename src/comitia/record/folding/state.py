"""What the record says at some place: the sum of its entries up to there, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from comitia.law.standings import Standing
from comitia.record.canonical import Json
from comitia.record.entries import Capacity
from comitia.record.kinds.organisation import Level, Role
from comitia.record.kinds.values import EntryHash, Identifier, Root


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch. path: its own identifier behind those of the branches above it, the whole first."""

    id: Identifier
    level: Level
    path: tuple[Identifier, ...]
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class RuleBookVersion:
    """An adopted version of the rule book."""

    entry: EntryHash
    number: int
    in_force_from: date
    rules: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Holding:
    """A mandate or an appointment. entry: the one that gave it. branch: where it reaches from."""

    id: Identifier
    capacity: Capacity
    role: Role | None
    branch: Identifier | None
    entry: EntryHash
    since: date
    until: date

    def is_held_on(self, day: date) -> bool:
        """Whether it gives rights on a day."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership. entry: the one that gave the standing."""

    id: Identifier
    branch: Identifier
    standing: Standing
    since: date
    entry: EntryHash


@dataclass(frozen=True, slots=True)
class Founding:
    """The founding act: what it lists, and how much of that has come."""

    entry: EntryHash
    listed: int
    list_root: Root


@dataclass(slots=True)
class State:
    """Everything at once; changed by ``Folding`` alone.

    latest_at: the latest time of any entry. names: of all entries. last: the last entry of each aggregate, and begun: what
    kind of aggregate each is.
    """

    founding: Founding | None = None
    time_zone: str = "UTC"
    latest_at: datetime | None = None
    names: set[EntryHash] = field(default_factory=set)
    last: dict[Identifier, EntryHash] = field(default_factory=dict)
    begun: dict[Identifier, str] = field(default_factory=dict)
    rule_books: list[RuleBookVersion] = field(default_factory=list)
    branches: dict[Identifier, Branch] = field(default_factory=dict)
    holdings: dict[Identifier, Holding] = field(default_factory=dict)
    memberships: dict[Identifier, Membership] = field(default_factory=dict)
