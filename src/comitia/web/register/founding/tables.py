"""Rows that somebody pastes or uploads as CSV, and what each cell of them is.

The first line names the columns, in any order; what a draft has no column for is said and left
out. Whatever is wrong with a cell, the row is taken as it is, so that it can be put right on the
page and nothing is typed twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final, cast

from comitia.web.register.founding.draft import LONGEST_CELL, MOST_ROWS, TABLES, Row, columns_of
from comitia.web.register.founding.faults import Fault
from comitia.web.register.founding.unreadable import NoTable, Why

LARGEST_BYTES: Final = 16 * 2**20
_MOST_COLUMNS: Final = 100
_SEPARATORS: Final = ",;\t"


class CellState(StrEnum):
    """What a cell of an import is, beside what stands in the draft already."""

    NEW = "new"
    DONE = "done"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Imported:
    """Rows of one table. unknown: columns that a draft has no place for."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]


def parse_table(table: str, data: bytes) -> Imported:
    """Return the rows in a CSV file. Raises NoTable where it is none.

    Commas, semicolons and tabs separate, whichever the first line has most of. UTF-8, with or
    without a mark at its beginning, or UTF-16 with one, as spreadsheets write it.
    """
    text = _decode(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        heading = [cell.strip().casefold().replace(" ", "_") for cell in next(lines, [])]
        known = columns_of(table)
        _expect_heading(heading, known)
        rows = tuple(_rows(table, heading, lines))
    except csv.Error:
        raise NoTable(Why.NO_CSV, lines.line_num) from None
    unknown = tuple(name for name in heading if name and name not in known)
    return Imported(rows, unknown)


def _decode(data: bytes) -> str:
    if len(data) > LARGEST_BYTES:
        raise NoTable(Why.TOO_LARGE, detail=LARGEST_BYTES)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise NoTable(Why.NOT_UTF8) from None
    if "\0" in text:
        raise NoTable(Why.NO_TEXT)
    return text


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _expect_heading(heading: Sequence[str], known: Sequence[str]) -> None:
    names = [name for name in heading if name in known]
    if len(heading) > _MOST_COLUMNS:
        raise NoTable(Why.TOO_MANY_COLUMNS, 1, _MOST_COLUMNS)
    if known[0] not in names:
        raise NoTable(Why.NO_HEADING, 1, known[0])
    if len(set(names)) < len(names):
        raise NoTable(Why.COLUMN_TWICE, 1)


def _rows(table: str, heading: Sequence[str], lines: Any) -> Iterator[Row]:  # noqa: ANN401 - csv's reader
    row, known = TABLES[table], columns_of(table)
    for number, cells in enumerate(lines):
        if number >= MOST_ROWS:
            raise NoTable(Why.TOO_MANY_ROWS, lines.line_num, MOST_ROWS)
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heading):
            raise NoTable(Why.TOO_MANY_CELLS, lines.line_num)
        named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}
        if any(len(cell) > LONGEST_CELL for cell in named.values()):
            raise NoTable(Why.CELL_TOO_LONG, lines.line_num, LONGEST_CELL)
        yield row(**{name: cell for name, cell in named.items() if name in known})


def states_of(
    table: str, rows: Sequence[Row], before: Sequence[Row], faults: Sequence[Fault]
) -> tuple[dict[str, CellState], ...]:
    """Return the state of every cell with text or a fault, row by row.

    before: the rows that the draft had. Done is what stood there in a row of the same first cell
    and key; new is what did not.
    """
    states = {CellState.ERROR: set[tuple[int | None, str]](), CellState.WARNING: set()}
    for one in faults:
        if one.table == table:
            kind = CellState.WARNING if one.is_warning else CellState.ERROR
            states[kind].add((one.row, one.cell))
    known = {_same(row): row for row in before}
    return tuple(_states(n, row, known.get(_same(row)), states) for n, row in enumerate(rows))


def _same(row: Row) -> tuple[str, str]:
    first = cast("str", getattr(row, fields(row)[0].name))
    return first, cast("str", getattr(row, "key", ""))


def _states(
    number: int,
    row: Row,
    before: Row | None,
    faults: dict[CellState, set[tuple[int | None, str]]],
) -> dict[str, CellState]:
    states: dict[str, CellState] = {}
    for name in (one.name for one in fields(row)):
        place, text = (number, name), getattr(row, name)
        if place in faults[CellState.ERROR]:
            states[name] = CellState.ERROR
        elif place in faults[CellState.WARNING]:
            states[name] = CellState.WARNING
        elif text:
            same = before is not None and getattr(before, name) == text
            states[name] = CellState.DONE if same else CellState.NEW
    return states
