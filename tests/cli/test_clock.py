"""``comitia clock`` as an operator meets it, beside a server that runs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.test_serving import PATIENCE_SECONDS, environment, get, running

LEAPT = "It leapt ahead, and nothing is entered. Set it right, or use --confirm.\n"


def clock(*words: str | Path) -> tuple[int, str]:
    """Run the command; return its status, and what it told after the time."""
    done = subprocess.run(
        [sys.executable, "-m", "comitia", "clock", *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.stderr == ""
    first, _, rest = done.stdout.partition("\n")
    assert first.endswith(" UTC by the clock of this machine.")
    return done.returncode, rest


def wait_for_look(data: Path) -> None:
    """Wait until the ticker has noted that it saw the clock."""
    end = time.monotonic() + PATIENCE_SECONDS
    with sqlite3.connect(data / "comitia.sqlite3", timeout=PATIENCE_SECONDS) as database:
        while database.execute("SELECT count(*) FROM acts_clockseen").fetchone() != (1,):
            assert time.monotonic() < end
            time.sleep(0.1)
    database.close()


def test_an_operator_confirms_the_clock_to_a_server_that_runs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running("--data", data):
        wait_for_look(data)
    assert clock("--data", data) == (0, "Nothing is known against it.\n")
    with sqlite3.connect(data / "comitia.sqlite3") as database:
        database.execute("UPDATE acts_clockseen SET at = '2026-01-01 00:00:00'")
    database.close()
    assert clock("--data", data) == (1, LEAPT)
    with running("--data", data) as (_, address):
        leapt = "the clock has leapt ahead: nothing is entered\n"
        assert get(address + "healthz") == (503, leapt)
        assert clock("--data", data, "--confirm") == (0, "It is taken as right.\n")
        assert get(address + "healthz") == (200, "ok\n")
