"""The tables of a recipe, made from what was asked of the symbols (``native/recipe.h``).

Slots are numbered as they come in a ballot's text. Points are numbered from the element slots on:
sums of them, then powers, then combinations; scalars from the scalar slots on: multiples of them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

from comitia.ballots.v1.equations.symbols import NotTraceable, SymbolicPoint, Trace
from comitia.ballots.v1.model import Answer, Question, RankedQuestion
from comitia.ballots.v1.model.ballot import SIGNATURE_FIELD
from comitia.curve import Element
from comitia.curve.recipes import Recipe

HASH_TOKEN: Final = "<hash>"  # noqa: S105 - no password; no JSON text of a ballot has a "<"
_TOKEN: Final = re.compile(r"<(element|scalar|combination|hash) ?(\d*)>")
_LADDER_WIDTH: Final = 2
_PARTS: Final = 3
_LITERAL, _ELEMENT, _SCALAR, _HASH, _MARK = range(5)
_PIECE_LITERAL, _PIECE_ELEMENTS, _PIECE_COMBINATION, _PIECE_HASH = range(4)


class Tables:
    """The tables of a recipe in the making."""

    def __init__(self, trace: Trace, record: str) -> None:
        self._trace = trace
        self._literals: dict[bytes, int] = {}
        self._size = 0
        self._pool = array("i")
        self._elements: dict[int, int] = {}
        self._scalars: dict[int, int] = {}
        self._derived: dict[tuple[int, int], int] = {}
        self._sums: dict[tuple[int, ...], int] = {}
        self._ladders: list[tuple[int, int, int]] = []
        self._powers: dict[tuple[int, int], int] = {}
        self._steps = self._read_steps(record)

    def recipe(self, answers: Sequence[Answer], questions: Sequence[Question]) -> Recipe:
        """Return the whole recipe."""
        combinations = [self._sum_parts(point) for point in self._trace.combinations]
        self._pair_ladders()
        rows = array("i", [n for point in combinations for n in self._combination(point)])
        pieces, challenges = self._hashes()
        tallied, exported = self._choices(answers, questions)
        return Recipe(
            literals=b"".join(self._literals),
            pool=self._pool,
            elements=len(self._elements),
            scalars=len(self._scalars),
            powers=len(self._powers),
            steps=self._steps,
            derived=_flat(self._derived),
            sums=array("i", self._sum_rows()),
            ladders=array("i", self._ladder_rows()),
            combinations=rows,
            pieces=pieces,
            challenges=challenges,
            no_identity=array("i", sorted({self._elements[n] for n in self._trace.no_identity})),
            tallied=tallied,
            exported=exported,
        )

    # --- What a ballot consists of ---

    def _read_steps(self, record: str) -> array[int]:
        signed = record.rindex(SIGNATURE_FIELD.decode())
        rows = [*self._steps_of(record[:signed]), (_MARK, 0, 0), *self._steps_of(record[signed:])]
        if len(self._elements) != self._trace.elements or len(self._scalars) != self._trace.scalars:
            raise NotTraceable("a ballot that does not hold all its symbols")
        return _flat(rows)

    def _steps_of(self, text: str) -> Iterable[tuple[int, int, int]]:
        for kind, symbol in _split(text):
            match kind:
                case "element":
                    self._elements[int(symbol)] = len(self._elements)
                    yield (_ELEMENT, 0, 0)
                case "scalar":
                    self._scalars[int(symbol)] = len(self._scalars)
                    yield (_SCALAR, 0, 0)
                case "hash":
                    yield (_HASH, 0, 0)
                case _:
                    yield (_LITERAL, *self._literal(symbol))

    def _literal(self, text: str) -> tuple[int, int]:
        content = text.encode()
        if content not in self._literals:
            self._literals[content] = self._size
            self._size += len(content)
        return self._literals[content], len(content)

    def _choices(
        self, answers: Sequence[Answer], questions: Sequence[Question]
    ) -> tuple[array[int], array[int]]:
        """Return the slots that are added up, and those that stand side by side in the tally."""
        tallied, exported = array("i"), array("i")
        for answer, question in zip(answers, questions, strict=True):
            slots = exported if isinstance(question, RankedQuestion) else tallied
            for choice in answer.choices:
                slots.extend(self._slot(one) for one in (choice.alpha, choice.beta))
        return tallied, exported

    def _slot(self, point: Element) -> int:
        if not isinstance(point, SymbolicPoint):
            raise NotTraceable("an element that is no symbol")
        (number,) = point.elements
        return self._elements[number]

    # --- Points ---

    def _base(self, elements: tuple[int, ...]) -> tuple[int, ...]:
        """Return the element slots of a product, and make it a sum where they are several."""
        slots = tuple(sorted(self._elements[n] for n in elements))
        if len(slots) > 1:
            self._sums.setdefault(slots, len(self._sums))
        return slots

    def _number(self, slots: tuple[int, ...]) -> int:
        """Return the number of the point that a product of element slots is."""
        return slots[0] if len(slots) == 1 else len(self._elements) + self._sums[slots]

    def _sum_parts(self, point: SymbolicPoint) -> SymbolicPoint:
        """See to it that the products in a combination are summed."""
        if point.shift or point.is_key:
            raise NotTraceable("a product with a bare power of g, or with the key itself")
        for elements in (point.elements, *(elements for elements, _ in point.powers)):
            if elements:
                self._base(elements)
        return point

    def _pair_ladders(self) -> None:
        """Give every power a place on a ladder, and every element one that checks its order."""
        exponents: dict[int, list[int]] = {slot: [] for slot in range(len(self._elements))}
        for point in self._trace.combinations:
            for elements, scalar in point.powers:
                of_base = exponents.setdefault(self._number(self._base(elements)), [])
                if (slot := self._scalars[scalar]) not in of_base:
                    of_base.append(slot)
        first = len(self._elements) + len(self._sums)
        for base, slots in exponents.items():
            for start in range(0, max(1, len(slots)), _LADDER_WIDTH):
                pair = slots[start : start + _LADDER_WIDTH]
                first_slot, second_slot = (*pair, -1, -1)[:_LADDER_WIDTH]
                self._ladders.append((base, first_slot, second_slot))
                for slot in pair:
                    self._powers[base, slot] = first + len(self._powers)

    def _ladder_rows(self) -> Iterable[int]:
        powers = 0
        for base, *slots in self._ladders:
            yield from (base, *slots, powers)
            powers += sum(slot >= 0 for slot in slots)

    def _sum_rows(self) -> Iterable[int]:
        for slots in self._sums:
            yield from self._pooled(slots)

    def _pooled(self, numbers: Sequence[int]) -> tuple[int, int]:
        first = len(self._pool)
        self._pool.extend(numbers)
        return first, len(numbers)

    def _combination(self, point: SymbolicPoint) -> tuple[int, ...]:
        parts = [self._number(self._base(point.elements))] if point.elements else []
        for elements, scalar in point.powers:
            parts.append(self._powers[self._number(self._base(elements)), self._scalars[scalar]])
        if len(parts) > _PARTS or len(point.of_generator) > 1 or len(point.of_key) > 1:
            raise NotTraceable("a commitment of more parts than a combination has")
        of_generator = [self._multiple(*term) for term in point.of_generator] or [-1]
        of_key = [self._scalars[scalar] for scalar in point.of_key] or [-1]
        return (*(*parts, -1, -1, -1)[:_PARTS], *of_generator, *of_key)

    def _multiple(self, factor: int, scalar: int) -> int:
        """Return the number of a multiple of a scalar: itself, or minus so many times it."""
        slot = self._scalars[scalar]
        if factor == 1:
            return slot
        if factor > 0:
            raise NotTraceable("a positive multiple of a scalar")
        number = self._derived.setdefault((slot, -factor), len(self._derived))
        return len(self._scalars) + number

    # --- Challenges ---

    def _hashes(self) -> tuple[array[int], array[int]]:
        pieces: list[tuple[int, int, int]] = []
        challenges: list[tuple[int, int, int, int]] = []
        for statement, scalars in self._trace.challenges:
            added = list(self._pieces(statement))
            slots = [self._scalars[scalar] for scalar in scalars]
            challenges.append((len(pieces), len(added), *self._pooled(slots)))
            pieces += added
        return _flat(pieces), _flat(challenges)

    def _pieces(self, statement: str) -> Iterable[tuple[int, int, int]]:
        """Yield the pieces of a statement; symbols that follow one another are one piece."""
        run: tuple[int, int, int] | None = None
        comma = False
        for kind, symbol in _split(statement):
            if kind == "literal":
                if run is not None and symbol == ",":
                    comma = True
                    continue
                if run is not None:
                    yield run
                yield (_PIECE_LITERAL, *self._literal(symbol))
                run = None
                continue
            piece = self._piece(kind, symbol)
            if run is not None and comma and piece[:2] == (run[0], run[1] + run[2]) and piece[2]:
                run = (run[0], run[1], run[2] + 1)
            else:
                if run is not None:
                    yield run
                if comma:
                    yield (_PIECE_LITERAL, *self._literal(","))
                run = piece
            comma = False
        if run is not None:
            yield run

    def _piece(self, kind: str, symbol: str) -> tuple[int, int, int]:
        match kind:
            case "element":
                return (_PIECE_ELEMENTS, self._elements[int(symbol)], 1)
            case "combination":
                return (_PIECE_COMBINATION, int(symbol), 1)
            case "hash":
                return (_PIECE_HASH, 0, 0)
            case _:
                raise NotTraceable("a scalar in a statement")


def _split(text: str) -> Iterable[tuple[str, str]]:
    """Yield the literals of a text, and its symbols as their kind and number."""
    place = 0
    for token in _TOKEN.finditer(text):
        if token.start() > place:
            yield "literal", text[place : token.start()]
        yield token[1], token[2]
        place = token.end()
    if place < len(text):
        yield "literal", text[place:]


def _flat(rows: Iterable[Sequence[int]]) -> array[int]:
    return array("i", [number for row in rows for number in row])
