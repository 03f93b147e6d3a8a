"""The thread that gives places to what a server's process commits: an act only wakes it.

So nobody waits for a checkpoint, and under load one checkpoint is signed over many acts. Several
processes have such a thread each; the log's row is locked by one at a time, and the others find
nothing left to do. What a thread does not get to, as when its process ends, is the ticker's.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from django.db import close_old_connections, connections

PAUSE_SECONDS: Final = 0.25
"""Between two rounds: what is committed meanwhile gets its places together."""
_log = logging.getLogger(__name__)


class Sequencer:
    """A thread that does rounds when it is woken, and rests after each."""

    def __init__(
        self, go_round: Callable[[], object], pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        """Start at once. go_round: does all that there is to do; it may raise anything."""
        self._go_round = go_round
        self._pause_seconds = pause_seconds
        self._woken = Event()
        self._ended = Event()
        self.process = os.getpid()
        self._thread = Thread(target=self._run, name="sequencer", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Have a round done soon, and wait for nothing."""
        self._woken.set()

    def end(self) -> None:
        """Do a last round if one is wanted, and return when it is done."""
        self._ended.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._woken.wait()
            self._woken.clear()
            self._try_round()
            self._ended.wait(self._pause_seconds)
        if self._woken.is_set():
            self._try_round()
        connections.close_all()

    def _try_round(self) -> None:
        try:
            self._go_round()
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round must come
            kind = type(error)
            _log.error("places were not given: %s.%s", kind.__module__, kind.__qualname__)
            connections.close_all()  # whatever state they are in
        finally:
            close_old_connections()


_running: list[Sequencer] = []


def start_sequencer(go_round: Callable[[], object]) -> Sequencer:
    """Start this process's thread; from here on acts wake it."""
    _running[:] = [Sequencer(go_round)]
    return _running[0]


def running_sequencer() -> Sequencer | None:
    """Return this process's thread; one of the parent's, before a fork, does not count."""
    return next((one for one in _running if one.process == os.getpid()), None)
