"""The prime-order subgroup of Ed25519, by libsodium (PyNaCl).

Source: specification section "Ed25519"; RFC 7748. The wire form is the 256-bit
number y XOR (lsb(x) << 255) in 64 lowercase hexadecimal digits, big-endian, which is libsodium's
encoding with its bytes in reverse order.

libsodium's corners, each handled here and named in the tests: multiplication refuses the identity
as base and as result (RuntimeError), so both are answered before the call; addition accepts points
outside the subgroup, so an element can only be made by ``parse_element`` or from other elements;
bit 255 of a scalar is masked in silence, so every scalar is reduced first; the validity test calls
the identity invalid, so its one encoding is compared as bytes.

Timing: libsodium's multiplications and scalar operations run in constant time. Reading and writing
decimal text does not; for secrets that happens only where a private file is read or written and
where a proof's response, which is public, is printed.
"""

from __future__ import annotations

import re
from typing import Final, final

from nacl import bindings

from comitia.curve.interface import (
    Element,
    Group,
    NotCanonical,
    Scalar,
    check_decimal,
    expect_generator,
    generator_seed,
)

ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_FIELD_PRIME: Final = 2**255 - 19
_SIZE: Final = 32
_WIDE: Final = 64
_HEX_DIGITS: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_IDENTITY: Final = b"\x01" + bytes(_SIZE - 1)
_ZERO: Final = bytes(_SIZE)
_BASE: Final = b"\x58" + b"\x66" * (_SIZE - 1)


@final
class EdwardsScalar(Scalar):
    """A scalar as 32 little-endian bytes, below the order."""

    __slots__ = ("_encoding",)

    def __init__(self, encoding: bytes) -> None:
        """Take an encoding that is known to be reduced; from outside use the group's methods."""
        self._encoding = encoding

    def __int__(self) -> int:
        return int.from_bytes(self._encoding, "little")

    def __add__(self, other: EdwardsScalar) -> EdwardsScalar:
        encoding = bindings.crypto_core_ed25519_scalar_add(self._encoding, _scalar(other))
        return EdwardsScalar(encoding)

    def __sub__(self, other: EdwardsScalar) -> EdwardsScalar:
        encoding = bindings.crypto_core_ed25519_scalar_sub(self._encoding, _scalar(other))
        return EdwardsScalar(encoding)

    def __mul__(self, other: EdwardsScalar) -> EdwardsScalar:
        encoding = bindings.crypto_core_ed25519_scalar_mul(self._encoding, _scalar(other))
        return EdwardsScalar(encoding)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EdwardsScalar):
            return NotImplemented
        return self._encoding == other._encoding

    def __hash__(self) -> int:
        return hash(self._encoding)

    def __repr__(self) -> str:
        return "EdwardsScalar(...)"  # it may be a secret, and a repr ends up in logs

    def to_bytes(self) -> bytes:
        """Return 32 bytes, little-endian."""
        return self._encoding


@final
class EdwardsPoint(Element):
    """A point of the prime-order subgroup in libsodium's 32-byte encoding."""

    __slots__ = ("_encoding",)

    def __init__(self, encoding: bytes) -> None:
        """Take an encoding that is known to be a member; from outside use ``parse_element``."""
        self._encoding = encoding

    def __mul__(self, other: EdwardsPoint) -> EdwardsPoint:
        return EdwardsPoint(bindings.crypto_core_ed25519_add(self._encoding, _point(other)))

    def __truediv__(self, other: EdwardsPoint) -> EdwardsPoint:
        return EdwardsPoint(bindings.crypto_core_ed25519_sub(self._encoding, _point(other)))

    def power(self, exponent: Scalar) -> EdwardsPoint:
        """Raise to an exponent, by libsodium, in constant time but for zero and the identity."""
        encoding = _scalar(exponent)
        if self._encoding == _IDENTITY or encoding == _ZERO:
            return ED25519.identity
        product = bindings.crypto_scalarmult_ed25519_noclamp(encoding, self._encoding)
        return EdwardsPoint(product)

    @property
    def is_identity(self) -> bool:
        """Whether this is the neutral element."""
        return self._encoding == _IDENTITY

    @property
    def text(self) -> str:
        """64 hexadecimal digits, big-endian."""
        return self._encoding[::-1].hex()

    @property
    def sort_key(self) -> bytes:
        """The 32 bytes in little-endian order, as the reference system compares them."""
        return self._encoding

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EdwardsPoint):
            return NotImplemented
        return self._encoding == other._encoding

    def __hash__(self) -> int:
        return hash(self._encoding)

    def __repr__(self) -> str:
        return f"EdwardsPoint({self.text})"


def _point(value: object) -> bytes:
    if not isinstance(value, EdwardsPoint):
        raise TypeError(f"a point of Ed25519 was needed, not {type(value).__name__}")
    return value._encoding  # noqa: SLF001 - the two classes of this module are one implementation


def _scalar(value: object) -> bytes:
    if not isinstance(value, EdwardsScalar):
        raise TypeError(f"a scalar of Ed25519 was needed, not {type(value).__name__}")
    return value.to_bytes()


@final
class Ed25519(Group):
    """The group that the wire calls "Ed25519"."""

    name = "Ed25519"
    order = ORDER
    longest_text = 2 * _SIZE
    products_a_power = 4
    text_form = "[0-9a-f]{64}"
    identity: EdwardsPoint = EdwardsPoint(_IDENTITY)
    generator: EdwardsPoint = EdwardsPoint(_BASE)

    def parse_element(self, text: str) -> EdwardsPoint:
        """Read 64 lowercase hexadecimal digits; on the curve, canonical and of prime order."""
        if not _HEX_DIGITS.fullmatch(text):
            raise NotCanonical("not 64 lowercase hexadecimal digits")
        encoding = bytes.fromhex(text)[::-1]
        if encoding == _IDENTITY or bindings.crypto_core_ed25519_is_valid_point(encoding):
            return EdwardsPoint(encoding)
        raise NotCanonical(_why_invalid(encoding))

    def find_element(self, text: str) -> EdwardsPoint | None:
        """Return a member without saying why a text is none."""
        encoding = bytes.fromhex(text)[::-1] if _HEX_DIGITS.fullmatch(text) else b""
        is_member = encoding == _IDENTITY or (
            encoding and bindings.crypto_core_ed25519_is_valid_point(encoding)
        )
        return EdwardsPoint(encoding) if is_member else None

    def parse_scalar(self, text: str) -> EdwardsScalar:
        """Read a decimal number below the order."""
        return EdwardsScalar(check_decimal(text, ORDER).to_bytes(_SIZE, "little"))

    def scalar(self, value: int) -> EdwardsScalar:
        """Return a value in [0, q) as a scalar."""
        if not 0 <= value < ORDER:
            raise ValueError("a scalar lies in [0, q)")
        return EdwardsScalar(value.to_bytes(_SIZE, "little"))

    def reduce(self, wide: bytes) -> EdwardsScalar:
        """Return up to 64 big-endian bytes modulo q."""
        padded = wide[::-1].ljust(_WIDE, b"\x00")
        return EdwardsScalar(bindings.crypto_core_ed25519_scalar_reduce(padded))

    @property
    def wide_bytes(self) -> int:
        """64: 512 bits for an order of 253."""
        return _WIDE

    def generator_power(self, exponent: Scalar) -> EdwardsPoint:
        """Raise the base point to an exponent, in constant time but for zero."""
        encoding = _scalar(exponent)
        if encoding == _ZERO:
            return self.identity
        return EdwardsPoint(bindings.crypto_scalarmult_ed25519_base_noclamp(encoding))

    def independent_generator(self, number: int) -> EdwardsPoint:
        """Return the first point at or behind a hash of the number, times 8."""
        y = generator_seed(number) >> 2
        while (point := _times_eight(y.to_bytes(_SIZE, "little"))) is None:
            y += 1
        return expect_generator(EdwardsPoint(point), self)

    def __reduce__(self) -> str:
        return "ED25519"  # one object for the whole process, also behind a pickle


def _times_eight(encoding: bytes) -> bytes | None:
    """Return eight times a point, of any order, or None where the encoding is of no point.

    libsodium's addition takes every point of the curve; eight times any of them is a member.
    """
    try:
        for _ in range(3):
            encoding = bindings.crypto_core_ed25519_add(encoding, encoding)
    except RuntimeError:
        return None
    return encoding


def _why_invalid(encoding: bytes) -> str:
    """Say which condition an encoding breaks; asked only after libsodium has refused it."""
    y = int.from_bytes(encoding, "little") & (2**255 - 1)
    if y >= _FIELD_PRIME or (y in {1, _FIELD_PRIME - 1} and encoding[-1] & 0x80):
        return "not the canonical encoding of a point"
    # x^2 = (y^2 - 1) / (d y^2 + 1), and x exists where that is a square (RFC 8032, 5.1.3).
    d = -121665 * pow(121666, -1, _FIELD_PRIME)
    square = (y * y - 1) * pow(d * y * y + 1, -1, _FIELD_PRIME)
    if pow(square, (_FIELD_PRIME - 1) // 2, _FIELD_PRIME) == _FIELD_PRIME - 1:
        return "not a point on the curve"
    return "a point outside the subgroup of prime order"


ED25519: Final = Ed25519()


_OUTSIDE: Final = b"\x95" + b"\x99" * (_SIZE - 1)
"""The generator plus the point of order 2."""


def expect_sound_library() -> None:
    """Raise ImportError where libsodium takes a point outside the subgroup for a member.

    The one that came with PyNaCl 1.6.1 did, for points of mixed order, and every proof rests on
    this test. Asked when this module is imported, because a system's libsodium may stand in for
    PyNaCl's own.
    """
    if bindings.crypto_core_ed25519_is_valid_point(_OUTSIDE):
        raise ImportError(
            "the libsodium found here takes points outside the group for members; "
            "install PyNaCl 1.6.2 or newer"
        )


expect_sound_library()
