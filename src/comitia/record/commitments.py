"""Commitments: what an entry says of a field that may have to be forgotten.

The entry holds HMAC-SHA-256 of the field's canonical value, under a random key of that field alone.
Value and key, a ``Disclosure``, are kept apart from the entry and can be deleted.

Why an HMAC, and a key a field. Names, dates and addresses can be guessed: a plain hash, or one with
a salt that stays, would confirm a right guess for ever. Without its key an HMAC is as good as
random, so when every copy of the key is deleted nobody can test a guess, and the entry, which
stays as it is, tells nothing of the value any more. With one key for several fields, whoever was
shown one of them could test guesses of the others.

Why it binds. Keys have one length, so key and value follow from what is hashed: two disclosures of
one commitment would be a collision of SHA-256.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final, NewType

from comitia.errors import CheckFailed
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.checks import Check
from comitia.record.keys import Randomness

Commitment = NewType("Commitment", str)
"""An HMAC-SHA-256 in 64 lowercase hexadecimal digits, which stands in the entry."""

COMMITMENT_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True, repr=False)
class Disclosure:
    """What opens a commitment. field: its name in the entry. It is not shown in any message."""

    field: str
    key: bytes
    value: Json

    def __post_init__(self) -> None:
        """Refuse a key of another length, which could be one of another value, too."""
        if len(self.key) != COMMITMENT_KEY_BYTES:
            raise ValueError(f"the key of a field has {COMMITMENT_KEY_BYTES} bytes")

    @property
    def commitment(self) -> Commitment:
        """What the entry must hold in place of the value."""
        digest = hmac.digest(self.key, canonical_bytes(self.value), "sha256")
        return Commitment(digest.hex())


def commit(field: str, value: Json, randomness: Randomness) -> Disclosure:
    """Return a field under a fresh key; its ``commitment`` goes into the entry."""
    return Disclosure(field, randomness(COMMITMENT_KEY_BYTES), value)


def verify_disclosure(disclosure: Disclosure, commitment: Commitment) -> None:
    """Check that a value is the one that an entry commits to.

    Raises CheckFailed, which tells the commitments and not the value. That the commitment stands in
    the entry under this field's name is for the caller.
    """
    if disclosure.commitment != commitment:
        subject = f"the field {disclosure.field}"
        raise CheckFailed(Check.DISCLOSURE.id, subject, commitment, disclosure.commitment)
