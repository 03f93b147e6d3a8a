"""Commitments: a value and its key open one, and nothing else does."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from comitia.errors import CheckFailed
from comitia.record.commitments import Disclosure, commit, verify_disclosure

KEY = bytes(range(32))


def test_a_commitment_is_the_hmac_of_the_canonical_value() -> None:
    expected = hmac.new(KEY, b'{"a":1,"b":"\xc3\xa9"}', hashlib.sha256).hexdigest()
    assert commit(KEY, {"b": "é", "a": 1}) == expected


def test_the_value_and_its_key_open_it() -> None:
    verify_disclosure(Disclosure("name", KEY, "Ada"), commit(KEY, "Ada"))


@pytest.mark.parametrize("key, value", [(KEY, "Eve"), (KEY[::-1], "Ada"), (KEY, ["Ada"])])
def test_nothing_else_opens_it(key: bytes, value: str) -> None:
    with pytest.raises(CheckFailed) as refused:
        verify_disclosure(Disclosure("name", key, value), commit(KEY, "Ada"))
    found = refused.value
    assert (found.check, found.subject, found.found) == (
        "record.disclosure",
        "name",
        commit(key, value),
    )


@pytest.mark.parametrize("key", [b"", KEY[:31], KEY + b"\0"])
def test_a_key_of_another_length_is_none(key: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the key of a commitment has 32 bytes$"):
        commit(key, "Ada")
