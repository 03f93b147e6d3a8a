"""Papers as a hand count handles them: sorted by preference, passed on in parcels of one value.

Nothing here knows a rule's figures; a value is a whole number of the rule's smallest unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from comitia.counting.profile import Paper, Profile, Ranking


@dataclass(frozen=True, slots=True)
class Parcel:
    """Papers that somebody received together, each worth ``value``."""

    value: int
    papers: tuple[Paper, ...]

    @property
    def size(self) -> int:
        """The number of papers, each entry taken as often as its count says."""
        return sum(paper.count for paper in self.papers)

    @property
    def worth(self) -> int:
        """The value of all papers together."""
        return self.value * self.size


def papers_with_first_preference(profile: Profile) -> tuple[Paper, ...]:
    """Return the papers that name one candidate in the first place, pooled, in file order.

    Withdrawn candidates are taken off them, with the places that held nobody else.
    """
    pooled: Counter[Ranking] = Counter()
    gone = profile.withdrawn
    for paper in profile.papers:
        if paper.first_preference(gone) is not None:
            pooled[_without(paper.ranking, gone) if gone else paper.ranking] += paper.count
    return tuple(Paper(number, ranking) for ranking, number in pooled.items())


def _without(ranking: Ranking, withdrawn: frozenset[int]) -> Ranking:
    kept = ((rank, tuple(n for n in rank if n not in withdrawn)) for rank in ranking)
    return tuple(left for rank, left in kept if left or not rank)


def next_preference(ranking: Ranking, continuing: Collection[int]) -> int | None:
    """Return the candidate to whom a paper goes, or None where it names nobody clearly.

    Places without a continuing candidate are passed over, and so are places left empty. A place
    that a continuing candidate shares, with whomever, is uncertain and ends the paper.
    """
    for rank in ranking:
        if any(number in continuing for number in rank):
            return rank[0] if len(rank) == 1 else None
    return None


def sort_papers(
    papers: Iterable[Paper], continuing: Collection[int]
) -> Mapping[int | None, tuple[Paper, ...]]:
    """Return the papers by the candidate to whom they go; None has the non-transferable ones."""
    piles: dict[int | None, list[Paper]] = {}
    for paper in papers:
        piles.setdefault(next_preference(paper.ranking, continuing), []).append(paper)
    return {candidate: tuple(pile) for candidate, pile in piles.items()}
