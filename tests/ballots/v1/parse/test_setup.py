"""The record that names the records which open an election."""

from __future__ import annotations

from typing import Any

from comitia.ballots.v1.model import SetupData, Sha256Hex, canonical_json
from comitia.ballots.v1.parse import parse_setup_data
from tests.ballots.v1.samples import SAMPLES, refusal


def test_setup_data_may_name_a_certificate() -> None:
    a, b, c, d = (Sha256Hex(letter * 64) for letter in "abcd")
    three, four = SetupData(a, b, c), SetupData(a, b, c, d)
    assert [parse_setup_data(data.to_bytes()) for data in (three, four)] == [three, four]
    assert (three.parts, four.parts) == ((a, b, c), (a, b, c, d))


def test_a_certificate_is_named_by_a_hash() -> None:
    value: Any = SAMPLES["setup data"].value
    record = canonical_json({**value, "credentials_certificate": "x"})
    words = "credentials_certificate: expected a SHA-256 in 64 lowercase hexadecimal digits"
    assert refusal(parse_setup_data, record) == words
