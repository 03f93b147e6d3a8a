"""The kernel's layers on this machine, and encodings of every kind to give them."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import strategies as st

from comitia.curve import ED25519
from comitia.curve.ed25519 import ORDER
from comitia.curve.reference import PLAIN_ED25519, PlainPoint
from comitia.curve.vartime import compiled_layers
from tests.curve.groups import exponents

PRIME: Final = 2**255 - 19
SIGN: Final = 2**255

LAYERS: Final = tuple(layer for layer in compiled_layers() if layer.runs_here)

each_layer: Final = pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
"""Without any layer the tests are skipped, which CI does not let pass."""

_ORDER_8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_OF_ORDER_8: Final = PlainPoint(PLAIN_ED25519._recover_x(_ORDER_8_Y, 0), _ORDER_8_Y, PLAIN_ED25519)


def _multiples(point: PlainPoint, number: int) -> tuple[PlainPoint, ...]:
    found = [PLAIN_ED25519.identity]
    while len(found) < number:
        found.append(found[-1] * point)
    return tuple(found)


TORSION: Final = _multiples(_OF_ORDER_8, 8)
"""The points whose order divides 8: each is the beginning of a coset of the subgroup."""

EDGES: Final = (0, 1, 2, 8, ORDER // 2, ORDER - 1, 2**252, 2**252 - 1)
"""Scalars where digits carry, or end."""


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


def joined(numbers: list[int] | tuple[int, ...]) -> bytes:
    return b"".join(map(little, numbers))


def member(exponent: int) -> bytes:
    """Encode a multiple of the generator, by libsodium."""
    return ED25519.generator_power(ED25519.scalar(exponent)).sort_key


def plain_point(encoding: bytes) -> PlainPoint:
    """Read an encoding of a point in any coset as the clear twin's."""
    number = int.from_bytes(encoding, "little")
    y = number % SIGN
    return PlainPoint(PLAIN_ED25519._recover_x(y, number // SIGN), y, PLAIN_ED25519)


scalars: Final = st.sampled_from(EDGES) | exponents(ORDER)
members: Final = scalars.map(member)


def _add_torsion(encoding: bytes, number: int) -> bytes:
    return (plain_point(encoding) * TORSION[number]).sort_key


points: Final = members | st.builds(_add_torsion, members, st.integers(0, 7))
"""Encodings of points in all eight cosets."""

not_canonical: Final = st.builds(
    lambda excess, sign: little(PRIME + excess + sign * SIGN), st.integers(0, 18), st.integers(0, 1)
) | st.sampled_from((little(1 + SIGN), little(PRIME - 1 + SIGN)))

encodings: Final = points | not_canonical | st.binary(min_size=32, max_size=32)
"""Of those of random bytes half are on the curve, and an eighth of these in the subgroup."""


def batches(of: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[bytes]]:
    """Give batches that fill no group of lanes, one, or more than one."""
    return st.lists(of, min_size=0, max_size=19)
