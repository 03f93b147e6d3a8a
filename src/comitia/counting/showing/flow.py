"""How votes pass on from stage to stage, drawn as streams (a Sankey diagram).

The picture is made only of a sheet whose transfers explain every change of every figure; of a rule
that counts all papers anew at each stage there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final, TypeAlias

from comitia.counting import words
from comitia.counting.sheet import Sheet, Stage, Transfer
from comitia.counting.showing.drawing import at, result_order
from comitia.counting.showing.names import FIRST_STRONG, POP, shortened
from comitia.counting.showing.phrases import PHRASES

_MARGIN: Final = 170  # on the left and on the right, for names
_STEP: Final = 130  # from one stage to the next
_NODE: Final = 10
_HEAD: Final = 40
_FOOT: Final = 10
_VOTES: Final = 400  # the height of all valid papers
_GAP: Final = 14
_LETTERS: Final = 24

Place: TypeAlias = int | None
"""A candidate, or None for the non-transferable papers."""


@dataclass(frozen=True, slots=True)
class Node:
    """What one candidate holds after a stage. told: in words."""

    sort: str
    x: str
    y: str
    height: str
    told: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside the first or the last stage."""

    x: str
    y: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Stream:
    """Votes on their way. sort: "kept", "surplus", "exclusion" or "lost". told: in words."""

    sort: str
    path: str
    told: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture."""

    width: int
    height: int
    heads: tuple[Label, ...]
    labels: tuple[Label, ...]
    nodes: tuple[Node, ...]
    streams: tuple[Stream, ...]


def flow_of(sheet: Sheet) -> Flow | None:
    """Return the picture, or None where transfers do not explain the figures."""
    if not any(stage.transfers for stage in sheet.stages) or not _explained(sheet):
        return None
    return _Drawing(sheet).flow()


def _explained(sheet: Sheet) -> bool:
    return all(
        _after(before, stage.transfers) == _held(stage) for before, stage in pairwise(sheet.stages)
    )


def _held(stage: Stage) -> dict[Place, Fraction]:
    """Return the votes of every place after a stage, the non-transferable ones last."""
    return {**dict(enumerate(stage.votes, 1)), None: stage.non_transferable}


def _after(before: Stage, transfers: tuple[Transfer, ...]) -> dict[Place, Fraction]:
    held = _held(before)
    for one in transfers:
        held[one.source] -= one.votes
        held[one.target] += one.votes
    return held


class _Drawing:
    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._order: tuple[Place, ...] = (*result_order(sheet), *sorted(sheet.withdrawn), None)
        held = [_held(stage) for stage in sheet.stages]
        greatest = max(sum(column.values()) for column in held)
        self._unit = Fraction(_VOTES) / greatest if greatest > 0 else Fraction(0)
        self._held = held
        self._tops = [self._stacked(column) for column in held]

    def _stacked(self, column: dict[Place, Fraction]) -> dict[Place, Fraction]:
        """Return where each place of a stage begins, one below the other."""
        tops, y = {}, Fraction(_HEAD)
        for place in self._order:
            tops[place] = y
            if column[place]:
                y += column[place] * self._unit + _GAP
        return tops

    def flow(self) -> Flow:
        stages = len(self._sheet.stages)
        present = max(sum(1 for votes in column.values() if votes) for column in self._held)
        return Flow(
            width=2 * _MARGIN + (stages - 1) * _STEP + _NODE,
            height=_HEAD + _VOTES + present * _GAP + _FOOT,
            heads=tuple(self._head(number) for number in range(stages)),
            labels=(*self._labels(0), *self._labels(stages - 1)),
            nodes=tuple(node for number in range(stages) for node in self._nodes(number)),
            streams=tuple(one for number in range(1, stages) for one in self._streams(number)),
        )

    def _x(self, number: int) -> int:
        return _MARGIN + number * _STEP

    def _head(self, number: int) -> Label:
        text = f"{PHRASES['stage']} {number + 1}"
        return Label(at(self._x(number) + Fraction(_NODE, 2)), at(16), "middle", text)

    def _name(self, place: Place) -> str:
        return PHRASES["non_transferable"] if place is None else self._sheet.name(place)

    def _isolated(self, place: Place) -> str:
        return f"{FIRST_STRONG}{self._name(place)}{POP}"

    def _present(self, number: int) -> Iterator[Place]:
        return (place for place in self._order if self._held[number][place])

    def _labels(self, number: int) -> Iterator[Label]:
        first = number == 0
        x = self._x(number) + (-6 if first else _NODE + 6)
        for place in self._present(number):
            middle = self._tops[number][place] + self._held[number][place] * self._unit / 2
            text = shortened(self._name(place), _LETTERS)
            yield Label(at(x), at(middle + 4), "end" if first else "start", text)

    def _nodes(self, number: int) -> Iterator[Node]:
        known = self._sheet.stages[: number + 1]
        elected = {n for stage in known for n in stage.elected}
        for place in self._present(number):
            sort = "lost" if place is None else "elected" if place in elected else "standing"
            votes = self._held[number][place]
            told = f"{self._isolated(place)}: {words.figure(votes, self._sheet)}"
            top = self._tops[number][place]
            yield Node(sort, at(self._x(number)), at(top), at(votes * self._unit), told)

    def _streams(self, number: int) -> Iterator[Stream]:
        """Draw what each place keeps and passes on between two stages.

        Streams leave and arrive in the order of the places, so that few of them cross.
        """
        stage = self._sheet.stages[number]
        leaving, arriving = dict(self._tops[number - 1]), dict(self._tops[number])
        rank = {place: n for n, place in enumerate(self._order)}
        moves = [*self._kept(number), *((t.source, t.target, t.votes) for t in stage.transfers)]
        ordered = sorted(moves, key=lambda move: (rank[move[0]], rank[move[1]]))
        starts = []
        for source, _, votes in ordered:
            starts.append(leaving[source])
            leaving[source] += votes * self._unit
        for (source, target, votes), start in sorted(
            zip(ordered, starts, strict=True), key=lambda one: (rank[one[0][1]], rank[one[0][0]])
        ):
            path = self._path(number, start, arriving[target], votes * self._unit)
            arriving[target] += votes * self._unit
            yield Stream(self._sort(source, target, stage), path, self._told(source, target, votes))

    def _kept(self, number: int) -> Iterator[tuple[Place, Place, Fraction]]:
        passed = dict.fromkeys(self._order, Fraction(0))
        for one in self._sheet.stages[number].transfers:
            passed[one.source] += one.votes
        for place in self._order:
            if kept := self._held[number - 1][place] - passed[place]:
                yield place, place, kept

    def _sort(self, source: Place, target: Place, stage: Stage) -> str:
        if target is None:
            return "lost"
        if source == target:
            return "kept"
        return "exclusion" if source in stage.excluded else "surplus"

    def _told(self, source: Place, target: Place, votes: Fraction) -> str:
        figure = words.figure(votes, self._sheet)
        if source == target:
            return f"{self._isolated(source)}: {figure}"
        return f"{self._isolated(source)} → {self._isolated(target)}: {figure}"

    def _path(self, number: int, start: Fraction, end: Fraction, height: Fraction) -> str:
        """Return a band between two stages; the thinnest is still half a unit high."""
        left, right = self._x(number - 1) + _NODE, self._x(number)
        middle, high = (left + right) // 2, max(height, Fraction(1, 2))
        return (
            f"M{left} {at(start)}C{middle} {at(start)} {middle} {at(end)} {right} {at(end)}"
            f"V{at(end + high)}"
            f"C{middle} {at(end + high)} {middle} {at(start + high)} {left} {at(start + high)}Z"
        )
