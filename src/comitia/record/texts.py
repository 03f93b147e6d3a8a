"""What the texts of C2SP share: one form each for Base64, hashes, sizes and names, read strictly.

Strict also where a specification lets a reader be lax: two texts with one meaning would be two
signatures or two proofs that a comparison takes for different ones.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.tree import HASH_BYTES, LARGEST_SIZE, NodeHash

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_SHOWN_LENGTH: Final = 40


def decode_text(data: bytes, where: str, largest_bytes: int) -> str:
    """Return bytes as text: UTF-8, with no control character below U+0020 but the newline."""
    if len(data) > largest_bytes:
        problem = f"{len(data)} bytes, where at most {largest_bytes} are allowed"
        raise MalformedRecord(where, problem)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRecord(where, f"not UTF-8 at byte {error.start}") from None
    if not is_printed(text.replace("\n", "")):
        raise MalformedRecord(where, "it has a control character other than the newline")
    return text


def is_printed(text: str) -> bool:
    """Return whether a text has no ASCII control character."""
    return all(character >= " " for character in text)


def is_name(text: str) -> bool:
    """Return whether a text can be the name of a key: no space, no plus, nothing unprinted."""
    spaced = any(character.isspace() for character in text)
    return bool(text) and not spaced and "+" not in text and is_printed(text) and _is_utf8(text)


def encode_base64(data: bytes) -> str:
    """Return bytes in standard Base64, padded."""
    return base64.b64encode(data).decode()


def parse_base64(text: str, where: str) -> bytes:
    """Return the bytes that a text is the Base64 of."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedRecord(where, f"{shown(text)} is not Base64") from None
    # Python passes over bits after the last byte; a second text for the same bytes is refused.
    if encode_base64(data) != text:
        raise MalformedRecord(where, f"{shown(text)} is not the Base64 of any bytes")
    return data


def parse_hash(text: str, where: str) -> NodeHash:
    """Return the hash that a text is the Base64 of."""
    data = parse_base64(text, where)
    if len(data) != HASH_BYTES:
        raise MalformedRecord(where, f"expected a hash of {HASH_BYTES} bytes, found {len(data)}")
    return NodeHash(data)


def parse_size(text: str, where: str) -> int:
    """Return the size of a tree, from 0 to ``LARGEST_SIZE``, in decimal without leading zeros."""
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST_SIZE:
        raise MalformedRecord(where, f"{shown(text)} is not the size of a tree")
    return int(text)


def shown(text: str) -> str:
    """Return a text that may come from an attacker, short and in quotes, for a message."""
    return repr(text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "...")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
