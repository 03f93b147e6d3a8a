"""What the operator sets of the record: its name, who may read its entries, who watches it."""

from __future__ import annotations

import re
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.keys import KeyKind, VerifierKey, parse_verifier_key
from comitia.record.texts import is_name

LONGEST_ORIGIN: Final = 200
_MOST_WITNESSES: Final = 16
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]{20,200}", re.ASCII)


def parse_origin(name: str, value: str) -> str:
    """Return the record's name. Raises MalformedRecord, as the others."""
    if len(value) > LONGEST_ORIGIN or not is_name(value):
        raise MalformedRecord(name, "expected a name such as example.org/record, without spaces")
    return value


def parse_token(name: str, value: str) -> str:
    """Return the token; no message repeats it."""
    if not _TOKEN.fullmatch(value):
        raise MalformedRecord(name, "expected 20 to 200 letters, digits and any of . _ ~ -")
    return value


def parse_witnesses(name: str, value: str) -> tuple[VerifierKey, ...]:
    """Return the keys of witnesses."""
    texts = value.split(",")
    if len(texts) > _MOST_WITNESSES:
        raise MalformedRecord(name, f"expected up to {_MOST_WITNESSES} keys, parted by commas")
    keys = tuple(parse_verifier_key(text.strip(), name) for text in texts)
    if any(key.kind is not KeyKind.COSIGNATURE for key in keys) or len(set(keys)) < len(keys):
        raise MalformedRecord(name, "expected keys of witnesses, each once")
    return keys
