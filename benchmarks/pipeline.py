"""What the whole of ``comitia verify`` costs, from the start of the program to the verdict.

Archives of 1,000 ballots of 34 candidates, with --large of 10,000, with --motion of 100,000 ballots
of yes or no, and with --ranked of 10,000 that rank ten and are shuffled twice. Each layer's command
on one core is measured in turn with *plain*: the 0/1 proofs of ballots of the same archive by
libsodium calls alone (see ``ballots``), as many as there are in it by calculation from a sample.
Then by the clock on all cores, with the peak of memory, and how long a result of ten million votes
takes to find. Where COMITIA_REFERENCE_TOOL names the reference's program, what a further ballot
costs it and ours: the difference between archives, which leaves out start-up, set-up and tally.

Python's compiled files are kept, as in an installation.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from comitia.ballots.v1.equations.exponents import search_natively, search_plainly
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import ED25519
from comitia.curve.kernel import NO_LAYER, VARIABLE
from comitia.curve.vartime import compiled_layers

sys.path.append(str(Path(__file__).parents[1]))

from benchmarks import ballots
from benchmarks._elections import BOARD, MOTION, RANKING, hold, read_sample
from benchmarks._programs import Pair, reference_tool, spread

_SAMPLE = 10
_VOTES = 10_000_000
_PROGRAM = (
    "import re, sys; from comitia.cli import main; status = main(sys.argv[1:]);"
    "peak = re.search('VmHWM:[ \\t]*([0-9]+)', open('/proc/self/status').read());"
    "print(peak[1], file=sys.stderr); sys.exit(status)"
)


def verify(archive: Path, layer: str, *options: str) -> tuple[float, float, float]:
    """Return the seconds by the clock and of processor time, and the peak MiB, of the command."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own program on our own file
        [sys.executable, "-c", _PROGRAM, "verify", "--json", *options, str(archive)],
        check=True,
        capture_output=True,
        text=True,
        env={**kept, VARIABLE: layer},
    )
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, used, int(done.stderr.split()[-1]) / 1024


def layers() -> list[str]:
    """Return the names of the layers that run here."""
    return [layer.name for layer in compiled_layers() if layer.runs_here]


def compare_on_one_core(archive: Path, number: int, rounds: int) -> None:
    """Print each layer's processor time and its ratio to plain calls, measured in turn."""
    election, sample = read_sample(archive, _SAMPLE)
    key = bytes.fromhex(election.public_key.text)[::-1]
    parsed = [parse_ballot(record, election.questions, ED25519) for record in sample]
    bits = [bit for ballot in parsed for bit in ballots.plain_bits(ballot, election)]
    names = layers()
    used: dict[str, list[float]] = {name: [] for name in names}
    ratios: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            plain = ballots.seconds(partial(ballots.plain_verify, bits, key))
            seconds = verify(archive, name, "--jobs", "1")[1]
            used[name].append(seconds)
            ratios[name].append(plain * number / len(sample) / seconds)
    for name in names:
        seconds, ratio = statistics.median(used[name]), statistics.median(ratios[name])
        print(f"{name:24}{seconds:9.2f} s of one core; plain / ours {ratio:6.1f}")


def compare_with_reference(ours: Pair, theirs: Pair, rounds: int) -> None:
    """Print what a further ballot costs each layer's command and the reference's, in turn."""
    if (tool := reference_tool()) is None:
        return
    names = layers()
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append((ours.ours(name), theirs.reference(tool)))
    for name in names:
        mine, other = (statistics.median(side) for side in zip(*found[name], strict=True))
        ratio = spread([theirs / ours for ours, theirs in found[name]], 1)
        print(f"{name:24}{mine:9.3f} ms a further ballot, reference {other:.1f}; ratio {ratio}")


def measure_by_the_clock(archive: Path, rounds: int) -> None:
    """Print the whole command's time on all cores, and its peak of memory."""
    for name in layers():
        found = [verify(archive, name) for _ in range(rounds)]
        clock, used, peak = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{name:24}{clock:9.2f} s by the clock, {used:.2f} s of cores, {peak:.0f} MiB")


def measure_results(rounds: int) -> None:
    """Print how long the number behind an element takes to find, beside the plain search."""
    opened = ED25519.generator_power(ED25519.scalar(_VOTES - 1))
    for layer in compiled_layers():
        if not layer.runs_here:
            continue
        search_natively(layer, opened, _VOTES)
        search_plainly(opened, ED25519, _VOTES)
        pairs = [
            (
                ballots.seconds(partial(search_natively, layer, opened, _VOTES)),
                ballots.seconds(partial(search_plainly, opened, ED25519, _VOTES)),
            )
            for _ in range(rounds)
        ]
        ours = statistics.median(pair[0] for pair in pairs) * 1000
        ratio = statistics.median(plain / native for native, plain in pairs)
        print(f"{layer.name:24}{ours:9.1f} ms a choice, the worst one; plain / ours {ratio:6.1f}")


def measure_start(rounds: int) -> None:
    """Print what the command takes before it has read anything."""
    missing = [sys.executable, "-m", "comitia", "verify", "--json", "/nowhere"]
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(missing, check=False, capture_output=True, env=kept)  # noqa: S603 - as above
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{'start':24}{statistics.median(times):9.2f} s of one core")


def report(title: str, archive: Path, number: int, rounds: int, *, compared: bool) -> None:
    """Print the figures of one archive."""
    print(f"\n{title}, {archive.stat().st_size / 2**20:.1f} MiB")
    if compared:
        compare_on_one_core(archive, number, rounds)
    measure_by_the_clock(archive, rounds)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    parser.add_argument("--large", action="store_true", help="10,000 ballots of 34, too")
    parser.add_argument("--motion", action="store_true", help="100,000 ballots of yes or no, too")
    parser.add_argument("--ranked", action="store_true", help="10,000 ranked ballots, too")
    options = parser.parse_args(arguments)
    print(ballots.machine())
    if not layers():
        print(f"there is no native kernel; {VARIABLE}={NO_LAYER} is measured by bench ballots")
        return
    measure_start(options.rounds)
    measure_results(options.rounds)
    with tempfile.TemporaryDirectory() as place:
        board = hold(BOARD, 1000, Path(place, "board"))
        report("1,000 ballots of 34", board, 1000, options.rounds, compared=True)
        few, more = (hold(BOARD, number, Path(place, str(number))) for number in (100, 200))
        ours, theirs = Pair(few, board, 900), Pair(few, more, 100)
        if options.large:
            large = hold(BOARD, 10_000, Path(place, "large"))
            report("10,000 ballots of 34", large, 10_000, options.rounds, compared=True)
            ours = Pair(few, large, 9_900)
        print("\nA further ballot of 34")
        compare_with_reference(ours, theirs, options.rounds)
        if options.motion:
            motion = hold(MOTION, 100_000, Path(place, "motion"))
            report("100,000 ballots, yes or no", motion, 100_000, options.rounds, compared=False)
        if options.ranked:
            ranked = hold(RANKING, 10_000, Path(place, "ranked"))
            report("10,000 ranked ballots of 10", ranked, 10_000, options.rounds, compared=False)


if __name__ == "__main__":
    main()
