"""An archive in a file, which is only ever appended to and survives a crash at any moment.

``ArchiveFile.begin`` or ``ArchiveFile.resume``; append; close. An append that returns is safely
stored. One that raises StorageUnavailable is taken back; where even that fails, or the append is
interrupted, the archive must be opened again, which tells whether the event is in it. What a crash
leaves of an append is a tail (see ``continuing``), which ``resume`` refuses unless it is told where
to keep it: nothing is cut off before its bytes are stored elsewhere.

The caller opens the file, sees to it that there is one writer (``comitia.cli.archives``) and that
the file's name is stored as safely as the file, and uses this from one thread. An event can be read
in the file a moment before its append returns, and be taken back if storing it fails: what is
published ends at ``size``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from types import TracebackType
from typing import Final, Self

from comitia.ballots.v1.making.archive import ArchiveWriter
from comitia.ballots.v1.making.continuing import (
    MOST_RECORDS,
    ArchiveEnd,
    Tail,
    find_end,
    read_appends,
)
from comitia.ballots.v1.model import ArchiveHeader, Event, EventType
from comitia.ballots.v1.parse import Damage, Record, read_content, read_header
from comitia.errors import MalformedRecord, StorageUnavailable

KeepTail = Callable[[int, Iterator[bytes]], str]
"""Stores the pieces of a tail that began at this offset; returns its name once that is safe."""

_PIECE: Final = 2**20
_INTERRUPTED: Final = "an append was interrupted; open the archive again"
_STUCK: Final = "a part of an append could not be taken back; open the archive again"


class UnendedAppend(MalformedRecord):
    """An archive whose last append did not come to its end, and that nobody asked to recover."""

    def __init__(self, name: str, tail: Tail) -> None:
        """Say where, why, and what to do."""
        doubt = "; compare it with other copies first, for its last event is whole"
        problem = (
            f"the last append did not come to its end ({tail.problem}): recover the archive, which "
            f"moves its last {tail.size} bytes to a file beside it{doubt if tail.event else ''}"
        )
        super().__init__(f"{name}, byte {tail.offset}", problem)
        self.tail = tail


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was moved out of an archive, and the name under which it is kept."""

    tail: Tail
    kept_as: str


class ArchiveFile(ArchiveWriter):
    """An archive that is continued where it ends, one safely stored event after the other.

    header: the archive's own. size: of all that is safely stored, in bytes.
    recovery: what was moved away when the archive was resumed, or None.
    """

    def __init__(
        self,
        file: FileIO,
        header: ArchiveHeader,
        end: ArchiveEnd | None = None,
        recovery: Recovery | None = None,
    ) -> None:
        """Take a file that was looked at; for ``begin`` and ``resume``."""
        self.header = header
        self.size = 0 if end is None else end.offset
        self.recovery = recovery
        self._file = file
        self._process = os.getpid()
        self._unusable: str | None = None
        super().__init__(file, header, None if end is None else end.link)
        self._unusable = None

    @classmethod
    def begin(cls, file: FileIO, header: ArchiveHeader) -> Self:
        """Begin an archive in an empty file, unbuffered, open for reading and writing.

        Raises StorageUnavailable where the header cannot be stored.
        """
        return cls(file, header)

    @classmethod
    def resume(cls, file: FileIO, keep_tail: KeepTail | None = None) -> Self:
        """Continue the archive in a file, unbuffered, open for reading and writing.

        All hashes and the chain are checked again, in constant memory. keep_tail: allows to cut off
        what a crash left of the last append, once it is kept.
        Raises UnendedAppend where there is such a tail and ``keep_tail`` is None, MalformedRecord
        for any other damage, StorageUnavailable where the file cannot be read or written. Nothing
        is changed then, unless it was the cutting itself that failed.
        """
        name, recovery = str(file.name), None
        with _as_unavailable(name):
            try:
                end = find_end(file)
            except MalformedRecord as error:
                raise type(error)(f"{name}, {error.where}", error.problem) from None
            if end.tail is not None:
                if keep_tail is None:
                    raise UnendedAppend(name, end.tail)
                recovery = Recovery(end.tail, keep_tail(end.offset, _read_on(file, end.offset)))
                file.truncate(end.offset)
            # Who was here before may have ended between writing its last event and storing it.
            os.fsync(file.fileno())
        return cls(file, end.header, end, recovery)

    def append(self, type_: EventType, *contents: bytes) -> Event:
        """Append an event after the records that it is about; return it when it is safely stored.

        Raises ``ValueError`` like ArchiveWriter, and for more records than any event is about;
        StorageUnavailable where the event could not be stored; it is taken back, unless the
        sentence says to open the archive again.
        """
        if len(contents) > MOST_RECORDS:
            raise ValueError(f"an event is about at most {MOST_RECORDS} records")
        event = super().append(type_, *contents)
        self._unusable = None
        return event

    def events(self) -> Iterator[tuple[Event, tuple[Record, ...]]]:
        """Yield every event with the records that it is about, hashes checked, in constant memory.

        ``read`` may be called meanwhile.
        """
        with _as_unavailable(str(self._file.name)):
            self._file.seek(0)
            header = read_header(self._file)
            for item in read_appends(self._file, header):
                if isinstance(item, Damage):
                    raise MalformedRecord(f"{self._file.name}, byte {item.offset}", item.problem)
                yield item.event, item.records

    def read(self, record: Record, largest_bytes: int) -> bytes:
        """Return a record's content; raise MalformedRecord where it is larger than stated."""
        with _as_unavailable(str(self._file.name)):
            return read_content(self._file, record, largest_bytes)

    def close(self) -> None:
        """Close the file, which frees it for another writer."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        """Store the bytes safely, or take back what was written of them and raise.

        Until ``append`` knows that all is well, the archive counts as unusable: an interruption
        can come at any place.
        """
        with _as_unavailable(str(self._file.name)):
            self._expect_ours()
            self._unusable = _INTERRUPTED
            try:
                self._file.seek(self.size)
                _write_whole(self._file, data)
                os.fsync(self._file.fileno())
            except OSError:
                self._take_back()
                raise
        self.size += len(data)

    def _take_back(self) -> None:
        try:
            self._file.truncate(self.size)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._unusable = _STUCK
            raise StorageUnavailable(f"{self._file.name}: {error.strerror}; {_STUCK}") from error
        self._unusable = None

    def _expect_ours(self) -> None:
        """Raise where the file's end is not, or may not be, the one that is known here."""
        found = os.fstat(self._file.fileno())
        problem = self._unusable
        if os.getpid() != self._process:
            problem = "opened by another process, which alone may append to it"
        elif problem is None and found.st_size != self.size:
            problem = f"changed by something else: {found.st_size} bytes instead of {self.size}"
        elif problem is None and found.st_nlink == 0:
            problem = "no longer in its folder: what is appended would be lost"
        if problem is not None:
            raise StorageUnavailable(f"{self._file.name}: {problem}")


def _write_whole(file: FileIO, data: bytes) -> None:
    unwritten = memoryview(data)
    while unwritten:
        written = file.write(unwritten)
        if not written:
            raise OSError(errno.EIO, "nothing more could be written")
        unwritten = unwritten[written:]


def _read_on(file: FileIO, offset: int) -> Iterator[bytes]:
    file.seek(offset)
    while piece := file.read(_PIECE):
        yield piece


@contextmanager
def _as_unavailable(name: str) -> Iterator[None]:
    """Raise the system's errors as ours, with the file's name."""
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(f"{error.filename or name}: {error.strerror or error}") from error
