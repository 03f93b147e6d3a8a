"""The key that signs sessions, cookies and forms: made once, for the owner's eyes alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from comitia.errors import MalformedRecord, StorageUnavailable

FILE_NAME: Final = "secret.key"
_LENGTH_BYTES: Final = 64
_OF_OTHERS: Final = 0o077


def make_secret(data: Path) -> None:
    """Put a fresh key into the data folder, unless there is one; whole or not at all."""
    place = data / FILE_NAME
    if place.exists():
        return
    beside = data / f"{FILE_NAME}.new-{secrets.token_hex(8)}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(_LENGTH_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        place.hardlink_to(beside)
    except FileExistsError:
        pass  # another start was faster, and its key is as good
    finally:
        beside.unlink()


def read_secret(data: Path) -> str:
    """Return the key.

    Raises StorageUnavailable where there is none, MalformedRecord where others can read it or it is
    too short to be one of ours.
    """
    place = data / FILE_NAME
    try:
        with place.open("rb") as stream:
            mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
            key = stream.read(2 * _LENGTH_BYTES).strip()
    except FileNotFoundError:
        problem = "there is no secret key; `comitia serve` makes one"
        raise StorageUnavailable(f"{place}: {problem}") from None
    if mode & _OF_OTHERS:
        problem = f"others can read this secret (mode {mode:o}); make it yours with chmod 600"
        raise MalformedRecord(str(place), problem)
    if len(key) < _LENGTH_BYTES or not key.isascii():
        raise MalformedRecord(str(place), "this is no secret key; move it away to get a new one")
    return key.decode("ascii")
