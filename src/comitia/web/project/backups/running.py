"""Backing up and restoring an installation, as the commands do it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from comitia.record.tile_reader import ReadPath
from comitia.web.project.checking.findings import Checked
from comitia.web.project.environment import DATA
from comitia.web.project.operating import open_application

if TYPE_CHECKING:
    from comitia.web.project.backups.form import Manifest

Progress = Callable[[int, int], None]
_OWNER_ALONE = 0o077


def backup(data: Path | None, folder: Path, secrets: Path | None, progress: Progress) -> Manifest:
    """Back an installation up while it runs. secrets: where the secrets go, apart, if anywhere."""
    open_application(data)
    # Models come after the applications.
    from comitia.web.acts import clock  # noqa: PLC0415
    from comitia.web.database.failing import told_plainly  # noqa: PLC0415
    from comitia.web.database.snapshot import one_state  # noqa: PLC0415
    from comitia.web.project.backups.writing import write_backup, write_secrets  # noqa: PLC0415

    with told_plainly(), one_state():
        manifest = write_backup(folder, clock.now(), progress)
    if secrets is not None:
        write_secrets(secrets)
    return manifest


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore has brought. made_at: the backup's. logins: people with a passkey and such."""

    checked: tuple[Checked, ...]
    made_at: str
    logins: int


def restore(  # noqa: PLR0913 - all that the command is told
    data: Path,
    folder: Path,
    secrets: Path,
    read: ReadPath | None,
    progress: Progress,
    *,
    older_record: bool,
) -> Restored:
    """Restore a backup into a new data folder, or one without rows; return what a check finds."""
    os.environ[DATA] = str(data.absolute())
    os.umask(_OWNER_ALONE)
    data.mkdir(parents=True, exist_ok=True)
    from comitia.web.project.serving import prepare  # noqa: PLC0415 - it brings the server along

    prepare(data)
    from comitia.web.acts import clock  # noqa: PLC0415 - models come after the applications
    from comitia.web.database.failing import told_plainly  # noqa: PLC0415
    from comitia.web.project.backups import restoring  # noqa: PLC0415
    from comitia.web.project.checking.checks import check_all  # noqa: PLC0415

    kept = restoring.read_secrets(secrets)
    with told_plainly():
        manifest = restoring.restore(
            folder, kept, read, clock.now(), progress, older_record=older_record
        )
        checked = check_all(clock.now(), lambda _done, _total: None)
        return Restored(checked, manifest.made_at, restoring.count_logins())
