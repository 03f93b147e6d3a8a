"""Approvals: whom each paper approves of, and the figure that it carries through a count.

A paper approves of everybody whom it names, in whatever order and place. Of papers with grades
those with two count here (as PrefLib's files of two categories): the better grade approves.
Candidates who have withdrawn count as if not named. A paper that approves of nobody is valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Final, TypeAlias

from comitia.counting.count import Count
from comitia.counting.profile import GradedProfile, Profile
from comitia.counting.sheet import Detail, Table, Totals
from comitia.errors import MalformedRecord

Approved: TypeAlias = frozenset[int]

_GRADES: Final = 2
_NOTHING: Final = Fraction(0)


class Approvals:
    """The papers of a count, equal ones together, by those who approve of each candidate.

    sizes: of each entry, how many papers. supporters: of each candidate who stands, the places of
    the entries that approve of them.
    """

    def __init__(self, papers: Mapping[Approved, int], standing: Iterable[int]) -> None:
        """Take how many papers approve of whom."""
        # In an order of their own, so that it does not matter in which order papers came.
        entries = sorted((sorted(approved), size) for approved, size in papers.items())
        self.sizes = tuple(size for _, size in entries)
        self.supporters: dict[int, list[int]] = {n: [] for n in standing}
        for place, (approved, _) in enumerate(entries):
            for n in approved:
                self.supporters[n].append(place)

    @property
    def papers(self) -> int:
        """How many papers there are, blank ones included."""
        return sum(self.sizes)

    def support(self, candidate: int) -> int:
        """Return how many papers approve of a candidate."""
        return sum(self.sizes[place] for place in self.supporters[candidate])

    def are_apart(self, candidates: Collection[int]) -> bool:
        """Return whether no paper approves of two of them."""
        entries = [set(self.supporters[n]) for n in candidates]
        return all(one.isdisjoint(other) for one, other in combinations(entries, 2))


class Carried:
    """A figure that each paper carries, as a load or a share; equal figures are kept once."""

    def __init__(self, approvals: Approvals, at_first: Fraction) -> None:
        """Let every paper carry the same."""
        self._approvals = approvals
        self._figures = [at_first]
        self._of_entry = [0] * len(approvals.sizes)

    def of_supporters(self, candidate: int) -> list[tuple[Fraction, int]]:
        """Return the figures of those who approve of a candidate, lowest first; of how many."""
        return self._counted(self._approvals.supporters[candidate])

    def of_all(self) -> list[tuple[Fraction, int]]:
        """Return the figures of all papers, lowest first; of how many."""
        return self._counted(range(len(self._of_entry)))

    def set(self, candidate: int, figure: Fraction) -> None:
        """Give all who approve of a candidate the same figure."""
        self._replace(self._approvals.supporters[candidate], lambda _: figure)

    def pay(self, candidate: int, most: Fraction) -> None:
        """Take ``most`` from all who approve of a candidate, or what they have if it is less."""
        self._replace(self._approvals.supporters[candidate], lambda has: max(has - most, _NOTHING))

    def negated(self) -> Carried:
        """Return papers that carry the opposite figures."""
        opposite = Carried(self._approvals, _NOTHING)
        opposite._figures = [-figure for figure in self._figures]
        opposite._of_entry = list(self._of_entry)
        return opposite

    def _counted(self, entries: Iterable[int]) -> list[tuple[Fraction, int]]:
        sizes: Counter[int] = Counter()
        for entry in entries:
            sizes[self._of_entry[entry]] += self._approvals.sizes[entry]
        return sorted((self._figures[number], size) for number, size in sizes.items())

    def _replace(self, entries: Iterable[int], after: Callable[[Fraction], Fraction]) -> None:
        known = {figure: number for number, figure in enumerate(self._figures)}
        becomes: dict[int, int] = {}
        for entry in entries:
            before = self._of_entry[entry]
            if before not in becomes:
                figure = after(self._figures[before])
                becomes[before] = known.setdefault(figure, len(self._figures))
                if becomes[before] == len(self._figures):
                    self._figures.append(figure)
            self._of_entry[entry] = becomes[before]


def take_approvals(count: Count) -> Approvals:
    """Return the approvals of a count's papers; write how many there are, and the blank papers."""
    papers = _approved(count)
    approvals = Approvals(papers, count.standing)
    count.details += [
        blank_papers(papers[frozenset()]),
        total_approvals(count, {n: approvals.support(n) for n in count.standing}),
    ]
    return approvals


def blank_papers(papers: int) -> Detail:
    """Return how many papers approve of nobody, for the sheet."""
    return Table("blank papers", ("papers",), ((Fraction(papers),),))


def total_approvals(count: Count, approvals: Mapping[int, int]) -> Detail:
    """Return how many papers approve of each candidate, for the sheet."""
    return Totals("approvals", count.figures({n: Fraction(s) for n, s in approvals.items()}))


def _approved(count: Count) -> Counter[Approved]:
    profile, standing = count.profile, frozenset(count.standing)
    papers: Counter[Approved] = Counter()
    if isinstance(profile, Profile):
        for ranked in profile.papers:
            named = frozenset(n for rank in ranked.ranking for n in rank)
            papers[named & standing] += ranked.count
    elif isinstance(profile, GradedProfile):
        if len(profile.scale) != _GRADES:
            problem = f"of grades, two are approvals; these are {len(profile.scale) or 'points'}"
            raise MalformedRecord("papers", problem)
        for graded in profile.papers:
            best = frozenset(n for n, grade in enumerate(graded.grades, 1) if grade == 0)
            papers[best & standing] += graded.count
    else:
        raise TypeError("totals do not say who approved of whom")
    return papers
