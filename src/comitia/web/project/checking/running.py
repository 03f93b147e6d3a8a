"""Checking an installation from outside of it: one state of both databases, whatever goes on."""

from __future__ import annotations

from pathlib import Path

from comitia.web.project.checking.findings import Checked, Progress
from comitia.web.project.operating import open_application


def check(data: Path | None, progress: Progress) -> tuple[Checked, ...]:
    """Check the installation in a data folder. Raises as ``open_application``."""
    open_application(data)
    # Models come after the applications.
    from comitia.web.acts import clock  # noqa: PLC0415
    from comitia.web.database.failing import told_plainly  # noqa: PLC0415
    from comitia.web.database.snapshot import one_state  # noqa: PLC0415
    from comitia.web.project.checking.checks import check_all  # noqa: PLC0415

    with told_plainly(), one_state():
        return check_all(clock.now(), progress)
