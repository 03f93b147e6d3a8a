"""Grades as stacked bars: all papers of a candidate from the best grade to the worst."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comitia.counting.sheet import Grades, Sheet
from comitia.counting.showing.drawing import at, result_order
from comitia.counting.showing.grids import median_of
from comitia.counting.showing.names import shortened

WIDTH: Final = 340
_ROW: Final = 44
_LETTERS: Final = 48
_COLOURS: Final = 7
_LEGIBLE: Final = 14  # units of width that a grade's number needs


@dataclass(frozen=True, slots=True)
class Part:
    """The papers of one grade. colour: from 0, the best, to 6. number: of the grade, or nothing."""

    colour: int
    number: str
    x: str
    text_x: str
    width: str


@dataclass(frozen=True, slots=True)
class GradeBar:
    """One candidate's papers. median: the grade's name."""

    name: str
    full_name: str
    median: str
    text_y: str
    bar_y: str
    number_y: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class GradeBars:
    """The picture. legend: each grade's number, name and colour."""

    height: int
    middle: str
    bars: tuple[GradeBar, ...]
    legend: tuple[tuple[int, str, int], ...]


def grade_bars(grades: Grades, sheet: Sheet) -> GradeBars:
    """Return the picture of a sheet's grades."""
    order = result_order(sheet)
    bars = tuple(_bar(place, n, grades, sheet) for place, n in enumerate(order))
    names = enumerate(grades.names)
    legend = tuple((place + 1, name, _colour(place, grades)) for place, name in names)
    return GradeBars(len(bars) * _ROW, at(Fraction(WIDTH, 2) - 1), bars, legend)


def _colour(place: int, grades: Grades) -> int:
    """Spread the colours over the scale, so that best and worst look alike on any scale."""
    last = len(grades.names) - 1
    return (place * (_COLOURS - 1) + last // 2) // last if last else 0


def _bar(place: int, candidate: int, grades: Grades, sheet: Sheet) -> GradeBar:
    shown = median_of(candidate, grades)
    name = sheet.name(candidate)
    return GradeBar(
        name=shortened(name, max(12, _LETTERS - len(shown))),
        full_name=name,
        median=shown,
        text_y=at(place * _ROW + 14),
        bar_y=at(place * _ROW + 19),
        number_y=at(place * _ROW + 32),
        parts=tuple(_parts(grades.counts[candidate - 1], grades)),
    )


def _parts(counts: tuple[int, ...], grades: Grades) -> Iterator[Part]:
    total, x = sum(counts), Fraction(0)
    for place, count in enumerate(counts):
        if not count:
            continue
        width = Fraction(count * WIDTH, total)
        number = str(place + 1) if width >= _LEGIBLE else ""
        yield Part(_colour(place, grades), number, at(x), at(x + 4), at(width))
        x += width
