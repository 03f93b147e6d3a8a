"""The time. All of the application takes it from here, so that it can be another in tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings


def _system_time() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system_time


# It counts while the machine sleeps; where there is none of that name, this one does.
_RUNNING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now() -> datetime:
    """Return the time, in UTC."""
    return _read()


def running_seconds() -> float:
    """Return what a clock shows that nobody sets: of worth only beside an earlier reading."""
    return time.clock_gettime(_RUNNING)


@contextmanager
def showing(read: Callable[[], datetime]) -> Iterator[None]:
    """Take the time from elsewhere for a while: in tests, and while a story is loaded.

    Raises RuntimeError where the settings do not allow it; no setting of an operator does.
    """
    global _read  # noqa: PLW0603 - there is one time
    if not getattr(settings, "MOVABLE_CLOCK", False):
        raise RuntimeError("the clock cannot be moved here")
    before, _read = _read, read
    try:
        yield
    finally:
        _read = before
