"""A founding document: a draft, understood. What keeps it from being one is listed as faults.

Every row is read as far as it goes, so that somebody sees all faults at once; a document there is
only where there are none but warnings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final, TypeVar

from comitia.errors import MalformedRecord
from comitia.law.presets import PRESETS
from comitia.law.rulebook import RuleBook, Setting
from comitia.law.rules import RULES
from comitia.law.standings import Standing
from comitia.law.values import Organ
from comitia.record.kinds.cases import Stage
from comitia.record.kinds.organisation import Level, Terms
from comitia.record.kinds.register import Category
from comitia.record.kinds.values import Text
from comitia.web.register.founding import cells
from comitia.web.register.founding.cells import WrongCell
from comitia.web.register.founding.draft import (
    AdministratorRow,
    BranchRow,
    CaseRow,
    Draft,
    MandateRow,
    MemberRow,
    OrganisationCells,
)
from comitia.web.register.founding.faults import Code, Fault

V = TypeVar("V")
_FIRST_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation itself is."""

    name: Text
    language: Text
    time_zone: Text
    terms: Terms


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch. reference: how other rows name it. row: where it stands in the draft."""

    row: int
    reference: str
    name: Text
    level: Level
    above: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the register."""

    row: int
    reference: str
    name: Text
    branch: str
    standing: Standing
    since: date
    category: Category
    birth_date: date | None
    address: Text | None
    email: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who holds an office or a seat, until when."""

    row: int
    organ: Organ
    branch: str
    member: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Case:
    """A case that is open."""

    row: int
    number: Text
    branch: str
    stage: Stage
    since: date


@dataclass(frozen=True, slots=True)
class Administrator:
    """One who signs. until: None means as long as the rules allow."""

    row: int
    name: Text
    email: str
    until: date | None
    member: str


@dataclass(frozen=True, slots=True)
class Document:
    """All of it, as far as it could be understood. book: in force from the day of the founding."""

    organisation: Organisation | None
    preset: str
    book: RuleBook | None
    branches: tuple[Branch, ...]
    members: tuple[Member, ...]
    mandates: tuple[Mandate, ...]
    cases: tuple[Case, ...]
    administrators: tuple[Administrator, ...]


@dataclass
class _Row:
    """A row that is being read: cell by cell, each fault noted."""

    table: str
    number: int | None
    faults: list[Fault] = field(default_factory=list)

    def read(self, cell: str, reader: Callable[[str], V], text: str) -> Any:  # noqa: ANN401 - V, or None beside a fault
        """Return the value of a cell; None, and a fault, where it is none."""
        try:
            return reader(text)
        except WrongCell as wrong:
            self.faults.append(Fault(self.table, self.number, cell, wrong.code, wrong.detail))
            return None


def read_document(draft: Draft, today: date) -> tuple[Document, tuple[Fault, ...]]:
    """Return what of a draft can be understood, and the faults of single cells.

    Rows with a fault are left out of the document. today: where the organisation is.
    """
    faults: list[Fault] = []
    document = Document(
        _organisation(draft.organisation, faults),
        draft.preset,
        _rule_book(draft, today, faults),
        _table("branches", draft.branches, _branch, faults),
        _table("members", draft.members, partial(_member, today=today), faults),
        _table("mandates", draft.mandates, partial(_mandate, today=today), faults),
        _table("cases", draft.cases, partial(_case, today=today), faults),
        _table(
            "administrators", draft.administrators, partial(_administrator, today=today), faults
        ),
    )
    return document, tuple(faults)


def _table(
    table: str, rows: Sequence[Any], read: Callable[[_Row, Any], V], faults: list[Fault]
) -> tuple[V, ...]:
    found: list[V] = []
    for number, one in enumerate(rows):
        row = _Row(table, number)
        value = read(row, one)
        faults += row.faults
        if not row.faults:
            found.append(value)
    return tuple(found)


def _organisation(given: OrganisationCells, faults: list[Fault]) -> Organisation | None:
    row = _Row("organisation", None)
    found = Organisation(
        row.read("name", cells.read_name, given.name),
        row.read("language", cells.read_language, given.language),
        row.read("time_zone", cells.read_time_zone, given.time_zone),
        row.read("terms", partial(cells.read_choice, of=Terms), given.terms),
    )
    faults += row.faults
    return None if row.faults else found


def _rule_book(draft: Draft, today: date, faults: list[Fault]) -> RuleBook | None:
    before = len(faults)
    if draft.preset not in PRESETS:
        code = Code.NOT_A_CHOICE if draft.preset else Code.MISSING
        faults.append(Fault("rules", None, "preset", code, ", ".join(PRESETS)))
    settings: list[Setting] = []
    for key, rule in RULES.items():
        if key not in draft.rules:
            faults.append(Fault("rules", None, key, Code.RULE_MISSING))
            continue
        try:
            settings.append(Setting(key, rule.kind.read(draft.rules[key], key)))
        except MalformedRecord:
            faults.append(Fault("rules", None, key, Code.RULE_WRONG, rule.kind.bounds()))
    return RuleBook(_FIRST_VERSION, today, tuple(settings)) if len(faults) == before else None


def reference_of(row: BranchRow | MemberRow) -> str:
    """Return how other rows name this one: by its key, or by its name where it has none."""
    return cells.plain(row.key) or cells.plain(row.name)


def _branch(row: _Row, given: BranchRow) -> Branch:
    return Branch(
        row.number or 0,
        reference_of(given),
        row.read("name", cells.read_name, given.name),
        row.read("level", partial(cells.read_choice, of=Level), given.level),
        cells.plain(given.above),
    )


def _member(row: _Row, given: MemberRow, *, today: date) -> Member:
    born, address, mail = given.birth_date, given.address, given.email
    past = partial(cells.read_past_day, today=today)
    return Member(
        row.number or 0,
        reference_of(given),
        row.read("name", cells.read_name, given.name),
        row.read("branch", cells.read_name, given.branch),
        row.read("standing", _standing, given.standing),
        row.read("since", past, given.since),
        row.read("category", _category, given.category),
        row.read("birth_date", past, born) if born.strip() else None,
        row.read("address", cells.read_lines, address) if address.strip() else None,
        row.read("email", cells.read_mail, mail) if mail.strip() else "",
    )


def _standing(text: str) -> Standing:
    standing = cells.read_choice(text, Standing)
    if standing is Standing.APPLICANT:
        raise WrongCell(Code.APPLICANT)
    return standing


def _category(text: str) -> Category:
    return cells.read_choice(text, Category) if text.strip() else Category.FULL


def _mandate(row: _Row, given: MandateRow, *, today: date) -> Mandate:
    since = today
    if given.since.strip():
        since = row.read("since", partial(cells.read_past_day, today=today), given.since)
    until = row.read("until", partial(_still_to_come, today=today), given.until)
    return Mandate(
        row.number or 0,
        row.read("organ", cells.read_organ, given.organ),
        row.read("branch", cells.read_name, given.branch),
        row.read("member", cells.read_name, given.member),
        since,
        until,
    )


def _still_to_come(text: str, today: date) -> date:
    day = cells.read_day(text)
    if day < today:
        raise WrongCell(Code.PAST)
    return day


def _case(row: _Row, given: CaseRow, *, today: date) -> Case:
    return Case(
        row.number or 0,
        row.read("number", cells.read_number, given.number),
        row.read("branch", cells.read_name, given.branch),
        row.read("stage", partial(cells.read_choice, of=Stage), given.stage),
        row.read("since", partial(cells.read_past_day, today=today), given.since),
    )


def _administrator(row: _Row, given: AdministratorRow, *, today: date) -> Administrator:
    until = None
    if given.until.strip():
        until = row.read("until", partial(_still_to_come, today=today), given.until)
    return Administrator(
        row.number or 0,
        row.read("name", cells.read_name, given.name),
        row.read("email", cells.read_mail, given.email),
        until,
        cells.plain(given.member),
    )
