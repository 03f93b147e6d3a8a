"""Our command and the reference system's program on the same archives, in turn."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comitia.curve.kernel import VARIABLE

OURS = (
    sys.executable,
    "-c",
    "import sys; from comitia.cli import main; sys.exit(main(sys.argv[1:]))",
)


def reference_tool() -> str | None:
    """Return the reference's program, and say so where there is none."""
    tool = os.environ.get("COMITIA_REFERENCE_TOOL")
    if not tool:
        print("COMITIA_REFERENCE_TOOL is not set: nothing of the reference is measured beside ours")
    return tool


def spent(command: Sequence[str], layer: str | None = None) -> float:
    """Return the processor time of a program that must succeed."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = kept if layer is None else {**kept, VARIABLE: layer}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - ours or the user's
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def spread(ratios: Sequence[float], digits: int = 2) -> str:
    """Return the median with the lowest and the highest."""
    median, low, high = statistics.median(ratios), min(ratios), max(ratios)
    return f"{median:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


@dataclass(frozen=True)
class Pair:
    """Two archives of the same election's kind, and how many ballots one has more."""

    small: Path
    large: Path
    ballots: int

    def ours(self, layer: str | None = None) -> float:
        """Return the milliseconds of one core that a further ballot takes our command."""
        command = (*OURS, "verify", "--jobs", "1", "--json")
        small, large = (spent((*command, str(path)), layer) for path in (self.small, self.large))
        return (large - small) / self.ballots * 1e3

    def reference(self, tool: str) -> float:
        """Return the milliseconds of one core that a further ballot takes the reference."""
        small, large = (
            spent((tool, "election", "verify", f"--dir={path.parent}"))
            for path in (self.small, self.large)
        )
        return (large - small) / self.ballots * 1e3
