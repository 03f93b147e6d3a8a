"""What all pictures share: coordinates, and the order in which candidates stand in them.

Coordinates are texts with one decimal, cut from exact fractions: the same sheet always gives the
same picture.
"""

from __future__ import annotations

from fractions import Fraction

from comitia.counting.sheet import Levels, Sheet, Totals


def at(value: Fraction | int) -> str:
    """Return a coordinate, cut to tenths of a unit: 12.345 -> "12.3"."""
    tenths = int(value * 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def result_order(sheet: Sheet) -> tuple[int, ...]:
    """Return who stood, in one order for all pictures of a sheet.

    First the elected in their order, then the rule's own order, then those never excluded, by the
    first of the rule's totals if it has any, and the others from the last excluded to the first.
    """
    excluded = [n for stage in sheet.stages for n in stage.excluded]
    levels = [d for d in sheet.details if isinstance(d, Levels)]
    ranked = [n for detail in levels for level in detail.levels for n in level]
    everybody = range(1, len(sheet.names) + 1)
    others = [n for n in everybody if n not in excluded]
    for totals in [d for d in sheet.details if isinstance(d, Totals)][:1]:
        others.sort(key=lambda n: -totals.figures[n - 1])
    order = dict.fromkeys([*sheet.winners, *ranked, *others, *reversed(excluded)])
    return tuple(n for n in order if n not in sheet.withdrawn)
