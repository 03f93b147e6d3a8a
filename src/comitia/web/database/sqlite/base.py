"""Write transactions that queue at a file before they begin.

SQLite has one writer at a time. Who waits in it is woken at random, and under load some wait for
half a second and longer; at a file lock the kernel wakes those who wait in their order. Yet whoever
has just had a turn is awake already, and would have the next one too: so there is a door before the
lock, and who stands in it has the next turn for certain. The database stays safe without the locks:
a program that does not take them only waits the unfair way.

A transaction that never ends keeps all others waiting, as it would in SQLite; the lock falls with
its process. So nothing in a transaction may wait for the network.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; its transactions are IMMEDIATE and hold the lock file from begin to end."""

    # Without the check that a column of JSON holds JSON: Django alone writes it, and up to some
    # version SQLite takes its own JSON functions for unsafe where a schema is not to be trusted.
    data_type_check_constraints = {  # noqa: RUF012 - Django's own form
        kind: check
        for kind, check in base.DatabaseWrapper.data_type_check_constraints.items()
        if kind != "JSONField"
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        self._turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # not in the stubs
        except BaseException:
            self._end_turn()
            raise

    def _set_autocommit(self, autocommit: bool) -> None:  # noqa: FBT001 - Django's own
        """End the turn where every outermost ``atomic`` ends, however it ended."""
        try:
            super()._set_autocommit(autocommit)  # type: ignore[misc] # the same
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # the same
        finally:
            self._end_turn()

    def _take_turn(self) -> None:
        if self.is_in_memory_db():
            return  # of this process alone
        door = self._lock("door")
        try:
            self._turn = self._lock("turns")
        finally:
            os.close(door)

    def _lock(self, name: str) -> int:
        """Wait for a file of that name beside the database; return what holds it until closed."""
        place = f"{self.settings_dict['NAME']}-{name}"
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _end_turn(self) -> None:
        if self._turn is not None:
            descriptor, self._turn = self._turn, None
            os.close(descriptor)
