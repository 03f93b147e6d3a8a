"""Whether two entries of the register may be about one person, and why one could think so.

Nothing is decided here and nothing merged: whoever enters somebody is shown who is alike, with the
reasons, and says whether it is another person. Pure: what is compared is handed in.

Two people are alike where their names are, and nothing known of both tells them apart; or where
their birth dates and addresses are the same, whatever their names: people change those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from comitia.web.database.prefixes import fold

LONGEST_COMPARED: Final = 200
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_MISSPELT: Final = 4
"""Letters; a shorter word with one letter changed is another name: Jan, Jon, Ian."""


class Reason(StrEnum):
    """Why two could be one."""

    SAME_NAME = "same_name"
    WORDS_SWAPPED = "words_swapped"
    PART_OF_NAME = "part_of_name"
    MISSPELT_NAME = "misspelt_name"
    SAME_BIRTH_DATE = "same_birth_date"
    SWAPPED_BIRTH_DATE = "swapped_birth_date"
    MISTYPED_BIRTH_DATE = "mistyped_birth_date"
    SAME_ADDRESS = "same_address"


_OF_DATE: Final = frozenset(
    {Reason.SAME_BIRTH_DATE, Reason.SWAPPED_BIRTH_DATE, Reason.MISTYPED_BIRTH_DATE}
)


@dataclass(frozen=True, slots=True)
class Described:
    """What is compared of somebody."""

    name: str
    birth_date: date | None = None
    address: str = ""


def compare(one: Described, other: Described) -> frozenset[Reason]:
    """Return why two could be one person; nothing where they need not be looked at."""
    of_name = compare_names(one.name, other.name)
    of_date = compare_dates(one.birth_date, other.birth_date)
    place = place_key(one.address)
    same_place = bool(place) and place == place_key(other.address)
    of_place = {Reason.SAME_ADDRESS} if same_place else set()
    found = frozenset({*of_name, *of_date, *of_place})
    if of_name:
        told_apart = one.birth_date and other.birth_date and not of_date and not same_place
        return frozenset() if told_apart else found
    return found if Reason.SAME_BIRTH_DATE in of_date and same_place else frozenset()


# --- Names ---------------------------------------------------------------------------------------


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded, in their order; a hyphen parts two."""
    return tuple(_WORD.findall(fold(name[:LONGEST_COMPARED])))


def letters_key(name: str) -> str:
    """Return the letters of a name in order: the same for swapped words, hyphens and letters."""
    return "".join(sorted("".join(words_of(name))))


def compare_names(one: str, other: str) -> frozenset[Reason]:
    """Return why two names could be one person's."""
    mine, yours = words_of(one), words_of(other)
    if not mine or not yours:
        return frozenset()
    if "".join(mine) == "".join(yours):
        return frozenset({Reason.SAME_NAME})
    if sorted(mine) == sorted(yours):
        return frozenset({Reason.WORDS_SWAPPED})
    if min(len(mine), len(yours)) > 1 and (set(mine) <= set(yours) or set(yours) <= set(mine)):
        return frozenset({Reason.PART_OF_NAME})
    if len(mine) == len(yours) and _are_misspelt(mine, yours):
        return frozenset({Reason.MISSPELT_NAME})
    return frozenset()


def _are_misspelt(mine: tuple[str, ...], yours: tuple[str, ...]) -> bool:
    """Whether the words that differ, in the order of the alphabet, differ by one slip each."""
    only_mine, only_yours = sorted(set(mine) - set(yours)), sorted(set(yours) - set(mine))
    if len(only_mine) != len(only_yours):
        return False
    pairs = zip(only_mine, only_yours, strict=True)
    return all(is_misspelt(a, b) for a, b in pairs)


def is_misspelt(one: str, other: str) -> bool:
    """Whether two words differ by one slip: a letter changed, left out or added, or two swapped."""
    if min(len(one), len(other)) < _SHORTEST_MISSPELT or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    mine, yours = one[start:], other[start:]
    if mine[1:] == yours[1:] or mine[1:] == yours or mine == yours[1:]:
        return True
    return mine[1::-1] + mine[2:] == yours


# --- Birth dates ---------------------------------------------------------------------------------


def compare_dates(one: date | None, other: date | None) -> frozenset[Reason]:
    """Return why two birth dates could be one."""
    if one is None or other is None:
        return frozenset()
    if one == other:
        return frozenset({Reason.SAME_BIRTH_DATE})
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return frozenset({Reason.SWAPPED_BIRTH_DATE})
    pairs = zip_longest(one.isoformat(), other.isoformat())
    if sum(mine != yours for mine, yours in pairs) == 1:
        return frozenset({Reason.MISTYPED_BIRTH_DATE})
    return frozenset()


def similar_dates(day: date) -> frozenset[date]:
    """Return every date that ``compare_dates`` finds like one, and itself: some forty."""
    return frozenset({day, *_swapped(day), *_mistyped(day.isoformat())})


def _swapped(day: date) -> Iterator[date]:
    try:
        yield date(day.year, day.day, day.month)
    except ValueError:
        return


def _mistyped(text: str) -> Iterator[date]:
    for place, old in enumerate(text):
        if old == "-":
            continue
        for new in "0123456789":
            try:
                yield date.fromisoformat(f"{text[:place]}{new}{text[place + 1 :]}")
            except ValueError:
                continue


# --- Addresses -----------------------------------------------------------------------------------


def place_key(address: str) -> str:
    """Return what two ways of writing one address have in common: letters and figures alone."""
    return "".join(_WORD.findall(fold(address)))[:LONGEST_COMPARED]
