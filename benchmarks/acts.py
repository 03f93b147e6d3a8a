"""How many acts a second the application does, each with its entry, from 16 clients at once.

Clients are threads of four processes, as `comitia serve` has them. Each lets somebody apply and
take it back: two acts, each a transaction on disk before the next one. No page is rendered. Writing
the person and the pseudonym is part of what is measured.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import sys
import time
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the folder alone is on it

from benchmarks._organisation import (
    KINDS,
    a_database,
    apply_and_withdraw,
    close,
    found,
    in_own_process,
)

_PROCESSES = 4
_THREADS = 4


def work(branch: str, until: float, times: list[float]) -> None:
    """Do acts until a moment of the monotonic clock; note how long each pair took."""
    while time.monotonic() < until:
        began = time.perf_counter()
        apply_and_withdraw(branch)
        times.append(time.perf_counter() - began)
    close()


def client(branch: str, until: float, sink: multiprocessing.SimpleQueue[float]) -> None:
    """Be one process with its threads."""
    times: list[float] = []
    threads = [Thread(target=work, args=(branch, until, times)) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in times:
        sink.put(one)


def measure(kind: str, seconds: float) -> str:
    """Return a line of the table."""
    context = multiprocessing.get_context("fork")
    with a_database(kind):
        branch = found()
        sink: multiprocessing.SimpleQueue[float] = context.SimpleQueue()
        until = time.monotonic() + seconds
        made = [
            context.Process(target=client, args=(branch, until, sink)) for _ in range(_PROCESSES)
        ]
        for one in made:
            one.start()
        times = []
        while any(one.is_alive() for one in made) or not sink.empty():
            while not sink.empty():
                times.append(sink.get())
            time.sleep(0.01)
    acts = 2 * len(times)
    cuts = statistics.quantiles((one / 2 for one in times), n=100)
    return f"{kind:<12}{acts / seconds:>8.0f}{1000 * cuts[49]:>10.1f}{1000 * cuts[98]:>10.1f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--on", choices=KINDS, action="append")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {_PROCESSES * _THREADS} clients")
    print(f"{'database':<12}{'acts/s':>8}{'p50 ms':>10}{'p99 ms':>10}")
    for kind in arguments.on or KINDS:
        print(in_own_process(measure, kind, arguments.seconds), flush=True)


if __name__ == "__main__":
    main()
