"""Work on thousands of ciphertexts, cut into chunks that the caller may spread over cores.

What the chunks hold is secret. Whoever spreads them answers for the processes that they go to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Final, Protocol, TypeVar

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")

_CHUNK: Final = 256
"""Ten milliseconds of work or more: passing it to another process takes far less."""


class Spread(Protocol):
    """A way to do the same work on many chunks, its results in their order, as ``map`` is one."""

    def __call__(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterable[_Output]:
        """Return or yield ``function(item)`` for each item."""
        ...


def spread_chunks(
    spread: Spread,
    function: Callable[[Sequence[_Input]], Sequence[_Output]],
    items: Sequence[_Input],
) -> list[_Output]:
    """Return what the function makes of all items, a chunk at a time."""
    chunks = (items[first : first + _CHUNK] for first in range(0, len(items), _CHUNK))
    return list(chain.from_iterable(spread(function, chunks)))
