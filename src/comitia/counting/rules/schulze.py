"""Schulze's rule with defeats ordered by the votes for them, then by the votes against them.

Text: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and condorcet-consistent
single-winner election method", Social Choice and Welfare 36 (2011), section 2 (not read again for
this module). The paper leaves open how strong a defeat is, and names several orders. This is the
order by which the Belenios system 3.3.0 counts its ranked questions, read there and compared with
its program:

1. Of two candidates whom some papers compare, the one whom more papers prefer defeats the other.
   Equal numbers are no defeat of either, in whichever direction.
2. A defeat with more votes for it is the stronger; of equally many, the one with fewer against it.
3. A path is a chain of defeats and as strong as its weakest. One candidate beats another if the
   strongest path from the one to the other is stronger than the strongest path back.
4. First stand those whom nobody beats; next those whom nobody beats once the first are left out;
   and so on.

Papers may rank candidates equally and leave some out, who then stand last together. A blank paper
is valid and prefers nobody. Withdrawn candidates are left out as if no paper named them.

Own readings: several seats are filled from the top of the order, as Schulze's rule is for one seat;
a tie that decides the last seat goes to the lot, as the text names no other way than chance. More
than ``MOST_CANDIDATES`` are refused, as the work grows with their third power.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.electing import elect_from_levels
from comitia.counting.pairwise import (
    Pair,
    Path,
    defeats,
    matrix,
    preferences,
    strongest_paths,
)
from comitia.counting.profile import Profile
from comitia.counting.sheet import Cell, Levels, Table

_NO_PATH: Final = Path((0, 0), ())


def count_papers(count: Count) -> None:
    """Count rankings: steps 1 to 4 above."""
    over = preferences(count.ranked, count.standing)
    paths = strongest_paths(defeats(over), count.standing)
    levels = tuple(_levels(count.standing, paths))
    candidates = len(count.names)
    strengths = {pair: path.strength[0] for pair, path in paths.items()}
    against = {pair: -path.strength[1] for pair, path in paths.items()}
    stops = {pair: path.candidates for pair, path in paths.items()}
    count.details += [
        matrix("preferences", over, candidates),
        replace(matrix("beat paths", strengths, candidates), paths=stops),
        matrix("votes against on beat paths", against, candidates),
        Levels(levels),
        Table("blank papers", ("papers",), ((Fraction(_blank(count)),),)),
    ]
    elect_from_levels(count, levels)
    count.details.append(_reasons(count, paths))


def _blank(count: Count) -> int:
    """Return how many papers rank nobody who stands."""
    gone = count.ranked.withdrawn
    papers = count.ranked.papers
    return sum(p.count for p in papers if all(gone.issuperset(level) for level in p.ranking))


def _levels(standing: Sequence[int], paths: Mapping[Pair, Path]) -> Iterator[tuple[int, ...]]:
    """Yield the candidates of each level, from the first on: step 4."""
    beaten_by = {n: {other for other in standing if _beats(other, n, paths)} for n in standing}
    left = list(standing)
    while left:
        level = tuple(n for n in left if beaten_by[n].isdisjoint(left))
        yield level
        left = [n for n in left if n not in level]


def _beats(one: int, other: int, paths: Mapping[Pair, Path]) -> bool:
    return _path(one, other, paths).strength > _path(other, one, paths).strength


def _path(one: int, other: int, paths: Mapping[Pair, Path]) -> Path:
    return paths.get((one, other), _NO_PATH)


def _reasons(count: Count, paths: Mapping[Pair, Path]) -> Table:
    """Return what a member asks for first: the elected against each other, path against path."""
    rows: list[tuple[Cell, ...]] = []
    for winner in count.winners:
        for other in count.standing:
            if other != winner:
                there, back = _path(winner, other, paths), _path(other, winner, paths)
                figures = (*there.strength, *back.strength)
                rows.append((winner, other, *(abs(Fraction(n)) for n in figures)))
    heads = ("elected", "other", "path to other", "against", "path back", "against")
    return Table("strongest paths of the elected", heads, tuple(rows))


RULE: Final = Rule(
    name="schulze",
    version=1,
    title="Schulze (winning votes, then fewer against)",
    source="M. Schulze, Social Choice and Welfare 36 (2011), section 2; order of defeats as in "
    "Belenios 3.3.0",
    explanation="Voters rank the candidates, several on one level if they like. Each two candidates"
    " are compared: the one whom more papers prefer defeats the other. Where the defeats go round"
    " in a circle, chains of defeats are compared, each as strong as its weakest link, the link"
    " with fewest votes for it and, of equal ones, most against it. Whoever would win against each"
    " other candidate alone always wins. It is made for one seat: with several seats it takes the"
    " top of one order, so a majority can win them all; choose a transferable vote if minorities"
    " are to be represented. Ties that decide a seat go to the lot.",
    decimals=0,
    takes=(Profile,),
    count=count_papers,
    single=True,
)
