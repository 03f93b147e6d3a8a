"""The kernel's field arithmetic at the ends of what its bounds allow, against Python's integers.

A limb beyond its bound would be a wrong product without a word, and random input never comes near.
Here every limb stands at its bound, and in a debug build (`dev.py sanitize`) every intermediate
value is held against its own. Multiplication only adds what is positive: no input reaches further
than the one whose limbs are all the largest.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.curve import vartime
from comitia.curve.ed25519 import ORDER
from comitia.curve.vartime import Layer
from tests.curve.kernels import PRIME, each_layer

NATIVE: Final = Path(__file__).resolve().parents[2] / "native"
MULTIPLY, SQUARE, ADD, SUBTRACT, CARRY, REDUCE, INVERT = range(7)
CARRIED: Final = 2**51 + 2**17
PRODUCT: Final = 2**60
WIDE: Final = 2**63
Limbs = tuple[int, ...]


def value(limbs: Limbs) -> int:
    return sum(limb << 51 * place for place, limb in enumerate(limbs))


def limbs_of(number: int) -> Limbs:
    """Split a number; its last limb takes what is left."""
    low = [number >> 51 * place & 2**51 - 1 for place in range(4)]
    return (*low, number >> 204)


def compute(layer: Layer, operation: int, a: Limbs, b: Limbs = (0,) * 5) -> Limbs:
    kernel = vartime._kernel
    buffers = [kernel.ffi.new("uint64_t[]", list(limbs)) for limbs in (a, b, (0,) * 5)]
    kernel.lib.comitia_try_field_vartime(layer.handle, operation, *buffers)
    return tuple(kernel.ffi.unpack(buffers[2], 5))


def expect_carried(found: Limbs, expected: int) -> None:
    assert all(limb < CARRIED for limb in found)
    assert value(found) % PRIME == expected % PRIME


def boundary(ends: tuple[int, ...]) -> Iterator[Limbs]:
    """Give all limbs at one end, one limb alone at an end, and one at an end among the largest."""
    for end in ends:
        yield (end,) * 5
        for place, rest in itertools.product(range(5), (0, max(ends))):
            yield tuple(end if each == place else rest for each in range(5))


CARRIED_ENDS: Final = (0, 1, 18, 19, 2**50, 2**51 - 20, 2**51 - 1, 2**51, CARRIED - 1)
VALUES: Final = tuple(
    limbs_of(number)
    for number in (0, 1, 2, 18, 19, PRIME - 1, PRIME, PRIME + 1, PRIME + 18, 2**255 - 1, 2**255)
)
FACTORS: Final = tuple(dict.fromkeys((*boundary(CARRIED_ENDS), *VALUES)))
WIDE_ENDS: Final = (0, 2**51 - 1, 2**51, 2**52, PRODUCT - 1, 2**62, WIDE - 1)
MULTIPLES_OF_PRIME: Final = tuple(
    tuple(times * limb for limb in limbs_of(PRIME)) for times in (1, 2, 3, 4, 19, 2**11, 2**12 - 1)
)

carried = st.tuples(*[st.sampled_from(CARRIED_ENDS) | st.integers(0, CARRIED - 1)] * 5)
wide = st.tuples(*[st.sampled_from(WIDE_ENDS) | st.integers(0, WIDE - 1)] * 5)


@each_layer
def test_products_of_limbs_at_their_bounds(layer: Layer) -> None:
    for a, b in itertools.product(FACTORS, repeat=2):
        expect_carried(compute(layer, MULTIPLY, a, b), value(a) * value(b))


@each_layer
def test_squares_of_limbs_at_their_bounds(layer: Layer) -> None:
    for limbs in itertools.product((0, 1, 2**51 - 1, 2**51, CARRIED - 1), repeat=5):
        expect_carried(compute(layer, SQUARE, limbs), value(limbs) ** 2)
    for limbs in FACTORS:
        expect_carried(compute(layer, SQUARE, limbs), value(limbs) ** 2)


@each_layer
@given(carried, carried)
def test_products_squares_and_inverses_of_any_carried_limbs(
    layer: Layer, a: Limbs, b: Limbs
) -> None:
    expect_carried(compute(layer, MULTIPLY, a, b), value(a) * value(b))
    expect_carried(compute(layer, SQUARE, a), value(a) ** 2)
    expect_carried(compute(layer, INVERT, a), pow(value(a), PRIME - 2, PRIME))


@each_layer
def test_inverses_of_limbs_at_their_bounds(layer: Layer) -> None:
    for limbs in FACTORS:
        inverse = compute(layer, INVERT, limbs)
        expect_carried(inverse, pow(value(limbs), PRIME - 2, PRIME))


@each_layer
def test_sums_of_products_at_their_bounds(layer: Layer) -> None:
    ends = tuple(boundary((0, 1, CARRIED - 1, PRODUCT - 1)))
    for a, b in itertools.product(ends, repeat=2):
        expect_carried(compute(layer, ADD, a, b), value(a) + value(b))


@each_layer
def test_differences_of_wide_limbs_at_their_bounds(layer: Layer) -> None:
    """The first is below 2^62, the second below 2^61, and nothing falls below zero."""
    first = tuple(boundary((0, 1, CARRIED - 1, PRODUCT - 1, 2**62 - 1)))
    second = tuple(boundary((0, 1, CARRIED - 1, PRODUCT - 1, 2**61 - 1)))
    for a, b in itertools.product(first, second):
        expect_carried(compute(layer, SUBTRACT, a, b), value(a) - value(b))


@each_layer
def test_carries_of_wide_limbs_at_their_bounds(layer: Layer) -> None:
    for limbs in (*boundary(WIDE_ENDS), *MULTIPLES_OF_PRIME, *VALUES):
        expect_carried(compute(layer, CARRY, limbs), value(limbs))


@each_layer
@given(wide)
def test_carries_of_any_wide_limbs(layer: Layer, limbs: Limbs) -> None:
    expect_carried(compute(layer, CARRY, limbs), value(limbs))


@each_layer
def test_every_value_has_one_reduced_form(layer: Layer) -> None:
    carried_multiples = (compute(layer, CARRY, limbs) for limbs in MULTIPLES_OF_PRIME)
    chains = itertools.product((0, 2**51 - 1, 2**51, CARRIED - 1), repeat=4)
    lowest = (0, 2**51 - 20, 2**51 - 19, 2**51 - 1, 2**51, 2**51 + 18, CARRIED - 1)
    carries = ((low, *rest) for low, rest in itertools.product(lowest, chains))
    for limbs in (*FACTORS, *carried_multiples, *carries):
        assert compute(layer, REDUCE, limbs) == limbs_of(value(limbs) % PRIME)


@each_layer
@given(carried)
def test_any_carried_limbs_have_the_reduced_form_of_their_value(layer: Layer, limbs: Limbs) -> None:
    assert compute(layer, REDUCE, limbs) == limbs_of(value(limbs) % PRIME)


# Constants of the source, which no computation shows directly


def constants(header: str, pattern: str) -> list[int]:
    """Read the numbers of one constant from a header."""
    text = re.sub(r"\s+", " ", (NATIVE / header).read_text(encoding="utf-8"))
    (found,) = re.findall(pattern, text)
    return [int(number, 0) for number in re.findall(r"-?\b(?:0x[0-9a-f]+|\d+)\b", found)]


def test_the_digits_of_the_order_add_up_to_it() -> None:
    numbers = constants("batches.h", r"ORDER_DIGITS\[\] = \{(.*?)\};")
    places, digits = numbers[::2], numbers[1::2]
    assert sum(digit << place for place, digit in zip(places, digits, strict=True)) == ORDER
    assert places == sorted(set(places))
    assert set(map(abs, digits)) <= {1, 3, 5, 7}
    assert places[-1] <= 252, "the ladder ends there"


def test_the_order_s_words_are_the_order() -> None:
    words = constants("vartime.c", r"ORDER\[4\] = \{(.*?)\};")
    assert sum(word << 64 * place for place, word in enumerate(words)) == ORDER


@pytest.mark.parametrize(
    "name,expected",
    [
        ("CURVE_D", -121665 * pow(121666, -1, PRIME) % PRIME),
        ("CURVE_2D", -2 * 121665 * pow(121666, -1, PRIME) % PRIME),
        ("ROOT_OF_MINUS_ONE", pow(2, (PRIME - 1) // 4, PRIME)),
    ],
)
def test_the_curve_s_constants_are_those_of_rfc_8032(name: str, expected: int) -> None:
    limbs = constants("points.h", rf"{name}\[5\] = {{(.*?)}};")
    assert tuple(limbs) == limbs_of(expected)


def test_the_bias_is_a_multiple_of_the_prime_with_limbs_between_2_61_and_2_62() -> None:
    (low,) = constants("bounds.h", r"BIAS_LOW \(UINT64_C\((.*?)\)\)")
    (high,) = constants("bounds.h", r"BIAS_HIGH \(UINT64_C\((.*?)\)\)")
    limbs = (low, high, high, high, high)
    assert value(limbs) == 2**11 * PRIME
    assert all(2**61 < limb < 2**62 for limb in limbs)
