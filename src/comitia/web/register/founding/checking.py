"""Whether a founding document holds together: rows that name rows, the tree, who can decide.

``check_draft`` says everything that keeps a draft from being founded; the record's own checks are
asked once more, with the entries themselves, when it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from comitia.law import rules
from comitia.law.calendars import Calendar
from comitia.law.deciders import Path, require_deciders
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.standings import COUNTED
from comitia.law.terms import derive_term
from comitia.law.values import Organ
from comitia.record.kinds.organisation import Level
from comitia.web.register.founding.document import (
    Branch,
    Document,
    Member,
    read_document,
    reference_of,
)
from comitia.web.register.founding.draft import BranchRow, Draft, MemberRow
from comitia.web.register.founding.faults import Code, Fault

DEEPEST: Final = 12
"""Branches above one another, the whole among them."""
_FEWEST_ADMINISTRATORS: Final = 2
MOST_ADMINISTRATORS: Final = 8
"""As many as an entry can name: all of them sign the founding."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that was looked at. faults: in the order of the draft's tables."""

    document: Document
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """What keeps it from being founded."""
        return tuple(one for one in self.faults if not one.is_warning)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What somebody should look at."""
        return tuple(one for one in self.faults if one.is_warning)

    def of(self, table: str) -> tuple[Fault, ...]:
        """Return the faults of one table."""
        return tuple(one for one in self.faults if one.table == table)


def check_draft(draft: Draft, today: date) -> Checked:
    """Return a draft's document and everything that is wrong with it."""
    document, of_cells = read_document(draft, today)
    branches, members = _names(draft.branches), _names(draft.members)
    paths = paths_of(document.branches)
    across = [
        *_repeated("branches", draft.branches, branches),
        *_repeated("members", draft.members, members),
        *_tree(
            document.branches,
            branches,
            paths,
            all_read=all(f.table != "branches" for f in of_cells),
        ),
        *_references(document, branches, members),
        *_mandates(document),
        *_administrators(document, len(draft.administrators), members),
        *_technical_rights(document, today),
        *_same_names(document.members),
    ]
    is_sound = not of_cells and all(one.is_warning for one in across)
    if is_sound and document.book is not None:
        across += _deciders(document, document.book, paths)
    return Checked(document, (*of_cells, *across))


# --- Rows that name rows -------------------------------------------------------------------------


def _names(rows: Sequence[BranchRow | MemberRow]) -> Counter[str]:
    return Counter(reference_of(row) for row in rows)


def _repeated(
    table: str, rows: Sequence[BranchRow | MemberRow], names: Mapping[str, int]
) -> Iterator[Fault]:
    for number, row in enumerate(rows):
        name = reference_of(row)
        if name and names[name] > 1:
            yield Fault(table, number, "key", Code.TWICE)


def _named(place: Fault, name: str, names: Mapping[str, int]) -> Iterator[Fault]:
    """Yield the fault of a cell that names no row, or several. place: with any code."""
    found = names.get(name, 0)
    if found != 1:
        code = Code.AMBIGUOUS if found else Code.UNKNOWN
        yield Fault(place.table, place.row, place.cell, code, name)


def _references(
    document: Document, branches: Mapping[str, int], members: Mapping[str, int]
) -> Iterator[Fault]:
    for table in ("members", "mandates", "cases"):
        for row in getattr(document, table):
            yield from _named(Fault(table, row.row, "branch", Code.UNKNOWN), row.branch, branches)
    for mandate in document.mandates:
        place = Fault("mandates", mandate.row, "member", Code.UNKNOWN)
        yield from _named(place, mandate.member, members)
    for one in document.administrators:
        if one.member:
            place = Fault("administrators", one.row, "member", Code.UNKNOWN)
            yield from _named(place, one.member, members)


# --- The tree ------------------------------------------------------------------------------------


def paths_of(branches: Sequence[Branch]) -> Mapping[str, Path]:
    """Return the way from the whole down to each branch; none of those that hang on nothing."""
    below: dict[str, list[Branch]] = {}
    for one in branches:
        below.setdefault("" if one.level is Level.WHOLE else one.above, []).append(one)
    paths: dict[str, Path] = {}
    waiting = [(one, ()) for one in below.get("", ()) if one.level is Level.WHOLE][:1]
    reached: list[tuple[Branch, Path]] = list(waiting)
    while reached:
        branch, above = reached.pop()
        if branch.reference in paths:
            continue
        paths[branch.reference] = path = (*above, branch.reference)
        reached += [(one, path) for one in below.get(branch.reference, ())]
    return paths


def in_order(branches: Sequence[Branch], paths: Mapping[str, Path]) -> tuple[Branch, ...]:
    """Return branches with those above before those below, else as they stand in the draft."""
    return tuple(sorted(branches, key=lambda one: (len(paths[one.reference]), one.row)))


def _tree(
    branches: Sequence[Branch],
    names: Mapping[str, int],
    paths: Mapping[str, Path],
    *,
    all_read: bool,
) -> Iterator[Fault]:
    """Yield what is wrong with the tree. all_read: whether no branch is left out for its cells."""
    wholes = [one for one in branches if one.level is Level.WHOLE]
    if not wholes and all_read:
        yield Fault("branches", None, "", Code.NO_WHOLE)
    for one in wholes[1:]:
        yield Fault("branches", one.row, "level", Code.SECOND_WHOLE)
    for one in wholes[:1]:
        if one.above:
            yield Fault("branches", one.row, "above", Code.ABOVE_THE_WHOLE)
    for one in branches:
        if one.level is not Level.WHOLE:
            yield from _above(one, names, paths, is_rooted=bool(wholes) and all_read)


def _above(
    one: Branch, names: Mapping[str, int], paths: Mapping[str, Path], *, is_rooted: bool
) -> Iterator[Fault]:
    place = Fault("branches", one.row, "above", Code.MISSING)
    if not one.above:
        yield place
        return
    unknown = list(_named(place, one.above, names))
    yield from unknown
    path = paths.get(one.reference)
    if path is None and not unknown and is_rooted:
        yield Fault("branches", one.row, "above", Code.NOT_BELOW_THE_WHOLE)
    if path is not None and len(path) > DEEPEST:
        yield Fault("branches", one.row, "above", Code.TOO_DEEP, str(DEEPEST))


# --- People --------------------------------------------------------------------------------------


def _mandates(document: Document) -> Iterator[Fault]:
    members = {one.reference: one for one in document.members}
    for one in document.mandates:
        latest = _latest_end(document, one.since)
        if latest is not None and one.until > latest:
            yield Fault("mandates", one.row, "until", Code.TERM_TOO_LONG, latest.isoformat())
        holder = members.get(one.member)
        if holder is not None and holder.standing not in COUNTED:
            yield Fault("mandates", one.row, "member", Code.NO_MEMBER)


def _latest_end(document: Document, first: date) -> date | None:
    """Return the last day of the longest term that begins with a day; None without rules."""
    if document.book is None or document.organisation is None:
        return None
    calendar = Calendar(ZoneInfo(document.organisation.time_zone))
    return derive_term(first, document.book.value(rules.LONGEST_TERM), calendar).last


def administrators_needed(document: Document) -> int:
    """Return how many administrators act together, and so at least sign."""
    if document.book is None:
        return _FEWEST_ADMINISTRATORS
    return max(_FEWEST_ADMINISTRATORS, document.book.value(rules.ADMINISTRATORS_TOGETHER))


def _administrators(document: Document, number: int, members: Mapping[str, int]) -> Iterator[Fault]:
    if number < (needed := administrators_needed(document)):
        yield Fault("administrators", None, "", Code.TOO_FEW, str(needed))
    if number > MOST_ADMINISTRATORS:
        yield Fault("administrators", None, "", Code.TOO_MANY, str(MOST_ADMINISTRATORS))
    seen: set[tuple[str, str]] = set()
    for one in document.administrators:
        known = one.member in members
        who = ("member", one.member) if known else (one.name.casefold(), one.email.casefold())
        if who in seen:
            yield Fault("administrators", one.row, "name", Code.SAME_PERSON)
        seen.add(who)


def _technical_rights(document: Document, today: date) -> Iterator[Fault]:
    """Yield technical rights that would last longer than an office."""
    latest = _latest_end(document, today)
    for one in document.administrators:
        if latest is not None and one.until is not None and one.until > latest:
            yield Fault("administrators", one.row, "until", Code.TERM_TOO_LONG, latest.isoformat())


def _same_names(members: Iterable[Member]) -> Iterator[Fault]:
    seen: set[tuple[str, date | None]] = set()
    for one in members:
        who = (one.name.casefold(), one.birth_date)
        if who in seen:
            yield Fault("members", one.row, "name", Code.SAME_NAME)
        seen.add(who)


def _deciders(document: Document, book: RuleBook, paths: Mapping[str, Path]) -> Iterator[Fault]:
    """Yield the first branch in which nobody could decide on an application."""
    holders: dict[tuple[Path, Organ], set[str]] = {}
    for one in document.mandates:
        holders.setdefault((paths[one.branch], one.organ), set()).add(one.member)
    ordered = [paths[one.reference] for one in in_order(document.branches, paths)]
    try:
        require_deciders(ordered, holders, book)
    except RuleViolation as nobody:
        names = {one.reference: one.name for one in document.branches}
        yield Fault("mandates", None, "", Code.NOBODY_DECIDES, names[nobody.subject])
