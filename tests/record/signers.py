"""Keys from fixed seeds, which other tests share."""

from __future__ import annotations

from hashlib import sha256

from comitia.record.keys import KeyKind, SignerKey

ORIGIN = "record.example.org/union"


def signer(name: str, kind: KeyKind = KeyKind.NOTE) -> SignerKey:
    return SignerKey(name, kind, sha256(name.encode()).digest())


def witness(name: str) -> SignerKey:
    return signer(name, KeyKind.COSIGNATURE)


LOG = signer(ORIGIN)
STRANGER = signer("stranger.example")
WITNESSES = (witness("witness.example/w1"), witness("witness.example/w2"))
