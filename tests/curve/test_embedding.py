"""Vectors of small integers as elements: the texts, what fits, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comitia.curve import (
    BELENIOS_2048,
    ED25519,
    RFC_3526_2048,
    Element,
    Embedding,
    Group,
    embedding_of,
    expect_embedding,
)
from tests.curve.groups import PLAIN_SAFE, TINY_FIELD, TWINS

CURVE, SAFE_PRIME = expect_embedding(ED25519), expect_embedding(RFC_3526_2048)
BOTH = pytest.mark.parametrize("embedding", [CURVE, SAFE_PRIME], ids=lambda e: e.group.name)
MOST = {"Ed25519": 30, "RFC-3526-2048": 255}


def number_in(element: Element, embedding: Embedding) -> int:
    """Return the number that an element's text is."""
    return int(element.text, 16 if embedding is CURVE else 10)


def test_two_groups_hold_integers_and_the_others_do_not() -> None:
    assert (CURVE.group, CURVE.padding, CURVE.most) == (ED25519, 14, 30)
    assert (SAFE_PRIME.group, SAFE_PRIME.padding, SAFE_PRIME.most) == (RFC_3526_2048, 8, 255)
    for group in (BELENIOS_2048, TINY_FIELD):
        assert embedding_of(group) is None
        with pytest.raises(ValueError, match=f"^{group.name} holds no integers$"):
            expect_embedding(group)


def test_three_integers_are_the_point_of_the_reference() -> None:
    text = f"{(1 << 16 | 2 << 8 | 3) << 14 | 9:064x}"
    assert text.endswith("4080c009")
    assert CURVE.embed([1, 2, 3]).text == text
    assert CURVE.extract(ED25519.parse_element(text), 3) == (1, 2, 3)


def test_zeros_and_no_integers_at_all_are_the_identity() -> None:
    """The number 1 is the first that is a member, of both groups."""
    for embedding in (CURVE, SAFE_PRIME):
        for count in (0, 1, 30):
            assert embedding.embed([0] * count) == embedding.group.identity
            assert embedding.extract(embedding.group.identity, count) == (0,) * count
    assert CURVE.embed([0]).text == "0" * 63 + "1"


@BOTH
def test_the_padding_is_the_smallest_that_makes_a_member(embedding: Embedding) -> None:
    """Numbers before it that are no points, or points outside the subgroup, were left out."""
    group, integers = embedding.group, (7, 0, 255)
    number = int.from_bytes(bytes(integers), "big") << embedding.padding
    found = number_in(embedding.embed(integers), embedding)
    assert number <= found < number + (1 << embedding.padding)
    skipped = range(number, found)
    texts = [f"{n:064x}" if embedding is CURVE else str(n) for n in skipped]
    assert [group.find_element(text) for text in texts] == [None] * len(skipped)


def test_points_of_the_curve_outside_the_subgroup_are_left_out() -> None:
    """So many tries that some of them must be points: half of all numbers are, one in 16 ours."""
    of_small_order = f"{0:064x}", f"{2**255 - 20:064x}"
    assert [ED25519.find_element(text) for text in of_small_order] == [None, None]
    tries = [number_in(CURVE.embed([n]), CURVE) & (1 << 14) - 1 for n in range(1, 60)]
    assert max(tries) > 16


@pytest.mark.parametrize("text", ["", "0", "AB" * 32, "66" * 31 + "5B", "zz" * 32, f"{2:064x}"])
def test_a_search_takes_only_texts_that_the_parser_takes(text: str) -> None:
    assert ED25519.find_element(text) is None
    with pytest.raises(ValueError, match=r"."):
        ED25519.parse_element(text)


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda g: g.name)
def test_a_search_finds_what_the_parser_reads(group: Group) -> None:
    element = group.generator_power(group.scalar(12345))
    for one in (element, group.identity, group.generator):
        assert group.find_element(one.text) == group.parse_element(one.text) == one
    assert group.find_element("1" * 700) is None


@BOTH
def test_no_more_integers_than_fit_and_none_beyond_a_byte(embedding: Embedding) -> None:
    most = MOST[embedding.group.name]
    words = f"^at most {most} integers from 0 to 255 can be held$"
    for refused in ([0] * (most + 1), [256], [-1], [1, 256, 1], [0, -1]):
        with pytest.raises(ValueError, match=words):
            embedding.embed(refused)
    full = [1, *[255] * (most - 2), 254]
    assert embedding.extract(embedding.embed(full), most) == tuple(full)


def test_a_number_beyond_the_modulus_is_held_by_no_element() -> None:
    """255 times 255 is no number below the safe prime, whatever is behind it."""
    with pytest.raises(ValueError, match=r"^no element holds these integers$"):
        SAFE_PRIME.embed([255] * 255)
    assert CURVE.extract(CURVE.embed([255] * 30), 30) == (255,) * 30


@given(st.lists(st.integers(0, 255), max_size=30))
@example([255] * 30)
@example([0, 0, 1])
@settings(max_examples=60)
def test_what_an_element_of_the_curve_holds_is_read_again(integers: list[int]) -> None:
    assert CURVE.extract(CURVE.embed(integers), len(integers)) == tuple(integers)


@given(st.lists(st.integers(0, 255), max_size=255).filter(lambda v: v[:1] != [255]))
@settings(max_examples=15)
def test_what_a_number_modulo_the_safe_prime_holds_is_read_again(integers: list[int]) -> None:
    assert SAFE_PRIME.extract(SAFE_PRIME.embed(integers), len(integers)) == tuple(integers)


@BOTH
def test_what_stands_before_the_integers_asked_for_is_ignored(embedding: Embedding) -> None:
    element = embedding.embed([9, 8, 7])
    assert embedding.extract(element, 2) == (8, 7)
    assert embedding.extract(element, 5) == (0, 0, 9, 8, 7)
    assert embedding.embed([8, 7]) != element


@BOTH
@given(exponent=st.integers(0, 2**250))
@settings(max_examples=15)
def test_any_element_at_all_is_read_as_integers(embedding: Embedding, exponent: int) -> None:
    """A voter may encrypt any member; whether it is what ``embed`` makes is for others to say."""
    group = embedding.group
    element = group.generator_power(group.scalar(exponent))
    integers = embedding.extract(element, 5)
    assert len(integers) == 5
    assert all(0 <= value <= 255 for value in integers)
    assert embedding.extract(embedding.embed(integers), 5) == integers


@pytest.mark.parametrize(
    "fast, plain", [t for t in TWINS if t[0] is not BELENIOS_2048], ids=["Ed25519", "RFC-3526-2048"]
)
def test_the_clear_twins_hold_integers_in_the_same_texts(fast: Group, plain: Group) -> None:
    integers = [1, 2, 3]
    text = expect_embedding(fast).embed(integers).text
    assert expect_embedding(plain).embed(integers).text == text
    assert expect_embedding(plain).extract(plain.parse_element(text), 3) == (1, 2, 3)
    assert expect_embedding(PLAIN_SAFE).most == 255
