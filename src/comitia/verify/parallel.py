"""What every step of a verification is given besides the archive's structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

from comitia.verify.report import ReportBuilder

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
    """One verification under way: where to read, how to run, whom to tell."""

    open_archive: Opener
    stream: BinaryIO
    map: ParallelMap
    report: ReportBuilder
    progress: Progress
