"""The papers of one election as plain values, before any counting rule has looked at them.

A profile holds what voters wrote and nothing that a rule concludes: ranks left empty, equal ranks
and preferences for withdrawn candidates all stay. Whoever makes a profile keeps to these, and
nothing here looks again:

- candidates are numbered from 1 in the order of ``Profile.candidates``;
- a paper names no candidate twice, and only numbers that exist;
- ``Paper.count`` and ``Profile.seats`` are at least 1.

Reading files is the subject of ``formats``; what a preference is worth, of the counting rules.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

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


@dataclass(frozen=True, slots=True)
class Profile:
    """All papers of one election.

    title: as the file gives it.
    seats: how many are to be elected, from 1 to the number of candidates who stand.
    papers: in file order; two entries may carry the same ranking.
    withdrawn: numbers of candidates who left before the count; papers may still name them.
    """

    title: str
    seats: int
    candidates: tuple[Candidate, ...]
    papers: tuple[Paper, ...]
    withdrawn: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """The number of papers, each entry taken as often as its count says."""
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
