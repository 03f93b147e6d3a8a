"""Files on this machine: plain ones to read, and secrets that only their owner reads."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from comitia.errors import MalformedRecord


def open_plain(path: Path, *, follow: bool = True) -> BinaryIO:
    """Open a file for reading that is a file indeed: no pipe to wait at, no device without end.

    follow: whether a symbolic link may stand for it; not in a folder that somebody else packed.
    Raises MalformedRecord where it is something else, ``OSError`` where it cannot be opened.
    """
    no_link = 0 if follow else os.O_NOFOLLOW
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | no_link)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise MalformedRecord(str(path), "expected a plain file; write what it holds to one first")
    return os.fdopen(descriptor, "rb")


def write_private(path: Path, content: bytes) -> None:
    """Write a secret to a new file that only its owner can read.

    Raises FileExistsError where there is a file of that name: a key is never overwritten.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
