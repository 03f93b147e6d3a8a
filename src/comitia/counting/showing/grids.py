"""Plain tables of a sheet: what stands behind each picture, and what a rule adds of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comitia.counting import words
from comitia.counting.sheet import (
    Account,
    Grades,
    Levels,
    Pairwise,
    Sheet,
    Stage,
    Table,
    Totals,
)
from comitia.counting.showing.phrases import PHRASES, phrase

_LINE: Final = 116
"""Letters of a line on A4 upright."""

_INSET: Final = 2
_LONGEST: Final = 30
"""Letters that a text takes of a line on paper at most; the rest goes below."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts whose rows begin with their head.

    figures: for each column whether it holds figures. marked: the cells (row, column, from 0) that
    are greater than their opposite in a matrix.
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[bool, ...]
    marked: tuple[tuple[int, int], ...] = ()


def _grid(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], figures: str) -> Grid:
    """Make a table; figures: "1" for each column that holds figures, else "0"."""
    flags = tuple(one == "1" for one in figures)
    return Grid(name, tuple(heads), tuple(map(tuple, rows)), flags)


def capital(text: str) -> str:
    """Return a text that begins with a capital letter and is else as it was."""
    return text[:1].upper() + text[1:]


def _stood(sheet: Sheet) -> list[int]:
    return [n for n in range(1, len(sheet.names) + 1) if n not in sheet.withdrawn]


def cut(grid: Grid) -> tuple[Grid, ...]:
    """Cut a table into parts that fit on paper, each with the first column.

    Parts hold about equally many columns, so that none is left with a single one.
    """
    widths = [_INSET + min(_LONGEST, _widest(grid, column)) for column in range(len(grid.heads))]
    parts = _filled(widths, len(widths))
    even = _filled(widths, -(-(len(widths) - 1) // len(parts)))
    return tuple(_columns(grid, part) for part in (even if len(even) == len(parts) else parts))


def _filled(widths: Sequence[int], most: int) -> list[list[int]]:
    """Return the columns of each part: as many as a line has room for, and not more than most."""
    parts: list[list[int]] = [[0]]
    room = _LINE - widths[0]
    for column, width in enumerate(widths[1:], 1):
        held = len(parts[-1]) - 1
        if held and (width > room or held == most):
            parts.append([0])
            room = _LINE - widths[0]
        parts[-1].append(column)
        room -= width
    return parts


def _widest(grid: Grid, column: int) -> int:
    """Return the letters of a column's widest text; a head may be broken between words."""
    heads = [len(word) for word in grid.heads[column].split()]
    return max([*heads, *(len(row[column]) for row in grid.rows)], default=0)


def _columns(grid: Grid, columns: Sequence[int]) -> Grid:
    return replace(
        grid,
        heads=tuple(grid.heads[column] for column in columns),
        rows=tuple(tuple(row[column] for column in columns) for row in grid.rows),
        figures=tuple(grid.figures[column] for column in columns),
        marked=tuple((row, columns.index(c)) for row, c in grid.marked if c in columns),
    )


def tie_grid(sheet: Sheet) -> Grid:
    """Return who was tied, whom the decision names, and what decided."""
    rows = [
        (
            words.join([sheet.name(n) for n in tie.between]),
            PHRASES["undecided"] if tie.decided is None else sheet.name(tie.decided),
            words.decision_of(tie),
        )
        for tie in sheet.ties
    ]
    heads = (PHRASES["tied"], PHRASES["decided"], PHRASES["how"])
    return _grid(PHRASES["ties"], heads, rows, "000")


def keep_grid(sheet: Sheet) -> Grid | None:
    """Return the keep factors after each stage, where the rule has such factors.

    Of those only who ever pass on a part of a paper, and the stages at which somebody does: for
    the rest all of it is kept, or nothing.
    """
    kept = [(number, stage) for number, stage in enumerate(sheet.stages, 1) if _is_split(stage)]
    if not kept:
        return None
    heads = [PHRASES["candidate"], *(f"{PHRASES['stage']} {number}" for number, _ in kept)]
    rows = [
        (name, *(words.figure(stage.keep[place], sheet) for _, stage in kept))
        for place, name in enumerate(sheet.names)
        if any(0 < stage.keep[place] < 1 for _, stage in kept)
    ]
    return _grid(PHRASES["keep"], heads, rows, "0" + "1" * len(kept))


def _is_split(stage: Stage) -> bool:
    return any(0 < part < 1 for part in stage.keep)


def batch_grids(sheet: Sheet) -> tuple[Grid, ...]:
    """Return a table for each stage that passes papers on in several batches.

    Where there is only one, the table of all stages holds the same figures.
    """
    return tuple(
        _batches(number, stage, sheet)
        for number, stage in enumerate(sheet.stages, 1)
        if len(stage.sub_stages) > 1
    )


def _batches(number: int, stage: Stage, sheet: Sheet) -> Grid:
    """Return the votes after each batch, of those who hold any or whose papers they are."""
    batches = stage.sub_stages
    heads = [
        PHRASES["candidate"],
        *(phrase("batch", value=words.figure(b.value, sheet), papers=b.papers) for b in batches),
    ]
    rows = [
        (name, *(words.figure(batch.votes[place], sheet) for batch in batches))
        for place, name in enumerate(sheet.names)
        if place + 1 in stage.candidates or any(batch.votes[place] for batch in batches)
    ]
    lost = [words.figure(batch.non_transferable, sheet) for batch in batches]
    rows.append((PHRASES["non_transferable"], *lost))
    name = phrase("batches", number=number, action=words.action_of(stage, sheet))
    return _grid(name, heads, rows, "0" + "1" * len(batches))


def transfer_grid(sheet: Sheet) -> Grid:
    """Return every transfer of votes, stage by stage."""
    rows = [
        (
            str(number),
            _party(one.source, sheet),
            _party(one.target, sheet),
            words.figure(one.votes, sheet),
        )
        for number, stage in enumerate(sheet.stages, 1)
        for one in stage.transfers
    ]
    heads = (PHRASES["stage"], PHRASES["from"], PHRASES["to"], PHRASES["votes"])
    return _grid(PHRASES["flow_table"], heads, rows, "0001")


def _party(candidate: int | None, sheet: Sheet) -> str:
    return PHRASES["non_transferable"] if candidate is None else sheet.name(candidate)


def totals_grid(totals: Totals, sheet: Sheet) -> Grid:
    """Return the figure of each candidate who stood."""
    rows = [(sheet.name(n), words.figure(totals.figures[n - 1], sheet)) for n in _stood(sheet)]
    return _grid(totals.name, (PHRASES["candidate"], capital(totals.name)), rows, "01")


def matrix_grid(pairwise: Pairwise, sheet: Sheet, *, compared: bool) -> Grid:
    """Return "row over column" among those who stood; columns are headed by numbers.

    compared: whether to mark each figure that is greater than its opposite.
    """
    standing = _stood(sheet)
    figures = pairwise.figures
    rows = [
        (
            f"{row} {sheet.name(row)}",
            *("—" if row == column else str(figures[row - 1][column - 1]) for column in standing),
        )
        for row in standing
    ]
    marked = tuple(
        (place, column)
        for place, n in enumerate(standing)
        for column, m in enumerate(standing, 1)
        if compared and figures[n - 1][m - 1] > figures[m - 1][n - 1]
    )
    heads = ("", *map(str, standing))
    flags = (False, *(True for _ in standing))
    return Grid(pairwise.name, heads, tuple(rows), flags, marked)


def path_grid(pairwise: Pairwise, sheet: Sheet) -> Grid | None:
    """Return the strongest paths from and to the elected, or all while nobody is."""
    first = {winner: place for place, winner in enumerate(sheet.winners)}
    wanted = [pair for pair in pairwise.paths if not first or not first.keys().isdisjoint(pair)]
    if not wanted:
        return None
    pairs = sorted(wanted, key=lambda pair: (first.get(pair[0], len(first)), pair))
    rows = [
        (
            sheet.name(source),
            sheet.name(target),
            str(pairwise.figures[source - 1][target - 1]),
            PHRASES["over"].join(sheet.name(n) for n in pairwise.paths[source, target]),
        )
        for source, target in pairs
    ]
    heads = (PHRASES["from"], PHRASES["to"], PHRASES["strength"], PHRASES["path"])
    name = PHRASES["paths_of_elected" if first else "paths"]
    return _grid(name, heads, rows, "0010")


def grades_grid(grades: Grades, sheet: Sheet) -> Grid:
    """Return how often each candidate who stood got each grade, and the median."""
    rows = [
        (sheet.name(n), *map(str, grades.counts[n - 1]), median_of(n, grades))
        for n in _stood(sheet)
    ]
    heads = (PHRASES["candidate"], *grades.names, PHRASES["median"])
    return _grid(PHRASES["grades"], heads, rows, "0" + "1" * len(grades.names) + "0")


def median_of(candidate: int, grades: Grades) -> str:
    """Return the name of a candidate's median grade."""
    median = grades.medians[candidate - 1]
    return PHRASES["no_grade"] if median is None else grades.names[median]


def levels_grid(levels: Levels, sheet: Sheet) -> Grid:
    """Return the order of the result: a row for each place, several names where they are equal."""
    rows = [(str(place), names) for place, names in _places(levels, sheet)]
    return _grid(PHRASES["order"], (PHRASES["place"], PHRASES["candidate"]), rows, "00")


def _places(levels: Levels, sheet: Sheet) -> Iterator[tuple[int, str]]:
    place = 1
    for level in levels.levels:
        yield place, ", ".join(sheet.name(n) for n in level)
        place += len(level)


def table_grid(table: Table, sheet: Sheet) -> Grid:
    """Return a rule's own table; a column is one of figures where all its cells are."""
    rows = [[words.cell_text(cell, sheet) for cell in row] for row in table.rows]
    flags = "".join(
        "0" if any(isinstance(row[column], int | str) for row in table.rows) else "1"
        for column in range(len(table.heads))
    )
    return _grid(table.name, [capital(head) for head in table.heads], rows, flags)


def account_grid(account: Account, sheet: Sheet) -> Grid:
    """Return what happened, a numbered sentence a row."""
    rows = [
        (str(place), words.sentence_of(fact, sheet)) for place, fact in enumerate(account.facts, 1)
    ]
    return _grid(account.name, ("", PHRASES["sentences"]), rows, "00")
