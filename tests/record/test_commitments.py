from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.commitments import Commitment, Disclosure, commit, verify_disclosure
from tests.record.test_canonical import VALUES

KEYS = st.binary(min_size=32, max_size=32)
KEY = bytes(range(32))
NAME = Disclosure("name", KEY, "Ada Lovelace")


def test_a_commitment_is_the_hmac_of_the_canonical_value() -> None:
    """As `openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f` gives it of the JSON string."""
    assert NAME.commitment == "3df7dc16984a5f13f979d933a4b7e87e21a7d24c9a863fb95dd3b5c097c462fc"


@given(KEYS, VALUES)
def test_a_disclosure_opens_its_own_commitment(key: bytes, value: Json) -> None:
    disclosure = Disclosure("reason", key, value)
    verify_disclosure(disclosure, disclosure.commitment)


@given(KEYS, KEYS, VALUES, VALUES)
def test_another_key_or_value_does_not_open_it(
    key: bytes, other_key: bytes, value: Json, other: Json
) -> None:
    one, two = Disclosure("reason", key, value), Disclosure("reason", other_key, other)
    if (key, canonical_bytes(value)) == (other_key, canonical_bytes(other)):
        verify_disclosure(one, two.commitment)
        return
    with pytest.raises(CheckFailed) as caught:
        verify_disclosure(one, two.commitment)
    error = caught.value
    assert (error.check, error.subject, error.expected, error.found) == (
        "record.disclosure",
        "the field reason",
        two.commitment,
        one.commitment,
    )


@pytest.mark.parametrize("value", ["1", True, None, [1], {"a": 1}, 0])
def test_values_that_look_alike_have_different_commitments(value: Json) -> None:
    assert replace(NAME, value=value).commitment != replace(NAME, value=1).commitment


@pytest.mark.parametrize("key", [b"", bytes(31), KEY + b"\0", bytes(64)])
def test_a_key_padded_with_zeros_is_no_second_key(key: bytes) -> None:
    """HMAC itself takes any length and pads with zeros: two keys would open one commitment."""
    with pytest.raises(ValueError, match=r"^the key of a field has 32 bytes$"):
        Disclosure("name", key, "Ada Lovelace")


def test_every_field_has_a_fresh_key() -> None:
    random = Random(1)
    one, two = (commit("name", "Ada Lovelace", random.randbytes) for _ in range(2))
    assert (one.field, one.value) == (two.field, two.value) == ("name", "Ada Lovelace")
    assert one.key != two.key
    assert one.commitment != two.commitment


@pytest.mark.parametrize(
    "commitment",
    ["", NAME.commitment[:-1], NAME.commitment.upper(), NAME.commitment + "0", "00" * 32, "é"],
)
def test_a_text_that_is_nearly_the_commitment_is_another_one(commitment: str) -> None:
    with pytest.raises(CheckFailed):
        verify_disclosure(NAME, Commitment(commitment))


def test_what_is_disclosed_is_in_no_message() -> None:
    with pytest.raises(CheckFailed) as caught:
        verify_disclosure(NAME, Commitment("00" * 32))
    for said in (str(caught.value), repr(caught.value), repr(NAME)):
        assert "Ada" not in said
        assert KEY.hex() not in said
        assert repr(KEY) not in said
