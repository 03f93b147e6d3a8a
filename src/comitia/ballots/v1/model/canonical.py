"""The one way in which this wire version writes JSON.

Source: specification section "Conventions" (compact, fields in order); observed of release 3.3.0:
text is UTF-8 as it stands, control characters and DEL are escaped, nothing else is.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Final, NewType

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None

LARGEST_SMALL_INTEGER: Final = 2**30 - 1
"""Above this the reference writes weights and their sums as text (observed of release 3.3.0)."""

Sha256Hex = NewType("Sha256Hex", str)
"""A SHA-256 in 64 lowercase hexadecimal digits: how records refer to one another."""

Fingerprint = NewType("Fingerprint", str)
"""A SHA-256 in unpadded standard Base64, 43 characters: how people see it."""


def canonical_json(value: Json) -> bytes:
    """Return the compact form of a JSON value, fields in the order in which it holds them."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\x7f", "\\u007f").encode()


def derive_hash(data: bytes) -> Sha256Hex:
    """Return the SHA-256 by which records name one another."""
    return Sha256Hex(hashlib.sha256(data).hexdigest())


def derive_fingerprint(data: bytes) -> Fingerprint:
    """Return the SHA-256 as people see it: election fingerprint, tracker, signed hash."""
    return fingerprint_of_digest(hashlib.sha256(data).digest())


def fingerprint_of_digest(digest: bytes) -> Fingerprint:
    """Return 32 bytes in unpadded Base64."""
    return Fingerprint(base64.b64encode(digest).decode().rstrip("="))
