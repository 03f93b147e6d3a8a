"""Judgments by the median: candidates compared by their grades, one median after another.

A candidate's grades are laid in a row, the best first. The middle one is the median; of an even
number there are two middle ones, and a rule says which it takes. Where medians are equal, one
median is taken away from each candidate, and the medians of what is left are compared; and so on.
Grades are numbers from 0, the best; all candidates who are compared have equally many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cmp_to_key
from itertools import accumulate, groupby
from typing import TypeAlias

Counts: TypeAlias = Sequence[int]
"""How many papers gave a candidate each grade, the best first."""


class Middle(Enum):
    """Which of two middle grades is the median."""

    BETTER = "better"
    WORSE = "worse"

    def place(self, size: int) -> int:
        """Return the place of the median in a row of so many grades, from 0."""
        return size // 2 if self is Middle.WORSE else (size - 1) // 2


@dataclass(frozen=True, slots=True)
class Turns:
    """Medians that follow one another as grades are taken away, written short.

    grades: the one median, or the two that take turns. times: how often they come.
    """

    grades: tuple[int, ...]
    times: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The first medians that tell two candidates apart, and how many are taken away before."""

    taken_away: int
    one: int
    other: int


@dataclass(frozen=True, slots=True)
class Judgment:
    """What is compared of a candidate.

    median: None where no paper grades. turns: the medians in turn, the first included; empty of a
    candidate whose median nobody else has.
    """

    median: int | None
    turns: tuple[Turns, ...] = ()

    def difference(self, other: Judgment) -> Difference | None:
        """Return what tells two candidates apart, or None where nothing does."""
        if self.median != other.median:
            return Difference(0, self.median or 0, other.median or 0)
        mine, theirs = list(self.turns)[::-1], list(other.turns)[::-1]
        taken_away = 0
        while mine:
            here, there = mine.pop(), theirs.pop()
            for place, (grade, grade_there) in enumerate(
                zip(here.grades, there.grades, strict=True)
            ):
                if grade != grade_there:
                    return Difference(taken_away + place, grade, grade_there)
            times = min(here.times, there.times)
            taken_away += times * len(here.grades)
            mine += [Turns(here.grades, here.times - times)] * (here.times > times)
            theirs += [Turns(there.grades, there.times - times)] * (there.times > times)
        return None


def median(counts: Counts, middle: Middle) -> int | None:
    """Return the median grade; None where no paper gave any."""
    size = sum(counts)
    if size == 0:
        return None
    place = middle.place(size)
    return next(grade for grade, up_to in enumerate(accumulate(counts)) if place < up_to)


def medians_in_turn(counts: Counts, middle: Middle) -> tuple[Turns, ...]:
    """Return the median, then the medians of what is left when one after another is taken away.

    What is taken away leaves the row around its middle. So the next median is the nearest grade
    that is left, on either side in turn: the row is read outwards, first to the side that a row of
    one grade less has its middle on. There are at most twice as many turns as grades, however many
    papers.
    """
    first = median(counts, middle)
    if first is None:
        return ()
    size = sum(counts)
    place = middle.place(size)
    better = _nearest(list(enumerate(counts))[::-1], size - place)
    worse = _nearest(list(enumerate(counts)), place + 1)
    to_better = middle.place(size - 1) < place
    sides = (better, worse) if to_better else (worse, better)
    return Turns((first,), 1), *_alternating(*sides)


def _nearest(row: Sequence[tuple[int, int]], passed: int) -> list[Turns]:
    """Return the grades of a row from the middle to its end; passed: the grades before them."""
    found = []
    for grade, papers in row:
        if papers > passed:
            found.append(Turns((grade,), papers - passed))
        passed = max(passed - papers, 0)
    return found


def _alternating(first: Sequence[Turns], second: Sequence[Turns]) -> Iterator[Turns]:
    """Yield the grades of two sides by turns; the first side has as many, or one more."""
    one, other = list(first)[::-1], list(second)[::-1]
    while other:
        left, right = one.pop(), other.pop()
        times = min(left.times, right.times)
        yield Turns(left.grades + right.grades, times)
        one += [Turns(left.grades, left.times - times)] * (left.times > times)
        other += [Turns(right.grades, right.times - times)] * (right.times > times)
    yield from one


def judge(counts: Mapping[int, Counts], middle: Middle) -> dict[int, Judgment]:
    """Return what is compared of each candidate, as far as it takes to compare them."""
    medians = {n: median(grades, middle) for n, grades in counts.items()}
    shared = Counter(medians.values())
    return {
        n: Judgment(found, medians_in_turn(counts[n], middle) if shared[found] > 1 else ())
        for n, found in medians.items()
    }


def levels(judgments: Mapping[int, Judgment]) -> tuple[tuple[int, ...], ...]:
    """Return the candidates from the best on, those whom no median tells apart on one level."""

    def compared(one: int, other: int) -> int:
        found = judgments[one].difference(judgments[other])
        return 0 if found is None else found.one - found.other

    by_judgment = cmp_to_key(compared)
    ordered = sorted(sorted(judgments), key=by_judgment)
    return tuple(tuple(level) for _, level in groupby(ordered, key=by_judgment))
