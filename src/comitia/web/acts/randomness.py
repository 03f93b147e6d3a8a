"""Randomness. Acts take it from here, so that a story from the same seed has the same entries."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings

_draw: Callable[[int], bytes] = secrets.token_bytes


def draw(size: int) -> bytes:
    """Return so many random bytes, which nobody can foresee."""
    return _draw(size)


@contextmanager
def drawn_from(source: Callable[[int], bytes]) -> Iterator[None]:
    """Draw from elsewhere for a while: while a story is loaded, and nowhere else.

    Raises RuntimeError where the settings do not let the clock be moved; no setting of an operator
    does.
    """
    global _draw  # noqa: PLW0603 - there is one source
    if not getattr(settings, "MOVABLE_CLOCK", False):
        raise RuntimeError("randomness cannot be foreseen here")
    before, _draw = _draw, source
    try:
        yield
    finally:
        _draw = before
