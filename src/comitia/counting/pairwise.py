"""Candidates compared two by two: how many papers prefer one to the other, who defeats whom.

Whoever a paper does not rank stands last on it, together with all others whom it does not rank;
candidates on one level of a paper are not compared by it. A blank paper so prefers nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from comitia.counting.profile import Profile
from comitia.counting.sheet import Pairwise
from comitia.errors import MalformedRecord

MOST_CANDIDATES: Final = 255
"""The work grows with their third power."""

Pair: TypeAlias = tuple[int, int]
"""Two different candidates: the first over the second."""

Preferences: TypeAlias = Mapping[Pair, int]
"""How many papers prefer the first of each pair to the second: for every pair of candidates."""

Strength: TypeAlias = tuple[int, int]
"""The votes for a defeat, and those against it as a negative number: the greater, the stronger.

More votes for it make a defeat stronger; of equally many, fewer votes against it.
"""


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of defeats from one candidate to another, as strong as the weakest defeat in it.

    candidates: along the chain, both ends included.
    """

    strength: Strength
    candidates: tuple[int, ...]


def preferences(profile: Profile, standing: Sequence[int]) -> dict[Pair, int]:
    """Return for each two candidates who stand how many papers prefer the first to the second.

    A candidate's figures against all others lie side by side in one long whole number, each in as
    many bits as the number of all papers takes, so that none runs into the next. A paper is then
    added once for each candidate whom it ranks, not once for each pair: with 255 candidates on
    each of many thousand different papers that is minutes instead of hours.

    Raises MalformedRecord for more than ``MOST_CANDIDATES``.
    """
    _require_comparable(profile)
    bits = profile.size.bit_length()
    shift = {n: place * bits for place, n in enumerate(standing)}
    everybody = sum(1 << start for start in shift.values())
    side_by_side = dict.fromkeys(standing, 0)
    for paper in profile.papers:
        below = everybody
        for level in paper.ranking:
            here = [n for n in level if n in shift]
            below -= sum(1 << shift[n] for n in here)
            for n in here:
                side_by_side[n] += below * paper.count
    figure = (1 << bits) - 1
    return {
        (one, other): side_by_side[one] >> shift[other] & figure
        for one in standing
        for other in standing
        if one != other
    }


def _require_comparable(profile: Profile) -> None:
    number = len(profile.candidates)
    if number > MOST_CANDIDATES:
        problem = f"two by two at most {MOST_CANDIDATES} can be compared, found {number}"
        raise MalformedRecord("candidates", problem)


def defeats(over: Preferences) -> dict[Pair, Strength]:
    """Return who defeats whom, preferred by more papers than the other, and how strongly."""
    return {
        (one, other): (votes, -over[other, one])
        for (one, other), votes in over.items()
        if votes > over[other, one]
    }


def strongest_paths(links: Mapping[Pair, Strength], standing: Sequence[int]) -> dict[Pair, Path]:
    """Return the strongest path for each pair that has any.

    The algorithm of Floyd and Warshall: with each candidate in turn admitted as a stop on the way.
    A path is replaced by a stronger one only, so none passes a candidate twice. Strengths are
    compared by their places in the order of all, from 1, the weakest; 0 stands for no path.
    """
    ordered = sorted(set(links.values()))
    place_of = {strength: place for place, strength in enumerate(ordered, 1)}
    # Nobody needs a path to themselves: that one is taken to be stronger than any.
    oneself = len(ordered) + 1
    rows = [
        [
            oneself if one == other else place_of[links[one, other]] if (one, other) in links else 0
            for other in standing
        ]
        for one in standing
    ]
    routes: dict[Pair, tuple[int, ...]] = {pair: pair for pair in links}
    for middle, stop in enumerate(standing):
        onward = rows[middle]
        for start, row in zip(standing, rows, strict=True):
            first = row[middle]
            for end, (known, second) in enumerate(zip(row, onward, strict=True)):
                if known < first and known < second:
                    row[end] = min(first, second)
                    target = standing[end]
                    routes[start, target] = routes[start, stop] + routes[stop, target][1:]
    return {
        (start, end): Path(ordered[place - 1], routes[start, end])
        for start, row in zip(standing, rows, strict=True)
        for end, place in zip(standing, row, strict=True)
        if 0 < place < oneself
    }


def matrix(name: str, figures: Mapping[Pair, int], candidates: int) -> Pairwise:
    """Return figures of pairs as a sheet shows them: a row and a column for each candidate.

    candidates: how many the file names; 0 stands for every pair that has no figure.
    """
    numbers = range(1, candidates + 1)
    rows = tuple(tuple(figures.get((row, column), 0) for column in numbers) for row in numbers)
    return Pairwise(name, rows)
