"""Whether the clock has leapt ahead: what is entered then has its date for good.

A process that watches has read two clocks at once: the one that is set, and one that only runs. The
first may get ahead of the second by ``LARGEST_LEAP``. Between two runs of the application nothing
ran along, so as much as ``LONGEST_DOWNTIME`` since the ticker last looked is taken as such. Beyond
that an operator says that the clock is right.

A leap that the ticker saw is kept, so that starting anew is no answer to it. While the clock is as
it should be, nothing is asked of the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comitia.law.errors import RuleViolation
from comitia.record.kinds.values import write_time
from comitia.web.acts import clock
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import ClockSeen

LARGEST_LEAP: Final = timedelta(hours=1)
LONGEST_DOWNTIME: Final = timedelta(days=30)
_THE_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class _Reading:
    """Two clocks, read at once."""

    at: datetime
    running_seconds: float

    def explains(self, moment: datetime, running_seconds: float) -> bool:
        """Whether a clock that was not set could show a moment, but for a little."""
        passed = timedelta(seconds=running_seconds - self.running_seconds)
        return moment - self.at <= passed + LARGEST_LEAP


class _Watch:
    """What one process has seen of the clock."""

    def __init__(self) -> None:
        self._from: _Reading | None = None

    def has_leapt(self, now: datetime) -> bool:
        """Whether nothing that is known explains that it is so late; the row is asked only then."""
        running = clock.running_seconds()
        if self._from is not None and self._from.explains(now, running):
            return False
        seen = ClockSeen.objects.filter(pk=_THE_ROW).first()
        if not _is_downtime(seen, now) or not self._is_confirmed(seen, running):
            return True
        self._from = _Reading(now if seen is None else max(now, seen.at), running)
        return False

    def _is_confirmed(self, seen: ClockSeen | None, running: float) -> bool:
        """Whether somebody stands by a time that this process cannot explain."""
        if self._from is None:
            return True
        return seen is not None and not self._from.explains(seen.at, running)


_watching: list[_Watch] = []


def begin() -> None:
    """Have this process, and those that are forked from it, watch the clock from here on."""
    _watching[:] = [_Watch()]


def has_leapt(now: datetime) -> bool:
    """Whether the clock has leapt ahead, as this process sees it.

    It never has for one that does not watch: a story and a test move the clock as they like.
    """
    return any(one.has_leapt(now) for one in _watching)


def expect_no_leap(now: datetime) -> None:
    """Raise RuleViolation where the clock has leapt ahead: nothing is entered at that time."""
    if has_leapt(now):
        expected = "a time that the clock came to by running"
        raise RuleViolation(Refusal.CLOCK_AHEAD, "clock", expected, write_time(now))


def note(now: datetime) -> None:
    """Keep that the clock was seen, and how; the ticker does, every minute."""
    leapt = has_leapt(now)
    row = ClockSeen.objects.filter(pk=_THE_ROW).first() or ClockSeen(pk=_THE_ROW, at=now)
    if leapt:
        row.leapt_to = now if row.leapt_to is None else min(now, row.leapt_to)
    else:
        row.at, row.leapt_to = max(now, row.at), None
    row.save()


def confirm(now: datetime) -> None:
    """Take the clock as right, whatever was seen before: an operator has looked at another one."""
    ClockSeen.objects.update_or_create(pk=_THE_ROW, defaults={"at": now, "leapt_to": None})


def is_known_to_leap(now: datetime) -> bool:
    """Whether the clock has leapt ahead by what the ticker has seen: for who asks from outside."""
    return not _is_downtime(ClockSeen.objects.filter(pk=_THE_ROW).first(), now)


def _is_downtime(seen: ClockSeen | None, now: datetime) -> bool:
    """Whether the application may just not have run since the clock was last seen."""
    if seen is None:
        return True
    is_still_ahead = seen.leapt_to is not None and now >= seen.leapt_to
    return not is_still_ahead and now - seen.at <= LONGEST_DOWNTIME
