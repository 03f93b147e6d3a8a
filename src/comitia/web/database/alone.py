"""A place that one process holds at a time, on all machines that share a database.

It falls free when its holder dies, however it dies: on PostgreSQL with the connection (an advisory
lock of a connection of its own), on SQLite with the process (a lock on a file beside the database,
which is on one machine).
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import Final, Protocol

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_NUMBER: Final = int.from_bytes(b"ticking")
"""Of the advisory lock; ``migrating`` has another."""


class Place(Protocol):
    """Somewhere for one process."""

    def hold(self) -> bool:
        """Take the place, or look that we have it still; return whether we do. Never waits."""
        ...

    def leave(self) -> None:
        """Let others in."""
        ...


def ticking_place(alias: str = DEFAULT_DB_ALIAS) -> Place:
    """Return the place of the process that does what time asks for."""
    connection = connections[alias]
    if connection.vendor == "postgresql":
        return _OnPostgresql(connection)
    return _OnFile(f"{connection.settings_dict['NAME']}-ticking")


class _OnPostgresql:
    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._own = connection.copy()
        self._held = False

    def hold(self) -> bool:
        """Ask for the lock, and once it is ours, whether its connection is still there."""
        try:
            with self._own.cursor() as cursor:
                if self._held:
                    cursor.execute("SELECT 1")
                else:
                    cursor.execute("SELECT pg_try_advisory_lock(%s)", [_NUMBER])
                    self._held = bool(cursor.fetchone()[0])
        except Error:
            self.leave()
        return self._held

    def leave(self) -> None:
        """Give the lock back by name: a server may notice a closed connection late."""
        held, self._held = self._held, False
        if held:
            with suppress(Error), self._own.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_NUMBER])
        self._own.close()


class _OnFile:
    def __init__(self, file: str) -> None:
        self._file = file
        self._descriptor: int | None = None

    def hold(self) -> bool:
        if self._descriptor is not None:
            return True
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def leave(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            os.close(descriptor)
