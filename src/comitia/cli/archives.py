"""Archives on this machine that are being written: one writer at a time, and no file replaced."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from functools import partial
from io import FileIO
from itertools import chain, count
from pathlib import Path

from comitia.ballots.v1.making.storage import ArchiveFile
from comitia.ballots.v1.model import ArchiveHeader
from comitia.cli.files import sync_folder
from comitia.errors import MalformedRecord, StorageUnavailable


def create_archive(path: Path, header: ArchiveHeader) -> ArchiveFile:
    """Begin an archive in a new file, which nobody else can write to until it is closed.

    Raises FileExistsError where there is a file of that name, StorageUnavailable where the archive
    cannot be stored; then the file is removed again.
    """
    file = FileIO(path, "x+")
    try:
        _lock(file)
        archive = ArchiveFile.begin(file, header)
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        file.close()
        raise
    return archive


def open_archive(path: Path, *, recover: bool = False) -> ArchiveFile:
    """Open an archive to continue it; nobody else can write to it until it is closed.

    recover: whether to move what a crash left of the last append to a file beside the archive,
    ``NAME.tail-OFFSET``; the archive's ``recovery`` then says what was moved.
    Raises StorageUnavailable where another process writes to it, UnendedAppend where there is
    something to recover, MalformedRecord where it is damaged or no archive, ``OSError`` where the
    file cannot be opened.
    """
    path = path.resolve()  # where a link leads: the tail and the name to be made safe are there
    file = FileIO(path, "r+")
    try:
        _expect_plain(file)
        _lock(file)
        sync_folder(path.parent)
        return ArchiveFile.resume(file, partial(_keep_tail, path) if recover else None)
    except BaseException:
        file.close()
        raise


def _expect_plain(file: FileIO) -> None:
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        raise MalformedRecord(str(file.name), "expected a plain file")


def _lock(file: FileIO) -> None:
    """Keep other writers out until the file is closed, however this process ends."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        problem = "another process is writing to this archive; wait until it has ended"
        raise StorageUnavailable(f"{file.name}: {problem}") from None


def _keep_tail(archive: Path, offset: int, pieces: Iterator[bytes]) -> str:
    """Store the tail of an archive beside it, under a name that no file has yet."""
    first = archive.with_name(f"{archive.name}.tail-{offset}")
    names = chain([first], (first.with_name(f"{first.name}-{n}") for n in count(2)))
    path = next(name for name in names if not os.path.lexists(name))
    try:
        with path.open("xb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path.name
