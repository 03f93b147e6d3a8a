"""What every group of the protocol offers: typed scalars and elements of prime order.

Invariants, which every implementation keeps and everything above relies on:

- An ``Element`` lies in the subgroup of prime order q; a ``Scalar`` lies in [0, q). Neither can be
  made otherwise: text from outside comes in through ``parse_element`` and ``parse_scalar``, which
  check membership and accept exactly one text for each value.
- Both are immutable and compare by value. Elements of two groups never mix (``TypeError``).
- The group is written multiplicatively, as the specification does.

``power`` and ``generator_power`` are for secrets: as near to constant time as the library below
goes (stated in each implementation). ``power_vartime`` is for public values only.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

Randomness = Callable[[int], bytes]
"""A source of randomness: called with n, it returns n fresh bytes (``os.urandom``, say)."""


class NotCanonical(ValueError):  # noqa: N818 - says what the text is, and is caught as such
    """A text that is not the one encoding of a scalar or an element; ``str`` says why."""


class Scalar(ABC):
    """An integer modulo the order q of its group."""

    __slots__ = ()

    @abstractmethod
    def __int__(self) -> int:
        """Return the value in [0, q)."""

    @abstractmethod
    def __add__(self, other: Self) -> Self: ...

    @abstractmethod
    def __sub__(self, other: Self) -> Self: ...

    @abstractmethod
    def __mul__(self, other: Self) -> Self: ...

    @property
    def text(self) -> str:
        """The wire form: decimal, no sign, no leading zero."""
        return str(int(self))

    @abstractmethod
    def to_bytes(self) -> bytes:
        """Return the value as bytes of one length for the whole group (the order is its own)."""


class Element(ABC):
    """A member of the subgroup of order q."""

    __slots__ = ()

    @abstractmethod
    def __mul__(self, other: Self) -> Self: ...

    @abstractmethod
    def __truediv__(self, other: Self) -> Self: ...

    @abstractmethod
    def power(self, exponent: Scalar) -> Self:
        """Raise to a secret exponent."""

    def power_vartime(self, exponent: Scalar) -> Self:
        """Raise to a public exponent; the time may depend on it."""
        return self.power(exponent)

    def powers_vartime(self, exponents: Sequence[Scalar]) -> tuple[Self, ...]:
        """Raise to several public exponents; a group may share work between them."""
        return tuple(self.power_vartime(exponent) for exponent in exponents)

    def repeated_power_vartime(self, exponent: Scalar) -> Self:
        """Raise to a public exponent, as one of many times: a group may keep a table for this.

        For the few elements that a whole election has in common. Tables are few, and those of
        elements that were raised longest ago make room for others.
        """
        return self.power_vartime(exponent)

    @property
    @abstractmethod
    def is_identity(self) -> bool:
        """Whether this is the neutral element."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The wire form, the one that ``parse_element`` accepts."""

    @property
    @abstractmethod
    def sort_key(self) -> bytes:
        """Bytes by whose order the reference system sorts elements (observed of release 3.3.0)."""


_Generator = TypeVar("_Generator", bound=Element)


class Group(ABC):
    """A cyclic group of prime order q with a generator g, under the name the wire uses.

    longest_text: the most characters that the wire form of an element has.
    multiplies_fast: whether ``product_of_powers`` and ``powers_vartime`` are much faster than as
        many powers one by one.
    products_a_power: roughly how many products of two elements take as long as a power of a secret
    exponent; it decides which of two ways to the same element is the shorter.
    text_form: a regular expression that every element's text matches; membership is the parser's.
    """

    name: str
    order: int
    longest_text: int
    multiplies_fast: bool = False
    products_a_power: int = 100
    text_form: str
    identity: Element
    generator: Element

    @abstractmethod
    def parse_element(self, text: str) -> Element:
        """Read an element, the identity included.

        Raises NotCanonical, saying why, for anything but the one encoding of a member.
        """

    def find_element(self, text: str) -> Element | None:
        """Return what ``parse_element`` does, or None: for a search, which asks for no reason."""
        try:
            return self.parse_element(text)
        except NotCanonical:
            return None

    @abstractmethod
    def parse_scalar(self, text: str) -> Scalar:
        """Read a decimal scalar in [0, q). Raises NotCanonical, saying why."""

    @abstractmethod
    def scalar(self, value: int) -> Scalar:
        """Return a public value in [0, q) as a scalar; ``ValueError`` for any other."""

    @abstractmethod
    def reduce(self, wide: bytes) -> Scalar:
        """Return big-endian bytes, of any length up to ``wide_bytes``, modulo q."""

    def hash_to_scalar(self, statement: str) -> Scalar:
        """Return the SHA-256 of a statement as a big-endian number modulo q."""
        return self.reduce(hashlib.sha256(statement.encode()).digest())

    @property
    @abstractmethod
    def wide_bytes(self) -> int:
        """How many uniform bytes ``reduce`` needs for a scalar with a bias below 2^-128."""

    @abstractmethod
    def generator_power(self, exponent: Scalar) -> Element:
        """Raise the generator to a secret exponent."""

    def generator_power_vartime(self, exponent: Scalar) -> Element:
        """Raise the generator to a public exponent; the time may depend on it."""
        return self.generator_power(exponent)

    @abstractmethod
    def independent_generator(self, number: int) -> Element:
        """Return a generator whose relation to g, and to those of other numbers, nobody knows.

        It follows from the number alone (specification, ``GetGenerator``): from 0 on, and -1 for
        the secondary generator h. Raises ``ValueError`` where it would be the identity or g.
        """

    def product_of_powers(
        self, elements: Sequence[Element], exponents: Sequence[Scalar]
    ) -> Element:
        """Return the product of elements, each raised to a public exponent."""
        return self.product(
            [one.power_vartime(power) for one, power in zip(elements, exponents, strict=True)]
        )

    def product(self, elements: list[Element]) -> Element:
        """Multiply elements; the identity for none."""
        result = self.identity
        for element in elements:
            result = result * element
        return result


def generator_seed(number: int) -> int:
    """Return the 256-bit number that an independent generator is made of."""
    return int.from_bytes(hashlib.sha256(f"ggen|{number}".encode()).digest(), "big")


def expect_generator(element: _Generator, group: Group) -> _Generator:
    """Return an element that can serve as a further generator; ``ValueError`` for others."""
    if element.is_identity or element == group.generator:
        raise ValueError("not an independent generator")
    return element


def check_decimal(text: str, order: int) -> int:
    """Return the value of a canonical decimal text below ``order``, or raise NotCanonical.

    The length is looked at before any conversion, so that a text of a gigabyte costs nothing.
    """
    if not (text.isascii() and text.isdigit()):
        raise NotCanonical("not a decimal number without sign or spaces")
    if text[0] == "0" and len(text) > 1:
        raise NotCanonical("a decimal number with leading zeros")
    if len(text) > len(str(order)) or (value := int(text)) >= order:
        raise NotCanonical("not below the order of the group")
    return value
