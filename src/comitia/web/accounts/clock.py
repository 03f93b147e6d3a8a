"""The time, for this room's views; everything below them is given it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now() -> datetime:
    """Return the time, aware and in UTC."""
    return timezone.now()
