"""Powers modulo a prime that share their work, for public numbers only.

``gmpy2.powmod`` is the fast way to one power of one base. Two things make many powers cheaper than
one after the other: the same base again and again (``FixedBase``, a table), and several exponents
for one base at once (``powers_vartime``, squarings made once). What they return is what ``powmod``
returns; the tests compare them.

All bases are invertible modulo p, and exponents are not negative. Variable time: memory is read,
and work is left out, where the digits of an exponent say so. No secret may come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import gmpy2
from gmpy2 import mpz

_DIGIT: Final = 256
_HALF: Final = _DIGIT // 2
_PAYS_AFTER: Final = 20
"""A table costs about as much as so many powers of full length."""

_BUCKET_BITS: Final = 5


class FixedBase:
    """A base that is raised often; from some point on by a table of its powers.

    With digits in base 256 from -128 to 128, the table holds base^(256^i d) for each place i and
    each d from 0 to 128: a power is one multiplication a place, and one inversion at the end for
    all negative digits together. A table takes 10 MB for exponents of 2047 bits, 1.3 MB for 256.

    It is made when powers of so many bits were asked for as would have paid for it. Whoever raises
    a base a few times, in a short-lived process, never pays more than twice the plain powers.
    """

    def __init__(self, base: mpz, modulus: mpz, order: mpz) -> None:
        """Take a base and the order that its exponents lie below."""
        self._base = base
        self._modulus = modulus
        self._places = order.bit_length() // 8 + 1  # one bit to spare: the last digit may carry
        self._bits_to_go = _PAYS_AFTER * order.bit_length()
        self._rows: tuple[tuple[mpz, ...], ...] = ()

    def power_vartime(self, exponent: mpz) -> mpz:
        """Return the base raised to a public exponent below the order."""
        if not self._rows:
            if self._bits_to_go > 0:
                self._bits_to_go -= exponent.bit_length()
                return gmpy2.powmod(self._base, exponent, self._modulus)
            self._rows = self._make_rows()
        return self._power_from_rows(exponent)

    def _make_rows(self) -> tuple[tuple[mpz, ...], ...]:
        rows, step = [], self._base
        for _ in range(self._places):
            row = [mpz(1)]
            for _ in range(_HALF):
                row.append(row[-1] * step % self._modulus)
            rows.append(tuple(row))
            step = row[-1] * row[-1] % self._modulus
        return tuple(rows)

    def _power_from_rows(self, exponent: mpz) -> mpz:
        modulus, carry = self._modulus, 0
        above, below = mpz(1), mpz(1)
        digits = int(exponent).to_bytes(self._places, "little")
        for row, unsigned in zip(self._rows, digits, strict=True):
            digit = unsigned + carry
            carry = int(digit > _HALF)
            if carry:
                below = below * row[_DIGIT - digit] % modulus
            elif digit:
                above = above * row[digit] % modulus
        return above * gmpy2.invert(below, modulus) % modulus


def powers_vartime(base: mpz, exponents: Sequence[mpz], modulus: mpz, order: mpz) -> list[mpz]:
    """Return a base, whose order divides ``order``, raised to each of several public exponents.

    The challenges of a disjunction look random and are as long as the order, but add up to a hash.
    Where a sum is that short, the last power is the short power of the sum over the others.
    """
    total = sum(exponents, mpz(0)) % order
    if len(exponents) < 2 or total.bit_length() > order.bit_length() // 2:  # noqa: PLR2004 - a sum
        return _powers(base, exponents, modulus)
    powers = _powers(base, exponents[:-1], modulus)
    others = mpz(1)
    for power in powers:
        others = others * power % modulus
    last = gmpy2.powmod(base, total, modulus) * gmpy2.invert(others, modulus) % modulus
    return [*powers, last]


def _powers(base: mpz, exponents: Sequence[mpz], modulus: mpz) -> list[mpz]:
    """Return one power by ``powmod``, and several by squarings that they share (Yao's method)."""
    if len(exponents) == 1:
        return [gmpy2.powmod(base, exponents[0], modulus)]
    size = 1 << _BUCKET_BITS
    buckets = [[mpz(1)] * size for _ in exponents]
    places = -(-max((e.bit_length() for e in exponents), default=0) // _BUCKET_BITS)
    rest = list(exponents)
    for _ in range(places):
        for bucket, (i, exponent) in zip(buckets, enumerate(rest), strict=True):
            if digit := int(exponent & (size - 1)):
                bucket[digit] = bucket[digit] * base % modulus
            rest[i] = exponent >> _BUCKET_BITS
        for _ in range(_BUCKET_BITS):
            base = base * base % modulus
    return [_weighted_product(bucket, modulus) for bucket in buckets]


def _weighted_product(bucket: Sequence[mpz], modulus: mpz) -> mpz:
    """Return the product of each item raised to its place, without its powers one by one."""
    running, product = mpz(1), mpz(1)
    for item in reversed(bucket[1:]):
        running = running * item % modulus
        product = product * running % modulus
    return product
