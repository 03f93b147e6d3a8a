"""Trustees of all kinds, with their secrets."""

from __future__ import annotations

from functools import cache

from comitia.ballots.v1.making import open_decryption_key
from comitia.curve import ED25519, Group
from tests.ballots.v1.keymaking import make_run
from tests.elections import Keyholders


@cache
def group_of(threshold: int, size: int, group: Group = ED25519, seed: str = "group") -> Keyholders:
    """Return a threshold group that has made its keys."""
    run = make_run(size, threshold, group, seed)
    trustees = (run.trustees,)
    opened = (
        open_decryption_key(key.to_bytes(), secret, trustees, group)
        for key, secret in zip(run.decryption_keys, run.secrets, strict=True)
    )
    return Keyholders(trustees, tuple(secret for _, secret in opened))


def together(*parts: Keyholders) -> Keyholders:
    """Return the trustees of all parts, in this order."""
    return Keyholders(
        tuple(trustee for part in parts for trustee in part.trustees),
        tuple(secret for part in parts for secret in part.secrets),
    )
