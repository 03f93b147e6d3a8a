"""Symbols in place of a ballot's elements and scalars, which note what is asked of them.

They have the interface of a group, so the equations take them for one. A product or a power of
symbols is a symbol again; its text is a token; a comparison of challenges with a hash is noted, and
said to hold. What has no place in a recipe is refused (``NotTraceable``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NoReturn, final

from comitia.ballots.v1.model import Election
from comitia.curve import Element, Group, Scalar


class NotTraceable(Exception):  # noqa: N818 - no error: such an election is verified otherwise
    """Something that the kernel has no table for."""


@final
@dataclass(frozen=True, eq=False)
class SymbolicNumber(Scalar):
    """A sum of a ballot's scalars, a small constant, or the hash of a statement."""

    trace: Trace
    slots: tuple[int, ...] = ()
    constant: int = 0
    statement: str | None = None

    def __int__(self) -> NoReturn:
        raise NotTraceable("the value of a scalar is asked for")

    def __add__(self, other: SymbolicNumber) -> SymbolicNumber:
        if self.constant or other.constant or self.statement or other.statement:
            raise NotTraceable("a sum of other things than scalars of the ballot")
        return SymbolicNumber(self.trace, self.slots + other.slots)

    def __sub__(self, other: SymbolicNumber) -> NoReturn:
        raise NotTraceable("a difference of scalars")

    def __mul__(self, other: SymbolicNumber) -> NoReturn:
        raise NotTraceable("a product of scalars")

    def __eq__(self, other: object) -> bool:
        """Note that a sum of challenges must be the hash of a statement."""
        if not isinstance(other, SymbolicNumber):
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
class SymbolicPoint(Element):
    """A product of a ballot's elements, or of powers of such products, of g and of the key.

    elements, shift: the product of element slots, times g to a small constant.
    powers: (element slots, scalar slot) of each. of_generator: (factor, scalar slot) of each power
    of g. of_key: scalar slots.
    """

    trace: Trace = field(compare=False, repr=False)
    elements: tuple[int, ...] = ()
    shift: int = 0
    powers: _Powers = ()
    of_generator: tuple[tuple[int, int], ...] = ()
    of_key: tuple[int, ...] = ()
    is_key: bool = False

    @property
    def _is_plain(self) -> bool:
        return not (self.powers or self.of_generator or self.of_key or self.is_key)

    def __mul__(self, other: SymbolicPoint) -> SymbolicPoint:
        if self.is_key or other.is_key:
            raise NotTraceable("a product with the key itself")
        return SymbolicPoint(
            self.trace,
            self.elements + other.elements,
            self.shift + other.shift,
            self.powers + other.powers,
            self.of_generator + other.of_generator,
            self.of_key + other.of_key,
        )

    def __truediv__(self, other: SymbolicPoint) -> SymbolicPoint:
        if other != SymbolicPoint(self.trace, shift=other.shift):
            raise NotTraceable("a quotient by another thing than a small power of g")
        return self * replace(other, shift=-other.shift)

    def power(self, exponent: Scalar) -> SymbolicPoint:
        if not isinstance(exponent, SymbolicNumber) or len(exponent.slots) != 1:
            raise NotTraceable("a power of another exponent than a scalar of the ballot")
        (slot,) = exponent.slots
        if self.is_key:
            return SymbolicPoint(self.trace, of_key=(slot,))
        if not self._is_plain:
            raise NotTraceable("a power of a power")
        return SymbolicPoint(
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
class SymbolicGroup(Group):
    """The group whose members are symbols."""

    def __init__(self, trace: Trace, real: Group) -> None:
        self.name = real.name
        self.order = real.order
        self.longest_text = real.longest_text
        self.text_form = real.text_form
        self._trace = trace
        self.identity = SymbolicPoint(trace)
        self.generator = SymbolicPoint(trace, shift=1)

    def parse_element(self, text: str) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("a text is to be read")

    def parse_scalar(self, text: str) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("a text is to be read")

    def scalar(self, value: int) -> SymbolicNumber:
        return SymbolicNumber(self._trace, constant=value)

    def reduce(self, wide: bytes) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("bytes are to be reduced")

    def hash_to_scalar(self, statement: str) -> SymbolicNumber:
        return SymbolicNumber(self._trace, statement=statement)

    @property
    def wide_bytes(self) -> NoReturn:
        raise NotTraceable("the size of wide bytes is asked for")

    def generator_power(self, exponent: Scalar) -> SymbolicPoint:
        if not isinstance(exponent, SymbolicNumber):
            raise NotTraceable("a power of g of a foreign exponent")
        if exponent.slots:
            (slot,) = exponent.slots
            return SymbolicPoint(self._trace, of_generator=((1, slot),))
        return SymbolicPoint(self._trace, shift=exponent.constant)

    def independent_generator(self, number: int) -> NoReturn:  # noqa: ARG002 - every group's
        raise NotTraceable("another generator is asked for")


class Trace:
    """What has been asked of the symbols."""

    def __init__(self, election: Election) -> None:
        self.real = election.group
        self.key = election.public_key
        self.group = SymbolicGroup(self, election.group)
        self.elements = 0
        self.scalars = 0
        self.combinations: dict[SymbolicPoint, int] = {}
        self.challenges: list[tuple[str, tuple[int, ...]]] = []
        self.no_identity: list[int] = []

    def combine(self, point: SymbolicPoint) -> int:
        """Return the number of a combination, a new one if need be."""
        return self.combinations.setdefault(point, len(self.combinations))

    def element(self) -> SymbolicPoint:
        self.elements += 1
        return SymbolicPoint(self, (self.elements - 1,))

    def scalar(self) -> SymbolicNumber:
        self.scalars += 1
        return SymbolicNumber(self, (self.scalars - 1,))
