"""A founding draft: what was typed so far, every cell a text, right or wrong.

A draft is saved and exported in any state, so nothing that somebody typed is lost because
something else is missing. Reading it as a document is ``document``'s business.

A row may have a key; other rows name it by this, or by its name where it has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

from comitia.errors import MalformedRecord
from comitia.law.reading import expect_fields, expect_object
from comitia.law.rules import RULES
from comitia.record.canonical import Json, canonical_bytes, parse_json

FORMAT: Final = "comitia-founding-draft"
VERSION: Final = 1
LARGEST_BYTES: Final = 16 * 2**20
LONGEST_CELL: Final = 2_000
MOST_ROWS: Final = 100_000

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class OrganisationCells:
    """What the organisation itself is. terms: by which words it calls its branches."""

    name: str = ""
    language: str = ""
    time_zone: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch. above: the branch under which it stands; none for the whole."""

    name: str = ""
    level: str = ""
    above: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody on the register, with a standing since a day."""

    name: str = ""
    branch: str = ""
    standing: str = ""
    since: str = ""
    category: str = ""
    birth_date: str = ""
    address: str = ""
    email: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class MandateRow:
    """Who holds an office or a seat. organ: such as ``body:committee`` or ``office:secretary``."""

    organ: str = ""
    branch: str = ""
    member: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case that is open. number: the organisation's own."""

    number: str = ""
    branch: str = ""
    stage: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class AdministratorRow:
    """One who signs. member: who on the register it is, if anybody."""

    name: str = ""
    email: str = ""
    until: str = ""
    member: str = ""


Row = BranchRow | MemberRow | MandateRow | CaseRow | AdministratorRow


@dataclass(frozen=True, slots=True)
class Draft:
    """All of it. preset: where the rules began; rules: the JSON value of each by its key."""

    organisation: OrganisationCells = field(default_factory=OrganisationCells)
    preset: str = ""
    rules: Mapping[str, Json] = field(default_factory=dict)
    branches: tuple[BranchRow, ...] = ()
    members: tuple[MemberRow, ...] = ()
    mandates: tuple[MandateRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    administrators: tuple[AdministratorRow, ...] = ()

    @property
    def hash(self) -> str:
        """SHA-256 of its bytes: two people see by it that they sign the same."""
        return hashlib.sha256(draft_bytes(self)).hexdigest()


TABLES: Final[Mapping[str, type[Row]]] = {
    "branches": BranchRow,
    "members": MemberRow,
    "mandates": MandateRow,
    "cases": CaseRow,
    "administrators": AdministratorRow,
}
"""The tables of a draft, each with its rows' class, in the order in which they are asked for."""

_FIELDS: Final = ("format", "version", "organisation", "rule_book", *TABLES)


def columns_of(table: str) -> tuple[str, ...]:
    """Return the names of a table's cells."""
    return tuple(one.name for one in fields(TABLES[table]))


def draft_bytes(draft: Draft) -> bytes:
    """Return the canonical JSON of a draft; cells without text are left out."""
    value: dict[str, Json] = {
        "format": FORMAT,
        "version": VERSION,
        "organisation": _cells_of(draft.organisation),
        "rule_book": {"preset": draft.preset, "rules": dict(draft.rules)},
    }
    for table in TABLES:
        value[table] = [_cells_of(row) for row in getattr(draft, table)]
    return canonical_bytes(value)


def _cells_of(row: Row | OrganisationCells) -> Json:
    names = (one.name for one in fields(row))
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def parse_draft(data: bytes, where: str = "draft") -> Draft:
    """Return the draft that a file holds. Raises MalformedRecord.

    Cells can say anything; that they make sense together is not looked at here.
    """
    value = parse_json(data, where, LARGEST_BYTES)
    found = expect_fields(value, where, _FIELDS)
    if (found["format"], found["version"]) != (FORMAT, VERSION):
        raise MalformedRecord(where, f'expected "format": "{FORMAT}" and "version": {VERSION}')
    book = expect_fields(found["rule_book"], f"{where}.rule_book", ("preset", "rules"))
    tables: dict[str, Any] = {
        table: _rows(found[table], f"{where}.{table}", row) for table, row in TABLES.items()
    }
    return Draft(
        _row(found["organisation"], f"{where}.organisation", OrganisationCells),
        _cell(book["preset"], f"{where}.rule_book.preset"),
        _rules(book["rules"], f"{where}.rule_book.rules"),
        **tables,
    )


def _rules(value: Json, where: str) -> dict[str, Json]:
    """Return values of known rules, each of them right or wrong."""
    rules = expect_object(value, where)
    for key in rules:
        if key not in RULES:
            raise MalformedRecord(where, f"there is no rule {key[:40]!a}")
    return rules


def _rows(value: Json, where: str, of: type[R]) -> tuple[R, ...]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise MalformedRecord(where, f"expected a list of at most {MOST_ROWS} rows")
    return tuple(_row(one, f"{where}[{n}]", of) for n, one in enumerate(value))


def _row(value: Json, where: str, of: type[R]) -> R:
    cells = expect_object(value, where)
    known = {one.name for one in fields(of)}  # type: ignore[arg-type] # every row is a dataclass
    for name in cells:
        if name not in known:
            raise MalformedRecord(where, f"a cell {name[:40]!a} does not belong here")
    return of(**{name: _cell(text, f"{where}.{name}") for name, text in cells.items()})


def _cell(value: Json, where: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_CELL:
        raise MalformedRecord(where, f"expected a text of at most {LONGEST_CELL} characters")
    return value
