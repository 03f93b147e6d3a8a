"""Papers under Meek's method: a tree of the elected candidates that papers pass on their way.

A paper begins with the weight 1. Each elected candidate keeps a part of what weight it still has,
the first hopeful candidate all of it; excluded candidates are passed over. So what a paper gives to
whom depends on the elected candidates before its first hopeful one, and on nothing after. Papers
with the same such candidates in the same order share a node; there they rest with their hopeful
candidate. A count of all votes then takes one multiplication a node, however many papers there are.

Only papers that rest with a candidate move when that candidate is elected or excluded. Nobody else
changes: who is elected stays so, and excluded candidates never come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from comitia.counting.preferences import Preferences
from comitia.counting.profile import candidate_of, letter_of

UNIT: Final = 10**9
"""A whole vote, and a keep factor of 1: Meek's rules count in units of 0.000000001."""

Rest: TypeAlias = Callable[[int, int, int], int]
"""The weight left of a paper: from its weight before, the keep factor, and what was kept."""

Pile: TypeAlias = dict[Preferences, int]
"""Papers by what they say, with their number."""


@dataclass(slots=True)
class _Node:
    """Papers that have passed the same elected candidates.

    parent: place of the node without the last of them, who is ``candidate``. papers: that have come
    here or beyond. resting: by hopeful candidate, what their papers say from that candidate on.
    numbers: of papers that rest with each.
    """

    parent: int
    candidate: int
    papers: int = 0
    children: dict[int, int] = field(default_factory=dict)
    resting: dict[int, Pile] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)


class KeepTree:
    """All papers of a count, counted anew for each set of keep factors."""

    def __init__(self, papers: Pile, standing: Collection[int]) -> None:
        """Put every paper to its first preference; all who stand are hopeful."""
        self._hopeful = set(standing)
        self._elected: set[int] = set()
        self._out = ""
        self._nodes = [_Node(-1, 0)]
        self._put(0, papers)

    def elect(self, candidate: int) -> None:
        """Let the papers that rest with a candidate pass on the part not kept."""
        self._hopeful.remove(candidate)
        self._elected.add(candidate)
        self._lift(candidate)

    def exclude(self, candidate: int) -> None:
        """Let the papers that rest with a candidate pass on whole."""
        self._hopeful.remove(candidate)
        self._out += letter_of(candidate)
        self._lift(candidate)

    def votes(self, keep: Mapping[int, int], rest: Rest) -> dict[int, int]:
        """Return the votes of everybody hopeful or elected, in units.

        keep: the factors of the elected, in units. What is kept is rounded up to a unit.
        """
        votes = dict.fromkeys(self._hopeful | self._elected, 0)
        weights: list[int] = []
        for node in self._nodes:
            weight = UNIT
            if weights:
                before, factor = weights[node.parent], keep[node.candidate]
                kept = -(-before * factor // UNIT)
                votes[node.candidate] += kept * node.papers
                weight = rest(before, factor, kept)
            weights.append(weight)
            for candidate, number in node.numbers.items():
                votes[candidate] += weight * number
        return votes

    def _lift(self, candidate: int) -> None:
        """Put the papers that rest with a candidate where they belong now."""
        for place in range(len(self._nodes)):
            node = self._nodes[place]
            if candidate in node.resting:
                del node.numbers[candidate]
                self._put(place, node.resting.pop(candidate))

    def _put(self, place: int, papers: Pile) -> None:
        """Let papers rest with their first hopeful candidate, or with nobody."""
        piles: defaultdict[str, Pile] = defaultdict(dict)
        for preferences, number in papers.items():
            if left := preferences.lstrip(self._out):
                pile = piles[left[0]]
                pile[left] = pile.get(left, 0) + number
        for letter, pile in piles.items():
            candidate = candidate_of(letter)
            if candidate in self._hopeful:
                self._rest(place, candidate, pile)
            else:
                child = self._child(place, candidate)
                self._nodes[child].papers += sum(pile.values())
                self._put(child, {one[1:]: number for one, number in pile.items()})

    def _rest(self, place: int, candidate: int, pile: Pile) -> None:
        """Let papers rest with a hopeful candidate."""
        node = self._nodes[place]
        resting = node.resting.setdefault(candidate, {})
        for preferences, number in pile.items():
            resting[preferences] = resting.get(preferences, 0) + number
        node.numbers[candidate] = node.numbers.get(candidate, 0) + sum(pile.values())

    def _child(self, place: int, candidate: int) -> int:
        children = self._nodes[place].children
        if candidate not in children:
            children[candidate] = len(self._nodes)
            self._nodes.append(_Node(place, candidate))
        return children[candidate]
