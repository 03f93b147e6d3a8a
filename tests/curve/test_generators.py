"""Further generators, of which nobody knows a relation, and products of many powers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group, ed25519, field, reference
from comitia.curve.interface import expect_generator, generator_seed
from comitia.curve.reference import PLAIN_ED25519
from tests.curve.groups import GROUPS, TINY_CURVE, TINY_FIELD, TWINS, exponents

EVERY_GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
FAST = pytest.mark.parametrize(
    "group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda g: g.name
)
VECTORS = {
    -1: "d6f7c1ea42e2474a28baea1141185bb7b39fe58011e5fc31d093b5c9345f18c7",
    0: "c95c81b40c41366b2e62e68fec3c5fa4dbb93f0c3c242ac2fe7a07c0e0fd92fe",
    1: "8278c9f7f36153e64f1e858bf1bfbf7f3a42f2f9589a4010c192a5d11c89746c",
}
"""Made by the reference, release 3.3.0."""


# Generators


def test_the_generators_on_the_curve_are_the_references() -> None:
    found = {number: ED25519.independent_generator(number).text for number in VECTORS}
    assert found == VECTORS


@pytest.mark.parametrize("fast, plain", TWINS, ids=lambda group: group.name)
def test_the_generators_are_those_of_the_clear_twin(fast: Group, plain: Group) -> None:
    numbers = range(-1, 12 if fast is ED25519 else 3)
    fast_texts = [fast.independent_generator(number).text for number in numbers]
    assert fast_texts == [plain.independent_generator(number).text for number in numbers]


@FAST
def test_generators_are_members_and_all_of_them_differ(group: Group) -> None:
    found = [group.independent_generator(number) for number in range(-1, 10)]
    assert [group.parse_element(element.text) for element in found] == found
    assert len({*found, group.generator, group.identity}) == 13


@FAST
def test_a_generator_follows_from_its_number_alone(group: Group) -> None:
    assert group.independent_generator(5) == group.independent_generator(5)
    hashed = hashlib.sha256(b"ggen|-1").hexdigest()
    assert generator_seed(-1) == int(hashed, 16)


def test_points_at_which_no_generator_can_begin_are_passed() -> None:
    """Half of all numbers are no y of a point, so that of a few generators some must search."""
    first = [ED25519.find_element(f"{generator_seed(number) >> 2:064x}") for number in range(20)]
    assert None in first


@FAST
def test_the_identity_and_the_generator_serve_as_no_further_one(group: Group) -> None:
    for element in (group.identity, group.generator):
        with pytest.raises(ValueError, match=r"^not an independent generator$"):
            expect_generator(element, group)
    other = group.generator_power(group.scalar(2))
    assert expect_generator(other, group) is other


def test_a_seed_that_gives_the_identity_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can find such a number; the specification aborts there, and so do we."""
    monkeypatch.setattr(ed25519, "generator_seed", lambda _: 1 << 2)
    monkeypatch.setattr(field, "generator_seed", lambda _: 1)
    for group in (ED25519, BELENIOS_2048, RFC_3526_2048):
        with pytest.raises(ValueError, match=r"^not an independent generator$"):
            group.independent_generator(0)


def test_a_point_of_small_order_is_cleared_by_the_cofactor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number 0 is the y of a point of order 4: eight times that is the identity."""
    monkeypatch.setattr(ed25519, "generator_seed", lambda _: 0)
    monkeypatch.setattr(reference, "generator_seed", lambda _: 0)
    for group in (ED25519, PLAIN_ED25519):
        with pytest.raises(ValueError, match=r"^not an independent generator$"):
            group.independent_generator(0)


# Products of powers


def product_one_by_one(group: Group, pairs: list[tuple[int, int]]) -> Any:  # noqa: ANN401 - of any group
    result: Any = group.identity
    for base, exponent in pairs:
        element = group.generator_power(group.scalar(base))
        result = result * element.power(group.scalar(exponent))
    return result


def products_agree(group: Group, most: int) -> Callable[[], None]:
    pairs = st.lists(st.tuples(exponents(group.order), exponents(group.order)), max_size=most)

    @given(pairs)
    @settings(max_examples=25 if most > 3 else 8)
    def law(pairs: list[tuple[int, int]]) -> None:
        elements = [group.generator_power(group.scalar(base)) for base, _ in pairs]
        powers = [group.scalar(exponent) for _, exponent in pairs]
        assert group.product_of_powers(elements, powers) == product_one_by_one(group, pairs)

    return law


@EVERY_GROUP
def test_a_product_of_powers_is_that_of_the_powers_one_by_one(group: Group) -> None:
    is_slow = group.order > 2**2000 or group is GROUPS["plain BELENIOS-2048"]
    products_agree(group, 3 if is_slow else 12)()


@pytest.mark.parametrize("group", [TINY_CURVE, TINY_FIELD], ids=lambda group: group.name)
def test_every_product_of_two_powers_in_a_tiny_group(group: Group) -> None:
    two, three = (group.generator_power(group.scalar(n)) for n in (2, 3))
    for i in range(group.order):
        for j in range(group.order):
            expected = group.generator_power(group.scalar((2 * i + 3 * j) % group.order))
            assert group.product_of_powers([two, three], [group.scalar(i), group.scalar(j)]) == (
                expected
            )


@EVERY_GROUP
def test_no_power_zero_powers_and_one_power(group: Group) -> None:
    element, zero, seven = group.generator, group.scalar(0), group.scalar(7)
    assert group.product_of_powers([], []) == group.identity
    assert group.product_of_powers([element], [zero]) == group.identity
    assert group.product_of_powers([element] * 5, [zero] * 5) == group.identity
    assert group.product_of_powers([element], [seven]) == element.power(seven)
    assert group.product_of_powers([element, element], [zero, seven]) == element.power(seven)
    assert group.product_of_powers([group.identity], [seven]) == group.identity


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 16, 33, 64, 130, 300])
def test_products_of_any_number_of_powers_over_a_field(count: int) -> None:
    """How many bits a bucket has depends on how many powers there are."""
    group = BELENIOS_2048
    values = [group.reduce(hashlib.sha256(b"%d" % n).digest()) for n in range(count)]
    elements = [group.generator_power(group.scalar(n + 1)) for n in range(count)]
    total = group.scalar(0)
    for n, value in enumerate(values):
        total = total + group.scalar(n + 1) * value
    assert group.product_of_powers(elements, values) == group.generator_power(total)


@EVERY_GROUP
def test_every_element_has_its_exponent(group: Group) -> None:
    element, two = group.generator, group.scalar(2)
    for elements, powers in (
        ([element], []),
        ([], [two]),
        ([element, element], [two]),
        ([element], [two, two]),
        ([element, element], [group.scalar(0)]),
    ):
        with pytest.raises(ValueError, match=r"zip"):
            group.product_of_powers(elements, powers)


@FAST
def test_elements_and_exponents_of_another_group_are_refused(group: Group) -> None:
    other = BELENIOS_2048 if group is ED25519 else ED25519
    with pytest.raises(TypeError):
        group.product_of_powers([other.generator], [group.scalar(2)])
    with pytest.raises(TypeError):
        group.product_of_powers([group.generator], [other.scalar(2)])


def test_only_fields_multiply_faster_together() -> None:
    fast = {group.name for group in GROUPS.values() if group.multiplies_fast}
    assert fast == {"BELENIOS-2048", "RFC-3526-2048"}
    assert not ED25519.multiplies_fast
