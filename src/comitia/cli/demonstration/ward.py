"""The ballots of the demonstration: one real council ward, or a file of one's own.

The whole ranking of every paper is used: one ranked question. What is known of the ward's source
and terms, and its official first preferences, stand beside its ballots.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import CountingMethod, Method, Reading, Vector
from comitia.cli.files import open_plain
from comitia.counting.formats import read_rankings
from comitia.counting.profile import Paper, Profile
from comitia.curve.embedding import LARGEST
from comitia.errors import MalformedRecord

_NAME: Final = "kirkwall-west-and-orphir-2017"
_EVERY: Final = 10
MOST_CANDIDATES: Final = 30
LARGEST_ELECTORATE: Final = 100_000
"""Some minutes of work a core for every ten thousand; more is a benchmark, not a demonstration."""


@dataclass(frozen=True, slots=True)
class OfficialCount:
    """What the returning officer declared.

    quota: of votes. stages: the total of each candidate after each stage, as written there.
    elected_at: of each candidate who was elected, by number from 1, the stage from 1.
    """

    quota: int
    stages: tuple[tuple[str, ...], ...]
    elected_at: dict[int, int]


@dataclass(frozen=True, slots=True)
class Ward:
    """What is voted on, and how every voter votes.

    candidates: the names on the ballot. seats: how many are to be elected.
    votes: for each paper the rank of every candidate, 1 the first and 0 for not ranked.
    official: the declared count, where all papers are taken and a declaration is known.
    """

    title: str
    source: str
    candidates: tuple[str, ...]
    seats: int
    votes: tuple[Vector, ...]
    official: OfficialCount | None

    @property
    def counting(self) -> CountingMethod:
        """What the question says of its ballots: STV, or ranks with ties where papers have some."""
        strict = CountingMethod(Method.STV, blank=True, seats=self.seats)
        if all(strict.read(vote) is not Reading.INVALID for vote in self.votes):
            return strict
        return CountingMethod(Method.SCHULZE, blank=True)

    @property
    def blank(self) -> int:
        """How many papers rank nobody."""
        return sum(not any(vote) for vote in self.votes)


def first_preferences(votes: Iterable[Sequence[int]], candidates: int) -> tuple[int, ...]:
    """Return how many ballots put each candidate alone in the first place."""
    counts = Counter(vote.index(1) for vote in map(tuple, votes) if vote.count(1) == 1)
    return tuple(counts[candidate] for candidate in range(candidates))


def load_ward(*, fast: bool) -> Ward:
    """Return the ward that comes with Comitia; ``fast`` takes every tenth of its papers."""
    folder = resources.files("comitia.cli.demonstration")
    facts = json.loads((folder / f"{_NAME}.json").read_text("utf-8"))
    profile = read_rankings((folder / f"{_NAME}.csv").read_bytes(), f"{_NAME}.csv")
    count = facts["official_count"]
    official = OfficialCount(
        count["quota"],
        tuple(map(tuple, count["stages"])),
        {int(number): stage for number, stage in count["elected_at"].items()},
    )
    return _ward(
        profile,
        title=f"{facts['title']}, {facts['council']}, {facts['year']}",
        source=f"{facts['ballots']['source']}; official count: {_credit(facts)}",
        official=None if fast else official,
        fast=fast,
    )


def _credit(facts: dict[str, dict[str, str]]) -> str:
    count = facts["official_count"]
    return f"{count['source']} ({count['licence']}, {count['credit']})"


def load_file(path: Path, *, fast: bool) -> Ward:
    """Return the ballots of a file; raise MalformedRecord where it cannot be read as ballots."""
    profile = read_rankings(_read(path), str(path))
    return _ward(
        profile, title=profile.title or path.stem, source=str(path), official=None, fast=fast
    )


def _read(path: Path) -> bytes:
    with open_plain(path) as stream:
        return stream.read()


def _ward(
    profile: Profile, *, title: str, source: str, official: OfficialCount | None, fast: bool
) -> Ward:
    if profile.size > LARGEST_ELECTORATE:
        problem = f"{profile.size} papers; the demonstration takes up to {LARGEST_ELECTORATE}"
        raise MalformedRecord(source, problem)
    if profile.seats == 0:
        problem = "the file does not say how many are elected; a council CSV or BLT file does"
        raise MalformedRecord(source, problem)
    names = profile.display_names()
    standing = [n for n in range(1, len(names) + 1) if n not in profile.withdrawn]
    if len(standing) > MOST_CANDIDATES:
        problem = f"{len(standing)} candidates; a ranked ballot holds up to {MOST_CANDIDATES}"
        raise MalformedRecord(source, problem)
    votes: list[Vector] = []
    for paper in profile.papers:
        votes += [_ranks(paper, standing, profile.withdrawn)] * paper.count
    if (last := max(map(max, votes), default=0)) > LARGEST:
        problem = f"a candidate in place {last}; a ranked ballot has places up to {LARGEST}"
        raise MalformedRecord(source, problem)
    taken = tuple(votes[::_EVERY] if fast else votes)
    if not taken:
        raise MalformedRecord(source, "there are no papers in this file")
    candidates = tuple(names[n - 1] for n in standing)
    return Ward(title, source, candidates, profile.seats, taken, official)


def _ranks(paper: Paper, standing: Sequence[int], withdrawn: frozenset[int]) -> Vector:
    """Return the rank of every candidate who stands; a place of the withdrawn alone is passed over.

    A place that the voter skipped stays empty: what follows a gap is for the counting rule.
    """
    ranks = dict.fromkeys(standing, 0)
    place = 0
    for rank in paper.ranking:
        remaining = [number for number in rank if number not in withdrawn]
        if remaining or not rank:
            place += 1
        ranks |= dict.fromkeys(remaining, place)
    return tuple(ranks[number] for number in standing)
