"""Fuzz the targets one after the other, and say what each was worth: ``dev.py fuzz`` runs this.

Each target runs in a process of its own (``tests.fuzz.libfuzzer``), since the fuzzer never returns.
A folder in .cache/fuzz holds its corpus, which grows from run to run, and its findings.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fuzz.targets import TARGETS

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / ".cache" / "fuzz"
SECONDS: Final = 10
_STATE: Final = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+)", re.MULTILINE)
_PROGRESS: Final = re.compile(r"#\d+\s|INFO: |\s*$")
_WORDS_OF_A_FINDING: Final = 4000


@dataclass(frozen=True)
class Outcome:
    """What one target's run came to. covered: branches at the start and at the end."""

    executions: int
    seconds: float
    covered: tuple[int, int]
    findings: tuple[Path, ...]
    words: str

    @property
    def failed(self) -> bool:
        return bool(self.findings or self.words)


def write_seeds(name: str) -> Path:
    """Write a target's sound inputs where the fuzzer begins, and return its folder."""
    folder = FOLDER / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    (folder / "findings").mkdir(exist_ok=True)
    for seed in TARGETS[name].seeds:
        path = folder / "corpus" / hashlib.sha1(seed, usedforsecurity=False).hexdigest()
        path.write_bytes(seed)
    return folder


def fuzz(name: str, seconds: int) -> Outcome:
    """Fuzz one target for so many seconds."""
    folder = write_seeds(name)
    before = set((folder / "findings").iterdir())
    command = [sys.executable, "-m", "tests.fuzz.libfuzzer", name, str(folder), str(seconds)]
    started = time.monotonic()
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True)
    elapsed = time.monotonic() - started
    said = (done.stdout + done.stderr).decode(errors="replace")
    states = [(int(runs), int(covered)) for runs, _, covered, _ in _STATE.findall(said)]
    findings = sorted(set((folder / "findings").iterdir()) - before)
    runs = max((runs for runs, _ in states), default=0)
    covered = (states[0][1], states[-1][1]) if states else (0, 0)
    told = "\n".join(line for line in said.splitlines() if not _PROGRESS.match(line))
    words = told[-_WORDS_OF_A_FINDING:] if findings or done.returncode or not states else ""
    return Outcome(runs, elapsed, covered, tuple(findings), words)


def repeat(name: str, path: Path) -> int:
    """Give a target one input, without the fuzzer: what is wrong ends as a traceback."""
    TARGETS[name](path.read_bytes())
    print(f"{name} reads {path} as it should")
    return 0


def chosen(parser: argparse.ArgumentParser, patterns: Sequence[str]) -> list[str]:
    """Return the targets that the patterns name, in the table's order; without any, all."""
    for pattern in patterns:
        if not fnmatch.filter(TARGETS, pattern):
            parser.error(f"no target is called {pattern!r} (there are: {', '.join(TARGETS)})")
    wanted = patterns or ["*"]
    return [name for name in TARGETS if any(fnmatch.fnmatch(name, each) for each in wanted)]


def main() -> int:
    """Do what the command line says; 1 where there was any finding."""
    parser = argparse.ArgumentParser(prog="dev.py fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="a name or pattern")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each target")
    parser.add_argument("--input", type=Path, help="give one target this file only")
    arguments = parser.parse_args()
    names = chosen(parser, arguments.targets)
    if arguments.input is not None:
        if len(names) != 1:
            parser.error("--input goes with the one target that reads it")
        return repeat(names[0], arguments.input)
    print(f"{'target':28} {'executions':>11} {'a second':>9} {'covered':>8} {'new':>5}", flush=True)
    outcomes = []
    for name in names:
        outcome = fuzz(name, arguments.seconds)
        outcomes.append(outcome)
        show(name, outcome)
    total = sum(outcome.executions for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"{len(names)} targets, {total} executions, {failed} with findings")
    return 1 if failed else 0


def show(name: str, outcome: Outcome) -> None:
    """Print a target's row, and whatever was found."""
    start, end = outcome.covered
    rate = round(outcome.executions / outcome.seconds)
    row = f"{name:28} {outcome.executions:11} {rate:9} {end:8} {end - start:5}"
    print(row, flush=True)
    if outcome.failed:
        print(outcome.words)
    for path in outcome.findings:
        place = path.relative_to(ROOT)
        print(f"found: {place}\nagain: python3 dev.py fuzz {name} --input {place}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
