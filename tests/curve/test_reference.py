"""The clear implementation, walked through on groups that are small enough."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import product

import pytest

from comitia.curve import Group, NotCanonical
from comitia.curve.reference import (
    PLAIN_ED25519,
    PlainEdwards,
    PlainField,
    PlainPoint,
    PlainResidue,
    PlainScalar,
)
from tests.curve.groups import PLAIN_2048, PLAIN_SAFE, TINY_CURVE, TINY_FIELD

TINY = pytest.mark.parametrize("group", [TINY_CURVE, TINY_FIELD], ids=lambda group: group.name)
MESSAGES_OF_CURVE = {
    "accepted": 13,
    "not the canonical encoding of a point": 2 * (128 - 101) + 2,
    "not a point on the curve": 2 * (101 - 53),
    "a point outside the subgroup of prime order": 104 - 13,
}
"""Of 256 texts: y from 101 to 127 twice, and y = 1 and y = 100 with x = 0 and a sign.

104 points have 53 different y: two with one point each, 51 with two.
"""


def members_of(group: Group) -> list[PlainPoint | PlainResidue]:
    """Return generator^0, generator^1 ... until the identity comes again, by products alone."""
    assert isinstance(group, PlainEdwards | PlainField)
    members: list[PlainPoint | PlainResidue] = [group.identity]
    while not (following := members[-1] * group.generator).is_identity:  # type: ignore[operator]  # both operands are of one group
        members.append(following)
    return members


def points_of_curve() -> list[tuple[int, int]]:
    """Return all points of the tiny curve, from its equation alone."""
    pairs = product(range(101), repeat=2)
    return [(x, y) for x, y in pairs if (y * y - x * x - 1 - 29 * x * x * y * y) % 101 == 0]


@TINY
def test_the_generator_has_the_order_of_the_group(group: Group) -> None:
    assert len(members_of(group)) == len(set(members_of(group))) == group.order


@TINY
def test_products_of_members_are_those_of_their_exponents(group: Group) -> None:
    members = members_of(group)
    exponents = range(group.order)
    table = {(i, j): members[i] * members[j] for i in exponents for j in exponents}  # type: ignore[operator]  # one group
    assert table == {(i, j): members[(i + j) % group.order] for i, j in table}


@TINY
def test_quotients_of_members_are_those_of_their_exponents(group: Group) -> None:
    members = members_of(group)
    exponents = range(group.order)
    table = {(i, j): members[i] / members[j] for i in exponents for j in exponents}  # type: ignore[operator]  # one group
    assert table == {(i, j): members[(i - j) % group.order] for i, j in table}


@TINY
def test_powers_of_members_are_repeated_products(group: Group) -> None:
    members = members_of(group)
    exponents = range(group.order)
    table = {(i, k): members[i].power(group.scalar(k)) for i in exponents for k in exponents}
    assert table == {(i, k): members[i * k % group.order] for i, k in table}


@TINY
def test_powers_of_the_generator_walk_the_group(group: Group) -> None:
    scalars = [group.scalar(k) for k in range(group.order)]
    assert [group.generator_power(scalar) for scalar in scalars] == members_of(group)
    assert [group.generator_power_vartime(scalar) for scalar in scalars] == members_of(group)


@TINY
def test_only_the_first_member_is_the_identity(group: Group) -> None:
    expected = [True] + [False] * (group.order - 1)
    assert [member.is_identity for member in members_of(group)] == expected


def test_the_law_of_the_curve_stays_on_it_and_commutes_for_all_104_points() -> None:
    points = [PlainPoint(x, y, TINY_CURVE) for x, y in points_of_curve()]
    assert len(points) == 104
    table = {(a, b): a * b for a in points for b in points}
    assert set(table.values()) == set(points)
    assert all(table[a, b] == table[b, a] for a, b in table)
    assert all(table[a, b] / b == a for a, b in table)


def test_the_tiny_curve_keeps_the_condition_for_a_complete_law() -> None:
    assert pow(29, 50, 101) == 100, "d must be no square"
    assert 101 % 4 == 1, "-1 must be a square"


def test_every_text_of_a_curve_is_accepted_if_it_is_the_encoding_of_a_member() -> None:
    # (x, y) is a member where it is 8 times a point: the group is cyclic of order 8 · 13.
    eight_times = set()
    for x, y in points_of_curve():
        point = PlainPoint(x, y, TINY_CURVE)
        twice = point * point
        fourfold = twice * twice
        eight_times.add(fourfold * fourfold)
    expected = {f"{point.y | (point.x & 1) << 7:02x}": point for point in eight_times}
    assert len(expected) == 13
    accepted, answers = {}, Counter[str]()
    for text in (f"{number:02x}" for number in range(256)):
        try:
            accepted[text] = TINY_CURVE.parse_element(text)
            answers["accepted"] += 1
        except NotCanonical as error:
            answers[str(error)] += 1
    assert accepted == expected
    assert {text: point.text for text, point in accepted.items()} == {t: t for t in expected}
    assert answers == MESSAGES_OF_CURVE


@pytest.mark.parametrize(
    "text", ["", "1", "001", "0A", "g0", " 1", "1\n", "\N{ARABIC-INDIC DIGIT ONE}1", "01\0"]
)
def test_a_text_of_a_curve_that_is_not_two_hexadecimal_digits_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not 2 lowercase hexadecimal digits$"):
        TINY_CURVE.parse_element(text)


def test_every_text_of_a_field_is_accepted_if_it_is_the_decimal_of_a_member() -> None:
    texts = [str(n) for n in range(1000)] + [f"{n:02}" for n in range(10)]
    members = {str(n) for n in range(1, 23) if pow(n, 11, 23) == 1}
    accepted, answers = {}, Counter[str]()
    for text in texts:
        try:
            accepted[text] = TINY_FIELD.parse_element(text)
        except NotCanonical as error:
            answers[str(error)] += 1
    assert accepted == {text: PlainResidue(int(text), TINY_FIELD) for text in members}
    assert {member.text for member in accepted.values()} == members
    assert answers == {
        "a number outside the subgroup of prime order": 12,
        "a decimal number with leading zeros": 10,
        "not below the modulus": 1000 - 23,
    }


def test_sort_keys_of_a_curve_are_its_encodings_as_bytes() -> None:
    keys = [member.sort_key for member in members_of(TINY_CURVE)]
    assert keys == [bytes.fromhex(member.text) for member in members_of(TINY_CURVE)]


def test_sort_keys_of_a_field_sort_as_the_numbers_do() -> None:
    members = members_of(TINY_FIELD)
    in_order = sorted(members, key=lambda member: member.sort_key)
    assert in_order == sorted(members, key=lambda member: int(member.text))


@TINY
def test_scalars_add_subtract_and_multiply_as_integers_do(group: Group) -> None:
    q = group.order
    scalars = [group.scalar(value) for value in range(q)]
    pairs = list(product(scalars, repeat=2))
    assert [int(a + b) for a, b in pairs] == [(int(a) + int(b)) % q for a, b in pairs]
    assert [int(a - b) for a, b in pairs] == [(int(a) - int(b)) % q for a, b in pairs]
    assert [int(a * b) for a, b in pairs] == [int(a) * int(b) % q for a, b in pairs]


@TINY
def test_every_scalar_has_one_text(group: Group) -> None:
    values = range(group.order)
    assert [group.parse_scalar(str(value)) for value in values] == [group.scalar(v) for v in values]
    assert [group.scalar(value).text for value in values] == [str(value) for value in values]


@TINY
def test_bytes_are_reduced_as_a_big_endian_number(group: Group) -> None:
    numbers = range(2**12)
    reduced = [int(group.reduce(number.to_bytes(2, "big"))) for number in numbers]
    assert reduced == [number % group.order for number in numbers]


@TINY
def test_a_scalar_is_written_in_as_many_bytes_as_the_order_has(group: Group) -> None:
    values = range(group.order)
    assert [group.scalar(value).to_bytes() for value in values] == [bytes([v]) for v in values]
    assert PlainScalar(1, 2**9 - 1).to_bytes() == b"\x00\x01"
    assert PLAIN_2048.scalar(1).to_bytes() == bytes(31) + b"\x01"
    assert PLAIN_SAFE.scalar(1).to_bytes() == bytes(255) + b"\x01"


def test_the_wide_bytes_of_a_plain_group_are_32_more_than_its_order_has() -> None:
    assert (TINY_CURVE.wide_bytes, PLAIN_2048.wide_bytes, PLAIN_SAFE.wide_bytes) == (33, 64, 288)


def test_the_longest_text_is_that_of_an_element() -> None:
    assert (TINY_CURVE.longest_text, TINY_FIELD.longest_text) == (2, 2)
    assert (PLAIN_ED25519.longest_text, PLAIN_2048.longest_text) == (64, 617)


def test_the_curve_of_ed25519_has_the_base_point_of_its_specification() -> None:
    p, base = 2**255 - 19, PLAIN_ED25519.generator
    assert (base.y * 5 - 4) % p == 0
    assert base.x % 2 == 0
    assert (121666 * PLAIN_ED25519.d + 121665) % p == 0
    assert base.text == "66" * 31 + "58"
    minus_one = PLAIN_ED25519.scalar(PLAIN_ED25519.order - 1)
    assert (base.power(minus_one) * base).is_identity


def test_the_curve_of_ed25519_gives_the_public_key_of_rfc_8032() -> None:
    # RFC 8032, 7.1, test 1: the public key is the clamped hash of the secret times the base point.
    secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    half = bytearray(hashlib.sha512(bytes.fromhex(secret)).digest()[:32])
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    scalar = PLAIN_ED25519.reduce(bytes(half)[::-1])
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert PLAIN_ED25519.generator_power(scalar).sort_key.hex() == public
