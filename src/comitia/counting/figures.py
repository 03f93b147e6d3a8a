"""Figures of a count: exact values, and how a rule's sheet writes them.

Values are fractions, so that every figure of a sheet is what the rule's own arithmetic made and no
binary floating point comes near it. A rule that cuts or rounds does so itself, on whole numbers of
its smallest unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

from comitia.errors import MalformedRecord

MOST_BITS: Final = 14_000
"""Of a numerator or denominator: 4,215 digits. Python writes numbers of at most 4,300 as text."""

_SIX_DIGITS: Final = 10**5


def expect_writable(figures: Iterable[Fraction], since: str, instead: str) -> None:
    """Raise MalformedRecord where exact fractions have become too long for anybody to write down.

    They grow with every seat, so the next ones would soon take for ever.
    since: "from stage 3 on". instead: what can be done.
    """
    if any(n >> MOST_BITS for figure in figures for n in figure.as_integer_ratio()):
        problem = f"{since} the exact fractions have more than 4,000 digits"
        raise MalformedRecord("papers", f"{problem}; {instead}")


def scaled(units: int, decimals: int) -> Fraction:
    """Return a whole number of a rule's smallest units as a figure: 12000000, 5 -> 120."""
    return Fraction(units, 10**decimals)


def approximate(value: Fraction) -> str:
    """Return about what a fraction is: a decimal number with six digits that count, or more.

    Rounded to the nearest, half a unit away from 0.
    """
    decimals = 0
    while 0 < abs(value) * 10**decimals < _SIX_DIGITS:
        decimals += 1
    units = (2 * abs(value) * 10**decimals + 1) // 2
    return text_of(scaled(units if value >= 0 else -units, decimals), decimals)


def text_of(value: Fraction, decimals: int | None) -> str:
    """Return a figure as the sheet writes it: "120.00000" of a rule with five decimals.

    decimals: the rule's own; None of a rule that counts in fractions, written "112/3".
    Raises ValueError for a value that has more decimals: it would not be the rule's figure.
    """
    if decimals is None:
        return str(value)
    units = value * 10**decimals
    if units.denominator != 1:
        raise ValueError(f"{value} has more than {decimals} decimals")
    sign, digits = "-" if units < 0 else "", str(abs(units.numerator)).zfill(decimals + 1)
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)
