"""The stage table: a row a candidate, two columns a stage, as the official reports lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Final

from comitia.counting import words
from comitia.counting.sheet import Sheet, Stage
from comitia.counting.showing.names import isolated, shortened
from comitia.counting.showing.phrases import PHRASES, phrase

_INSET: Final = 2
"""Letters of room around a figure."""

_HEAD: Final = 16
"""Letters that a stage's head needs at least."""

_HEAD_NAME: Final = 40
"""Letters of a name in a stage's head; the story of the stages tells it whole."""

_HEAD_NAMES: Final = 4
"""Names in a stage's head, where several are excluded together."""

_STATUS: Final = 19
_LONGEST_NAME: Final = 32
"""Letters that a name takes of a line on paper at most; the rest goes below."""

_UPRIGHT: Final = 118
_ACROSS: Final = 182
"""Letters of a line on A4."""

_LINES: Final = 55
"""Lines of tables that may stand upright; beyond that fewer pages are needed across."""

_ABOVE: Final = 5
"""Lines of the heads of a table on paper."""


@dataclass(frozen=True, slots=True)
class Head:
    """Above a stage's columns. number: of the stage, from 1."""

    number: int
    action: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A row's figures at a stage.

    change: with its sign, empty where there is none. event: "elected" or "excluded" at this stage.
    """

    change: str
    total: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate's row, or one of those below them.

    sort: "candidate", "non-transferable", "total" or "quota". outcome: of a candidate, one word.
    """

    sort: str
    name: str
    status: str
    outcome: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class StageTable:
    """The whole table, or the stages of it that fit beside each other.

    first: whether it begins with the first stage, which has no change.
    """

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    first: bool = True


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The table as it is cut for A4. across: whether the paper is turned."""

    parts: tuple[StageTable, ...] = ()
    across: bool = False


def stage_table(sheet: Sheet) -> StageTable:
    """Return the table of a sheet whose texts are fit to be shown."""
    short = replace(sheet, names=tuple(shortened(name, _HEAD_NAME) for name in sheet.names))
    named = isolated(short)
    heads = tuple(Head(number, _head(stage, named)) for number, stage in enumerate(sheet.stages, 1))
    return StageTable(heads, (*_candidate_rows(isolated(sheet)), *_closing_rows(sheet)))


def _head(stage: Stage, sheet: Sheet) -> str:
    """Return what a stage does; of many candidates only the first are named."""
    action = words.action_of(stage, sheet)
    first = replace(stage, candidates=stage.candidates[: _HEAD_NAMES - 1])
    named = words.action_of(first, sheet)
    if len(stage.candidates) <= _HEAD_NAMES or named == action:
        return action
    others = len(stage.candidates) - len(first.candidates)
    return phrase("and_others", action=named, number=others)


def _candidate_rows(sheet: Sheet) -> Iterator[Row]:
    for number, name in enumerate(sheet.names, 1):
        votes = [stage.votes[number - 1] for stage in sheet.stages]
        cells = [
            replace(cell, event=_event(number, stage))
            for cell, stage in zip(_cells(votes, sheet), sheet.stages, strict=True)
        ]
        outcome, status = status_of(number, sheet)
        yield Row("candidate", name, status, outcome, tuple(cells))


def _event(candidate: int, stage: Stage) -> str:
    if candidate in stage.elected:
        return "elected"
    return "excluded" if candidate in stage.excluded else ""


def _closing_rows(sheet: Sheet) -> Iterator[Row]:
    lost = [stage.non_transferable for stage in sheet.stages]
    name = PHRASES["non_transferable"]
    yield Row("non-transferable", name, "", "", tuple(_cells(lost, sheet)))
    sums = [sum(stage.votes, stage.non_transferable) for stage in sheet.stages]
    cells = tuple(Cell("", words.figure(value, sheet)) for value in sums)
    yield Row("total", PHRASES["total"], "", "", cells)
    quotas = [stage.quota or sheet.quota for stage in sheet.stages]
    if any(quota is not None for quota in quotas):
        cells = tuple(Cell("", "" if q is None else words.figure(q, sheet)) for q in quotas)
        yield Row("quota", PHRASES["quota"], "", "", cells)


def _cells(values: Sequence[Fraction], sheet: Sheet) -> Iterator[Cell]:
    before: Fraction | None = None
    for value in values:
        change = "" if before is None else signed(value - before, sheet)
        yield Cell(change, words.figure(value, sheet))
        before = value


def signed(change: Fraction, sheet: Sheet) -> str:
    """Return a change with its sign; nothing where nothing changes."""
    if not change:
        return ""
    return ("+" if change > 0 else "\u2212") + words.figure(abs(change), sheet)


def status_of(candidate: int, sheet: Sheet) -> tuple[str, str]:
    """Return what became of a candidate: one word for the layout, and the words to show."""
    events = stages_of_events(sheet)
    if candidate in sheet.withdrawn:
        return "withdrawn", PHRASES["status_withdrawn"]
    if candidate in sheet.winners:
        stage = events.get((candidate, "elected"))
        shown = phrase("status_elected_at", number=stage) if stage else PHRASES["status_elected"]
        return "elected", shown
    if (stage := events.get((candidate, "excluded"))) is not None:
        return "excluded", phrase("status_excluded_at", number=stage)
    if sheet.decided:
        return "lost", PHRASES["status_not_elected"]
    return "standing", PHRASES["status_standing"]


def stages_of_events(sheet: Sheet) -> Mapping[tuple[int, str], int]:
    """Return at which stage, from 1, each candidate was elected or excluded."""
    events = {}
    for number, stage in enumerate(sheet.stages, 1):
        events.update({(candidate, "elected"): number for candidate in stage.elected})
        events.update({(candidate, "excluded"): number for candidate in stage.excluded})
    return events


def on_paper(table: StageTable | None) -> OnPaper:
    """Cut a table for A4: upright where that is about one page, else across."""
    if table is None:
        return OnPaper()
    upright = _parts(table, _UPRIGHT)
    lines = len(upright) * (len(table.rows) + _ABOVE)
    if len(upright) > 1 and lines > _LINES:
        return OnPaper(_parts(table, _ACROSS), across=True)
    return OnPaper(upright)


def _parts(table: StageTable, line: int) -> tuple[StageTable, ...]:
    """Cut a table into parts with whole stages for lines of so many letters.

    Parts are made about equally wide, so that none is left with a single stage.
    """
    stages = len(table.heads)
    longest = max(len(row.name) for row in table.rows)
    room = line - _INSET - min(longest, _LONGEST_NAME) - _STATUS
    cells = [cell for row in table.rows for cell in row.cells]
    change = _INSET + max((len(cell.change) for cell in cells), default=0)
    total = _INSET + max((len(cell.total) for cell in cells), default=0)
    most = max(1, (room + change) // max(_HEAD, change + total))
    number = -(-stages // most)
    starts = [-(-stages * part // number) for part in range(number + 1)] if number else [0]
    return tuple(_part(table, start, end) for start, end in pairwise(starts))


def _part(table: StageTable, start: int, end: int) -> StageTable:
    rows = tuple(replace(row, cells=row.cells[start:end]) for row in table.rows)
    return StageTable(table.heads[start:end], rows, first=start == 0)
