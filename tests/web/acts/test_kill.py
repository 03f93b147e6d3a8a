"""The short form of `benchmarks/kill.py`, which kills hundreds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[3]


def test_a_killed_application_leaves_nothing_half_done() -> None:
    program = str(ROOT / "benchmarks" / "kill.py")
    done = subprocess.run(
        [sys.executable, program, "--times", "8", "--on", "sqlite"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.fullmatch(
        r"sqlite: killed 8 processes; ([0-9]+) entries, 0 things wrong\n", done.stdout
    )
    assert told is not None, done.stdout
    assert int(told[1]) > 15, "nothing was done while they were killed"
