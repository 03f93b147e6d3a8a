"""The pictures of a rule's details: bars of totals, bars of grades."""

from __future__ import annotations

from comitia.counting.sheet import Grades, Sheet, Totals
from comitia.counting.showing.bars import Bars, total_bars
from comitia.counting.showing.grade_bars import GradeBars, grade_bars


def detail_pictures(sheet: Sheet) -> dict[int, Bars | GradeBars]:
    """Return the picture of each detail that has one, by its place from 1."""
    found: dict[int, Bars | GradeBars] = {}
    for place, detail in enumerate(sheet.details, 1):
        if isinstance(detail, Totals):
            found[place] = total_bars(detail, sheet)
        elif isinstance(detail, Grades):
            found[place] = grade_bars(detail, sheet)
    return found
