"""Reading a record from its first entry to its last: what is wrong with it, and what it adds up to.

Every entry is checked against everything before it: that it stands where it may (``order``), that
the record begins with a founding (``founding``), that it names the rules in force and a right that
its actors have (``rights``), that tree of branches and register can be what it makes of them
(``branches``, ``register``). Then it is taken as it is, so that one fault is not named again in
everything that follows.

Only what everybody can see is looked at: withheld values change nothing here. Whether the entries
are those under a checkpoint's root is for whoever reads them.
"""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed, MalformedRecord
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook, read_rule_book, require_adoptable
from comitia.record.checks import Check
from comitia.record.entries import Capacity, entry_hash, parse_entry_value, read_entry
from comitia.record.folding.branches import branch_failures, change_branches
from comitia.record.folding.founding import FoundingCheck
from comitia.record.folding.order import order_failures, rules_failures
from comitia.record.folding.register import register
from comitia.record.folding.rights import right_failures
from comitia.record.folding.state import AdoptedBook, Founding, Holding, State
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import (
    DeclareMandate,
    EndAppointment,
    EndMandate,
    FoundOrganisation,
    GrantAdministration,
    MakeAppointment,
    RevokeAdministration,
)
from comitia.record.kinds.rulebook import AdoptRuleBook


class Folding:
    """The entries of a record so far."""

    def __init__(self) -> None:
        """Begin before the first entry."""
        self.state = State()
        self._founding = FoundingCheck()
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
        failures = list(self._failures(step))
        registered, impossible = register(step)
        if registered is not None:
            self.state.register[entry.aggregate] = registered
        self._carry_out(step)
        return [*failures, *impossible]

    def finish(self) -> list[CheckFailed]:
        """Return what is missing at the end."""
        if self._founding.is_whole():
            return []
        expected, found = "a founding with everything that it lists", f"{self._number} entries"
        return [CheckFailed(Check.FOUNDING.id, "record", expected, found)]

    def _failures(self, step: Step) -> Iterator[CheckFailed]:
        yield from self._founding.failures(step)
        yield from order_failures(step)
        yield from rules_failures(step)
        yield from right_failures(step)
        yield from branch_failures(step)
        yield from _book_failures(step)

    def _carry_out(self, step: Step) -> None:
        state, entry = self.state, step.entry
        if isinstance(entry.act, FoundOrganisation) and state.founding is None:
            signers = frozenset(actor.id for actor in entry.actors)
            state.founding = Founding(step.name, entry.act.list_root, signers)
            state.time_zone = entry.act.time_zone
        _adopt(step)
        change_branches(step)
        _hold(step)
        state.names.add(step.name)
        state.last[entry.aggregate] = step.name
        state.begun.setdefault(entry.aggregate, entry.kind.aggregate)
        state.latest_at = max(state.latest_at or entry.at, entry.at)


def _book_of(act: AdoptRuleBook) -> RuleBook:
    return read_rule_book(
        {
            "version": act.number,
            "in_force_from": act.in_force_from.isoformat(),
            "rules": dict(act.rules),
        }
    )


def _book_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a rule book cannot be adopted."""
    act = step.entry.act
    if not isinstance(act, AdoptRuleBook):
        return
    try:
        earlier = [one.book for one in step.state.books]
        require_adoptable(_book_of(act), earlier, step.day)
    except MalformedRecord as error:
        yield step.failed(Check.RULES, error.where, "a rule book", error.problem)
    except RuleViolation as violation:
        yield step.failed(Check.RULES, violation.code, violation.expected, violation.found)


def _adopt(step: Step) -> None:
    if isinstance(step.entry.act, AdoptRuleBook):
        try:
            step.state.books.append(AdoptedBook(step.name, _book_of(step.entry.act)))
        except MalformedRecord:
            return  # said by ``_book_failures``; the book before stays in force


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


__all__ = ["Folding", "State"]
