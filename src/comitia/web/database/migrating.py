"""Bringing the tables to this version, by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from comitia.errors import StorageUnavailable
from comitia.web.database.state import unknown_migrations

_LOCK: Final = int.from_bytes(b"comitia")
"""The number of an advisory lock on PostgreSQL: any number that nobody else takes."""


def migrate(alias: str = DEFAULT_DB_ALIAS) -> None:
    """Make the tables what this version expects, and protect those that are append-only.

    Raises StorageUnavailable, before anything is changed, where a newer version has been at work:
    what it wrote could not be read rightly. Errors of the database are Django's.
    """
    connection = connections[alias]
    with _alone(connection):
        if unknown := sorted(unknown_migrations(connection)):
            newest = "/".join(unknown[-1])
            raise StorageUnavailable(
                f"a newer version has changed the database (this one does not know {newest}): "
                "run that version, or restore a backup from before it"
            )
        call_command("migrate", database=alias, interactive=False, verbosity=0)


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Keep other processes that start at the same moment waiting."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    if connection.settings_dict["NAME"].startswith("file:"):  # in memory, of this process alone
        yield
        return
    place = f"{connection.settings_dict['NAME']}-migrating"
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
