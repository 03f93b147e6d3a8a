"""What every step of a verification is given besides the archive's structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

from comitia.ballots.v1.model import Election, Sha256Hex, derive_hash
from comitia.ballots.v1.parse import ForeignElements, largest_tally_bytes, read_content
from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.verify.report import ReportBuilder
from comitia.verify.structure import Located, Structure

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")

Opener = Callable[[], BinaryIO]
"""Opens the archive for reading; picklable, because workers open it for themselves."""


class ParallelMap(Protocol):
    """Applies a function to items, perhaps in other processes; results come in order."""

    def __call__(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterator[_Output]:
        """Yield the results in the order of the items."""
        ...


class Progress(Protocol):
    """Told how far the longest step has come."""

    def __call__(self, done: int, total: int, /) -> None:
        """Take the number of ballots checked and their total."""
        ...


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification under way: where to read, how to run, whom to tell.

    map_unlocked: for functions that leave Python's lock while they work, and so can share memory.
    """

    open_archive: Opener
    stream: BinaryIO
    map: ParallelMap
    map_unlocked: ParallelMap
    report: ReportBuilder
    progress: Progress
    structure: Structure

    def read(self, located: Located, largest_bytes: int) -> bytes:
        """Return a record's content as the walk hashed it.

        Raises MalformedRecord where it is larger than stated, StorageUnavailable where the archive
        has changed since the walk.
        """
        content = read_content(self.stream, located.record, largest_bytes)
        self.expect_unchanged(located, derive_hash(content))
        return content

    def expect_unchanged(self, located: Located, digest: Sha256Hex) -> None:
        """Raise StorageUnavailable where a record had another content when the walk hashed it."""
        misnamed = located.record.offset in self.structure.misnamed
        if not misnamed and digest != located.record.hash:
            raise StorageUnavailable("the archive changed while it was being read; try again")


def read_of_shape(located: Located, election: Election, verification: Verification) -> bytes:
    """Return a record that has one item for each ciphertext of the tally: of a bounded size."""
    return verification.read(located, largest_tally_bytes(election.shape, election.group))


def faults_of(error: MalformedRecord) -> list[str]:
    """Return what is wrong with a record; every foreign element in it by itself."""
    if isinstance(error, ForeignElements):
        return [f"{where}: {problem}" for where, problem in error.faults]
    return [str(error)]
