"""The key that signs checkpoints: a file of its own in the data folder, backed up apart."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from comitia.errors import MalformedRecord
from comitia.record.keys import KeyKind, SignerKey, generate_key, parse_signer_key

FILE_NAME: Final = "record.key"
_OWNER_ALONE: Final = 0o600
_LARGEST_BYTES: Final = 4096


def make_record_key(data: Path, origin: str) -> SignerKey:
    """Make the key; never write over one. Raises FileExistsError where there is one."""
    key = generate_key(origin, KeyKind.NOTE, secrets.token_bytes)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(data / FILE_NAME, flags, _OWNER_ALONE), "w", encoding="utf-8") as file:
        file.write(f"{key.text}\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_record_key(data: Path) -> SignerKey | None:
    """Return the key; None where there is none yet. Raises MalformedRecord for what is no key."""
    try:
        with (data / FILE_NAME).open("rb") as file:
            content = file.read(_LARGEST_BYTES)
    except FileNotFoundError:
        return None
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise MalformedRecord(FILE_NAME, "this is no key") from None
    return parse_signer_key(text, FILE_NAME)
