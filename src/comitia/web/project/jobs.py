"""What time asks for: jobs, each done every so many seconds, in order, by one process.

A job asks the clock and the tables what is due, so it may run late, twice, or after a day of
downtime, and changes nothing that it should not. What is wrong in one job is told in one line,
without the error's text, and stops no other.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

from django.db import close_old_connections, connections

from comitia.web.acts import clock
from comitia.web.acts.jobs import job as counted_job
from comitia.web.acts.leaps import has_leapt
from comitia.web.database.alone import Place

_PAUSE_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something to do every so often. run: is told the time; what it returns nobody looks at.

    is_for_any_clock: or only by one that has not leapt ahead, as all that ends and deletes.
    """

    name: str
    run: Callable[[datetime], object]
    every_seconds: float
    is_for_any_clock: bool = False


class Rounds:
    """Does the jobs that are due, one after the other, while it holds its place.

    began_at: when the job under way began, by the monotonic clock; None between jobs. Another
    thread may read it.
    """

    def __init__(self, jobs: Sequence[Job], place: Place) -> None:
        self._jobs = jobs
        self._place = place
        self._due = {job.name: 0.0 for job in jobs}
        self.began_at: float | None = None

    def run(self, end: Event, pause_seconds: float = _PAUSE_SECONDS) -> None:
        """Do rounds until the end; a job under way is finished first."""
        try:
            while not end.is_set():
                self.go_round(end)
                end.wait(pause_seconds)
        finally:
            self._place.leave()

    def go_round(self, end: Event) -> None:
        """Do each job that is due, unless somebody else has the place."""
        for job in self._jobs:
            if end.is_set() or not self._place.hold():
                return
            if time.monotonic() >= self._due[job.name]:
                self._do(job)
                self._due[job.name] = time.monotonic() + job.every_seconds

    def _do(self, job: Job) -> None:
        self.began_at = time.monotonic()
        try:
            with counted_job(job.name):
                now = clock.now()
                if job.is_for_any_clock or not has_leapt(now):
                    job.run(now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must go on
            _log.error("job %s failed: %s", job.name, _describe(error))
            connections.close_all()  # whatever state they are in
        finally:
            self.began_at = None
            close_old_connections()


def _describe(error: Exception) -> str:
    """Return the kind and the place of an error; its text may hold anything."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__} at {place.filename}:{place.lineno}"
