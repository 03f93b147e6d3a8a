"""Folding all entries from nothing, and what the state tables must say after it.

The rows here are plain values by identifier. They are derived by ``record`` and ``law`` from the
entries' bytes alone; nothing is asked of the tables that they are compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import F

from comitia.errors import MalformedRecord
from comitia.law.standings import derive_happenings
from comitia.record.canonical import canonical_bytes
from comitia.record.entries import Capacity, Entry, entry_hash, parse_entry
from comitia.record.folding import Folding
from comitia.record.folding.state import Holding, Registered, State
from comitia.record.kinds.cases import DeclareCase
from comitia.record.kinds.organisation import (
    CreateBranch,
    FoundOrganisation,
    MakeAppointment,
    MergeBranch,
    RenameBranch,
)
from comitia.record.kinds.register import ApplyForMembership, DeclareMembership, SetCategory
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Identifier
from comitia.web.acts import models
from comitia.web.project.checking.findings import Finding, Progress

Rows = dict[str, tuple[Any, ...]]
"""What a table must hold: by the row's identifier the values that are compared."""

_AT_ONCE: Final = 1000
_HOLDINGS: Final = {
    (Capacity.MANDATE, True): "mandate",
    (Capacity.APPOINTMENT, True): "appointment",
    (Capacity.APPOINTMENT, False): "administration",
}


@dataclass(slots=True)
class Folded:
    """All entries, folded. findings: what is wrong with single ones, and with their rows."""

    folding: Folding = field(default_factory=Folding)
    findings: list[Finding] = field(default_factory=list)
    misread: list[Finding] = field(default_factory=list)
    organisation: Rows = field(default_factory=dict)
    books: Rows = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    began: dict[str, Any] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    deputies: dict[str, bool] = field(default_factory=dict)
    cases: Rows = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    last_branch: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """What the record says at its end."""
        return self.folding.state

    def branches(self) -> Rows:
        """Return what the table of branches must hold."""
        return {
            one.id: (
                *(self.named.get(one.id), one.level.value, "".join(f"{s}/" for s in one.path)),
                *(one.path[-2] if one.path[1:] else None, self.began.get(one.id), one.last_day),
                self.merged.get(one.id),
            )
            for one in self.state.branches.values()
        }

    def holdings(self, table: str) -> Rows:
        """Return what the table of mandates, of appointments or of technical rights must hold."""
        return {
            one.id: (
                *(one.branch[-1] if one.branch else None, one.holder, one.since, one.until),
                *(one.entry, None if one.organ is None else (one.organ.kind, one.organ.id)),
                self.deputies.get(one.id, False),
            )
            for one in self.state.holdings.values()
            if _table_of(one) == table
        }

    def memberships(self) -> Rows:
        """Return what the table of memberships must hold."""
        return {name: self._membership(name, one) for name, one in self.state.register.items()}

    def _membership(self, name: Identifier, one: Registered) -> tuple[Any, ...]:
        happened = derive_happenings(one.entries)
        since = happened[-1][1].day if happened else None
        now = one.membership
        # Who belongs nowhere now stays in the register of the branch of before.
        branch = now.branch or self.last_branch.get(name)
        return now.standing or "", since, branch, self.categories.get(name), self.last(name)

    def last(self, aggregate: Identifier) -> str | None:
        """Return the last entry of something."""
        return self.state.last.get(aggregate)


def _table_of(one: Holding) -> str:
    return _HOLDINGS[one.capacity, one.organ is not None]


def fold_all(progress: Progress) -> Folded:
    """Fold every entry: those with a place in their order, then the others by their numbers."""
    folded = Folded()
    total = models.Entry.objects.count()
    for done, row in enumerate(_rows(), 1):
        _take(folded, row)
        progress(done, total)
    if total:
        for failure in folded.folding.finish():
            folded.findings.append(Finding(failure.check, f"{failure}."))
    return folded


def _rows() -> Iterator[models.Entry]:
    in_order = models.Entry.objects.order_by(F("place__index").asc(nulls_last=True), "number")
    return in_order.iterator(_AT_ONCE)


def _take(folded: Folded, row: models.Entry) -> None:
    content = bytes(row.content)
    for failure in folded.folding.take(content):
        folded.findings.append(Finding(failure.check, f"{failure}."))
    try:
        entry = parse_entry(content)
    except MalformedRecord:
        return  # said by the folding
    folded.misread += _misread(row, entry, content)
    _note(folded, entry, entry_hash(content))
    known = folded.state.register.get(entry.aggregate)
    if known is not None and known.membership.branch is not None:
        folded.last_branch[entry.aggregate] = known.membership.branch


def _misread(row: models.Entry, entry: Entry, content: bytes) -> Iterator[Finding]:
    """Yield each column that says something else than the entry."""
    said = (row.hash, row.kind, row.aggregate_id, row.branch, row.at)
    names = ("hash", "kind", "aggregate", "branch", "at")
    meant = (entry_hash(content), entry.kind.name, entry.aggregate, entry.branch or "", entry.at)
    for name, one, other in zip(names, said, meant, strict=True):
        if one != other:
            text = f"The row of entry {row.number} says another {name} than the entry."
            yield Finding("entries.row", text)


def _note(folded: Folded, entry: Entry, name: str) -> None:
    """Note what the folding does not keep: names, first days, categories, rules as they were."""
    match entry.act:
        case FoundOrganisation() as act:
            row = (act.name, act.language, act.time_zone, act.terms.value, entry.at, name)
            folded.organisation.setdefault(entry.aggregate, row)
        case CreateBranch() as act:
            folded.named[entry.aggregate] = act.name
            folded.began[entry.aggregate] = folded.state.day_of(entry.at)
        case RenameBranch() as act:
            folded.named[entry.aggregate] = act.name
        case MergeBranch() as act:
            folded.merged[entry.aggregate] = act.into
        case MakeAppointment() as act:
            folded.deputies[entry.aggregate] = act.as_deputy
        case DeclareCase() as act:
            stated = (act.number, entry.branch, act.stage.value, act.since, name)
            folded.cases[entry.aggregate] = stated
        case AdoptRuleBook() as act:
            rules = canonical_bytes(dict(act.rules)).decode()
            book = (act.in_force_from, act.preset, rules, entry.at, name)
            folded.books.setdefault(str(act.number), book)
        case DeclareMembership() | ApplyForMembership() | SetCategory() as act:
            folded.categories[entry.aggregate] = act.category.value
        case _:
            pass
