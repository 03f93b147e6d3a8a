"""The clock as an operator asks for it, beside the running application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from comitia.web.project.operating import open_application


@dataclass(frozen=True, slots=True)
class SeenClock:
    """What the clock shows, and whether the ticker has found it ahead."""

    now: datetime
    has_leapt: bool


def look_at_clock(data: Path | None, *, confirm: bool) -> SeenClock:
    """Return what is known of the clock; take it as right before, if asked to.

    Raises as ``open_application``, and StorageUnavailable where the database does not answer.
    """
    open_application(data)
    # Models come after the applications.
    from comitia.web.acts import clock, leaps  # noqa: PLC0415
    from comitia.web.database.failing import told_plainly  # noqa: PLC0415

    now = clock.now()
    with told_plainly():
        if confirm:
            leaps.confirm(now)
        return SeenClock(now, leaps.is_known_to_leap(now))
