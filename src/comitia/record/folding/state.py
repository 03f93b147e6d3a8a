"""What the record says at some place: the sum of its entries up to there, as plain values."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from comitia.law.rulebook import RuleBook
from comitia.law.standings import Entry as MembershipEntry
from comitia.law.standings import Membership
from comitia.law.values import Organ
from comitia.record.entries import Capacity
from comitia.record.keys import VerifierKey
from comitia.record.kinds.organisation import Level
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Root

Path = tuple[str, ...]
"""A branch: the identifiers from the whole organisation down to it."""


def is_time_zone(name: str) -> bool:
    """Whether there is such a time zone; a name is looked up as a file, and can be anything."""
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch. last_day: None while it is open."""

    id: Identifier
    level: Level
    path: Path
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class AdoptedBook:
    """A version of the rule book, and the entry by which it was adopted."""

    entry: EntryHash
    book: RuleBook


@dataclass(frozen=True, slots=True)
class Announced:
    """A change of the rule book that was announced. rules: its values, as canonical bytes.

    ended_by: the entry that withdrew it or adopted it; None while it can be adopted.
    """

    entry: EntryHash
    day: date
    in_force_from: date
    rules: bytes
    ended_by: EntryHash | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing has come of it yet."""
        return self.ended_by is None

    def ended(self, by: EntryHash) -> Announced:
        """Return it as it is once it was withdrawn or adopted."""
        return replace(self, ended_by=by)


@dataclass(frozen=True, slots=True)
class Holding:
    """A mandate, an appointment, or technical rights (no organ), and the entry that gave it."""

    id: Identifier
    capacity: Capacity
    organ: Organ | None
    holder: Pseudonym
    branch: Path
    entry: EntryHash
    since: date
    until: date

    def is_held_on(self, day: date) -> bool:
        """Whether it gives rights on a day."""
        return self.since <= day <= self.until

    def ended(self, last_day: date) -> Holding:
        """Return it as it is when it was ended before its term."""
        return replace(self, until=min(self.until, last_day))


@dataclass(frozen=True, slots=True)
class Registered:
    """A membership: all that is known of it, where it stands, and the entry that put it there."""

    entries: tuple[MembershipEntry, ...]
    membership: Membership
    entry: EntryHash


@dataclass(frozen=True, slots=True)
class Merger:
    """A merger of a branch into another. last_day: of the branch that is merged."""

    branch: Identifier
    into: Identifier
    last_day: date


@dataclass(frozen=True, slots=True)
class Founding:
    """The founding act, when it was entered, and who signed it."""

    entry: EntryHash
    at: datetime
    list_root: Root
    signers: frozenset[Identifier | None]


@dataclass(frozen=True, slots=True)
class Rotation:
    """An entry by which another key signs checkpoints. old_key_lost: or known to others."""

    entry: EntryHash
    key: VerifierKey
    old_key_lost: bool


@dataclass(slots=True)
class State:
    """Everything at once; changed by ``Folding`` alone.

    latest_at: the latest time of any entry. names: of all entries. last: the last entry of each
    aggregate, and begun: what kind of aggregate each is. changes: by an office and a kind of act,
    for whom it changed something within about a day, and when last.
    """

    founding: Founding | None = None
    time_zone: str = "UTC"
    latest_at: datetime | None = None
    names: set[EntryHash] = field(default_factory=set)
    last: dict[Identifier, EntryHash] = field(default_factory=dict)
    begun: dict[Identifier, str] = field(default_factory=dict)
    books: list[AdoptedBook] = field(default_factory=list)
    announced: dict[EntryHash, Announced] = field(default_factory=dict)
    branches: dict[Identifier, Branch] = field(default_factory=dict)
    mergers: dict[EntryHash, Merger] = field(default_factory=dict)
    holdings: dict[Identifier, Holding] = field(default_factory=dict)
    register: dict[Identifier, Registered] = field(default_factory=dict)
    rotations: list[Rotation] = field(default_factory=list)
    changes: dict[tuple[Identifier | None, str], OrderedDict[Identifier, datetime]] = field(
        default_factory=dict
    )
    erased: set[Identifier] = field(default_factory=set)

    def day_of(self, moment: datetime) -> date:
        """Return which day it is then where the organisation is."""
        try:
            return moment.astimezone(ZoneInfo(self.time_zone)).date()
        except OverflowError:  # in the first and the last hours that a calendar has
            return moment.date()

    def book_on(self, day: date) -> AdoptedBook | None:
        """Return the rule book in force on a day, the one adopted last; None where there is none.

        Raises nothing: that versions follow one another was checked when they were adopted.
        """
        begun = [one for one in self.books if one.book.in_force_from <= day]
        return max(begun, key=lambda one: one.book.version, default=None)

    def rule_book_at(self, at: datetime) -> RuleBook | None:
        """Return the rule book in force at a time; None where there is none."""
        adopted = self.book_on(self.day_of(at))
        return None if adopted is None else adopted.book

    def path_of(self, branch: Identifier | None) -> Path:
        """Return where a branch is; nowhere for none and for one that is not known."""
        known = None if branch is None else self.branches.get(branch)
        return () if known is None else known.path
