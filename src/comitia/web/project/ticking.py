"""The process that does what time asks for, beside the server's: ``python -m`` this module.

It ends with its parent, however that ends: a thread looks every half second whether it has been
given to another one. The same thread ends a job that hangs, and the parent starts anew.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType
from typing import TYPE_CHECKING, Final

import django

if TYPE_CHECKING:  # it needs Django set up
    from comitia.web.project.jobs import Rounds

_NAME: Final = "comitia.web.project.ticking"
HANGS_SECONDS: Final = 900
"""After which a job is taken to hang. None should need a tenth of it."""
_WATCH_SECONDS: Final = 0.5
_GRACE_SECONDS: Final = 5.0
_RESTART_SECONDS: Final = 5.0
_HUNG: Final = 70
_USAGE: Final = 2


class Ticker:
    """The ticking process, as its parent sees it: started, looked after, ended."""

    def __init__(self, *command: str) -> None:
        self._command = command or (sys.executable, "-m", _NAME, str(os.getpid()))
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    def keep_running(self) -> None:
        """Start the process, or start it anew where it has died; not more often than every 5 s."""
        if self._process is not None and self._process.poll() is None:
            return
        if self._process is None or time.monotonic() >= self._started_at + _RESTART_SECONDS:
            self._started_at = time.monotonic()
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 - ours

    def tell_to_end(self) -> None:
        """Have the process end after the job under way, and wait for nothing."""
        if self._process is not None:
            self._process.terminate()

    def end(self, grace_seconds: float = _GRACE_SECONDS) -> None:
        """Tell the process to end; kill it where it does not within that time."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def tick(parent: int) -> int:
    """Do the jobs until SIGTERM, or until this process has another parent; return the status."""
    end = threading.Event()

    def tell(_signal: int, _frame: FrameType | None) -> None:
        end.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all: the parent tells us
    django.setup()
    from comitia.web.acts import leaps  # noqa: PLC0415 - models come after set-up
    from comitia.web.database.alone import ticking_place  # noqa: PLC0415 - the same
    from comitia.web.project.jobs import Rounds  # noqa: PLC0415 - the same
    from comitia.web.project.wiring import JOBS  # noqa: PLC0415 - the same

    leaps.begin()
    rounds = Rounds(JOBS, ticking_place())
    threading.Thread(target=_watch, args=(parent, rounds), daemon=True).start()
    rounds.run(end)
    return 0


def _watch(parent: int, rounds: Rounds) -> None:
    while (status := _reason_to_end(parent, rounds)) is None:
        time.sleep(_WATCH_SECONDS)
    os._exit(status)  # at once: the job under way may never end


def _reason_to_end(parent: int, rounds: Rounds) -> int | None:
    """Return with which status to end, if at all."""
    if os.getppid() != parent:
        return 0
    began = rounds.began_at
    if began is not None and time.monotonic() - began > HANGS_SECONDS:
        return _HUNG
    return None


def main() -> int:
    """Read the parent's number and tick."""
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():  # noqa: PLR2004 - this program, the number
        sys.stderr.write(f"usage: python -m {_NAME} PARENT\n")
        return _USAGE
    return tick(int(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
