"""Ed25519 by libsodium: the same as its clear twin, and each of the library's corners."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nacl import bindings

from comitia.curve import ED25519, Element, Group, NotCanonical
from comitia.curve.reference import PLAIN_ED25519, PlainPoint
from tests.curve.groups import exponents

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
SIGN = 1 << 255
TWENTY = settings(max_examples=20)  # a power by the clear twin takes 10 to 40 ms

ORDER_8_Y = int.from_bytes(
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
)
TORSION: list[PlainPoint] = [PLAIN_ED25519.identity]
_OF_ORDER_8 = PlainPoint(PLAIN_ED25519._recover_x(ORDER_8_Y, 0), ORDER_8_Y, PLAIN_ED25519)
while len(TORSION) < 8:
    TORSION.append(TORSION[-1] * _OF_ORDER_8)


def point(exponent: int) -> Element:
    return ED25519.generator_power(ED25519.scalar(exponent))


def plain(exponent: int) -> Element:
    return PLAIN_ED25519.generator_power(PLAIN_ED25519.scalar(exponent))


def answer(group: Group, text: str) -> str:
    """Return what a group makes of a text: the element's own text, or why it refuses."""
    try:
        return group.parse_element(text).text
    except NotCanonical as error:
        return f"refused: {error}"


def hexadecimal(number: int) -> str:
    return f"{number:064x}"


# The same as the clear twin


@given(st.integers(0, 2**256 - 1).map(hexadecimal))
@settings(max_examples=40)
def test_any_text_gets_the_answer_of_the_clear_twin(text: str) -> None:
    assert answer(ED25519, text) == answer(PLAIN_ED25519, text)


@given(exponents(L), st.integers(0, 255))
@TWENTY
def test_an_element_with_one_bit_changed_gets_the_answer_of_the_clear_twin(
    exponent: int, bit: int
) -> None:
    text = hexadecimal(int(point(exponent).text, 16) ^ 1 << bit)
    assert answer(ED25519, text) == answer(PLAIN_ED25519, text)


@given(exponents(L))
@TWENTY
def test_powers_of_the_generator_are_those_of_the_clear_twin(exponent: int) -> None:
    scalar = ED25519.scalar(exponent)
    assert ED25519.generator_power(scalar).text == plain(exponent).text
    assert ED25519.generator_power_vartime(scalar).text == plain(exponent).text


@given(exponents(L), exponents(L))
@TWENTY
def test_powers_products_and_quotients_are_those_of_the_clear_twin(one: int, other: int) -> None:
    a, b = point(one), point(other)
    plain_a, plain_b = plain(one), plain(other)
    scalar = ED25519.scalar(other)
    assert a.power(scalar).text == plain_a.power(PLAIN_ED25519.scalar(other)).text
    assert a.power_vartime(scalar) == a.power(scalar)
    assert (a * b).text == (plain_a * plain_b).text
    assert (a / b).text == (plain_a / plain_b).text
    assert (a.is_identity, (a / a).is_identity) == (one == 0, True)


@given(exponents(L))
@TWENTY
def test_sort_keys_and_texts_are_those_of_the_clear_twin(exponent: int) -> None:
    ours, clear = point(exponent), plain(exponent)
    assert (ours.sort_key, ours.text) == (clear.sort_key, clear.text)
    assert ours.sort_key == bytes.fromhex(ours.text)[::-1]
    assert ED25519.parse_element(ours.text) == ours


@given(exponents(L), exponents(L))
def test_scalars_are_those_of_the_clear_twin(one: int, other: int) -> None:
    a, b = ED25519.scalar(one), ED25519.scalar(other)
    expected = [(one + other) % L, (one - other) % L, one * other % L]
    assert [int(a + b), int(a - b), int(a * b)] == expected
    assert a.text == str(one)
    assert ED25519.parse_scalar(str(one)) == a
    assert (a == b, hash(a) == hash(b)) == (one == other, one == other)
    assert a.to_bytes() == one.to_bytes(32, "little")


@given(st.binary(max_size=64))
@example(L.to_bytes(32, "big"))
@example((L - 1).to_bytes(64, "big"))
@example(b"\xff" * 64)
def test_bytes_are_reduced_as_by_the_clear_twin(wide: bytes) -> None:
    assert int(ED25519.reduce(wide)) == int(PLAIN_ED25519.reduce(wide))


# The corners of libsodium


def test_libsodium_has_the_corners_that_this_module_answers_before_the_call() -> None:
    """If this fails, libsodium has changed, and the module's reasons must be read again."""
    base, identity = point(1).sort_key, point(0).sort_key
    one, zero = (1).to_bytes(32, "little"), bytes(32)
    for scalar, encoding in ((zero, base), (one, identity)):
        with pytest.raises(RuntimeError):
            bindings.crypto_scalarmult_ed25519_noclamp(scalar, encoding)
    with pytest.raises(RuntimeError):
        bindings.crypto_scalarmult_ed25519_base_noclamp(zero)
    assert not bindings.crypto_core_ed25519_is_valid_point(identity)
    of_order_2 = TORSION[4].sort_key
    assert bindings.crypto_core_ed25519_add(base, of_order_2) != base, "addition takes any point"
    with_bit_255 = (1 | SIGN).to_bytes(32, "little")
    assert bindings.crypto_scalarmult_ed25519_base_noclamp(with_bit_255) == base, "it is masked"


def test_zero_times_a_point_is_the_identity() -> None:
    assert point(5).power(ED25519.scalar(0)) == ED25519.identity


def test_zero_times_the_base_point_is_the_identity() -> None:
    assert ED25519.generator_power(ED25519.scalar(0)) == ED25519.identity


@pytest.mark.parametrize("exponent", [0, 1, 2, L - 1])
def test_any_multiple_of_the_identity_is_the_identity(exponent: int) -> None:
    assert ED25519.identity.power(ED25519.scalar(exponent)) == ED25519.identity


def test_sums_and_differences_can_be_the_identity() -> None:
    assert point(3) * point(L - 3) == ED25519.identity
    assert point(3) / point(3) == ED25519.identity
    assert ED25519.identity * ED25519.identity == ED25519.identity
    assert point(0) / point(3) == point(L - 3)


def test_the_order_times_a_point_can_only_be_written_as_zero_times_it() -> None:
    assert ED25519.reduce(L.to_bytes(32, "big")) == ED25519.scalar(0)
    assert point(7).power(ED25519.scalar(L - 1)) * point(7) == ED25519.identity


def test_the_identity_is_accepted_in_its_one_encoding() -> None:
    assert ED25519.parse_element(hexadecimal(1)) == ED25519.identity
    assert ED25519.identity.is_identity
    assert ED25519.identity.text == hexadecimal(1)


def test_the_generator_has_the_encoding_of_the_specification() -> None:
    assert ED25519.generator.text == "66" * 31 + "58"
    assert ED25519.generator == point(1)
    assert not ED25519.generator.is_identity


def test_the_torsion_points_of_these_tests_have_the_orders_2_4_and_8() -> None:
    orders = [1, 8, 4, 8, 2, 8, 4, 8]
    for torsion, order in zip(TORSION, orders, strict=True):
        power, count = torsion, 1
        while not power.is_identity:
            power, count = power * torsion, count + 1
        assert count == order


@pytest.mark.parametrize("number", range(1, 8))
def test_a_point_of_small_order_is_refused(number: int) -> None:
    with pytest.raises(NotCanonical, match=r"^a point outside the subgroup of prime order$"):
        ED25519.parse_element(TORSION[number].text)


@pytest.mark.parametrize("number", range(1, 8))
def test_a_member_with_a_point_of_small_order_added_is_refused(number: int) -> None:
    mixed = PLAIN_ED25519.generator * TORSION[number]
    with pytest.raises(NotCanonical, match=r"^a point outside the subgroup of prime order$"):
        ED25519.parse_element(mixed.text)


def test_a_y_that_no_point_has_is_refused() -> None:
    with pytest.raises(NotCanonical, match=r"^not a point on the curve$"):
        ED25519.parse_element(hexadecimal(2))


@pytest.mark.parametrize("sign", [0, SIGN], ids=["even", "odd"])
@pytest.mark.parametrize("excess", range(19))
def test_a_y_that_is_not_below_the_prime_is_refused(excess: int, sign: int) -> None:
    text = hexadecimal(P + excess | sign)
    with pytest.raises(NotCanonical, match=r"^not the canonical encoding of a point$"):
        ED25519.parse_element(text)
    assert answer(PLAIN_ED25519, text) == "refused: not the canonical encoding of a point"


@pytest.mark.parametrize("y", [1, P - 1], ids=["the identity", "the point of order 2"])
def test_an_x_of_zero_with_a_sign_is_refused(y: int) -> None:
    with pytest.raises(NotCanonical, match=r"^not the canonical encoding of a point$"):
        ED25519.parse_element(hexadecimal(y | SIGN))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("66" * 31 + "5", id="63 digits"),
        pytest.param("66" * 31 + "580", id="65 digits"),
        pytest.param("66" * 31 + "58\n", id="line feed behind"),
        pytest.param(" " + "66" * 31 + "5", id="space for a digit"),
        pytest.param("66" * 31 + "58 ", id="space behind"),
        pytest.param("0x" + "66" * 30 + "58", id="prefix"),
        pytest.param("66" * 31 + "5G", id="no digit"),
        pytest.param(
            ("6" * 62 + "58").replace("6", "\N{ARABIC-INDIC DIGIT SIX}"), id="Arabic digits"
        ),
        pytest.param(
            ("6" * 62 + "58").replace("6", "\N{FULLWIDTH DIGIT SIX}"), id="full-width digits"
        ),
        pytest.param("66" * 31 + "58\0", id="NUL behind"),
        pytest.param("\0" + "66" * 31 + "5", id="NUL for a digit"),
        pytest.param("6" * 10**6, id="a million digits"),
    ],
)
def test_a_text_that_is_not_64_lowercase_digits_is_refused(text: str) -> None:
    with pytest.raises(NotCanonical, match=r"^not 64 lowercase hexadecimal digits$"):
        ED25519.parse_element(text)


def test_an_element_in_uppercase_is_refused() -> None:
    text = point(2).text
    assert text.upper() != text
    with pytest.raises(NotCanonical, match=r"^not 64 lowercase hexadecimal digits$"):
        ED25519.parse_element(text.upper())


@pytest.mark.parametrize("value", [L, L + 1, 2**253, 2**255, 2**255 + 1, 2**256 - 1])
def test_a_scalar_that_libsodium_would_reduce_or_mask_is_refused(value: int) -> None:
    with pytest.raises(NotCanonical, match=r"^not below the order of the group$"):
        ED25519.parse_scalar(str(value))
    with pytest.raises(ValueError, match=r"^a scalar lies in \[0, q\)$"):
        ED25519.scalar(value)


def test_bit_255_of_wide_bytes_counts_and_is_not_masked() -> None:
    scalar = ED25519.reduce(SIGN.to_bytes(32, "big"))
    assert int(scalar) == SIGN % L
    assert ED25519.generator_power(scalar).text == plain(SIGN % L).text


def test_more_bytes_than_are_reduced_at_once_are_refused_and_not_cut() -> None:
    with pytest.raises(TypeError):
        ED25519.reduce(bytes(65))


def test_512_bits_are_reduced_so_that_no_scalar_is_favoured() -> None:
    assert ED25519.wide_bytes == 64
    assert ED25519.longest_text == 64
    assert (ED25519.name, ED25519.order) == ("Ed25519", L)
