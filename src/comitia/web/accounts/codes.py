"""Codes that people read from paper or a screen and type.

32 signs, none of which looks like another: no I, L, O or U. Who types one of them, small letters,
other strokes or spaces is understood all the same. Each sign is worth five bits.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015\u2212_.-]+")
LONGEST_TYPED: Final = 100
"""What a form takes: room for spaces and strokes, and no more."""


def draw_code(groups: int, size: int, randomness: Callable[[int], bytes]) -> str:
    """Return a fresh code, as "7K2M-Q0XW" for two groups of four: ``5 * groups * size`` bits."""
    signs = "".join(_SIGNS[byte % len(_SIGNS)] for byte in randomness(groups * size))
    return "-".join(signs[start : start + size] for start in range(0, len(signs), size))


def read_code(typed: str) -> str:
    """Return the signs of a code that somebody typed; nothing where other signs are in it."""
    if len(typed) > LONGEST_TYPED:
        return ""
    signs = _BETWEEN.sub("", typed).upper().translate(_READ_AS)
    return signs if set(signs) <= set(_SIGNS) else ""


def hash_code(purpose: str, key: bytes, code: str) -> str:
    """Return what is stored in a code's place, in hex.

    key: for short codes one that does not lie in the database, or who reads the database could try
    them all. For codes of 100 bits and more none is needed, and they outlive a change of the key.
    """
    message = f"comitia {purpose}\0{read_code(code)}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def is_code(purpose: str, key: bytes, typed: str, stored: str) -> bool:
    """Say whether what was typed is the stored code; takes as long for any."""
    return hmac.compare_digest(hash_code(purpose, key, typed), stored)
