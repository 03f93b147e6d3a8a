"""Commitments to values that can be forgotten.

An entry holds HMAC-SHA-256 of a value under a random key of that value alone. Whoever has key and
value can show that they belong there. When both are deleted, the entry says nothing: a name could
be guessed, but a guess cannot be tried without the key, which a bare or publicly salted hash would
allow. Finding another value for a commitment would take a collision of SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from comitia.errors import CheckFailed
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.checks import Check

KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A salted value of an entry, and the key of its commitment. field: which of the entry's."""

    field: str
    key: bytes
    value: Json


def commit(key: bytes, value: Json) -> str:
    """Return the commitment to a value, in 64 hexadecimal digits."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a commitment has {KEY_BYTES} bytes")
    return hmac.digest(key, canonical_bytes(value), hashlib.sha256).hex()


def verify_disclosure(disclosure: Disclosure, commitment: str) -> None:
    """Check that a value is what an entry commits to. Raises CheckFailed."""
    found = commit(disclosure.key, disclosure.value)
    if not hmac.compare_digest(found, commitment):
        raise CheckFailed(Check.DISCLOSURE.id, disclosure.field, commitment, found)
