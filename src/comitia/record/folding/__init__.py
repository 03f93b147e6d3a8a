"""Reading a record from its first entry to its last: what is wrong with it, and what it adds up to.

Every entry is checked against everything before it: that it stands where it may (``order``), that
the record begins with a founding (``founding``), that it names the rules in force and a right that
its actors have (``rights``), that tree of branches and register can be what it makes of them
(``branches``, ``mergers``, ``register``), that no appointment is too long (``terms``), that who was
erased had left, and stays so (``erasures``), that nobody changes too much in a day (``limits``), or
makes somebody else of oneself (``details``). Then it is taken as it is, so that one fault is not
named again in everything that follows. At the end nothing may be missing: of the founding, of a
merger, of the endings of what was held by who is a member no more (``ending``).

Only what everybody can see is looked at: withheld values change nothing here. Whether the entries
are those under a checkpoint's root is for whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.canonical import Json
from comitia.record.checks import Check
from comitia.record.entries import Capacity, Entry, entry_hash, parse_entry_value, read_entry
from comitia.record.folding.administrators import administrator_failures
from comitia.record.folding.books import adopt_book, book_failures
from comitia.record.folding.branches import branch_failures, change_branches, residence_failures
from comitia.record.folding.details import details_failures
from comitia.record.folding.ending import EndingCheck
from comitia.record.folding.erasures import erasure_failures, note_erasure
from comitia.record.folding.founding import FoundingCheck
from comitia.record.folding.keys import rotate_key, rotation_failures
from comitia.record.folding.limits import limit_failures, note_changes
from comitia.record.folding.membership_rules import membership_rule_failures
from comitia.record.folding.mergers import MergerCheck
from comitia.record.folding.order import order_failures, rules_failures
from comitia.record.folding.register import register
from comitia.record.folding.rights import right_failures
from comitia.record.folding.state import Founding, Holding, Registered, State, is_time_zone
from comitia.record.folding.stepping import Step
from comitia.record.folding.terms import term_failures
from comitia.record.kinds.organisation import (
    DeclareMandate,
    EndAppointment,
    EndMandate,
    FoundOrganisation,
    GrantAdministration,
    MakeAppointment,
    RevokeAdministration,
)
from comitia.record.kinds.register import CorrectMembership
from comitia.record.kinds.values import EntryHash


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """What an entry's bytes are: its name, the entry, and the object, which nobody may change."""

    name: EntryHash
    entry: Entry
    value: Mapping[str, Json]


def read_whole(content: bytes) -> ReadEntry:
    """Return what an entry's bytes are. Raises MalformedRecord, and UnknownKind."""
    value = parse_entry_value(content)
    return ReadEntry(entry_hash(content), read_entry(value), value)


class Folding:
    """The entries of a record so far."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.state = State()
        self._founding = FoundingCheck()
        self._merger = MergerCheck()
        self._ending = EndingCheck()
        self._number = 0

    def take(self, content: bytes) -> list[CheckFailed]:
        """Take the next entry; return what is wrong with it.

        What is no entry, or one of a kind that is not known here, is a failure of ``record.entry``;
        whatever rests on it will fail too.
        """
        where = f"entry {self._number}"
        self._number += 1
        try:
            value = parse_entry_value(content, where)
            entry = read_entry(value, where=where)
        except MalformedRecord as error:
            return [CheckFailed(Check.ENTRY.id, where, "an entry of a known kind", str(error))]
        step = Step(self.state, entry_hash(content), entry, value)
        registered, impossible = register(step)
        if not isinstance(entry.act, CorrectMembership):  # the balance names what these do
            impossible = (*impossible, *residence_failures(step, registered))
        whole = (*self._founding.failures(step), *self._merger.failures(step))
        failures = [*whole, *_failures(step), *impossible]
        self._carry_out(step, registered)
        self._ending.note(step, registered)
        return failures

    def remember(self, content: bytes) -> None:
        """Take an entry without checking it: for whoever wrote it, and checked it then.

        Remembering all entries of some aggregates, in their order, makes a state that knows these
        alone. Raises MalformedRecord.
        """
        self.remember_read(read_whole(content))

    def remember_read(self, read: ReadEntry) -> None:
        """Take an entry in the same way that was read before; nothing of what was read changes."""
        step = Step(self.state, read.name, read.entry, read.value)
        self._carry_out(step, register(step)[0])

    def recall(self, content: bytes) -> None:
        """Count an entry for the day of who did it, and take nothing else of it.

        For entries about what is not remembered, after what is. Raises MalformedRecord.
        """
        value = parse_entry_value(content)
        note_changes(Step(self.state, entry_hash(content), read_entry(value), value))

    def refusals(self, content: bytes) -> list[CheckFailed]:
        """Return why an entry could not come next, and take nothing.

        It must not be part of a founding. Only what it rests on need be remembered: its aggregate,
        the rule books, the holdings of its actors, the branches up to the whole, its cause; what
        its actors did by the same kind of act in the last day must be recalled.

        A correction into a branch that was closed is refused here, and not by ``take``: there it is
        the balance that says it.
        """
        read = read_whole(content)
        step = Step(self.state, read.name, read.entry, read.value)
        registered, impossible = register(step)
        return [*_failures(step), *impossible, *residence_failures(step, registered)]

    def finish(self) -> list[CheckFailed]:
        """Return what is missing at the end."""
        found, missing = f"{self._number} entries", list[CheckFailed]()
        if not self._founding.is_whole():
            expected = "a founding with everything that it lists"
            missing.append(CheckFailed(Check.FOUNDING.id, "record", expected, found))
        if not self._merger.is_whole():
            expected = "all that a merger of branches lists"
            missing.append(CheckFailed(Check.ORDER.id, "record", expected, found))
        return [*missing, *self._ending.missing()]

    def _carry_out(self, step: Step, registered: Registered | None) -> None:
        state, entry = self.state, step.entry
        if registered is not None:
            state.register[entry.aggregate] = registered
        if isinstance(entry.act, FoundOrganisation) and state.founding is None:
            signers = frozenset(actor.id for actor in entry.actors)
            state.founding = Founding(step.name, entry.at, entry.act.list_root, signers)
            if is_time_zone(entry.act.time_zone):
                state.time_zone = entry.act.time_zone
        adopt_book(step)
        change_branches(step)
        _hold(step)
        rotate_key(step)
        note_changes(step)
        note_erasure(step)
        state.names.add(step.name)
        state.last[entry.aggregate] = step.name
        state.begun.setdefault(entry.aggregate, entry.kind.aggregate)
        state.latest_at = max(state.latest_at or entry.at, entry.at)


def _failures(step: Step) -> Iterator[CheckFailed]:
    """Yield what is wrong with an entry, but for the founding and the register."""
    yield from order_failures(step)
    yield from rules_failures(step)
    yield from right_failures(step)
    yield from branch_failures(step)
    yield from term_failures(step)
    yield from membership_rule_failures(step)
    yield from book_failures(step)
    yield from administrator_failures(step)
    yield from rotation_failures(step)
    yield from limit_failures(step)
    yield from details_failures(step)
    yield from erasure_failures(step)


def _hold(step: Step) -> None:
    """Note who holds what from now on, and until when."""
    holdings, entry = step.state.holdings, step.entry
    path = step.state.path_of(entry.branch)
    match entry.act:
        case DeclareMandate() | MakeAppointment() as act:
            declared = isinstance(act, DeclareMandate)
            capacity = Capacity.MANDATE if declared else Capacity.APPOINTMENT
            holdings[entry.aggregate] = Holding(
                *(entry.aggregate, capacity, act.organ, act.holder, path),
                *(step.name, act.since, act.until),
            )
        case GrantAdministration() as act:
            holdings[entry.aggregate] = Holding(
                *(entry.aggregate, Capacity.APPOINTMENT, None, act.holder, path),
                *(step.name, step.day, act.until),
            )
        case EndMandate() | EndAppointment() | RevokeAdministration() as act:
            if (held := holdings.get(entry.aggregate)) is not None:
                holdings[entry.aggregate] = held.ended(act.last_day)
        case _:
            pass


__all__ = ["Folding", "ReadEntry", "State", "read_whole"]
