"""Hedged randomness: every secret exponent of a proof or an encryption is made here.

A nonce is the hash of the long-term secret, of what it will be used for, and of fresh randomness.
If the generator repeats itself, two different statements still get different nonces; if it is
known to an attacker, the secret still hides them; if the secret is weak, the randomness does.
"""

from __future__ import annotations

from typing import Final

from nacl import bindings

from comitia.curve.interface import Group, Randomness, Scalar

_TAG: Final = b"comitia-hedged-scalar-v1"
_FRESH_BYTES: Final = 64


def hedged_scalar(group: Group, secret: bytes, message: bytes, randomness: Randomness) -> Scalar:
    """Return a scalar that is uniform to anybody who lacks either the secret or the randomness.

    secret: the long-term secret that the scalar protects or is used beside.
    message: names the one use of this scalar (statement and position); two uses, two messages.
    The bias is below 2^-128: SHA-512 blocks in counter mode fill ``group.wide_bytes``.
    """
    fresh = randomness(_FRESH_BYTES)
    seed = _TAG
    for part in (secret, message, fresh):
        seed += len(part).to_bytes(8, "big") + part
    key = bindings.crypto_hash_sha512(seed)
    wide = b""
    while len(wide) < group.wide_bytes:
        wide += bindings.crypto_hash_sha512(key + len(wide).to_bytes(8, "big"))
    return group.reduce(wide[: group.wide_bytes])
