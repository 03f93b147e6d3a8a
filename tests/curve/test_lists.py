"""Lists in the native kernel: read, hashed and computed with as Python's own integers are."""

from __future__ import annotations

import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.curve import ED25519
from comitia.curve.ed25519 import ORDER
from comitia.curve.lists import (
    ElementOf,
    Repeated,
    ScalarOf,
    Template,
    derive_challenges,
    derive_coefficients,
    element_texts,
    inner_product,
    multiply_add,
    product,
)
from tests.curve.kernels import LAYERS, joined, little, scalars

pytestmark = pytest.mark.skipif(not LAYERS, reason="the native kernel was not built")

SEED = "ab" * 32
TEMPLATE = Template(
    ("[", Repeated(2, ('{"a":"', ElementOf(0), '","b":"', ScalarOf(2), '"}')), ',"', ElementOf(0))
)
ELEMENTS = ("01" * 32, "fe" * 32, "0123456789abcdef" * 4)
TEXT = f'[{{"a":"{ELEMENTS[0]}","b":"0"}},{{"a":"{ELEMENTS[1]}","b":"{ORDER - 1}"}},"{ELEMENTS[2]}'


# Reading


def test_lists_are_filled_by_their_numbers_in_the_order_of_the_text() -> None:
    elements = b"".join(bytes.fromhex(text)[::-1] for text in ELEMENTS)
    assert TEMPLATE.read(TEXT.encode()) == (elements, b"", joined((0, ORDER - 1)))


def test_nothing_is_read_of_nothing_and_no_part_is_repeated_without_times() -> None:
    assert Template(()).read(b"") == ()
    assert Template(()).read(b"[") is None
    none = Template(("[", Repeated(0, ('"', ElementOf(1), '"')), "]"))
    assert none.read(b"[]") == (b"", b"")
    assert none.read(b"[") is None


@pytest.mark.parametrize("place", range(len(TEXT)))
def test_a_text_cut_anywhere_or_with_another_character_is_not_read(place: int) -> None:
    assert TEMPLATE.read(TEXT[:place].encode()) is None
    assert TEMPLATE.read(f"{TEXT[:place]}Z{TEXT[place + 1 :]}".encode()) is None
    assert TEMPLATE.read(f"{TEXT[:place]} {TEXT[place:]}".encode()) is None


@pytest.mark.parametrize("number", ["", "00", "01", "-1", "+1", " 1", f"{ORDER}", "9" * 77, "1e3"])
def test_a_scalar_has_one_text_and_is_below_the_order(number: str) -> None:
    template = Template(('"', ScalarOf(0), '"'))
    assert template.read(f'"{number}"'.encode()) is None
    assert template.read(b'"17"') == (little(17),)


@pytest.mark.parametrize("digit", ["A", "F", "g", "/", ":", "`", "\x00", "\xff"])
def test_an_element_has_lowercase_hexadecimal_digits(digit: str) -> None:
    template = Template((ElementOf(0),))
    for place in (0, 1, 63):
        text = "0" * place + digit + "0" * (63 - place)
        assert template.read(text.encode("latin-1")) is None
    assert template.read(b"0" * 64) == (bytes(32),)


# Texts and hashes


@pytest.mark.parametrize("number", [0, 1, 3, 4095, 4096, 4097, 9000])
def test_the_texts_of_elements_come_in_pieces(number: int) -> None:
    one = joined([n * ORDER // 9001 for n in range(number)])
    other = joined([n * ORDER // 9001 + 5 for n in range(number)])
    texts = [one[32 * n : 32 * n + 32][::-1].hex() for n in range(number)]
    others = [other[32 * n : 32 * n + 32][::-1].hex() for n in range(number)]
    assert b"".join(map(bytes, element_texts(one))) == "".join(f"{t}," for t in texts).encode()
    both = "".join(f"{t},{o}," for t, o in zip(texts, others, strict=True))
    assert b"".join(map(bytes, element_texts(one, other))) == both.encode()


@pytest.mark.parametrize("first", [0, 7, 10**9, 2**63])
def test_challenges_are_hashes_of_the_seed_and_the_hash_of_their_number(first: int) -> None:
    blocks = [hashlib.sha256(str(first + n).encode()).hexdigest() for n in range(12)]
    expected = [ED25519.hash_to_scalar(SEED + block).to_bytes() for block in blocks]
    assert derive_challenges(SEED, first, 12) == b"".join(expected)
    assert derive_challenges("", first, 1) == ED25519.hash_to_scalar(blocks[0]).to_bytes()


@pytest.mark.parametrize("first", [0, 300, 2**40])
def test_coefficients_are_half_a_hash_of_the_digest_and_their_number(first: int) -> None:
    digest = bytes(range(32))
    hashes = [hashlib.sha256(digest + (first + n).to_bytes(8, "big")) for n in range(3)]
    expected = [int.from_bytes(each.digest()[:16], "big") for each in hashes]
    assert derive_coefficients(digest, first, 3) == joined(expected)


# Arithmetic


@given(st.lists(st.tuples(scalars, scalars, scalars), max_size=5))
def test_arithmetic_is_that_of_integers_modulo_the_order(rows: list[tuple[int, int, int]]) -> None:
    a, b, c = ([row[k] for row in rows] for k in range(3))
    expected = [(x * y + z) % ORDER for x, y, z in rows]
    assert multiply_add(len(rows), joined(a), joined(b), joined(c)) == joined(expected)
    assert inner_product(joined(a), joined(b)) == little(
        sum(x * y for x, y in zip(a, b, strict=True)) % ORDER
    )
    assert product(joined(a)) == little(math.prod(a) % ORDER)


@given(scalars, scalars, scalars)
def test_one_scalar_serves_all_places(a: int, b: int, c: int) -> None:
    several = joined([a, b, c])
    results = [
        multiply_add(3, *(one, two, three))
        for one, two, three in (
            (several, little(b), little(c)),
            (little(a), several, little(c)),
            (little(a), little(b), several),
        )
    ]
    assert results == [
        joined([(x * b + c) % ORDER for x in (a, b, c)]),
        joined([(a * x + c) % ORDER for x in (a, b, c)]),
        joined([(a * b + x) % ORDER for x in (a, b, c)]),
    ]
    assert multiply_add(0, little(a), b"", little(c)) == b""


@pytest.mark.parametrize("bits", range(0, 253, 28))
def test_every_digit_of_a_factor_counts(bits: int) -> None:
    for factor in (2**bits, 2**bits - 1, min(2 ** (bits + 28), ORDER) - 1):
        assert inner_product(little(ORDER - 1), little(factor)) == little(-factor % ORDER)


# Callers who err


def test_wrong_lengths_and_scalars_are_refused_before_anything_is_computed() -> None:
    two, order = joined([1, 2]), little(ORDER)
    for call in (
        lambda: multiply_add(3, two, two, two),
        lambda: multiply_add(2, two, two + b"\x00", two),
        lambda: multiply_add(2, two, order, two),
        lambda: inner_product(two, little(1)),
        lambda: inner_product(two, two[:-1]),
        lambda: inner_product(two, little(1) + order),
        lambda: product(order),
        lambda: product(b"\x00"),
        lambda: list(element_texts(two[1:])),
        lambda: list(element_texts(two, little(1))),
        lambda: derive_challenges("a" * 65, 0, 1),
        lambda: derive_challenges("\xe4", 0, 1),
        lambda: derive_coefficients(bytes(31), 0, 1),
    ):
        with pytest.raises(ValueError, match=r"."):
            call()
