"""A small organisation on a record, to try entries on: founded, with offices and members.

The whole, and two branches of it. ``Record`` writes entries as the application would: each names
the last of its aggregate, the rule book in force and the right that its actor has. Tests change
one thing of one entry and see what is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from comitia.law.presets import PRESETS
from comitia.law.standings import Standing
from comitia.law.values import Organ, OrganKind
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.entries import (
    BY_RULE,
    Actor,
    Capacity,
    Entry,
    Grounds,
    entry_hash,
    seal_entry,
)
from comitia.record.folding import Folding
from comitia.record.folding.ending import last_day_of_offices
from comitia.record.folding.founding import item_of
from comitia.record.kinds.organisation import (
    CreateBranch,
    DeclareMandate,
    EndAppointment,
    EndMandate,
    FoundOrganisation,
    GrantAdministration,
    Level,
)
from comitia.record.kinds.register import (
    Category,
    CorrectMembership,
    DeclareMembership,
    LeaveMembership,
    RecordDeath,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Root, Text, Values
from comitia.record.tree import EMPTY, leaf_hash
from tests.record.acts import same_key

FOUNDED: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FIRST: Final = date(2026, 1, 5)
LAST: Final = date(2027, 12, 31)


def identifier(name: str) -> Identifier:
    """Return an identifier that is the same for a name each time, and can be read in messages."""
    return Identifier(name.encode().hex().ljust(32, "0")[:32])


WHOLE, MILL, PORT = (identifier(name) for name in ("whole", "mill", "port"))
ORGANISATION, RULES = identifier("organisation"), identifier("rules")
ADMINISTRATORS: Final = (identifier("administrator1"), identifier("administrator2"))
SECRETARY, COMMITTEE, PORT_COMMITTEE, CENTRAL = (
    identifier(name) for name in ("secretary", "committee", "portcommittee", "central")
)
ADA, BEN, CAT, DAN, EVE = (identifier(name) for name in ("ada", "ben", "cat", "dan", "eve"))
COMMITTEE_BODY = Organ(OrganKind.BODY, "committee")
SECRETARY_OFFICE = Organ(OrganKind.OFFICE, "secretary")

_BOOK = PRESETS["small-association"].rule_book(FIRST).to_json()
_ADOPTED = _BOOK["rules"] if isinstance(_BOOK, dict) else None
assert isinstance(_ADOPTED, dict)
BOOK: Final = Values(_ADOPTED)


def member(branch: Identifier, standing: Standing = Standing.MEMBER) -> DeclareMembership:
    return DeclareMembership(
        branch=branch,
        standing=standing,
        since=FIRST,
        category=Category.FULL,
        name=Text("Somebody"),
    )


def mandate(organ: Organ, holder: Identifier) -> DeclareMandate:
    return DeclareMandate(organ=organ, holder=Pseudonym(holder), since=FIRST, until=LAST)


LISTED: Final[tuple[tuple[Identifier, Identifier | None, Any], ...]] = (
    (
        RULES,
        None,
        AdoptRuleBook(number=1, in_force_from=FIRST, preset=Text("small-association"), rules=BOOK),
    ),
    (WHOLE, None, CreateBranch(name=Text("All"), level=Level.WHOLE)),
    (MILL, None, CreateBranch(name=Text("Mill"), level=Level.LOCAL, parent=WHOLE)),
    (PORT, None, CreateBranch(name=Text("Port"), level=Level.LOCAL, parent=WHOLE)),
    (ADA, MILL, member(MILL)),
    (BEN, MILL, member(MILL)),
    (CAT, PORT, member(PORT)),
    (DAN, MILL, member(MILL, Standing.EXPELLED)),
    *(
        (one, WHOLE, GrantAdministration(holder=Pseudonym(identifier(f"h{n}")), until=LAST))
        for n, one in enumerate(ADMINISTRATORS)
    ),
    (COMMITTEE, MILL, mandate(COMMITTEE_BODY, ADA)),
    (SECRETARY, MILL, mandate(SECRETARY_OFFICE, BEN)),
    (PORT_COMMITTEE, PORT, mandate(COMMITTEE_BODY, CAT)),
    (CENTRAL, WHOLE, mandate(COMMITTEE_BODY, BEN)),
)
"""What the founding lists: aggregate, branch, act."""


def listed_under(
    rules: Mapping[str, Json],
) -> tuple[tuple[Identifier, Identifier | None, Any], ...]:
    """Return what the founding lists, with other values of some rules."""
    book = Values({**BOOK, **rules})
    return tuple(
        (one, at, replace(act, rules=book) if one == RULES else act) for one, at, act in LISTED
    )


_SIGNERS: Final = tuple(Actor(Capacity.APPOINTMENT, one) for one in ADMINISTRATORS)


@dataclass
class Record:
    """Entries as they follow one another, and what a sound writer knows of them."""

    entries: list[bytes] = field(default_factory=list)
    now: datetime = FOUNDED
    _last: dict[Identifier, EntryHash] = field(default_factory=dict)
    _gave: dict[Identifier, EntryHash] = field(default_factory=dict)

    @property
    def rules(self) -> EntryHash:
        """The entry of the rule book in force."""
        adopted = (one for one in reversed(self.entries) if b'"kind":"rulebook.adopt"' in one)
        today = self.now.date().isoformat()
        begun = (one for one in adopted if json.loads(one)["fields"]["in_force_from"] <= today)
        return entry_hash(next(begun))

    def last(self, aggregate: Identifier) -> EntryHash | None:
        """The last entry of something."""
        return self._last.get(aggregate)

    def later(self, *, days: int) -> None:
        """Let days go by before the next entry."""
        self.now += timedelta(days=days)

    def write(self, entry: Entry) -> EntryHash:
        """Write an entry as it is."""
        return self.append(seal_entry(entry, same_key).content, entry.aggregate)

    def append(self, content: bytes, aggregate: Identifier) -> EntryHash:
        """Append an entry's bytes."""
        self.entries.append(content)
        name = entry_hash(content)
        self._last[aggregate] = name
        self._gave.setdefault(aggregate, name)
        return name

    def take_back(self, aggregate: Identifier) -> None:
        """Forget the last entry, and that it was the last of its aggregate."""
        self.entries.pop()
        before = [one for one in self.entries if json.loads(one)["aggregate"] == aggregate]
        self._last[aggregate] = entry_hash(before[-1])

    def entry(
        self,
        act: Any,  # noqa: ANN401 - any act
        aggregate: Identifier,
        *actors: tuple[Capacity, Identifier],
        branch: Identifier | None = MILL,
    ) -> Entry:
        """Return a sound entry, an hour after the last."""
        self.now += timedelta(hours=1)
        capacity, actor = actors[0]
        own = capacity is Capacity.MEMBERSHIP
        return Entry(
            act,
            self.now,
            tuple(Actor(*one) for one in actors),
            aggregate,
            branch,
            Grounds(
                follows=self.last(aggregate),
                right=self.last(aggregate) if own else self._gave[actor],
                rules=self.rules,
            ),
        )

    def act(
        self,
        act: Any,  # noqa: ANN401 - any act
        aggregate: Identifier,
        *actors: tuple[Capacity, Identifier],
        branch: Identifier | None = MILL,
    ) -> EntryHash:
        """Write a sound entry, and what follows from it; return the name of the first."""
        name = self.write(self.entry(act, aggregate, *actors, branch=branch))
        if isinstance(act, LeaveMembership | RecordDeath | CorrectMembership):
            self._end_offices(aggregate, name)
        return name

    def _end_offices(self, membership: Identifier, cause: EntryHash) -> None:
        """End what somebody holds who is a member no more, by rule."""
        folding = Folding()
        for content in self.entries:
            folding.remember(content)
        state = folding.state
        if membership not in state.register:
            return
        last_day = last_day_of_offices(state.register[membership].entries, state.day_of(self.now))
        for held in [*state.holdings.values()]:
            if last_day is None or held.holder != Pseudonym(membership) or held.until <= last_day:
                continue
            elected = held.capacity is Capacity.MANDATE
            act = EndMandate(last_day=last_day) if elected else EndAppointment(last_day=last_day)
            where, follows = Identifier(held.branch[-1]), self.last(held.id)
            grounds = Grounds(follows=follows, rules=self.rules, cause=cause)
            self.write(Entry(act, self.now, (BY_RULE,), held.id, where, grounds))


def listed_items(listed: Sequence[tuple[Identifier, Identifier | None, Any]]) -> list[bytes]:
    """Return what a founding's list has of each."""
    items = []
    for aggregate, branch, act in listed:
        entry = Entry(act, FOUNDED, _SIGNERS, aggregate, branch)
        value: dict[str, Json] = json.loads(seal_entry(entry, same_key).content)
        items.append(item_of(value))
    return items


def found(
    listed: Sequence[tuple[Identifier, Identifier | None, Any]] = LISTED,
    *,
    more: int = 0,
    list_root: Root | None = None,
) -> Record:
    """Return a record with a founding and what it lists.

    more: how many entries it claims to list beyond those. list_root: another root than theirs.
    """
    root = EMPTY.append_many(leaf_hash(item) for item in listed_items(listed)).root
    act = FoundOrganisation(
        name=Text("The Association"),
        language=Text("en"),
        time_zone=Text("Europe/London"),
        listed=len(listed) + more,
        list_root=list_root or Root(root.hex()),
    )
    record = Record()
    founding = record.write(Entry(act, FOUNDED, _SIGNERS, ORGANISATION))
    for aggregate, branch, one in listed:
        rules = record.last(RULES) and record.rules
        grounds = Grounds(record.last(aggregate), founding, rules, founding)
        record.write(Entry(one, FOUNDED, _SIGNERS, aggregate, branch, grounds))
    return record


def failures_of(entries: Sequence[bytes]) -> list[tuple[str, str]]:
    """Return what folding says: the check and the part of the entry, in order."""
    folding = Folding()
    found = [failure for content in entries for failure in folding.take(content)]
    return [(one.check, one.subject.rpartition(", ")[2]) for one in [*found, *folding.finish()]]


def rewritten(content: bytes, **fields: Json) -> bytes:
    """Return an entry with other fields; None takes one away."""
    value: dict[str, Json] = json.loads(content)
    return canonical_bytes({k: v for k, v in {**value, **fields}.items() if v is not None})


def with_grounds(entry: Entry, **grounds: EntryHash | None) -> Entry:
    """Return an entry that rests on something else."""
    return replace(entry, grounds=replace(entry.grounds, **grounds))
