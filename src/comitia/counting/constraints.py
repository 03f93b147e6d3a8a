"""Constraints on who may be elected together: at most, or at least, so many of a group.

A constraint bars a candidate only where nothing else is possible: as soon as no choice of the
remaining candidates could fill all seats within all constraints. So a count never runs into a dead
end, and whoever is barred at one moment stays barred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TypeAlias

from comitia.errors import MalformedRecord

MOST: Final = 8
"""Groups that overlap in every way multiply what must be tried."""

MOST_TRIED: Final = 20_000
"""Dead ends in one search. Groups of one division (employers, regions) meet almost none."""

Membership: TypeAlias = tuple[bool, ...]
"""Of one candidate, for each constraint: whether they belong to its group."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """At least ``least`` and at most ``most`` of a group's members are elected.

    name: of the group, on one line and not long: messages quote it. members: candidates' numbers.
    most: None for no upper bound.
    """

    name: str
    members: frozenset[int]
    least: int = 0
    most: int | None = None


class Constraints:
    """What the constraints of one count still permit."""

    def __init__(self, constraints: Sequence[Constraint], seats: int) -> None:
        """Take the constraints of a count for so many seats."""
        if len(constraints) > MOST:
            problem = f"expected at most {MOST} constraints, found {len(constraints)}"
            raise MalformedRecord("constraints", problem)
        self._constraints = tuple(constraints)
        self._seats = seats

    def __bool__(self) -> bool:
        return bool(self._constraints)

    def membership(self, candidate: int) -> Membership:
        """Return to which groups a candidate belongs; those with the same are alike here."""
        return tuple(candidate in one.members for one in self._constraints)

    def require_possible(self, standing: Collection[int]) -> None:
        """Raise MalformedRecord where no choice among the candidates meets all constraints."""
        if not self.can_complete((), standing):
            groups = ", ".join(repr(one.name) for one in self._together((), standing))
            problem = f"no choice of {self._seats} candidates meets what is set for {groups}"
            raise MalformedRecord("constraints", problem)

    def barring(
        self, candidate: int, elected: Sequence[int], standing: Collection[int]
    ) -> tuple[Constraint, ...]:
        """Return the constraints that forbid to elect a candidate next; none where they may be.

        elected: so far. standing: everybody who can still be elected, the candidate included.
        Those that each bar alone; where none does, as few as bar together.
        """
        others = tuple(n for n in standing if n != candidate)
        after = (*elected, candidate)
        if self.can_complete(after, others):
            return ()
        alone = tuple(one for one in self._constraints if self._forbids((one,), after, others))
        return alone or self._together(after, others)

    def _together(self, after: Sequence[int], others: Collection[int]) -> tuple[Constraint, ...]:
        """Leave out, one by one, each constraint without which the others bar all the same."""
        needed = self._constraints
        for one in self._constraints:
            without = tuple(each for each in needed if each is not one)
            if self._forbids(without, after, others):
                needed = without
        return needed

    def _forbids(
        self, some: Sequence[Constraint], after: Sequence[int], others: Collection[int]
    ) -> bool:
        return not Constraints(some, self._seats).can_complete(after, others)

    def can_complete(self, elected: Collection[int], others: Collection[int]) -> bool:
        """Return whether ``elected`` and some of ``others`` fill all seats within the constraints.

        Raises MalformedRecord where the groups overlap so much that this cannot be found out.
        """
        taken = tuple(sum(n in one.members for n in elected) for one in self._constraints)
        search = _Search(self._constraints, Counter(map(self.membership, others)))
        return search.can_fill(0, self._seats - len(elected), taken)


class _Search:
    """A search for numbers of candidates of each sort that fill the seats.

    Candidates who belong to the same groups are of one sort, so only how many of it are taken is
    tried; dead ends are remembered.
    """

    def __init__(self, constraints: Sequence[Constraint], sorts: Counter[Membership]) -> None:
        self._constraints = constraints
        # Members of many groups first: what they leave open is soon seen.
        self._sorts = sorted(sorts.items(), reverse=True)
        backwards = [
            (number, *(number * belongs for belongs in membership))
            for membership, number in reversed(self._sorts)
        ]
        nobody = (0,) * (len(constraints) + 1)
        # From each sort on: how many there are, in all and of each group.
        self._left = list(accumulate(backwards, _sum, initial=nobody))[::-1]
        self._dead_ends: set[tuple[int, int, tuple[int, ...]]] = set()

    def can_fill(self, place: int, seats: int, taken: tuple[int, ...]) -> bool:
        """Return whether the sorts from ``place`` on can fill the seats, with so many taken."""
        if not self._within_reach(place, seats, taken):
            return False
        if seats == 0:
            return True
        state = (place, seats, taken)
        if state in self._dead_ends:
            return False
        membership, number = self._sorts[place]
        for some in range(min(seats, number), -1, -1):
            after = _sum(taken, tuple(some * belongs for belongs in membership))
            if self.can_fill(place + 1, seats - some, self._cut(after)):
                return True
        self._dead_ends.add(state)
        if len(self._dead_ends) > MOST_TRIED:
            problem = "the groups overlap too much to find out who can be elected together"
            raise MalformedRecord("constraints", problem)
        return False

    def _within_reach(self, place: int, seats: int, taken: tuple[int, ...]) -> bool:
        """Return False where a constraint is broken, or can be met no more whatever is taken."""
        everybody, *members = self._left[place]
        return 0 <= seats <= everybody and all(
            (one.most is None or count <= one.most) and count + min(seats, left) >= one.least
            for one, count, left in zip(self._constraints, taken, members, strict=True)
        )

    def _cut(self, taken: tuple[int, ...]) -> tuple[int, ...]:
        """Make states equal that differ only in how much more than enough is taken."""
        return tuple(
            min(count, one.least) if one.most is None else count
            for one, count in zip(self._constraints, taken, strict=True)
        )


def _sum(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))
