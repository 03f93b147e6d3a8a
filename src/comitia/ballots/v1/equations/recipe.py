"""An election's ballots as a recipe for the native kernel, traced from the equations themselves.

A recipe says which bytes a ballot consists of, which multiples of which points make its proofs'
commitments, and which texts its challenges hash (``native/recipe.h``). It is not written by hand: a
ballot of symbols goes through the same functions that check a ballot of points, and what they ask
of the symbols is noted. So there is one statement of what must hold, and the kernel follows it.

What the tracing does not understand it refuses (``NotTraceable``); such an election is verified
without the kernel.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn, assert_never, final

from comitia.ballots.v1.equations.ballot import ballot_failures
from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Ciphertext,
    Election,
    Fingerprint,
    HomomorphicAnswer,
    HomomorphicQuestion,
    ListsAnswer,
    ListsQuestion,
    NonzeroProof,
    Proof,
    Question,
    RankedAnswer,
    RankedQuestion,
    Signature,
    UnsignedBallot,
    width_of,
)
from comitia.ballots.v1.model.ballot import SIGNATURE_FIELD, derive_ballot_record
from comitia.curve import Element, Group, Scalar
from comitia.curve.recipes import Recipe

_HASH_TOKEN: Final = "<hash>"  # noqa: S105 - no password; no JSON text of a ballot has a "<"
_TOKEN: Final = re.compile(r"<(element|scalar|combination|hash) ?(\d*)>")
_LADDER_WIDTH: Final = 2
_PARTS: Final = 3
_LITERAL, _ELEMENT, _SCALAR, _HASH, _MARK = range(5)
_PIECE_LITERAL, _PIECE_ELEMENTS, _PIECE_COMBINATION, _PIECE_HASH = range(4)


class NotTraceable(Exception):  # noqa: N818 - no error: such an election is verified otherwise
    """Something that the kernel has no table for."""


@final
@dataclass(frozen=True, eq=False)
class _Number(Scalar):
    """A sum of a ballot's scalars, a small constant, or the hash of a statement."""

    trace: _Trace
    slots: tuple[int, ...] = ()
    constant: int = 0
    statement: str | None = None

    def __int__(self) -> NoReturn:
        raise NotTraceable("the value of a scalar is asked for")

    def __add__(self, other: _Number) -> _Number:
        if self.constant or other.constant or self.statement or other.statement:
            raise NotTraceable("a sum of other things than scalars of the ballot")
        return _Number(self.trace, self.slots + other.slots)

    def __sub__(self, other: _Number) -> NoReturn:
        raise NotTraceable("a difference of scalars")

    def __mul__(self, other: _Number) -> NoReturn:
        raise NotTraceable("a product of scalars")

    def __eq__(self, other: object) -> bool:
        """Note that a sum of challenges must be the hash of a statement."""
        if not isinstance(other, _Number):
            return NotImplemented
        hashed, summed = (self, other) if self.statement is not None else (other, self)
        if hashed.statement is None or summed.statement is not None or summed.constant:
            raise NotTraceable("a comparison of other things than challenges with a hash")
        self.trace.challenges.append((hashed.statement, summed.slots))
        return True

    __hash__ = None  # type: ignore[assignment]

    @property
    def text(self) -> str:
        (slot,) = self.slots
        return f"<scalar {slot}>"

    def to_bytes(self) -> NoReturn:
        raise NotTraceable("the bytes of a scalar are asked for")


_Powers = tuple[tuple[tuple[int, ...], int], ...]


@final
@dataclass(frozen=True)
class _Point(Element):
    """A product of a ballot's elements, or of powers of such products, of g and of the key.

    elements, shift: the product of element slots, times g to a small constant.
    powers: (element slots, scalar slot) of each. of_generator: (factor, scalar slot) of each power
    of g. of_key: scalar slots.
    """

    trace: _Trace = field(compare=False, repr=False)
    elements: tuple[int, ...] = ()
    shift: int = 0
    powers: _Powers = ()
    of_generator: tuple[tuple[int, int], ...] = ()
    of_key: tuple[int, ...] = ()
    is_key: bool = False

    @property
    def _is_plain(self) -> bool:
        return not (self.powers or self.of_generator or self.of_key or self.is_key)

    def __mul__(self, other: _Point) -> _Point:
        if self.is_key or other.is_key:
            raise NotTraceable("a product with the key itself")
        return _Point(
            self.trace,
            self.elements + other.elements,
            self.shift + other.shift,
            self.powers + other.powers,
            self.of_generator + other.of_generator,
            self.of_key + other.of_key,
        )

    def __truediv__(self, other: _Point) -> _Point:
        if other != _Point(self.trace, shift=other.shift):
            raise NotTraceable("a quotient by another thing than a small power of g")
        return self * replace(other, shift=-other.shift)

    def power(self, exponent: Scalar) -> _Point:
        if not isinstance(exponent, _Number) or len(exponent.slots) != 1:
            raise NotTraceable("a power of another exponent than a scalar of the ballot")
        (slot,) = exponent.slots
        if self.is_key:
            return _Point(self.trace, of_key=(slot,))
        if not self._is_plain:
            raise NotTraceable("a power of a power")
        return _Point(
            self.trace,
            powers=((self.elements, slot),) if self.elements else (),
            of_generator=((self.shift, slot),) if self.shift else (),
        )

    @property
    def is_identity(self) -> bool:
        """Note that an element of the ballot must not be the identity."""
        if not self._is_plain or self.shift or len(self.elements) != 1:
            raise NotTraceable("something else than an element is asked whether it is the identity")
        self.trace.no_identity.append(self.elements[0])
        return False

    @property
    def text(self) -> str:
        if self.is_key:
            return self.trace.key.text
        if self._is_plain and not self.shift and len(self.elements) == 1:
            return f"<element {self.elements[0]}>"
        if self == self.trace.group.identity:
            return self.trace.real.identity.text
        return f"<combination {self.trace.combine(self)}>"

    @property
    def sort_key(self) -> NoReturn:
        raise NotTraceable("the order of elements is asked for")


@final
class _SymbolicGroup(Group):
    """The group whose members are symbols."""

    def __init__(self, trace: _Trace, real: Group) -> None:
        self.name = real.name
        self.order = real.order
        self.longest_text = real.longest_text
        self.text_form = real.text_form
        self._trace = trace
        self.identity = _Point(trace)
        self.generator = _Point(trace, shift=1)

    def parse_element(self, text: str) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("a text is to be read")

    def parse_scalar(self, text: str) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("a text is to be read")

    def scalar(self, value: int) -> _Number:
        return _Number(self._trace, constant=value)

    def reduce(self, wide: bytes) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("bytes are to be reduced")

    def hash_to_scalar(self, statement: str) -> _Number:
        return _Number(self._trace, statement=statement)

    @property
    def wide_bytes(self) -> NoReturn:
        raise NotTraceable("the size of wide bytes is asked for")

    def generator_power(self, exponent: Scalar) -> _Point:
        if not isinstance(exponent, _Number):
            raise NotTraceable("a power of g of a foreign exponent")
        if exponent.slots:
            (slot,) = exponent.slots
            return _Point(self._trace, of_generator=((1, slot),))
        return _Point(self._trace, shift=exponent.constant)

    def independent_generator(self, number: int) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("another generator is asked for")


class _Trace:
    """What has been asked of the symbols."""

    def __init__(self, election: Election) -> None:
        self.real = election.group
        self.key = election.public_key
        self.group = _SymbolicGroup(self, election.group)
        self.elements = 0
        self.scalars = 0
        self.combinations: dict[_Point, int] = {}
        self.challenges: list[tuple[str, tuple[int, ...]]] = []
        self.no_identity: list[int] = []

    def combine(self, point: _Point) -> int:
        """Return the number of a combination, a new one if need be."""
        return self.combinations.setdefault(point, len(self.combinations))

    def element(self) -> _Point:
        self.elements += 1
        return _Point(self, (self.elements - 1,))

    def scalar(self) -> _Number:
        self.scalars += 1
        return _Number(self, (self.scalars - 1,))

    def ciphertext(self) -> Ciphertext:
        return Ciphertext(self.element(), self.element())

    def proof(self) -> Proof:
        return Proof(self.scalar(), self.scalar())

    def proofs(self, number: int) -> tuple[Proof, ...]:
        return tuple(self.proof() for _ in range(number))

    def answer(self, question: Question) -> Answer:
        """Return an answer of symbols, of the form that its question demands."""
        width = width_of(question.row_shape)
        match question:
            case HomomorphicQuestion():
                return HomomorphicAnswer(
                    tuple(self.ciphertext() for _ in range(width)),
                    tuple(self.proofs(2) for _ in range(width)),
                    self.proofs(question.overall_proof_count),
                    self.proofs(2) if question.blank else None,
                )
            case ListsQuestion():
                return ListsAnswer(
                    tuple(len(names) for names in question.lists),
                    tuple(self.ciphertext() for _ in range(width)),
                    tuple(self.proofs(2) for _ in range(width)),
                    self.proof(),
                    tuple(self.proofs(2) for _ in question.lists),
                    NonzeroProof(self.element(), self.scalar(), (self.scalar(), self.scalar())),
                )
            case RankedQuestion():
                return RankedAnswer(self.ciphertext(), self.proof())
            case _:
                assert_never(question)


def compile_recipe(election: Election) -> Recipe:
    """Return the recipe of an election's ballots. Raises NotTraceable where there is none."""
    trace = _Trace(election)
    unsigned = UnsignedBallot(
        election.uuid,
        election.fingerprint,
        trace.element(),
        tuple(trace.answer(question) for question in election.questions),
    )
    signed_hash = Fingerprint(_HASH_TOKEN)
    signature = Signature(signed_hash, trace.proof())
    record = derive_ballot_record(unsigned, signature).decode()
    ballot = Ballot(
        unsigned.election_uuid,
        unsigned.election_hash,
        unsigned.credential,
        unsigned.answers,
        signature,
        signed_hash,
    )
    key = _Point(trace, is_key=True)
    symbolic = replace(election, group=trace.group, public_key=key)
    for failure in ballot_failures(ballot, symbolic):
        raise NotTraceable(f"symbols fail {failure.check}")
    trace.no_identity.append(0)  # the credential: the parser refuses the identity for a key
    return _Tables(trace, record).recipe(ballot.answers, election.questions)


class _Tables:
    """The tables of a recipe in the making."""

    def __init__(self, trace: _Trace, record: str) -> None:
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
        if not isinstance(point, _Point):
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

    def _sum_parts(self, point: _Point) -> _Point:
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

    def _combination(self, point: _Point) -> tuple[int, ...]:
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
