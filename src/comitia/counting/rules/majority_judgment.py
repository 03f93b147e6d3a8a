"""Majority judgment: every candidate is graded, the best median grade wins.

Text: M. Balinski and R. Laraki, "Majority Judgment: Measuring, Ranking, and Electing" (MIT Press,
2010), and their "A theory of measuring, electing, and ranking", PNAS 104 (2007): majority grade and
majority value (not read again for this module).

1. A candidate's majority grade is the median of their grades; of an even number the *worse* of the
   two middle ones, the highest that more than half of the voters find deserved or surpassed.
2. Of two candidates the one with the better majority grade stands higher. Where it is the same, it
   is taken away once from the grades of each, and the majority grades of what is left are compared,
   and so on. Those whom this never tells apart have the same number of each grade, and stand
   equal.

Not followed: the "majority gauge", a shortcut by the shares of better and worse grades, which can
differ where there are few voters.

Own readings: a paper that grades some of the candidates but not all is invalid, so that all have
equally many grades, as the Belenios system 3.3.0 has it; one that grades nobody is blank, valid and
left out of the medians. Grades for withdrawn candidates are passed over. Several seats are filled
from the top, within constraints if any (``electing``), and a tie that decides a seat goes to the
lot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.electing import elect_from_levels
from comitia.counting.medians import Judgment, Middle, judge, levels
from comitia.counting.profile import GradedProfile
from comitia.counting.sheet import Cell, Grades, Levels, Table
from comitia.errors import MalformedRecord

_HEADS: Final = ("ahead", "behind", "medians taken away", "median ahead", "median behind")


def count_papers(count: Count, *, middle: Middle) -> None:
    """Count grades. middle: which of two middle grades is the median, 1 above."""
    profile = count.graded
    if not profile.scale:
        raise MalformedRecord("papers", "majority judgment takes grades, these are points")
    counts = _grades(count, profile)
    judgments = judge({n: counts[n] for n in count.standing}, middle)
    order = levels(judgments)
    numbers = range(1, len(count.names) + 1)
    medians = tuple(judgments[n].median if n in judgments else None for n in numbers)
    rows = tuple(_decisive(order, judgments, profile.scale))
    count.details += [
        Grades(profile.scale, tuple(counts[n] for n in numbers), medians),
        Levels(order),
        Table("ties broken by further medians", _HEADS, rows),
    ]
    elect_from_levels(count, order)


def _grades(count: Count, profile: GradedProfile) -> dict[int, tuple[int, ...]]:
    """Return how many papers gave each candidate each grade; count blank and invalid papers."""
    given = {n: [0] * len(profile.scale) for n in range(1, len(count.names) + 1)}
    blank = invalid = 0
    for paper in profile.papers:
        grades = {n: paper.grades[n - 1] for n in count.standing}
        if all(grade is None for grade in grades.values()):
            blank += paper.count
        elif any(grade is None for grade in grades.values()):
            invalid += paper.count
        else:
            for n, grade in grades.items():
                given[n][grade or 0] += paper.count
    count.invalid += invalid
    count.valid -= invalid
    count.details.append(Table("blank papers", ("papers",), ((Fraction(blank),),)))
    return {n: tuple(grades) for n, grades in given.items()}


def _decisive(
    order: Sequence[tuple[int, ...]], judgments: Mapping[int, Judgment], scale: Sequence[str]
) -> Iterator[tuple[Cell, ...]]:
    """Yield, for neighbours in the order who share a median, the first medians that differ.

    Those on one level have the same grades, so the first of them stands for all.
    """
    for (ahead, *_), (behind, *_) in pairwise(order):
        found = judgments[ahead].difference(judgments[behind])
        if found is not None and found.taken_away:
            grades = scale[found.one], scale[found.other]
            yield ahead, behind, Fraction(found.taken_away), *grades


RULE: Final = Rule(
    name="majority-judgment",
    version=1,
    title="Majority judgment (Balinski and Laraki)",
    source="M. Balinski and R. Laraki, Majority Judgment (2010): majority grade and majority value",
    explanation="Voters give every candidate a grade in words. The candidate with the best median"
    " grade wins: the best grade of which more than half of the voters say that the candidate"
    " deserves it or a better one. Equal medians are told apart by taking one median grade at a"
    " time away from each and looking at the next. Papers must grade everybody or nobody. It is"
    " made for one seat: with several seats it takes the top of one order, so a majority can win"
    " them all. Candidates with the very same grades stand equal; if that decides a seat, the lot"
    " does.",
    decimals=0,
    takes=(GradedProfile,),
    count=partial(count_papers, middle=Middle.WORSE),
    constrained=True,
    single=True,
)
