"""Files on this machine: plain ones to read, and secrets that only their owner reads."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from comitia.errors import MalformedRecord, StorageUnavailable

_OF_OTHERS: Final = 0o077


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


def read_plain(path: Path, largest_bytes: int) -> bytes:
    """Return a plain file's content; raise MalformedRecord where it is larger than stated."""
    with open_plain(path) as stream:
        return _read_limited(stream, path, largest_bytes)


def _read_limited(stream: BinaryIO, path: Path, largest_bytes: int) -> bytes:
    content = stream.read(largest_bytes + 1)
    if len(content) > largest_bytes:
        raise MalformedRecord(str(path), f"more than the {largest_bytes} bytes that are allowed")
    return content


def read_private(path: Path, largest_bytes: int) -> bytes:
    """Return the content of a secret file; refuse one that others can read.

    Raises MalformedRecord, which says what to do, and never repeats what the file holds.
    """
    with open_plain(path) as stream:
        mode = stat.S_IMODE(os.fstat(stream.fileno()).st_mode)
        if mode & _OF_OTHERS:
            problem = f"others can read this secret (mode {mode:o}); make it yours with chmod 600"
            raise MalformedRecord(str(path), problem)
        return _read_limited(stream, path, largest_bytes)


@contextmanager
def naming(path: Path, hint: str = "") -> Iterator[None]:
    """Say which file a refusal of its content is about, and what could help."""
    try:
        yield
    except MalformedRecord as error:
        raise MalformedRecord(f"{path}, {error.where}", f"{error.problem}{hint}") from None


def write_private(path: Path, content: bytes) -> None:
    """Write a secret to a new file that only its owner can read, safely stored.

    Raises FileExistsError where there is a file of that name: a key is never overwritten.
    """
    _write_new(path, content, 0o600)


def write_public(path: Path, content: bytes) -> None:
    """Write what others may read to a new file, safely stored; FileExistsError as above."""
    _write_new(path, content, 0o644)


def write_or_find(path: Path, content: bytes) -> None:
    """Write what others may read to a new file, unless it is there already with this very content.

    Raises FileExistsError where the file holds something else.
    """
    try:
        write_public(path, content)
    except FileExistsError:
        with open_plain(path) as stream:
            if stream.read(len(content) + 1) != content:
                raise


def expect_new(paths: Iterable[Path]) -> None:
    """Raise FileExistsError for the first file that is there already, before any is written."""
    for path in paths:
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def replace_private(path: Path, content: bytes) -> None:
    """Put a new content in place of a secret file's, whole or not at all."""
    _replace(path, content, 0o600)


def replace_public(path: Path, content: bytes) -> None:
    """Put a new content in place of a file's, whole or not at all."""
    _replace(path, content, 0o644)


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Keep other processes that ask for the same lock out; raise StorageUnavailable at once."""
    with open_plain(path) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            problem = "another process works with this file; wait until it has ended"
            raise StorageUnavailable(f"{path}: {problem}") from None
        yield


def _write_new(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _replace(path: Path, content: bytes, mode: int) -> None:
    beside = path.with_name(f"{path.name}.new-{secrets.token_hex(8)}")
    _write_new(beside, content, mode)
    try:
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a crash, as the files' contents do."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
