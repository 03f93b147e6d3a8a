"""What every group promises: strict texts, types that never mix, values that never change."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from comitia import curve
from comitia.curve import (
    BELENIOS_2048,
    ED25519,
    RFC_3526_2048,
    Element,
    Group,
    NotCanonical,
    Scalar,
    group_named,
)
from comitia.curve.interface import check_decimal
from tests.curve.groups import GROUPS

EVERY_GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
FAST_GROUPS = pytest.mark.parametrize(
    "group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda g: g.name
)
TWO_GROUPS = pytest.mark.parametrize(
    "one, other",
    [pytest.param(GROUPS[a], GROUPS[b], id=f"{a}, {b}") for a, b in permutations(GROUPS, 2)],
)


# Names


def test_the_groups_are_found_by_the_names_that_the_wire_uses() -> None:
    assert curve.GROUPS == {
        "Ed25519": ED25519,
        "BELENIOS-2048": BELENIOS_2048,
        "RFC-3526-2048": RFC_3526_2048,
    }
    assert len(curve.GROUPS) == len(list(curve.GROUPS))
    assert [name in curve.GROUPS for name in ("Ed25519", "RFC-3526-2048", "RFC")] == [
        True,
        True,
        False,
    ]
    assert group_named("Ed25519") is ED25519
    assert group_named("BELENIOS-2048") is BELENIOS_2048
    assert group_named("RFC-3526-2048") is RFC_3526_2048


@pytest.mark.parametrize("name", ["", "ed25519", "Ed25519 ", "RFC-3526-2049", "BELENIOS-1024"])
def test_attack_27_no_other_name_is_a_group(name: str) -> None:
    with pytest.raises(KeyError, match=f"^{name!r}$"):
        group_named(name)


def test_no_other_field_can_be_imported() -> None:
    with pytest.raises(AttributeError, match=r"^module 'comitia.curve' has no attribute 'RFC'$"):
        _ = curve.RFC  # type: ignore[attr-defined] # that there is none is the point


# Scalars from text


@EVERY_GROUP
def test_the_ends_of_the_range_of_scalars_are_accepted(group: Group) -> None:
    ends = (0, 1, group.order - 1)
    assert [int(group.parse_scalar(str(value))) for value in ends] == list(ends)
    assert [group.scalar(value) for value in ends] == [group.parse_scalar(str(v)) for v in ends]


@EVERY_GROUP
@pytest.mark.parametrize("excess", [0, 1, 2])
def test_a_scalar_from_the_order_on_is_refused(group: Group, excess: int) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the order of the group$"):
        group.parse_scalar(str(group.order + excess))
    with pytest.raises(ValueError, match=r"^a scalar lies in \[0, q\)$"):
        group.scalar(group.order + excess)


@EVERY_GROUP
def test_a_negative_number_is_no_scalar(group: Group) -> None:
    with pytest.raises(ValueError, match=r"^a scalar lies in \[0, q\)$"):
        group.scalar(-1)


@EVERY_GROUP
def test_attack_11_a_scalar_plus_the_order_is_not_a_second_text_for_it(group: Group) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the order of the group$"):
        group.parse_scalar(str(5 + group.order))


@EVERY_GROUP
@pytest.mark.parametrize("text", ["00", "01", "007", "0" * 100])
def test_a_scalar_with_leading_zeros_is_refused(group: Group, text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^a decimal number with leading zeros$"):
        group.parse_scalar(text)


@EVERY_GROUP
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("-0", id="minus zero"),
        pytest.param("-1", id="minus"),
        pytest.param("+1", id="plus"),
        pytest.param(" 1", id="space before"),
        pytest.param("1 ", id="space behind"),
        pytest.param("1\n", id="line feed"),
        pytest.param("1\t", id="tab"),
        pytest.param("1_0", id="underscore"),
        pytest.param("1,0", id="comma"),
        pytest.param("1.0", id="fraction"),
        pytest.param("1e1", id="exponent"),
        pytest.param("0x1", id="hexadecimal"),
        pytest.param("0b1", id="binary"),
        pytest.param("a", id="letter"),
        pytest.param("\N{ARABIC-INDIC DIGIT THREE}", id="Arabic digit"),
        pytest.param("\N{FULLWIDTH DIGIT THREE}", id="full-width digit"),
        pytest.param("\N{SUPERSCRIPT THREE}", id="superscript digit"),
        pytest.param("1\0", id="NUL behind"),
        pytest.param("\ufeff1", id="byte order mark"),
        pytest.param("1\u200b", id="zero-width space"),
    ],
)
def test_a_scalar_that_is_not_plain_decimal_is_refused(group: Group, text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not a decimal number without sign or spaces$"):
        group.parse_scalar(text)


@EVERY_GROUP
def test_a_scalar_of_a_million_digits_is_refused_unconverted(group: Group) -> None:
    # Converted, it would take long, and Python would raise another error from 4300 digits on.
    with pytest.raises(NotCanonical, match=r"^not below the order of the group$"):
        group.parse_scalar("9" * 10**6)
    with pytest.raises(NotCanonical, match=r"^a decimal number with leading zeros$"):
        group.parse_scalar("0" * 10**6)


def test_a_decimal_number_is_compared_with_the_order_and_not_with_its_length() -> None:
    assert [check_decimal(text, 100) for text in ("0", "7", "99")] == [0, 7, 99]
    for text in ("100", "101", "999"):
        with pytest.raises(NotCanonical, match=r"^not below the order of the group$"):
            check_decimal(text, 100)


def test_a_text_that_is_not_canonical_is_a_value_error_for_those_who_know_no_groups() -> None:
    assert issubclass(NotCanonical, ValueError)


# Types that never mix

COMBINATIONS: dict[str, Callable[[Any, Any], object]] = {
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
}
OPERATIONS: dict[str, Callable[[Any, Any], object]] = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
}


@TWO_GROUPS
@pytest.mark.parametrize("combine", COMBINATIONS.values(), ids=COMBINATIONS.keys())
def test_elements_of_two_groups_never_mix(
    one: Group, other: Group, combine: Callable[[Any, Any], object]
) -> None:
    with pytest.raises(TypeError, match="needed"):
        combine(one.generator, other.generator)
    assert one.generator != other.generator


@TWO_GROUPS
@pytest.mark.parametrize("combine", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_scalars_of_two_groups_never_mix(
    one: Group, other: Group, combine: Callable[[Any, Any], object]
) -> None:
    with pytest.raises(TypeError, match="needed"):
        combine(one.scalar(1), other.scalar(1))
    assert one.scalar(1) != other.scalar(1)


@TWO_GROUPS
def test_no_element_is_raised_to_a_scalar_of_another_group(one: Group, other: Group) -> None:
    exponent = other.scalar(1)
    powers: list[Callable[[Scalar], Element]] = [
        one.generator.power,
        one.generator.power_vartime,
        one.identity.power,
        one.generator_power,
        one.generator_power_vartime,
    ]
    for power in powers:
        with pytest.raises(TypeError, match="needed"):
            power(exponent)


@TWO_GROUPS
def test_no_product_takes_an_element_of_another_group(one: Group, other: Group) -> None:
    with pytest.raises(TypeError, match="needed"):
        one.product([one.generator, other.generator])


@EVERY_GROUP
@pytest.mark.parametrize("stranger", [2, "2", None, b"2", 2.0])
def test_plain_values_are_neither_elements_nor_scalars(group: Group, stranger: object) -> None:
    for combine in COMBINATIONS.values():
        with pytest.raises(TypeError, match="needed"):
            combine(group.generator, stranger)
    for combine in OPERATIONS.values():
        with pytest.raises(TypeError, match="needed"):
            combine(group.scalar(1), stranger)
    raise_to: Callable[[Any], object] = group.generator.power
    with pytest.raises(TypeError, match="needed"):
        raise_to(stranger)
    assert group.generator != stranger
    assert group.scalar(2) != stranger


@EVERY_GROUP
def test_elements_and_scalars_are_not_taken_for_each_other(group: Group) -> None:
    raise_to: Callable[[Any], object] = group.generator.power
    with pytest.raises(TypeError, match="needed"):
        raise_to(group.generator)
    multiply: Callable[[Any, Any], object] = COMBINATIONS["product"]
    with pytest.raises(TypeError, match="needed"):
        multiply(group.generator, group.scalar(1))


@EVERY_GROUP
def test_a_wrong_operand_is_told_which_group_was_needed(group: Group) -> None:
    multiply: Callable[[Any, Any], object] = COMBINATIONS["product"]
    with pytest.raises(TypeError, match=rf"^an? \w+ of {re.escape(group.name)} was needed"):
        multiply(group.generator, 2)


@pytest.mark.parametrize(
    "kind, value", [("point", ED25519.generator), ("scalar", ED25519.scalar(1))]
)
def test_a_wrong_operand_of_ed25519_is_told_what_it_is(kind: str, value: object) -> None:
    multiply: Callable[[Any, Any], object] = COMBINATIONS["product"]
    with pytest.raises(TypeError, match=rf"^a {kind} of Ed25519 was needed, not float$"):
        multiply(value, 2.0)


# Values


@EVERY_GROUP
def test_a_text_has_the_form_that_the_group_states(group: Group) -> None:
    texts = [group.generator_power(group.scalar(k % group.order)).text for k in range(8)]
    assert [text for text in texts if not re.fullmatch(group.text_form, text)] == []
    assert not re.fullmatch(group.text_form, "9" * (group.longest_text + 1))
    assert re.fullmatch(group.text_form, "9" * group.longest_text)


@EVERY_GROUP
def test_what_scalars_make_are_scalars_of_the_same_group(group: Group) -> None:
    five, two = group.scalar(5), group.scalar(2)
    made = [combine(five, two) for combine in OPERATIONS.values()]
    assert made == [group.scalar(7), group.scalar(3), group.scalar(10)]


@EVERY_GROUP
def test_the_product_of_no_elements_is_the_identity(group: Group) -> None:
    assert group.product([]) == group.identity


@EVERY_GROUP
def test_the_product_of_elements_has_the_sum_of_their_exponents(group: Group) -> None:
    powers = [group.generator_power(group.scalar(value)) for value in (1, 2, 4)]
    assert group.product(powers) == group.generator_power(group.scalar(7))


@EVERY_GROUP
def test_equal_values_are_equal_and_hash_alike(group: Group) -> None:
    element, same = (group.generator_power(group.scalar(3)) for _ in range(2))
    assert (element, hash(element)) == (same, hash(same))
    assert element != group.generator
    assert len({element, same, group.generator}) == 2
    scalar, same_scalar = group.scalar(3), group.parse_scalar("3")
    assert (scalar, hash(scalar)) == (same_scalar, hash(same_scalar))
    assert scalar != group.scalar(4)
    assert len({scalar, same_scalar, group.scalar(4)}) == 2


@EVERY_GROUP
def test_no_attribute_of_a_value_can_be_set(group: Group) -> None:
    for value in (group.generator, group.scalar(3)):
        for name in ("text", "value", "is_identity", "sort_key", "anything"):
            with pytest.raises((AttributeError, TypeError)):
                setattr(value, name, 0)


@EVERY_GROUP
def test_arithmetic_leaves_its_operands_alone(group: Group) -> None:
    element, scalar = group.generator_power(group.scalar(3)), group.scalar(3)
    before = (element.text, scalar.text)
    _ = (element * element, element / element, element.power(scalar))
    _ = (scalar + scalar, scalar - scalar, scalar * scalar)
    assert (element.text, scalar.text) == before


@FAST_GROUPS
def test_the_repr_of_a_scalar_never_shows_its_value(group: Group) -> None:
    shown = {repr(group.scalar(value)) for value in (0, 1, group.order - 1)}
    shown |= {str(group.scalar(value)) for value in (0, 1, group.order - 1)}
    assert shown == {f"{type(group.scalar(0)).__name__}(...)"}


def test_the_repr_of_an_element_shows_its_text() -> None:
    assert repr(ED25519.generator) == f"EdwardsPoint({'66' * 31}58)"
    assert repr(BELENIOS_2048.identity) == "FieldElement(1)"


@FAST_GROUPS
def test_a_pickle_leads_back_to_the_one_group_of_its_name(group: Group) -> None:
    values = (group, group.generator, group.identity, group.scalar(7))
    again = pickle.loads(pickle.dumps(values))  # noqa: S301 - made in the line itself
    assert again == values
    assert again[0] is group
    assert again[1].power(again[3]) == group.generator.power(group.scalar(7))
    assert copy.deepcopy(group) is group


@EVERY_GROUP
def test_wide_bytes_leave_a_bias_below_2_to_the_minus_128(group: Group) -> None:
    assert 8 * group.wide_bytes >= group.order.bit_length() + 128
    assert group.reduce(b"\xff" * group.wide_bytes) == group.scalar(
        (2 ** (8 * group.wide_bytes) - 1) % group.order
    )
