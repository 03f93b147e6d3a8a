"""The papers of one election as plain values, before any counting rule has looked at them.

A profile holds what voters wrote and nothing that a rule concludes: ranks left empty, equal ranks
and preferences for withdrawn candidates all stay. Whoever makes a profile keeps to these, and
nothing here looks again:

- candidates are numbered from 1 in the order of ``Profile.candidates``;
- a paper names no candidate twice, and only numbers that exist;
- ``Paper.count`` is at least 1; ``seats`` too, or 0 where the file does not say how many.

Reading files is the subject of ``formats``; what a preference is worth, of the counting rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, overload

Rank: TypeAlias = tuple[int, ...]
"""The candidates that share one place on a paper: one, several (equal), or none (skipped)."""

Ranking: TypeAlias = tuple[Rank, ...]
"""The places of a paper from the first on; empty on a blank paper."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate as the file names them.

    name: may be empty or repeated; ``display_names`` tells such candidates apart.
    party: empty where the format or the election has none.
    """

    name: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A number of papers that say the same.

    count: how many there are, at least 1.
    ranking: the preferences they all carry.
    """

    count: int
    ranking: Ranking

    def first_preference(self, withdrawn: frozenset[int] = frozenset()) -> int | None:
        """Return the one candidate in the first place, or None where the paper does not say.

        A withdrawn candidate counts as if not named on the paper: the place goes to whoever else
        shares it, else to the next place. A place that the voter skipped is not passed over,
        because rules differ on what follows a gap.
        """
        for rank in self.ranking:
            standing = [number for number in rank if number not in withdrawn]
            if standing or not rank:
                return standing[0] if len(standing) == 1 else None
        return None


def letter_of(candidate: int) -> str:
    """Return the character that stands for a candidate in a written ranking: "1", "9", ":" (10).

    candidate: at most 1,000,000, far beyond what can be counted: characters end there.
    """
    return chr(_BEFORE_ONE + candidate)


def candidate_of(letter: str) -> int:
    """Return the candidate whom a character of a written ranking stands for."""
    return ord(letter) - _BEFORE_ONE


_BEFORE_ONE = ord("0")


class WrittenPapers(Sequence[Paper]):
    """Papers with one candidate in each place, written one character a place.

    They are equal to the tuple of the same papers and can be used in its place; single ``Paper``
    objects are made when somebody asks for one. Reading half a million papers takes a third of the
    time so, and a rule that counts parcels of equal papers needs none of the objects.

    counts: of each entry. rankings: of each entry, the ``letter_of`` each candidate in their order.
    """

    def __init__(self, counts: Iterable[int], rankings: Iterable[str]) -> None:
        """Take both columns; they are equally long."""
        self.counts = tuple(counts)
        self.rankings = tuple(rankings)

    @cached_property
    def _papers(self) -> tuple[Paper, ...]:
        ranks = {letter: (candidate_of(letter),) for letter in set("".join(self.rankings))}
        return tuple(
            Paper(count, tuple([ranks[letter] for letter in ranking]))
            for count, ranking in zip(self.counts, self.rankings, strict=True)
        )

    def __len__(self) -> int:
        return len(self.counts)

    @overload
    def __getitem__(self, index: int) -> Paper: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Paper, ...]: ...

    def __getitem__(self, index: int | slice) -> Paper | tuple[Paper, ...]:
        return self._papers[index]

    def __iter__(self) -> Iterator[Paper]:
        return iter(self._papers)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WrittenPapers):
            return (self.counts, self.rankings) == (other.counts, other.rankings)
        return self._papers == other

    def __hash__(self) -> int:
        return hash(self._papers)

    def __repr__(self) -> str:
        return repr(self._papers)


@dataclass(frozen=True, slots=True)
class Profile:
    """All papers of one election.

    title: as the file gives it.
    seats: how many are to be elected, from 1 to the number of candidates who stand, or 0 where the
    file does not say.
    papers: in file order, a tuple or as good as one; two entries may carry the same ranking.
    withdrawn: numbers of candidates who left before the count; papers may still name them.
    rejected: papers that were found invalid before the count and are not among ``papers``.
    """

    title: str
    seats: int
    candidates: tuple[Candidate, ...]
    papers: tuple[Paper, ...] | WrittenPapers
    withdrawn: frozenset[int] = frozenset()
    rejected: int = 0

    @property
    def size(self) -> int:
        """The number of papers, each entry taken as often as its count says."""
        if isinstance(self.papers, WrittenPapers):
            return sum(self.papers.counts)
        return sum(paper.count for paper in self.papers)

    @property
    def without_first_preference(self) -> int:
        """The number of papers that ``first_preferences`` leaves out.

        They are blank, skip the first place, hold several candidates there, or name only
        withdrawn candidates.
        """
        return self._tally()[None]

    def first_preferences(self) -> tuple[int, ...]:
        """Return the number of first preferences of each candidate, in file order.

        The sum is ``size`` less ``without_first_preference``; a withdrawn candidate has 0.
        """
        tally = self._tally()
        return tuple(tally[number] for number in range(1, len(self.candidates) + 1))

    def display_names(self) -> tuple[str, ...]:
        """Return the candidates' names in file order, each made unique by ``display_names``."""
        return display_names([candidate.name for candidate in self.candidates])

    def _tally(self) -> Counter[int | None]:
        tally: Counter[int | None] = Counter()
        for paper in self.papers:
            tally[paper.first_preference(self.withdrawn)] += paper.count
        return tally


@dataclass(frozen=True, slots=True)
class GradedPaper:
    """A number of papers that grade alike.

    grades: of each candidate in file order, None where the paper does not grade them.
    """

    count: int
    grades: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class GradedProfile:
    """All papers of an election in which every candidate is graded or scored.

    scale: the names of the grades, best first; a paper's grade is its place there, from 0. Empty
    where papers hold points, more being better. most: the highest number of points allowed.
    """

    title: str
    seats: int
    candidates: tuple[Candidate, ...]
    papers: tuple[GradedPaper, ...]
    scale: tuple[str, ...] = ()
    most: int = 0
    withdrawn: frozenset[int] = frozenset()
    rejected: int = 0

    @property
    def size(self) -> int:
        """The number of papers, each entry taken as often as its count says."""
        return sum(paper.count for paper in self.papers)

    def display_names(self) -> tuple[str, ...]:
        """Return the candidates' names in file order, each made unique by ``display_names``."""
        return display_names([candidate.name for candidate in self.candidates])


@dataclass(frozen=True, slots=True)
class TalliedProfile:
    """The totals of an election whose single papers nobody has seen: a homomorphic tally.

    votes: of each candidate in file order. size: the papers, blank ones included.
    choices: how many candidates a paper could name at most.
    """

    title: str
    seats: int
    candidates: tuple[Candidate, ...]
    votes: tuple[int, ...]
    size: int
    choices: int
    withdrawn: frozenset[int] = frozenset()
    rejected: int = 0

    def display_names(self) -> tuple[str, ...]:
        """Return the candidates' names in file order, each made unique by ``display_names``."""
        return display_names([candidate.name for candidate in self.candidates])


AnyProfile: TypeAlias = Profile | GradedProfile | TalliedProfile


def display_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names with " (n)" after every repeated or empty one, n its number from 1.

    The result has no name twice: where the addition makes a name that another candidate bears
    from the start ("A", "A", "A (1)"), that candidate's number is added too ("A (1) (3)").
    Linear in the number of names.
    """
    frequency = Counter(names)
    pending = [n for n, name in enumerate(names, 1) if not name or frequency[name] > 1]
    unchanged = {name: n for n, name in enumerate(names, 1) if frequency[name] == 1}
    shown = list(names)
    while pending:
        number = pending.pop()
        shown[number - 1] = f"{names[number - 1]} ({number})"
        borne = unchanged.pop(shown[number - 1], None)
        if borne is not None:
            pending.append(borne)
    return tuple(shown)
