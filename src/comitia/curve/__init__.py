"""Groups of prime order: Ed25519 and the 2048-bit fields, under one interface.

Start at ``group_named``; what every group offers stands in ``interface``. ``reference`` is the
plain implementation that these are tested against.
"""

from __future__ import annotations

from typing import Final

from comitia.curve.ed25519 import ED25519
from comitia.curve.embedding import Embedding, embedding_of, expect_embedding
from comitia.curve.field import BELENIOS_2048, RFC_3526_2048
from comitia.curve.interface import Element, Group, NotCanonical, Randomness, Scalar
from comitia.curve.nonces import hedged_scalar

GROUPS: Final[dict[str, Group]] = {
    group.name: group for group in (ED25519, BELENIOS_2048, RFC_3526_2048)
}


def group_named(name: str) -> Group:
    """Return the group that the wire calls by this name; ``KeyError`` for any other name."""
    return GROUPS[name]


__all__ = [
    "BELENIOS_2048",
    "ED25519",
    "GROUPS",
    "RFC_3526_2048",
    "Element",
    "Embedding",
    "Group",
    "NotCanonical",
    "Randomness",
    "Scalar",
    "embedding_of",
    "expect_embedding",
    "group_named",
    "hedged_scalar",
]
