"""Random Base58 texts: identifiers of elections, and private credentials."""

from __future__ import annotations

from typing import Final

from comitia.ballots.v1.model import BASE58
from comitia.curve import Randomness

_FAIR_LIMIT: Final = 256 - 256 % len(BASE58)


def generate_token(length: int, randomness: Randomness) -> str:
    """Return ``length`` characters, each uniform: bytes that would favour some are thrown away."""
    token = ""
    while len(token) < length:
        fair = (byte for byte in randomness(length) if byte < _FAIR_LIMIT)
        token += "".join(BASE58[byte % len(BASE58)] for byte in fair)
    return token[:length]
