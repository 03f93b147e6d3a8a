"""Electing from an order of the candidates: from the top down, within the constraints.

Whoever a constraint bars is passed over, and the sheet's table "passed over" names them with the
group and its bounds. Candidates on one level are a tie only where it matters: where not all of them
can be elected, and then only those are tied whose election depends on who of them goes first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

from comitia.counting.constraints import Constraint, Membership
from comitia.counting.count import Count
from comitia.counting.sheet import Account, Cell, Code, Fact, Purpose, Table

MOST_OUTCOMES: Final = 500
"""Beyond so many ways to go through a level, all who are left on it are tied."""


def elect_from_order(
    count: Count, figures: Mapping[int, Fraction] | Mapping[int, int], unit: str
) -> None:
    """Elect those with the highest figures, as ``elect_from_levels`` does, and tell how.

    figures: of every candidate who stands; others are ignored. unit: what they count.
    """
    levels: dict[Fraction | int, list[int]] = {}
    for candidate in count.standing:
        levels.setdefault(figures[candidate], []).append(candidate)
    ordered = sorted(levels, reverse=True)
    told = _Told({n: Fraction(figures[n]) for n in count.standing}, unit)
    try:
        _elect(count, [levels[figure] for figure in ordered], told)
    finally:
        count.details.append(Account("how the seats were filled", tuple(told.facts)))


def elect_from_levels(count: Count, levels: Sequence[Collection[int]]) -> None:
    """Elect from the best level down until all seats are filled.

    levels: best first; every candidate who stands is on one. Those on a level who are elected
    whatever a lot would say come in file order; then the lot decides, one by one.

    Raises Undecided where a lot is needed and there is none; what was decided stays written.
    """
    _elect(count, levels, _Told({}, ""))


class _Told:
    """What happened while the seats were filled, as sentences and as rows of a table."""

    def __init__(self, figures: Mapping[int, Fraction], unit: str) -> None:
        self._figures = figures
        self._unit = unit
        self.facts: list[Fact] = []
        self._passed_over: list[tuple[Cell, ...]] = []

    def elect(self, candidates: Sequence[int]) -> None:
        self._tell(Code.SEATED_WITH, candidates)

    def draw(self, tied: Sequence[int]) -> None:
        self._tell(Code.EQUAL_WITH, tied)

    def settle(self, candidate: int) -> None:
        self.facts.append(Fact(Code.TIE_SETTLED, (candidate,)))

    def pass_over(self, candidate: int, barring: Sequence[Constraint]) -> None:
        groups = tuple(one.name for one in barring)
        self.facts.append(Fact(Code.PASSED_OVER, (candidate,), texts=groups))
        self._passed_over += [(candidate, *_bounds(one)) for one in barring]

    def table(self) -> Table:
        """Return who was passed over, a row for each constraint that barred them."""
        heads = ("candidate", "group", "at least", "at most")
        return Table("passed over", heads, tuple(self._passed_over))

    def _tell(self, code: Code, candidates: Sequence[int]) -> None:
        """Tell of candidates with one figure."""
        if candidates and self._figures:
            figures = (self._figures[candidates[0]],)
            self.facts.append(Fact(code, tuple(candidates), figures, texts=(self._unit,)))


def _bounds(constraint: Constraint) -> tuple[str, str, str]:
    most = "" if constraint.most is None else str(constraint.most)
    return constraint.name, str(constraint.least), most


def _constraints(count: Count) -> Table:
    """Return the constraints, each with those who belong to the group and how many are elected."""
    heads = ("group", "at least", "at most", "elected", "members")
    rows = tuple(
        (
            *_bounds(one),
            str(len(one.members.intersection(count.winners))),
            ", ".join(count.names[n - 1] for n in sorted(one.members)),
        )
        for one in count.options.constraints
    )
    return Table("constraints", heads, rows)


def _elect(count: Count, levels: Sequence[Collection[int]], told: _Told) -> None:
    try:
        for place, level in enumerate(levels):
            below = [candidate for lower in levels[place + 1 :] for candidate in lower]
            _elect_level(count, sorted(level), below, told)
    finally:
        if count.constraints:
            count.details += [_constraints(count), told.table()]


def _elect_level(count: Count, tied: list[int], below: Sequence[int], told: _Told) -> None:
    while tied and len(count.winners) < count.seats:
        for candidate in tuple(tied):
            if barring := count.constraints.barring(candidate, count.winners, (*tied, *below)):
                tied.remove(candidate)
                told.pass_over(candidate, barring)
        chosen = _sure(count, tied, below)
        if chosen:
            told.elect(chosen)
        elif tied:
            told.draw(tied)
            chosen = [count.settle(tied, Purpose.ELECTED)]
            told.settle(chosen[0])
        count.winners += chosen
        tied = [candidate for candidate in tied if candidate not in chosen]


def _sure(count: Count, tied: Sequence[int], below: Sequence[int]) -> list[int]:
    """Return who of the tied is elected in whatever order a lot would put them."""
    if count.constraints.can_complete((*count.winners, *tied), below):
        return list(tied)
    if not count.constraints:
        return []
    sorts: dict[Membership, list[int]] = {}
    for candidate in tied:
        sorts.setdefault(count.constraints.membership(candidate), []).append(candidate)
    members = list(sorts.values())
    ends = _ends(count, members, below)
    always = [min(end[sort] for end in ends) for sort in range(len(members))] if ends else []
    return sorted(
        candidate
        for some, alike in zip(always, members, strict=False)
        if some == len(alike)
        for candidate in alike
    )


def _ends(
    count: Count, members: Sequence[Sequence[int]], below: Sequence[int]
) -> list[tuple[int, ...]]:
    """Return every way in which a level can end: how many of each sort are elected.

    members: of the level, by sort. Empty where there are too many ways to try them all.
    """
    met = {(0,) * len(members)}
    open_ways = list(met)
    ends = []
    while open_ways:
        way = open_ways.pop()
        following = [
            after
            for sort in range(len(members))
            if way[sort] < len(members[sort])
            and _possible(count, after := _one_more(way, sort), members, below)
        ]
        if not following:
            ends.append(way)
        open_ways += [after for after in following if after not in met]
        met.update(following)
        if len(met) > MOST_OUTCOMES:
            return []
    return ends


def _one_more(way: tuple[int, ...], sort: int) -> tuple[int, ...]:
    return (*way[:sort], way[sort] + 1, *way[sort + 1 :])


def _possible(
    count: Count, way: tuple[int, ...], members: Sequence[Sequence[int]], below: Sequence[int]
) -> bool:
    pairs = list(zip(way, members, strict=True))
    elected = [candidate for some, alike in pairs for candidate in alike[:some]]
    others = [candidate for some, alike in pairs for candidate in alike[some:]]
    return count.constraints.can_complete((*count.winners, *elected), (*others, *below))
