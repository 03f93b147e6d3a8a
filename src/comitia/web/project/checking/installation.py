"""Whether the installation is fit: settings, files, clock, databases, the record's key."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Max

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checkpoints import open_checkpoint
from comitia.web.acts.founded import founded, organisation_language
from comitia.web.acts.leaps import is_known_to_leap
from comitia.web.acts.models import Entry
from comitia.web.database.append_only import append_only_tables, missing_triggers
from comitia.web.database.routing import ALIASES
from comitia.web.database.state import pending_migrations, unknown_migrations
from comitia.web.project.checking.findings import Finding
from comitia.web.project.environment import LOOPBACK
from comitia.web.publicrecord.keeping import FILE_NAME, read_record_key
from comitia.web.publicrecord.publishing import last_checkpoint

LEAST_ROOM_BYTES: Final = 2**30
_OF_OTHERS: Final = 0o077
_CLOCKS_DIFFER: Final = timedelta(seconds=60)
# Style sheets and scripts, which everybody is given anyway.
_OPEN_FOLDERS: Final = frozenset({"static"})


def check_settings() -> Iterator[Finding]:
    """Yield what is not fit for members."""
    if settings.DEBUG:
        yield Finding("settings.debug", "COMITIA_DEBUG is on: errors show their insides.")
    reached = set(settings.ALLOWED_HOSTS) - set(LOOPBACK)
    if reached and not settings.SESSION_COOKIE_SECURE:
        problem = "COMITIA_HOSTS lets others in without COMITIA_TLS: what they send can be read."
        yield Finding("settings.tls", problem)
    if not settings.MAIL_SERVER:
        problem = "COMITIA_MAIL names no mail server: messages wait in the outbox."
        yield Finding("settings.mail", problem, is_warning=True)
    yield from _different()
    if not settings.WITNESSES:
        problem = "COMITIA_WITNESSES names nobody: a record without witnesses can be rewritten."
        yield Finding("settings.witnesses", problem, is_warning=True)


def _different() -> Iterator[Finding]:
    """Yield settings that say otherwise than the founding, which counts."""
    found = founded()
    if found is None:
        return
    if found.time_zone != settings.TIME_ZONE:
        problem = f"COMITIA_TIME_ZONE is {settings.TIME_ZONE}, the founding's {found.time_zone}."
        yield Finding("settings.time_zone", problem, is_warning=True)
    if organisation_language() != settings.LANGUAGE_CODE:
        problem = f"COMITIA_LANGUAGE is {settings.LANGUAGE_CODE}, the founding's {found.language}."
        yield Finding("settings.language", problem, is_warning=True)


def check_files() -> Iterator[Finding]:
    """Yield what others can read, and a disk that is nearly full."""
    for path in _paths_below(settings.DATA):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & _OF_OTHERS and not path.is_symlink():
            name = path.relative_to(settings.DATA.parent)
            yield Finding("files.mode", f"{name} has mode {mode:o}: make it yours with chmod.")
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_ROOM_BYTES:
        room = f"{free // 2**20} MiB are free"
        yield Finding("files.room", f"{room} where {LEAST_ROOM_BYTES // 2**20} should be.")


def _paths_below(folder: Path) -> Iterator[Path]:
    yield folder
    for place, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one not in _OPEN_FOLDERS]
        yield from (Path(place, name) for name in (*folders, *files))


def check_clock(now: datetime) -> Iterator[Finding]:
    """Yield a clock that is behind what was recorded, or leapt ahead: every act is refused."""
    latest = Entry.objects.aggregate(latest=Max("at"))["latest"]
    if latest is not None and latest > now + _CLOCKS_DIFFER:
        ahead = f"the last entry is of {latest:%Y-%m-%d %H:%M} UTC, and it is {now:%Y-%m-%d %H:%M}"
        yield Finding("clock.behind", f"The clock is behind the record: {ahead}.")
    if is_known_to_leap(now):
        text = "The clock leapt ahead: set it right, or confirm it by `comitia clock --confirm`."
        yield Finding("clock.ahead", text)


def check_databases() -> Iterator[Finding]:
    """Yield migrations that are missing or unknown, and triggers that are gone."""
    for alias in ALIASES:
        for label, name in sorted(pending_migrations(connections[alias])):
            yield Finding("database.pending", f"{label}/{name} was not run: `comitia serve` does.")
        for label, name in sorted(unknown_migrations(connections[alias])):
            yield Finding("database.newer", f"{label}/{name} is of a newer version: run that one.")
    for table in append_only_tables():
        for trigger in missing_triggers(connections[DEFAULT_DB_ALIAS], table):
            text = f"The trigger {trigger} is gone: rows of {table} could be changed."
            yield Finding("database.trigger", text)


def check_key() -> Iterator[Finding]:
    """Yield a key that is gone, that others read, or that did not sign the last checkpoint."""
    last = last_checkpoint()
    try:
        key = read_record_key(settings.DATA)
    except MalformedRecord as error:
        yield Finding("key.file", f"{FILE_NAME} is no key that can be used: {error.problem}.")
        return
    if last is None:
        return
    if key is None:
        yield Finding("key.gone", f"There is no {FILE_NAME}: nothing new can be signed.")
        return
    try:
        open_checkpoint(last.note.encode(), key.name, [key.verifier], "checkpoint")
    except (CheckFailed, MalformedRecord) as error:
        text = f"{FILE_NAME} did not sign the checkpoint at {last.size}: {error}."
        yield Finding("key.other", text)
