"""The one thing that the verifier asks of whoever runs it: a ``map``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")


class ParallelMap(Protocol):
    """Applies a function to items, perhaps in other processes; results come in order."""

    def __call__(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterator[_Output]:
        """Yield the results in the order of the items."""
        ...
