"""Papers in parcels: how a count moves them that passes whole parcels from hand to hand.

A parcel holds papers of one value, the equal ones together: by ranking how many there are. A
ranking is written one character a candidate (``profile.letter_of``) and begins with whoever holds
the papers; what stands before was used up. So papers that have become equal are moved together, and
nobody ever looks at a single one.

What a paper says is read as far as it is clear: up to the first place that is empty or holds
several candidates. Withdrawn candidates count as if not named. A paper whose very first place is
not clear has no first preference and is not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeAlias

from comitia.counting.profile import (
    Paper,
    Profile,
    Rank,
    Ranking,
    WrittenPapers,
    candidate_of,
    letter_of,
)

Parcel: TypeAlias = dict[str, int]
"""By ranking from its holder on, the number of papers."""


class Hands:
    """Who holds which papers at which value, from the first preferences on."""

    def __init__(self, profile: Profile, value: int) -> None:
        """Sort the papers by first preference. value: of each paper, in the rule's units."""
        self._gone = "".join(map(letter_of, sorted(profile.withdrawn)))
        self._held: defaultdict[int, dict[int, Parcel]] = defaultdict(dict)
        pooled = _pooled(profile)
        firsts = _passed_on(pooled, self._gone) if self._gone else _by_first(pooled)
        for candidate, parcel in firsts:
            self._held[candidate][value] = parcel

    def papers_by_value(self, candidate: int) -> dict[int, int]:
        """Return how many papers of each value somebody holds, the highest value first."""
        held = self._held.get(candidate, {})
        return {value: sum(held[value].values()) for value in sorted(held, reverse=True)}

    def close(self, candidate: int) -> None:
        """Let nobody receive papers who is elected or excluded; they keep what they hold."""
        self._gone += letter_of(candidate)

    def pass_on(self, candidate: int, value_of: Callable[[int], int]) -> dict[int, int]:
        """Move somebody's papers to the next preferences; return the votes that each receives.

        candidate: closed before. value_of: the value at which papers of a value pass on. Papers
        without a next preference leave the count.
        """
        gained: defaultdict[int, int] = defaultdict(int)
        for value, parcel in self._held.pop(candidate, {}).items():
            passed = value_of(value)
            for target, papers in _passed_on(parcel, self._gone):
                gained[target] += passed * sum(papers.values())
                held = self._held[target]
                held[passed] = _joined(held[passed], papers) if passed in held else papers
        return dict(gained)


def _by_first(pooled: Parcel) -> Iterable[tuple[int, Parcel]]:
    """Return what ``_passed_on`` does while nobody is gone, in half the time."""
    found: defaultdict[str, Parcel] = defaultdict(dict)
    pooled.pop("", None)
    for ranking, papers in pooled.items():
        found[ranking[0]][ranking] = papers
    return [(candidate_of(letter), pile) for letter, pile in found.items()]


def _passed_on(parcel: Parcel, gone: str) -> Iterable[tuple[int, Parcel]]:
    """Return the papers by their next preference for somebody who is not gone."""
    found: defaultdict[str, Parcel] = defaultdict(dict)
    for ranking, papers in parcel.items():
        if rest := ranking.lstrip(gone):
            pile = found[rest[0]]
            if rest in pile:
                pile[rest] += papers
            else:
                pile[rest] = papers
    return [(candidate_of(letter), pile) for letter, pile in found.items()]


def _joined(parcel: Parcel, more: Parcel) -> Parcel:
    for ranking, papers in more.items():
        parcel[ranking] = parcel.get(ranking, 0) + papers
    return parcel


def _pooled(profile: Profile) -> Parcel:
    """Return the equal papers together, each as far as it is clear."""
    if isinstance(profile.papers, WrittenPapers):
        counts, rankings = profile.papers.counts, profile.papers.rankings
        pooled = dict(zip(rankings, counts, strict=True))
        if len(pooled) == len(rankings):
            return pooled
        return _added(zip(rankings, counts, strict=True))
    write = _writer(profile)
    return _added((write(paper), paper.count) for paper in profile.papers)


def _added(papers: Iterable[tuple[str, int]]) -> Parcel:
    pooled: Parcel = {}
    for ranking, count in papers:
        pooled[ranking] = pooled.get(ranking, 0) + count
    return pooled


def _writer(profile: Profile) -> Callable[[Paper], str]:
    """Return what writes a paper's ranking as far as it is clear."""
    letters: dict[Rank, str] = {(n,): letter_of(n) for n in range(1, len(profile.candidates) + 1)}

    def write(paper: Paper) -> str:
        try:
            return "".join([letters[rank] for rank in paper.ranking])
        except KeyError:  # a place that is empty or shared
            return _clear_part(paper.ranking, profile.withdrawn)

    return write


def _clear_part(ranking: Ranking, withdrawn: frozenset[int]) -> str:
    written = ""
    for rank in ranking:
        standing = [n for n in rank if n not in withdrawn]
        if not rank or len(standing) > 1:
            break
        written += "".join(map(letter_of, standing))
    return written
