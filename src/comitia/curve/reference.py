"""The groups again, in plain Python from their equations: what the fast ones are tested against.

Source: specification section "Elliptic curves"; RFC 8032, 5.1. Parameters are free, so that tests
can walk every element of a tiny curve or field and hold whole elections over it. Nothing here is
constant time and nothing of it ever meets a secret outside tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeVar, final

from comitia.curve.interface import (
    Element,
    Group,
    NotCanonical,
    Scalar,
    check_decimal,
    expect_generator,
    generator_seed,
)

_Member = TypeVar("_Member", bound=Element)


@final
@dataclass(frozen=True, slots=True)
class PlainScalar(Scalar):
    """An integer modulo q."""

    value: int
    order: int

    def __int__(self) -> int:
        return self.value

    def __add__(self, other: PlainScalar) -> PlainScalar:
        return PlainScalar((self.value + _value(other, self.order)) % self.order, self.order)

    def __sub__(self, other: PlainScalar) -> PlainScalar:
        return PlainScalar((self.value - _value(other, self.order)) % self.order, self.order)

    def __mul__(self, other: PlainScalar) -> PlainScalar:
        return PlainScalar(self.value * _value(other, self.order) % self.order, self.order)

    def to_bytes(self) -> bytes:
        """Return the value big-endian in as many bytes as the order has."""
        return self.value.to_bytes((self.order.bit_length() + 7) // 8, "big")


def _value(scalar: object, order: int) -> int:
    if not (isinstance(scalar, PlainScalar) and scalar.order == order):
        raise TypeError(f"a scalar modulo {order} was needed")
    return scalar.value


class _PlainGroup(Group):
    """The scalars that both kinds of group share."""

    def parse_scalar(self, text: str) -> PlainScalar:
        """Read a decimal number below the order."""
        return PlainScalar(check_decimal(text, self.order), self.order)

    def scalar(self, value: int) -> PlainScalar:
        """Return a value in [0, q) as a scalar."""
        if not 0 <= value < self.order:
            raise ValueError("a scalar lies in [0, q)")
        return PlainScalar(value, self.order)

    def reduce(self, wide: bytes) -> PlainScalar:
        """Return big-endian bytes modulo q."""
        return PlainScalar(int.from_bytes(wide, "big") % self.order, self.order)

    @property
    def wide_bytes(self) -> int:
        """The bytes of the order and 32 more."""
        return (self.order.bit_length() + 7) // 8 + 32

    def generator_power(self, exponent: Scalar) -> Element:
        """Raise the generator by square and multiply."""
        return self.generator.power(exponent)


def _power(identity: _Member, base: _Member, exponent: int) -> _Member:
    """Square and multiply, from the most significant bit."""
    result = identity
    for bit in f"{exponent:b}":
        result = result * result
        if bit == "1":
            result = result * base
    return result


@final
@dataclass(frozen=True, slots=True)
class PlainPoint(Element):
    """An affine point of -x^2 + y^2 = 1 + d x^2 y^2."""

    x: int
    y: int
    group: PlainEdwards

    def __mul__(self, other: PlainPoint) -> PlainPoint:
        self._expect_own(other)
        p, d = self.group.p, self.group.d
        product = d * self.x * other.x * self.y * other.y
        x = (self.x * other.y + self.y * other.x) * pow(1 + product, -1, p)
        y = (self.y * other.y + self.x * other.x) * pow(1 - product, -1, p)
        return PlainPoint(x % p, y % p, self.group)

    def __truediv__(self, other: PlainPoint) -> PlainPoint:
        self._expect_own(other)
        return self * PlainPoint(-other.x % self.group.p, other.y, self.group)

    def power(self, exponent: Scalar) -> PlainPoint:
        """Raise to an exponent in [0, q)."""
        return _power(self.group.identity, self, _value(exponent, self.group.order))

    def _expect_own(self, other: object) -> None:
        if not (isinstance(other, PlainPoint) and other.group is self.group):
            raise TypeError(f"a point of {self.group.name} was needed")

    @property
    def is_identity(self) -> bool:
        """Whether this is (0, 1)."""
        return (self.x, self.y) == (0, 1)

    @property
    def text(self) -> str:
        """Hexadecimal digits of y with the lowest bit of x as the topmost."""
        digits = self.group.digits
        return f"{self.y ^ (self.x & 1) << (4 * digits - 1):0{digits}x}"

    @property
    def sort_key(self) -> bytes:
        """The encoding's bytes in little-endian order."""
        return int(self.text, 16).to_bytes(self.group.digits // 2, "little")


@final
class PlainEdwards(_PlainGroup):
    """The subgroup of prime order q of a twisted Edwards curve with a = -1 and cofactor 8.

    p: a prime that is 1 modulo 4; d: a non-square, so that the addition law is complete.
    """

    identity: PlainPoint
    generator: PlainPoint

    def __init__(self, name: str, *, p: int, d: int, q: int, generator: tuple[int, int]) -> None:
        """Take parameters as they are; tests check those they use."""
        self.name = name
        self.p = p
        self.d = d % p
        self.order = q
        self.digits = 2 * ((p.bit_length() + 8) // 8)
        self.longest_text = self.digits
        self.text_form = f"[0-9a-f]{{{self.digits}}}"
        self.identity = PlainPoint(0, 1, self)
        self.generator = PlainPoint(*generator, self)

    def parse_element(self, text: str) -> PlainPoint:
        """Read an encoding; canonical, on the curve, of prime order."""
        if not re.fullmatch(rf"[0-9a-f]{{{self.digits}}}", text, re.ASCII):
            raise NotCanonical(f"not {self.digits} lowercase hexadecimal digits")
        sign_bit = 4 * self.digits - 1
        encoded = int(text, 16)
        y, odd = encoded & ((1 << sign_bit) - 1), encoded >> sign_bit
        x = self._recover_x(y, odd)
        point = PlainPoint(x, y, self)
        if not _power(self.identity, point, self.order).is_identity:
            raise NotCanonical("a point outside the subgroup of prime order")
        return point

    def independent_generator(self, number: int) -> PlainPoint:
        """Return the first point at or behind a hash of the number, times 8."""
        y = generator_seed(number) >> 2
        while True:
            try:
                point = PlainPoint(self._recover_x(y, 0), y, self)
            except NotCanonical:
                y += 1
            else:
                return expect_generator(_power(self.identity, point, 8), self)

    def _recover_x(self, y: int, odd: int) -> int:
        """Return the x of that parity; NotCanonical where y has none or it is a second text."""
        p = self.p
        square = (y * y - 1) * pow(self.d * y * y + 1, -1, p) % p
        if y >= p or (square == 0 and odd):
            raise NotCanonical("not the canonical encoding of a point")
        root = _square_root(square, p)
        if root is None:
            raise NotCanonical("not a point on the curve")
        return root if root & 1 == odd else -root % p


def _square_root(square: int, p: int) -> int | None:
    """Return a square root modulo a prime that is 5 modulo 8, or None where there is none."""
    root = pow(square, (p + 3) // 8, p)
    if root * root % p != square:
        root = root * pow(2, (p - 1) // 4, p) % p
    return root if root * root % p == square else None


@final
@dataclass(frozen=True, slots=True)
class PlainResidue(Element):
    """A member of a subgroup of the integers modulo p."""

    value: int
    group: PlainField

    def __mul__(self, other: PlainResidue) -> PlainResidue:
        self._expect_own(other)
        return PlainResidue(self.value * other.value % self.group.p, self.group)

    def __truediv__(self, other: PlainResidue) -> PlainResidue:
        self._expect_own(other)
        return self * PlainResidue(pow(other.value, -1, self.group.p), self.group)

    def power(self, exponent: Scalar) -> PlainResidue:
        """Raise to an exponent in [0, q)."""
        return _power(self.group.identity, self, _value(exponent, self.group.order))

    def _expect_own(self, other: object) -> None:
        if not (isinstance(other, PlainResidue) and other.group is self.group):
            raise TypeError(f"a number of {self.group.name} was needed")

    @property
    def is_identity(self) -> bool:
        """Whether this is 1."""
        return self.value == 1

    @property
    def text(self) -> str:
        """The number in decimal."""
        return str(self.value)

    @property
    def sort_key(self) -> bytes:
        """The number as big-endian bytes."""
        return self.value.to_bytes((self.group.p.bit_length() + 7) // 8, "big")


@final
class PlainField(_PlainGroup):
    """The subgroup of order q of the integers modulo p, generated by g."""

    identity: PlainResidue
    generator: PlainResidue

    def __init__(self, name: str, *, p: int, q: int, g: int) -> None:
        """Take parameters as they are; tests check those they use."""
        self.name = name
        self.p = p
        self.order = q
        self.longest_text = len(str(p))
        self.text_form = f"[1-9][0-9]{{0,{self.longest_text - 1}}}"
        self.identity = PlainResidue(1, self)
        self.generator = PlainResidue(g, self)

    def parse_element(self, text: str) -> PlainResidue:
        """Read a decimal number x with 0 < x < p and x^q = 1."""
        try:
            value = check_decimal(text, self.p)
        except NotCanonical as error:
            message = str(error).replace("the order of the group", "the modulus")
            raise NotCanonical(message) from None
        if pow(value, self.order, self.p) != 1:
            raise NotCanonical("a number outside the subgroup of prime order")
        return PlainResidue(value, self)

    def independent_generator(self, number: int) -> PlainResidue:
        """Return a hash of the number, raised into the subgroup."""
        power = pow(generator_seed(number), (self.p - 1) // self.order, self.p)
        return expect_generator(PlainResidue(power, self), self)


_P25519: Final = 2**255 - 19

PLAIN_ED25519: Final = PlainEdwards(
    "Ed25519",
    p=_P25519,
    d=-121665 * pow(121666, -1, _P25519),
    q=2**252 + 27742317777372353535851937790883648493,
    generator=(
        15112221349535400772501151409588531511454012693041857206046113283949847762202,
        46316835694926478169428394003475163141307993866256225615783033603165251855960,
    ),
)
