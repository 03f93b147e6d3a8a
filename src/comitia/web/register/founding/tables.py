"""Rows that somebody pastes or uploads as CSV, and what each cell of them is.

The first line names the columns, in any order; what a draft has no column for is said and left
out. Whatever is wrong with a cell, the row is taken as it is, so that it can be put right on the
page and nothing is typed twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from typing import Any, Final, cast

from comitia.errors import MalformedRecord
from comitia.web.register.founding.draft import LONGEST_CELL, MOST_ROWS, TABLES, Row, columns_of
from comitia.web.register.founding.faults import Fault

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
    """Return the rows in a CSV file. Raises MalformedRecord where it is none.

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
    except csv.Error as error:
        raise MalformedRecord(f"line {lines.line_num}", f"this is no CSV: {error}") from None
    unknown = tuple(name for name in heading if name and name not in known)
    return Imported(rows, unknown)


def _decode(data: bytes) -> str:
    if len(data) > LARGEST_BYTES:
        raise MalformedRecord("file", f"more than the {LARGEST_BYTES} bytes that are allowed")
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise MalformedRecord("file", "expected text in UTF-8: save it so and try again") from None
    if "\0" in text:
        raise MalformedRecord("file", "this is no text")
    return text


def _separator(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _expect_heading(heading: Sequence[str], known: Sequence[str]) -> None:
    names = [name for name in heading if name in known]
    if len(heading) > _MOST_COLUMNS:
        raise MalformedRecord("line 1", f"more than {_MOST_COLUMNS} columns")
    if known[0] not in names:
        problem = f"the first line names the columns, {known[0]} among them"
        raise MalformedRecord("line 1", f"{problem} (there are: {', '.join(known)})")
    if len(set(names)) < len(names):
        raise MalformedRecord("line 1", "a column stands there twice")


def _rows(table: str, heading: Sequence[str], lines: Any) -> Iterator[Row]:  # noqa: ANN401 - csv's reader
    row, known = TABLES[table], columns_of(table)
    for number, cells in enumerate(lines):
        if number >= MOST_ROWS:
            raise MalformedRecord(f"line {lines.line_num}", f"more than {MOST_ROWS} rows")
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(heading):
            problem = f"{len(cells)} cells under {len(heading)} columns"
            raise MalformedRecord(f"line {lines.line_num}", problem)
        named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}
        if any(len(cell) > LONGEST_CELL for cell in named.values()):
            raise MalformedRecord(f"line {lines.line_num}", f"more than {LONGEST_CELL} characters")
        yield row(**{name: cell for name, cell in named.items() if name in known})


def write_table(table: str, rows: Sequence[Row]) -> str:
    """Return rows as CSV, with the columns that an import takes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns_of(table))
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue()


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
