"""The count sheet as CSV: the stage table as councils and count sheets of ERS show it, for a sheet.

A block of facts; the table of stages, a row a candidate with two columns a stage (change and total)
and the status at the end, then the rows of non-transferable votes, of the total and of the quota;
the ties; and whatever else the rule shows (totals, pairwise preferences, grades). Blocks are parted
by an empty line. Figures have the rule's own decimals.

A spreadsheet takes a cell that begins with = + - or @ for a formula, which a candidate's name could
use to do harm: such cells are written with an apostrophe before them, and so are fractions, which
it would take for dates. Negative numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from comitia.counting import words
from comitia.counting.sheet import (
    Account,
    Detail,
    Grades,
    Levels,
    Pairwise,
    Sheet,
    Stage,
    Table,
    Totals,
)

_Row: TypeAlias = Sequence[str]

# White space, quotes and the wide signs of East Asian keyboards are passed over by one program or
# another; a line end within a name could begin a cell.
_FORMULA = re.compile(r"""["\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|.*[\t\r\n]""", re.DOTALL)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_FRACTION = re.compile(r"-?[0-9]+/[0-9]+")
_FIRST_STAGE: Final = 1


def write_table_csv(sheet: Sheet) -> str:
    """Return a count sheet as CSV, lines ending in a line feed."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    blocks = [_facts(sheet)]
    if sheet.stages:
        blocks.append(_stages(sheet))
    if sheet.ties:
        blocks.append(_ties(sheet))
    blocks += [_detail(detail, sheet) for detail in sheet.details]
    for number, block in enumerate(blocks):
        if number:
            writer.writerow([])
        writer.writerows([_guarded(cell) for cell in row] for row in block)
    return stream.getvalue()


def _guarded(cell: str) -> str:
    harmless = _NUMBER.fullmatch(cell) or not (_FORMULA.match(cell) or _FRACTION.fullmatch(cell))
    return cell if harmless else f"'{cell}"


def _facts(sheet: Sheet) -> Iterator[_Row]:
    yield ["Title", sheet.title]
    yield ["Counting rule", f"{sheet.rule} {sheet.version}"]
    yield ["Places", str(sheet.seats)]
    yield ["Valid papers", str(sheet.valid)]
    yield ["Invalid papers", str(sheet.invalid)]
    if sheet.quota is not None:
        yield ["Quota", words.figure(sheet.quota, sheet)]
    yield ["Elected", *(sheet.name(n) for n in sheet.winners)]
    if not sheet.decided:
        yield ["Not decided", "a tie waits for a decision"]


def _stages(sheet: Sheet) -> Iterator[_Row]:
    yield ["", *_wide(words.action_of(stage, sheet) for stage in sheet.stages), ""]
    heads = [
        head
        for number in range(_FIRST_STAGE, len(sheet.stages) + 1)
        for head in (f"Stage {number}: change", f"Stage {number}: total")
    ]
    yield ["Candidate", *heads, "Status"]
    for candidate, name in enumerate(sheet.names, 1):
        totals = [stage.votes[candidate - 1] for stage in sheet.stages]
        yield [name, *_changes(totals, sheet), _status(candidate, sheet)]
    rest = [stage.non_transferable for stage in sheet.stages]
    yield ["Non-transferable", *_changes(rest, sheet), ""]
    sums = [sum(stage.votes, stage.non_transferable) for stage in sheet.stages]
    yield ["Total", *_changes(sums, sheet), ""]
    quotas = (stage.quota for stage in sheet.stages)
    written = ["" if quota is None else words.figure(quota, sheet) for quota in quotas]
    yield ["Quota", *(cell for quota in written for cell in ("", quota)), ""]


def _wide(heads: Iterable[str]) -> Iterator[str]:
    """Yield each head of two columns over the first of them."""
    for head in heads:
        yield head
        yield ""


def _changes(totals: Sequence[Fraction], sheet: Sheet) -> Iterator[str]:
    before = Fraction(0)
    for total in totals:
        yield words.figure(total - before, sheet)
        yield words.figure(total, sheet)
        before = total


def _status(candidate: int, sheet: Sheet) -> str:
    if candidate in sheet.withdrawn:
        return "Withdrawn"
    for number, stage in enumerate(sheet.stages, _FIRST_STAGE):
        if said := _status_at(candidate, stage):
            return f"{said} at stage {number}"
    return "Elected" if candidate in sheet.winners else ""


def _status_at(candidate: int, stage: Stage) -> str:
    if candidate in stage.elected:
        return "Elected"
    return "Excluded" if candidate in stage.excluded else ""


def _ties(sheet: Sheet) -> Iterator[_Row]:
    yield ["Tie between", "Decided", "How"]
    for tie in sheet.ties:
        between = words.join([sheet.name(n) for n in tie.between])
        decided = "" if tie.decided is None else sheet.name(tie.decided)
        yield [between, decided, words.decision_of(tie)]


def _detail(detail: Detail, sheet: Sheet) -> Iterator[_Row]:
    match detail:
        case Totals():
            yield ["Candidate", detail.name]
            for name, figure in zip(sheet.names, detail.figures, strict=True):
                yield [name, words.figure(figure, sheet)]
        case Pairwise():
            yield [detail.name, *sheet.names]
            for name, figures in zip(sheet.names, detail.figures, strict=True):
                yield [name, *map(str, figures)]
        case Grades():
            yield from _grades(detail, sheet)
        case Levels():
            yield ["Place", "Candidates"]
            for place, level in enumerate(detail.levels, 1):
                yield [str(place), *(sheet.name(n) for n in level)]
        case Table():
            yield [detail.name]
            yield detail.heads
            yield from ([words.cell_text(cell, sheet) for cell in row] for row in detail.rows)
        case Account():
            yield [detail.name]
            yield from ([words.sentence_of(fact, sheet)] for fact in detail.facts)
        case _:
            assert_never(detail)


def _grades(grades: Grades, sheet: Sheet) -> Iterator[_Row]:
    yield ["Candidate", *grades.names, "Median"]
    for name, counts, median in zip(sheet.names, grades.counts, grades.medians, strict=True):
        yield [name, *map(str, counts), "" if median is None else grades.names[median]]
