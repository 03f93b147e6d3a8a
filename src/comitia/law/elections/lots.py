"""The order of candidates by public lot: from a seed that nobody chooses, as anybody can again.

The call says from where the seed will come, before anybody stands: numbers that are drawn in public
on a later day. Each candidate's place follows from the hash of the seed and the nomination's name,
so that nobody has a better place for standing first, and adding a name does not turn the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

_LABEL: Final = b"comitia order of candidates 1"


def draw_order(seed: str, nominations: Iterable[str]) -> tuple[str, ...]:
    """Return nominations in the order that a seed draws."""
    return tuple(sorted(nominations, key=lambda name: (_drawn(seed, name), name)))


def _drawn(seed: str, name: str) -> bytes:
    """Return the hash that decides. Neither part can run over into the other."""
    parts = (_LABEL, seed.encode(), name.encode())
    return sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).digest()
