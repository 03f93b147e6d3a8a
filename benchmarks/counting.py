"""What counting costs: real council wards by our rules, beside pref_voting in the same run.

Each ward is read from the bytes of its file and counted with its full sheet, by ours in this
process and by the peer in a process of its own, in turn, ward by ward. Processor time is measured.
*whole* is reading and counting; the peer's reading makes only the profile that it counts, ours
checks every line of the file. Meek's method is measured alone: the peer's takes half a minute and
more for a ward, so it is asked about one, and only with `--slow`. Last, a million papers, pooled in
one file, are counted by ours.

The wards are those of the reference data (COMITIA_REFERENCE_DATA, else `shared` beside the
project). The peer's Python is the one that COMITIA_PEERS names, else the one in `.venv-peers`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comitia.counting.count import run
from comitia.counting.formats import read_profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Sheet

ROOT = Path(__file__).resolve().parent.parent
SCOTTISH, MEEK = "scottish-stv", "meek-prf"
THEIRS = {SCOTTISH: "stv_scottish", MEEK: "stv_meek"}
"""The peer's method nearest to each of our rules; its Meek stops at another precision."""
MILLION = 1_000_000


@dataclass
class Cost:
    """Processor seconds of each ward."""

    reading: list[float] = field(default_factory=list)
    counting: list[float] = field(default_factory=list)

    def add(self, reading: float, counting: float) -> None:
        """Take one ward's."""
        self.reading.append(reading)
        self.counting.append(counting)

    @property
    def whole(self) -> list[float]:
        """What each ward takes altogether."""
        return [r + c for r, c in zip(self.reading, self.counting, strict=True)]


class Peer:
    """The other program, waiting for questions in its own process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Take the process over."""
        self._process = process

    def count(self, method: str, seats: int, path: Path) -> tuple[float, float, list[int]]:
        """Return the seconds of reading and of counting, and the winners."""
        asked, answers = self._process.stdin, self._process.stdout
        if asked is None or answers is None:
            raise ValueError("the peer is spoken to through pipes")
        asked.write(json.dumps([method, seats, str(path)]) + "\n")
        asked.flush()
        reading, counting, winners = json.loads(answers.readline())
        return reading, counting, winners


@contextmanager
def peer() -> Iterator[Peer | None]:
    """Give the peer, or None where it is not installed."""
    named = os.environ.get("COMITIA_PEERS")
    python = Path(named) if named else ROOT / ".venv-peers" / "bin" / "python"
    if not python.exists():
        print("pref_voting is not measured: COMITIA_PEERS names no Python that has it")
        yield None
        return
    script = Path(__file__).with_name("_peer_counting.py")
    command = [str(python), "-W", "ignore", str(script)]
    with subprocess.Popen(  # noqa: S603 - a program of ours in the Python that the user named
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Peer(process)
        if process.stdin is not None:
            process.stdin.close()


def unpack_wards(archive: Path, folder: Path) -> list[Path]:
    """Write the wards' files into a folder; return them in the order of their names."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return sorted(folder.rglob("*.csv"))


def count_ours(rule: str, data: bytes, cost: Cost) -> Sheet:
    """Read and count a file, and note what it took."""
    began = time.process_time()
    profile = read_profile(data, "ward")
    has_read = time.process_time()
    sheet = run(RULES[rule], profile)
    cost.add(has_read - began, time.process_time() - has_read)
    return sheet


def compare(rule: str, paths: list[Path], other: Peer | None) -> None:
    """Print what our rule and the peer's method cost on the same wards."""
    method = THEIRS[rule]
    ours, theirs = Cost(), Cost()
    papers = stages = agreed = 0
    count_ours(rule, paths[0].read_bytes(), Cost())  # a first count, so that all is loaded
    if other is not None and len(paths) > 1:
        other.count(method, 1, paths[0])
    for path in paths:
        sheet = count_ours(rule, path.read_bytes(), ours)
        papers += sheet.valid + sheet.invalid
        stages += len(sheet.stages)
        if other is not None:
            reading, counting, winners = other.count(method, sheet.seats, path)
            theirs.add(reading, counting)
            agreed += winners == sorted(sheet.winners)
    print(f"\n{rule}: {len(paths)} wards, {papers:,} papers, {stages:,} stages; seconds")
    print(f"{'':16}{'read':>8}{'count':>8}{'whole':>8}")
    print_row("ours", ours)
    if other is not None:
        print_row(method, theirs)
        ratio = sum(theirs.whole) / sum(ours.whole)
        print(f"whole / whole: {ratio:.1f}", end="")
        print(f" (median of the wards {median_ratio(theirs.whole, ours.whole):.1f})")
        print(f"count / count: {sum(theirs.counting) / sum(ours.counting):.1f}")
        print(f"their count alone / our whole: {sum(theirs.counting) / sum(ours.whole):.1f}")
        print(f"the same winners in {agreed} of {len(paths)} wards")


def print_row(name: str, cost: Cost) -> None:
    """Print sums."""
    sums = (sum(cost.reading), sum(cost.counting), sum(cost.whole))
    print(f"{name:16}" + "".join(f"{seconds:8.2f}" for seconds in sums))


def median_ratio(theirs: list[float], ours: list[float]) -> float:
    """Return the middle one of the wards' ratios."""
    return statistics.median(t / o for t, o in zip(theirs, ours, strict=True))


def write_million(candidates: int, seats: int) -> tuple[bytes, int]:
    """Return a council CSV with a million random papers, the equal ones pooled, and its lines.

    Nearer candidates in a row are likelier to follow each other, so that rankings repeat as those
    of real voters do.
    """
    draw = random.Random(1)  # noqa: S311 - not a secret
    pooled: Counter[tuple[int, ...]] = Counter()
    for _ in range(MILLION):
        place = min(int(draw.expovariate(0.3)), candidates - 1)
        ranking = [place + 1]
        while len(ranking) < candidates and draw.random() < 0.75:  # noqa: PLR2004
            place = (place + 1 + min(int(draw.expovariate(0.9)), candidates - 1)) % candidates
            if place + 1 in ranking:
                break
            ranking.append(place + 1)
        pooled[tuple(ranking)] += 1
    lines = [f"{candidates},{seats},"]
    lines += [",".join(map(str, (count, *ranking))) for ranking, count in pooled.items()]
    lines += [f'"Candidate {n}","Candidate {n}","",' for n in range(1, candidates + 1)]
    return "\n".join([*lines, '"A million papers",']).encode(), len(pooled)


def report_million() -> None:
    """Print what a million pooled papers cost."""
    data, lines = write_million(20, 7)
    print(f"\na million papers, {lines:,} different ones, 20 candidates, 7 seats; seconds")
    print(f"{'':16}{'read':>8}{'count':>8}{'whole':>8}")
    for rule in THEIRS:
        cost = Cost()
        count_ours(rule, data, cost)
        print_row(rule, cost)


def arguments() -> Any:  # noqa: ANN401 - what argparse gives
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wards", type=int, default=364, help="how many wards are counted")
    parser.add_argument("--slow", action="store_true", help="ask the peer about Meek too")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = arguments()
    shared = Path(os.environ.get("COMITIA_REFERENCE_DATA") or ROOT.parent / "shared")
    archive = shared / "counting" / "scottish-wards.tar.xz"
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    if not archive.is_file():
        print(f"no wards: {archive} is no file; COMITIA_REFERENCE_DATA names the folder")
        sys.exit(1)
    with tempfile.TemporaryDirectory() as folder, peer() as other:
        paths = unpack_wards(archive, Path(folder))
        # Spread over all councils and years, whatever the number.
        chosen = paths[:: max(1, len(paths) // options.wards)][: options.wards]
        compare(SCOTTISH, chosen, other)
        compare(MEEK, chosen, None)
        if options.slow:
            compare(MEEK, chosen[:1], other)
    report_million()


if __name__ == "__main__":
    main()
