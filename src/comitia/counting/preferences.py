"""The order of preferences that a rule reads from a paper, and papers pooled by it.

An order is written one character a candidate (``profile.letter_of``), the most wanted first.

A withdrawn candidate counts as if not named: whoever shares the place has it, an empty place is
passed over. A place that several candidates share says nothing of their order, so for rules that
want one candidate at a time the paper ends there. On a place that the voter skipped rules differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from comitia.counting.count import Count
from comitia.counting.profile import Profile, Ranking, WrittenPapers, letter_of

Preferences: TypeAlias = str
"""Candidates, the most wanted first; empty where the paper names nobody."""


def preferences_of(ranking: Ranking, withdrawn: Collection[int], *, over_gaps: bool) -> Preferences:
    """Return the preferences up to the first place that several candidates share.

    over_gaps: whether what follows a place that the voter skipped still counts.
    """
    found = ""
    for rank in ranking:
        standing = [number for number in rank if number not in withdrawn]
        if len(standing) > 1 or not (rank or over_gaps):
            break
        found += "".join(map(letter_of, standing))
    return found


def take_papers(count: Count, *, over_gaps: bool) -> dict[Preferences, int]:
    """Return how many papers carry which preferences; those without any are invalid."""
    papers = _pooled(_written(count.ranked, over_gaps=over_gaps))
    blank = papers.pop("", 0)
    count.invalid += blank
    count.valid -= blank
    return papers


def _written(profile: Profile, *, over_gaps: bool) -> Iterable[tuple[Preferences, int]]:
    papers, gone = profile.papers, profile.withdrawn
    if isinstance(papers, WrittenPapers):  # no gaps there, and no shared places
        rankings: Sequence[str] = papers.rankings
        if gone:
            left_out = dict.fromkeys(map(ord, map(letter_of, gone)))
            rankings = [one.translate(left_out) for one in rankings]
        return zip(rankings, papers.counts, strict=True)
    return (
        (preferences_of(paper.ranking, gone, over_gaps=over_gaps), paper.count) for paper in papers
    )


def _pooled(papers: Iterable[tuple[Preferences, int]]) -> dict[Preferences, int]:
    pooled: dict[Preferences, int] = {}
    for preferences, number in papers:
        pooled[preferences] = pooled.get(preferences, 0) + number
    return pooled
