"""What all rules after Meek share: keep factors, votes and quota of one count, and its stages.

B. L. Meek, "A new approach to the single transferable vote" (1969, 1970); I. D. Hill, B. A.
Wichmann and D. R. Woodall, "Algorithm 123: single transferable vote by Meek's method", Computer
Journal 30 (1987). When to elect, to exclude and to stop is each rule's own.

A rule counts all papers many times. A stage of the sheet is not one such count but what happens
between two events: it ends with the count at which somebody reached the quota, or at which the rule
chose whom to exclude, and shows that count's figures. Where such a count has the figures of the
stage before, it is not shown again. Non-transferable is what the papers are more than the votes,
the remainders of rounding included.

Everything here is in whole units of 0.000000001.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count
from comitia.counting.figures import scaled
from comitia.counting.keep_tree import UNIT, KeepTree, Rest
from comitia.counting.preferences import Preferences
from comitia.counting.sheet import Code, Fact, Kind, Stage

DECIMALS: Final = 9


def figure(units: int) -> Fraction:
    """Return units as the sheet's figure."""
    return scaled(units, DECIMALS)


@dataclass(frozen=True, slots=True)
class _Exclusion:
    """Whoever was excluded last, and why, until the stage that shows it."""

    candidates: tuple[int, ...] = ()
    reasons: tuple[Fact, ...] = field(default=())


class MeekCount:
    """The papers, keep factors and figures of a count under way, and whoever is in or out.

    votes, quota: of the last ``distribute``, in units. facts: of the stage that is not shown yet.
    """

    def __init__(self, count: Count, papers: dict[Preferences, int], rest: Rest) -> None:
        """Begin: everybody who stands is hopeful and keeps all."""
        self._count = count
        self._rest = rest
        self._tree = KeepTree(papers, count.standing)
        self.keep = dict.fromkeys(count.standing, UNIT)
        self.hopeful = list(count.standing)
        self.votes = dict.fromkeys(count.standing, 0)
        self.quota = 0
        self.facts: list[Fact] = []
        self._counted = 0
        self._exclusion = _Exclusion()

    @property
    def elected(self) -> Sequence[int]:
        """Whoever is elected, in order."""
        return self._count.winners

    def is_complete(self) -> bool:
        """Whether all seats are filled, or no more candidates are left than seats."""
        seats = self._count.seats
        return len(self.elected) >= seats or len(self.elected) + len(self.hopeful) <= seats

    @property
    def surpluses(self) -> tuple[int, ...]:
        """How far each elected candidate is above the quota; negative where below."""
        return tuple(self.votes[n] - self.quota for n in self.elected)

    def distribute(self) -> None:
        """Count all papers with the keep factors as they are, and set the quota by the votes.

        The quota is the least number of units that one candidate more than seats cannot all have.
        """
        self.votes = self._tree.votes(self.keep, self._rest)
        self.quota = sum(self.votes.values()) // (self._count.seats + 1) + 1
        self._count.quota = figure(self.quota)
        self._counted += 1

    def elect(self) -> tuple[int, ...]:
        """Elect every hopeful candidate who has the quota, most votes first; return them."""
        reached = self._enter(n for n in self.hopeful if self.votes[n] >= self.quota)
        if reached:
            self.facts.append(Fact(Code.QUOTA_REACHED, reached, (figure(self.quota),)))
        return reached

    def set_keep(self) -> None:
        """Set the keep factors that would bring the elected to the quota if all else stayed.

        Factor × quota, rounded up, ÷ votes, rounded up. No factor is above 1: rounding could lead
        there, and nobody can keep more than the whole of a paper.
        """
        for n in self.elected:
            product = -(-self.keep[n] * self.quota // UNIT)
            self.keep[n] = min(UNIT, -(-product * UNIT // self.votes[n]))

    def exclude(self, candidate: int, reasons: Sequence[Fact]) -> None:
        """Exclude a candidate; the next stage tells why, and shows where the votes have gone."""
        self.hopeful.remove(candidate)
        self._tree.exclude(candidate)
        self.keep[candidate] = 0
        self._exclusion = _Exclusion((candidate,), tuple(reasons))

    def withdraw(self, candidates: tuple[int, ...]) -> None:
        """Leave candidates out from the start whom no paper names; the first stage tells so."""
        for n in candidates:
            self.hopeful.remove(n)
            self._tree.exclude(n)
            self.keep[n] = 0
        if candidates:
            self._exclusion = _Exclusion(candidates, (Fact(Code.NOT_NAMED, candidates),))

    def show(self, elected: Sequence[int] = ()) -> None:
        """Write the stage that ends here, unless its figures are those of the stage before."""
        excluded = self._exclusion.candidates
        kind, candidates = Kind.SURPLUSES, tuple(n for n in self.elected if n not in elected)
        if not self._count.stages:
            kind = Kind.FIRST_PREFERENCES
        elif excluded:
            kind, candidates = Kind.EXCLUSION, excluded
        opening = [Fact(Code.QUOTA_SET, (), (figure(self.quota),))]
        if kind is not Kind.FIRST_PREFERENCES:
            opening = [Fact(Code.COUNTED_TIMES, numbers=(self._counted,)), *self._kept(), *opening]
        self.facts = [*opening, *self.facts]
        stage = self._stage(kind, candidates, elected)
        if kind is not Kind.SURPLUSES or stage.votes != self._count.stages[-1].votes:
            self._count.stages.append(stage)
        self.facts = []
        self._counted = 0
        self._exclusion = _Exclusion()

    def elect_rest(self) -> None:
        """Elect all who are left where they are no more than the seats, without another count.

        Votes of whoever was excluded last stay where they are.
        """
        if len(self.elected) == self._count.seats:
            return
        first = not self._count.stages
        rest = self._enter(self.hopeful)
        if self._exclusion.candidates and not first:
            self.facts.append(Fact(Code.NO_TRANSFER))
        if empty := self._count.seats - len(self.elected):
            self.facts += [Fact(Code.NO_MORE_THAN_PLACES, rest)] if rest else []
            self.facts.append(Fact(Code.PLACES_LEFT_EMPTY, numbers=(empty,)))
        else:
            self.facts.append(Fact(Code.DEEMED_ELECTED, rest))
        kind = Kind.FIRST_PREFERENCES if first else Kind.ELECTION
        self._count.stages.append(self._stage(kind, () if first else rest, rest))

    def _kept(self) -> list[Fact]:
        """Tell what part of each paper everybody keeps who does not keep all."""
        return [
            Fact(Code.KEEPS_PART, (n,), (figure(self.keep[n]),))
            for n in self.elected
            if self.keep[n] < UNIT
        ]

    def _enter(self, candidates: Iterable[int]) -> tuple[int, ...]:
        """Move hopeful candidates to the elected, most votes first."""
        entering = sorted(candidates, key=lambda n: (-self.votes[n], n))
        for n in entering:
            self.hopeful.remove(n)
            self._count.winners.append(n)
            self._tree.elect(n)
        return tuple(entering)

    def _stage(self, kind: Kind, candidates: tuple[int, ...], elected: Sequence[int]) -> Stage:
        count, excluded = self._count, self._exclusion
        over = count.valid * UNIT - sum(self.votes.values())
        if over < 0:
            self.facts.append(Fact(Code.MORE_THAN_PAPERS, (), (figure(-over),)))
        return Stage(
            kind=kind,
            candidates=candidates,
            votes=count.figures({n: figure(votes) for n, votes in self.votes.items()}),
            non_transferable=figure(over),
            quota=count.quota,
            elected=tuple(elected),
            excluded=excluded.candidates,
            facts=(*excluded.reasons, *self.facts),
            keep=count.figures({n: figure(part) for n, part in self.keep.items()}),
        )
