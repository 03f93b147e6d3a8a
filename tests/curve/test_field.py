"""BELENIOS-2048 by gmpy2: the specification's numbers, and the same as its clear twin."""

from __future__ import annotations

import hashlib

import gmpy2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comitia.curve import BELENIOS_2048, Element, Group, NotCanonical
from tests.curve.groups import PLAIN_2048, exponents

P, Q = int(BELENIOS_2048.p), int(BELENIOS_2048.q)
G = int(BELENIOS_2048.generator.text)
THIRTY = settings(max_examples=30)

# SHA-256 of the decimal numbers that stand in the specification's section "BELENIOS-2048".
SPECIFIED = {
    "p": "ef7979cebad81edd3a952d8005c6a18a57600586e6fe6086947b4988475d007f",
    "q": "77b9ebaada44d865ccf49c738654cebca8949b36b73514f53c0b48b0211653bb",
    "g": "96649bff87fad6b5f819ba03df4f32759730a48fd8795c98d2d70bb84151f3ec",
}


def element(exponent: int) -> Element:
    return BELENIOS_2048.generator_power(BELENIOS_2048.scalar(exponent))


def plain(exponent: int) -> Element:
    return PLAIN_2048.generator_power(PLAIN_2048.scalar(exponent))


def answer(group: Group, text: str) -> str:
    try:
        return group.parse_element(text).text
    except NotCanonical as error:
        return f"refused: {error}"


def test_the_parameters_are_those_of_the_specification() -> None:
    numbers = {"p": P, "q": Q, "g": G}
    hashes = {name: hashlib.sha256(str(n).encode()).hexdigest() for name, n in numbers.items()}
    assert hashes == SPECIFIED


def test_attack_8_the_parameters_describe_a_group_of_large_prime_order() -> None:
    assert (P.bit_length(), Q.bit_length()) == (2048, 256)
    assert gmpy2.is_prime(P, 40)
    assert gmpy2.is_prime(Q, 40)
    assert (P - 1) % Q == 0
    assert 1 < G < P
    assert pow(G, Q, P) == 1, "of prime order, and not 1: so of order q"


def test_the_group_is_called_what_the_wire_calls_it() -> None:
    assert (BELENIOS_2048.name, BELENIOS_2048.order) == ("BELENIOS-2048", Q)
    assert BELENIOS_2048.longest_text == len(str(P)) == 617
    assert BELENIOS_2048.wide_bytes == 64


@given(st.integers(0, P + 2))
@THIRTY
@example(0)
@example(1)
@example(P - 1)
@example(P)
@example(P + 1)
def test_any_number_gets_the_answer_of_the_clear_twin(number: int) -> None:
    assert answer(BELENIOS_2048, str(number)) == answer(PLAIN_2048, str(number))


@given(exponents(Q), exponents(Q))
@THIRTY
def test_powers_products_and_quotients_are_those_of_the_clear_twin(one: int, other: int) -> None:
    a, b = element(one), element(other)
    plain_a, plain_b = plain(one), plain(other)
    scalar = BELENIOS_2048.scalar(other)
    assert a.text == plain_a.text
    assert BELENIOS_2048.generator_power_vartime(BELENIOS_2048.scalar(one)) == a
    assert a.power(scalar).text == plain_a.power(PLAIN_2048.scalar(other)).text
    assert a.power_vartime(scalar) == a.power(scalar)
    assert (a * b).text == (plain_a * plain_b).text
    assert (a / b).text == (plain_a / plain_b).text
    assert (a.is_identity, (a / a).is_identity) == (one == 0, True)
    assert (a == b, hash(a) == hash(b)) == (one == other, one == other)
    assert a.sort_key == plain_a.sort_key
    assert BELENIOS_2048.parse_element(a.text) == a


@given(exponents(Q), exponents(Q))
def test_scalars_are_those_of_the_clear_twin(one: int, other: int) -> None:
    a, b = BELENIOS_2048.scalar(one), BELENIOS_2048.scalar(other)
    assert [int(a + b), int(a - b)] == [(one + other) % Q, (one - other) % Q]
    assert int(a * b) == one * other % Q
    assert a.text == str(one)
    assert BELENIOS_2048.parse_scalar(str(one)) == a
    assert (a == b, hash(a) == hash(b)) == (one == other, one == other)
    assert a.to_bytes() == PLAIN_2048.scalar(one).to_bytes()


@given(st.binary(max_size=64))
@example(Q.to_bytes(32, "big"))
@example(b"\xff" * 64)
def test_bytes_are_reduced_as_by_the_clear_twin(wide: bytes) -> None:
    assert int(BELENIOS_2048.reduce(wide)) == int(PLAIN_2048.reduce(wide))


def test_sort_keys_sort_as_the_numbers_do() -> None:
    elements = [element(exponent) for exponent in range(40)]
    assert len({len(item.text) for item in elements}) > 1, "texts of one length would prove nothing"
    in_order = sorted(elements, key=lambda item: item.sort_key)
    assert in_order == sorted(elements, key=lambda item: int(item.text))


def test_the_power_zero_which_gmpy2_refuses_is_the_identity() -> None:
    with pytest.raises(ValueError, match="exponent must be > 0"):
        gmpy2.powmod_sec(gmpy2.mpz(2), gmpy2.mpz(0), gmpy2.mpz(P))
    zero = BELENIOS_2048.scalar(0)
    identity = BELENIOS_2048.identity
    assert [element(5).power(zero), element(5).power_vartime(zero)] == [identity] * 2
    assert BELENIOS_2048.generator_power(zero) == identity
    assert identity.power(BELENIOS_2048.scalar(3)) == identity


def smallest_nonresidue() -> int:
    """Return the smallest number above 1 that is no member, as nearly all numbers are."""
    return next(number for number in range(2, 100) if pow(number, Q, P) != 1)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0", id="0"),
        pytest.param(str(P - 1), id="p - 1, of order 2"),
        pytest.param(str(smallest_nonresidue()), id="a non-member"),
        pytest.param(str(P - G), id="a member times the element of order 2"),
    ],
)
def test_a_number_that_is_no_member_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^a number outside the subgroup of prime order$"):
        BELENIOS_2048.parse_element(text)


@pytest.mark.parametrize("number", [P, P + 1, P + G, 10 * P], ids=["p", "p+1", "p+g", "10p"])
def test_a_number_that_is_not_below_the_modulus_is_refused(number: int) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the modulus$"):
        BELENIOS_2048.parse_element(str(number))


@pytest.mark.parametrize("text", ["9" * 618, "1" * 10**6], ids=["one digit more", "a million"])
def test_a_number_with_too_many_digits_is_refused_unconverted(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the modulus$"):
        BELENIOS_2048.parse_element(text)


@pytest.mark.parametrize("text", ["01", "00", f"0{G}"], ids=["01", "00", "0g"])
def test_leading_zeros_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^a decimal number with leading zeros$"):
        BELENIOS_2048.parse_element(text)


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
def test_what_is_not_a_decimal_number_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not a decimal number without sign or spaces$"):
        BELENIOS_2048.parse_element(text)


def test_the_identity_is_accepted_in_its_one_encoding() -> None:
    assert BELENIOS_2048.parse_element("1") == BELENIOS_2048.identity
    assert BELENIOS_2048.identity.is_identity
