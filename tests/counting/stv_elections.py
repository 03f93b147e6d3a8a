"""Small elections full of ties, for rules that count single transferable votes, in whatever way."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256

from hypothesis import strategies as st

from comitia.counting.profile import Candidate, Paper, Profile, Ranking
from comitia.counting.sheet import Fact, Sheet, Stage, Tie, Transfer
from tests.counting.profiles import rankings

SEED = "drawn in public"


def election(
    papers: Mapping[str, int] | Sequence[tuple[int, Ranking]],
    seats: int,
    candidates: int,
    withdrawn: Collection[int] = (),
) -> Profile:
    """Return an election; a paper is written "213", its candidates in order."""
    written = (
        [(number, tuple((int(one),) for one in text)) for text, number in papers.items()]
        if isinstance(papers, Mapping)
        else papers
    )
    named = tuple(Candidate(chr(ord("A") + n)) for n in range(candidates))
    given = tuple(Paper(number, ranking) for number, ranking in written)
    return Profile("", seats, named, given, frozenset(withdrawn))


def votes(*figures: int | str) -> tuple[Fraction, ...]:
    """Return votes as a sheet has them."""
    return tuple(map(Fraction, figures))


def small_elections(number: int) -> Iterator[Profile]:
    """Yield random elections with truncated papers, gaps, equal places and withdrawn candidates."""
    draw = random.Random(20260101)
    for _ in range(number):
        candidates = draw.choice([1, 2, 3, 4, 5, 5, 6, 6])
        withdrawn = draw.sample(range(1, candidates + 1), draw.choice([0, 0, 0, candidates // 3]))
        seats = draw.randint(1, candidates - len(withdrawn))
        papers = [
            (draw.choice([1, 1, 1, 2, 3, 4]), _ranking(draw, candidates))
            for _ in range(draw.choice([0, 3, 5, 8, 10, 12]))
        ]
        yield election(papers, seats, candidates, withdrawn)


def _ranking(draw: random.Random, candidates: int) -> Ranking:
    order = draw.sample(range(1, candidates + 1), draw.randint(0, candidates))
    ranks: list[tuple[int, ...]] = [(n,) for n in order]
    if len(ranks) > 1 and draw.random() < 0.05:
        at = draw.randrange(len(ranks) - 1)
        ranks[at : at + 2] = [ranks[at] + ranks[at + 1]]
    if ranks and draw.random() < 0.05:
        ranks.insert(draw.randrange(len(ranks)), ())
    return tuple(ranks)


def preset_order(candidates: Collection[int]) -> list[int]:
    """Return the order that the seed stands for, by the statement of ``lots``."""
    return sorted(candidates, key=lambda n: sha256(f"comitia-order-1|{n}|{SEED}".encode()).digest())


def single_papers(profile: Profile, *, over_gaps: bool) -> list[list[int]]:
    """Return the preferences of every single paper that has any."""
    found = []
    for paper in profile.papers:
        preferences: list[int] = []
        for rank in paper.ranking:
            left = set(rank) - profile.withdrawn
            if len(left) > 1:
                break
            if not rank and not over_gaps:
                break
            preferences.extend(left)
        if preferences:
            found.extend([preferences] * paper.count)
    return found


@st.composite
def elections(draw: st.DrawFn, least: int = 1) -> Profile:
    """Draw an election of up to five candidates."""
    candidates = draw(st.integers(least, 5))
    numbers = st.integers(1, candidates)
    withdrawn = draw(st.frozensets(numbers, max_size=(candidates - 1) // 2))
    seats = draw(st.integers(1, candidates - len(withdrawn)))
    paper = st.tuples(st.integers(1, 9), rankings(candidates))
    return election(draw(st.lists(paper, max_size=9)), seats, candidates, withdrawn)


def pooled(profile: Profile) -> Profile:
    """Return the same papers, each ranking once, in another order."""
    numbers: dict[Ranking, int] = {}
    for paper in reversed(profile.papers):
        numbers[paper.ranking] = numbers.get(paper.ranking, 0) + paper.count
    papers = tuple(Paper(number, ranking) for ranking, number in sorted(numbers.items()))
    return replace(profile, papers=papers)


def renumbered(profile: Profile, new: Sequence[int]) -> Profile:
    """Return the election with candidate n in the place new[n - 1]."""
    papers = tuple(
        replace(paper, ranking=tuple(tuple(new[n - 1] for n in rank) for rank in paper.ranking))
        for paper in profile.papers
    )
    old = {place: n for n, place in enumerate(new, 1)}
    candidates = tuple(profile.candidates[old[place] - 1] for place in sorted(old))
    withdrawn = frozenset(new[n - 1] for n in profile.withdrawn)
    return replace(profile, candidates=candidates, papers=papers, withdrawn=withdrawn)


def renumbered_back(sheet: Sheet, new: Sequence[int]) -> Sheet:
    """Return the sheet of a renumbered election in the old numbers.

    Whatever is listed in file order where the figures are equal is sorted, here and in ``listed``.
    """
    old = {place: n for n, place in enumerate(new, 1)}

    def back(candidates: Sequence[int]) -> tuple[int, ...]:
        return tuple(old[n] for n in candidates)

    def figures(values: Sequence[Fraction]) -> tuple[Fraction, ...]:
        return tuple(values[place - 1] for place in new) if values else ()

    def stage(one: Stage) -> Stage:
        return replace(
            one,
            candidates=back(one.candidates),
            votes=figures(one.votes),
            elected=back(one.elected),
            excluded=back(one.excluded),
            facts=tuple(replace(fact, candidates=back(fact.candidates)) for fact in one.facts),
            transfers=tuple(
                Transfer(
                    move.source and old[move.source], move.target and old[move.target], move.votes
                )
                for move in one.transfers
            ),
            keep=figures(one.keep),
        )

    def tie(one: Tie) -> Tie:
        decided = None if one.decided is None else old[one.decided]
        return replace(one, between=tuple(sorted(back(one.between))), decided=decided)

    return replace(
        sheet,
        names=tuple(sheet.names[place - 1] for place in new),
        withdrawn=frozenset(back(tuple(sheet.withdrawn))),
        winners=back(sheet.winners),
        stages=tuple(map(stage, sheet.stages)),
        ties=tuple(map(tie, sheet.ties)),
    )


def listed(sheet: Sheet) -> Sheet:
    """Return the sheet with its lists of candidates and transfers in file order."""

    def fact(one: Fact) -> Fact:
        return replace(one, candidates=tuple(sorted(one.candidates)))

    def stage(one: Stage) -> Stage:
        return replace(
            one,
            candidates=tuple(sorted(one.candidates)),
            elected=tuple(sorted(one.elected)),
            excluded=tuple(sorted(one.excluded)),
            facts=tuple(map(fact, one.facts)),
            transfers=tuple(sorted(one.transfers, key=lambda move: move.target or 0)),
        )

    stages = tuple(map(stage, sheet.stages))
    return replace(sheet, winners=tuple(sorted(sheet.winners)), stages=stages)
