"""The record of an election's trustees, and the key that a single trustee hands over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.model import Json, SingleTrustee, canonical_json, owner_keys
from comitia.ballots.v1.parse import parse_trustee_key, parse_trustees
from comitia.curve import ED25519
from tests.ballots.v1.samples import SAMPLES, SMALL, refusal

TRUSTEES = SAMPLES["trustees"]


def test_trustees_are_read_in_order_of_owner() -> None:
    trustees = parse_trustees(SMALL.records.trustees, ED25519)
    assert trustees == tuple(SingleTrustee(key) for key in SMALL.keys)
    assert owner_keys(trustees) == SMALL.keys


@pytest.mark.parametrize(
    "items, words",
    [
        ([], ": expected at least one trustee"),
        ([["Double", {}]], "[0]: not a kind of trustee of this protocol"),
        ([["single", {}]], "[0]: not a kind of trustee of this protocol"),
        ([[1, {}]], "[0]: expected a string, found a number"),
        ([["Single"]], "[0]: expected 2 items, found 1"),
        ([["Single", {}, 1]], "[0]: expected 2 items, found 3"),
    ],
)
def test_what_is_no_trustee_is_refused(items: Json, words: str) -> None:
    record = canonical_json(items)
    assert refusal(TRUSTEES.parse, record) == f"trustees{words}"


def test_a_single_trustee_may_have_a_name_and_has_no_signature() -> None:
    key: Any = SMALL.keys[0].to_json()
    named = canonical_json({**key, "name": "Ada"})
    assert parse_trustee_key(named, ED25519) == replace(SMALL.keys[0], name="Ada")
    assert canonical_json(parse_trustee_key(named, ED25519).to_json()) == named
    bad_name = canonical_json({**key, "name": 1})
    signed = canonical_json({**key, "signature": key["pok"]})
    parse = SAMPLES["trustee's key"].parse
    assert [refusal(parse, record) for record in (bad_name, signed)] == [
        "trustee's key.name: expected a string, found a number",
        "trustee's key: the field 'signature' does not belong here",
    ]
