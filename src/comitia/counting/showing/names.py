"""Texts from outside made fit to be shown: what could upset the line they stand in is taken out.

Names run from left to right or from right to left. Within a sentence each stands between two
characters that keep its direction to itself (``FIRST_STRONG`` and ``POP``, Unicode's FSI and PDI);
that holds only if a name brings no such characters of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never
from unicodedata import category, combining, east_asian_width

from comitia.counting.sheet import (
    Account,
    Detail,
    Fact,
    Grades,
    Levels,
    Pairwise,
    Sheet,
    Table,
    Totals,
)

FIRST_STRONG: Final = "\u2068"
POP: Final = "\u2069"
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def fit(text: str) -> str:
    """Return a text on one line, with U+FFFD for each character that is none to read.

    Those are control characters, halves of surrogate pairs, and what sets a text's direction.
    """
    return "".join(_fit_character(one) for one in text)


def _fit_character(one: str) -> str:
    if one in "\t\n\r\u2028\u2029":
        return " "
    return "\ufffd" if one in _DIRECTIONS or category(one) in _REFUSED else one


def fit_sheet(sheet: Sheet) -> Sheet:
    """Return the sheet with each of its texts fit to be shown."""
    return replace(
        sheet,
        title=fit(sheet.title),
        names=tuple(map(fit, sheet.names)),
        ties=tuple(replace(tie, recorded=fit(tie.recorded)) for tie in sheet.ties),
        details=tuple(map(_fit_detail, sheet.details)),
    )


def _fit_detail(detail: Detail) -> Detail:
    match detail:
        case Totals() | Pairwise():
            return replace(detail, name=fit(detail.name))
        case Grades():
            return replace(detail, names=tuple(map(fit, detail.names)))
        case Levels():
            return detail
        case Table():
            return replace(
                detail,
                name=fit(detail.name),
                heads=tuple(map(fit, detail.heads)),
                rows=tuple(
                    tuple(fit(cell) if isinstance(cell, str) else cell for cell in row)
                    for row in detail.rows
                ),
            )
        case Account():
            facts = tuple(map(_fit_fact, detail.facts))
            return replace(detail, name=fit(detail.name), facts=facts)
        case _:
            assert_never(detail)


def _fit_fact(fact: Fact) -> Fact:
    """Return a fact whose texts keep their direction to themselves too."""
    return replace(fact, texts=tuple(f"{FIRST_STRONG}{fit(text)}{POP}" for text in fact.texts))


def isolated(sheet: Sheet) -> Sheet:
    """Return the sheet with names that keep their direction to themselves in a sentence."""
    return replace(sheet, names=tuple(f"{FIRST_STRONG}{name}{POP}" for name in sheet.names))


def shortened(text: str, width: int) -> str:
    """Return a text of at most ``width`` letters, the last one an ellipsis where it was cut.

    A Chinese, Japanese or Korean letter takes the room of two, an accent none.
    """
    room = width
    for place, letter in enumerate(text):
        room -= _width(letter)
        if room < 0:
            return _cut(text[:place], width) + "…"
    return text


def _cut(text: str, width: int) -> str:
    while text and sum(map(_width, text)) > width - 1:
        text = text[:-1]
    return text.rstrip()


def _width(letter: str) -> int:
    if combining(letter):
        return 0
    return 2 if east_asian_width(letter) in {"F", "W"} else 1
