"""The 2048-bit fields by gmpy2: the specification's numbers, and the same as their clear twins."""

from __future__ import annotations

import hashlib
from typing import Final

import gmpy2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.curve import BELENIOS_2048, RFC_3526_2048, Element, Group, NotCanonical
from comitia.curve.field import FieldGroup
from comitia.curve.reference import PlainField
from tests.curve.groups import PLAIN_2048, PLAIN_SAFE, exponents

FIELDS: Final[list[FieldGroup]] = [BELENIOS_2048, RFC_3526_2048]
EVERY_FIELD = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
TWINS = pytest.mark.parametrize(
    "field, twin",
    [
        pytest.param(BELENIOS_2048, PLAIN_2048, id="BELENIOS-2048"),
        pytest.param(RFC_3526_2048, PLAIN_SAFE, id="RFC-3526-2048"),
    ],
)
THIRTY = settings(max_examples=30)

# SHA-256 of the decimal numbers that stand in the specification's section "BELENIOS-2048".
SPECIFIED = {
    "p": "ef7979cebad81edd3a952d8005c6a18a57600586e6fe6086947b4988475d007f",
    "q": "77b9ebaada44d865ccf49c738654cebca8949b36b73514f53c0b48b0211653bb",
    "g": "96649bff87fad6b5f819ba03df4f32759730a48fd8795c98d2d70bb84151f3ec",
}


def generator_of(field: FieldGroup) -> int:
    return int(field.generator.text)


def power(group: Group, exponent: int) -> Element:
    return group.generator_power(group.scalar(exponent))


def answer(group: Group, text: str) -> str:
    try:
        return group.parse_element(text).text
    except NotCanonical as error:
        return f"refused: {error}"


def test_the_parameters_are_those_of_the_specification() -> None:
    field = BELENIOS_2048
    numbers = {"p": int(field.p), "q": int(field.q), "g": generator_of(field)}
    hashes = {name: hashlib.sha256(str(n).encode()).hexdigest() for name, n in numbers.items()}
    assert hashes == SPECIFIED


def arctangent_of_inverse(number: int, scale: int) -> int:
    """Return scale times the arctangent of 1 / number, too small by less than its terms."""
    total, power_, term, sign = 0, scale // number, 1, 1
    while power_:
        total += sign * (power_ // term)
        power_, term, sign = power_ // number**2, term + 2, -sign
    return total


def floor_of_pi(bits: int) -> int:
    """Return the floor of 2^bits pi by Machin's formula, with 128 bits more on the way."""
    guard = 128
    scale = 1 << (bits + guard)
    pi = 4 * (4 * arctangent_of_inverse(5, scale) - arctangent_of_inverse(239, scale))
    low = pi % (1 << guard)
    assert 2**32 < low < 2**guard - 2**32, "or what was cut off could change the floor"
    return pi >> guard


def test_the_safe_prime_is_that_of_rfc_3526_section_3() -> None:
    p = 2**2048 - 2**1984 - 1 + 2**64 * (floor_of_pi(1918) + 124476)
    assert floor_of_pi(8) == 804, "3.14159 times 256"
    assert (int(RFC_3526_2048.p), generator_of(RFC_3526_2048)) == (p, 2)
    assert int(RFC_3526_2048.q) == (p - 1) // 2


@pytest.mark.parametrize(
    "field, bits", [(BELENIOS_2048, 256), (RFC_3526_2048, 2047)], ids=["BELENIOS", "RFC"]
)
def test_attack_8_the_parameters_describe_a_group_of_large_prime_order(
    field: FieldGroup, bits: int
) -> None:
    p, q, g = int(field.p), int(field.q), generator_of(field)
    assert (p.bit_length(), q.bit_length()) == (2048, bits)
    assert gmpy2.is_prime(p, 40)
    assert gmpy2.is_prime(q, 40)
    assert (p - 1) % q == 0
    assert 1 < g < p
    assert pow(g, q, p) == 1, "of prime order, and not 1: so of order q"


def test_a_group_is_called_what_the_wire_calls_it() -> None:
    names = [(field.name, field.order, field.longest_text) for field in FIELDS]
    assert names == [
        ("BELENIOS-2048", int(BELENIOS_2048.q), 617),
        ("RFC-3526-2048", int(RFC_3526_2048.q), 617),
    ]
    assert [field.wide_bytes for field in FIELDS] == [64, 288]
    assert [len(str(field.p)) for field in FIELDS] == [617, 617]


@TWINS
def test_numbers_at_the_ends_get_the_answer_of_the_clear_twin(
    field: FieldGroup, twin: PlainField
) -> None:
    p = int(field.p)
    for number in (0, 1, p - 1, p, p + 1):
        assert answer(field, str(number)) == answer(twin, str(number))


@TWINS
@given(data=st.data())
@THIRTY
def test_any_number_gets_the_answer_of_the_clear_twin(
    field: FieldGroup, twin: PlainField, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, int(field.p) + 2))
    assert answer(field, str(number)) == answer(twin, str(number))


def powers_products_and_quotients_agree(
    field: FieldGroup, twin: PlainField, one: int, other: int
) -> None:
    a, b = power(field, one), power(field, other)
    plain_a, plain_b = power(twin, one), power(twin, other)
    scalar = field.scalar(other)
    assert a.text == plain_a.text
    assert field.generator_power_vartime(field.scalar(one)) == a
    assert a.power(scalar).text == plain_a.power(twin.scalar(other)).text
    assert a.power_vartime(scalar) == a.power(scalar)
    assert (a * b).text == (plain_a * plain_b).text
    assert (a / b).text == (plain_a / plain_b).text
    assert (a.is_identity, (a / a).is_identity) == (one == 0, True)
    assert (a == b, hash(a) == hash(b)) == (one == other, one == other)
    assert a.sort_key == plain_a.sort_key
    assert field.parse_element(a.text) == a


@given(exponents(BELENIOS_2048.order), exponents(BELENIOS_2048.order))
@THIRTY
def test_powers_products_and_quotients_are_those_of_the_clear_twin(one: int, other: int) -> None:
    powers_products_and_quotients_agree(BELENIOS_2048, PLAIN_2048, one, other)


@given(exponents(RFC_3526_2048.order), exponents(RFC_3526_2048.order))
@settings(max_examples=12)
def test_powers_with_long_exponents_are_those_of_the_clear_twin(one: int, other: int) -> None:
    powers_products_and_quotients_agree(RFC_3526_2048, PLAIN_SAFE, one, other)


@TWINS
@given(data=st.data())
def test_scalars_are_those_of_the_clear_twin(
    field: FieldGroup, twin: PlainField, data: st.DataObject
) -> None:
    q = field.order
    one, other = data.draw(exponents(q)), data.draw(exponents(q))
    a, b = field.scalar(one), field.scalar(other)
    assert [int(a + b), int(a - b)] == [(one + other) % q, (one - other) % q]
    assert int(a * b) == one * other % q
    assert a.text == str(one)
    assert field.parse_scalar(str(one)) == a
    assert (a == b, hash(a) == hash(b)) == (one == other, one == other)
    assert a.to_bytes() == twin.scalar(one).to_bytes()


@TWINS
@given(data=st.data())
def test_bytes_are_reduced_as_by_the_clear_twin(
    field: FieldGroup, twin: PlainField, data: st.DataObject
) -> None:
    size = field.wide_bytes
    ends = st.sampled_from((field.order.to_bytes(size, "big"), b"\xff" * size))
    wide = data.draw(st.binary(max_size=size) | ends)
    assert int(field.reduce(wide)) == int(twin.reduce(wide))


@EVERY_FIELD
def test_sort_keys_sort_as_the_numbers_do(field: FieldGroup) -> None:
    elements = [power(field, exponent) for exponent in range(40)]
    assert len({len(item.text) for item in elements}) > 1, "texts of one length would prove nothing"
    in_order = sorted(elements, key=lambda item: item.sort_key)
    assert in_order == sorted(elements, key=lambda item: int(item.text))


@EVERY_FIELD
def test_the_power_zero_which_gmpy2_refuses_is_the_identity(field: FieldGroup) -> None:
    with pytest.raises(ValueError, match="exponent must be > 0"):
        gmpy2.powmod_sec(gmpy2.mpz(2), gmpy2.mpz(0), field.p)
    zero, identity = field.scalar(0), field.identity
    five = power(field, 5)
    assert [five.power(zero), five.power_vartime(zero)] == [identity] * 2
    assert field.generator_power(zero) == identity
    assert identity.power(field.scalar(3)) == identity


def strangers_of(field: FieldGroup) -> dict[str, int]:
    """Return numbers below the modulus that are no members."""
    p, q = int(field.p), int(field.q)
    return {
        "0": 0,
        "p - 1, of order 2": p - 1,
        "the smallest non-member": next(n for n in range(2, 100) if pow(n, q, p) != 1),
        "a member times the element of order 2": p - generator_of(field),
    }


@pytest.mark.parametrize(
    "field, number",
    [
        pytest.param(field, number, id=f"{field.name}, {name}")
        for field in FIELDS
        for name, number in strangers_of(field).items()
    ],
)
def test_a_number_that_is_no_member_is_refused(field: FieldGroup, number: int) -> None:
    with pytest.raises(NotCanonical, match=r"^a number outside the subgroup of prime order$"):
        field.parse_element(str(number))


def test_attack_8_an_element_of_order_3_with_the_jacobi_symbol_of_a_member_is_refused() -> None:
    """Of BELENIOS-2048 most squares are no members: the symbol alone would let them in."""
    p, q = int(BELENIOS_2048.p), BELENIOS_2048.order
    powers = (pow(n, (p - 1) // 3, p) for n in range(2, 100))
    of_order_three = next(power for power in powers if power != 1)
    assert pow(of_order_three, 3, p) == 1
    foreign = [of_order_three, of_order_three * generator_of(BELENIOS_2048) % p, 4]
    assert [gmpy2.jacobi(number, p) for number in foreign] == [1, 1, 1]
    assert all(pow(number, q, p) != 1 for number in foreign)
    refusal = "refused: a number outside the subgroup of prime order"
    assert [answer(BELENIOS_2048, str(number)) for number in foreign] == [refusal] * 3


def test_membership_modulo_the_safe_prime_is_what_the_power_says() -> None:
    p, q = int(RFC_3526_2048.p), RFC_3526_2048.order
    numbers = [*range(1, 60), *range(p - 60, p)]
    found = [not answer(RFC_3526_2048, str(number)).startswith("refused") for number in numbers]
    assert found == [gmpy2.powmod(number, q, p) == 1 for number in numbers]
    assert sum(found) == len(numbers) // 2, "-1 is no square: of n and p - n one is a member"


@EVERY_FIELD
def test_a_number_that_is_not_below_the_modulus_is_refused(field: FieldGroup) -> None:
    p = int(field.p)
    for number in (p, p + 1, p + generator_of(field), 10 * p):
        with pytest.raises(NotCanonical, match=r"^not below the modulus$"):
            field.parse_element(str(number))


@EVERY_FIELD
@pytest.mark.parametrize("text", ["9" * 618, "1" * 10**6], ids=["one digit more", "a million"])
def test_a_number_with_too_many_digits_is_refused_unconverted(field: FieldGroup, text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the modulus$"):
        field.parse_element(text)


@EVERY_FIELD
def test_leading_zeros_are_refused(field: FieldGroup) -> None:
    for text in ("01", "00", f"0{generator_of(field)}"):
        with pytest.raises(NotCanonical, match=r"^a decimal number with leading zeros$"):
            field.parse_element(text)


@EVERY_FIELD
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("+1", id="plus"),
        pytest.param("-1", id="minus"),
        pytest.param(" 1", id="space before"),
        pytest.param("1\n", id="line feed behind"),
        pytest.param("1_0", id="underscore"),
        pytest.param("0x1", id="hexadecimal"),
        pytest.param("1.0", id="fraction"),
        pytest.param("\N{ARABIC-INDIC DIGIT ONE}", id="Arabic digit"),
        pytest.param("\N{SUPERSCRIPT TWO}", id="superscript digit"),
        pytest.param("1\0", id="NUL"),
    ],
)
def test_what_is_not_a_decimal_number_is_refused(field: FieldGroup, text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not a decimal number without sign or spaces$"):
        field.parse_element(text)


@EVERY_FIELD
def test_the_identity_is_accepted_in_its_one_encoding(field: FieldGroup) -> None:
    assert field.parse_element("1") == field.identity
    assert field.identity.is_identity
