"""How many acts a second the application does, each with its entry, from 16 clients at once.

Clients are threads of four processes, as `comitia serve` has them. Each lets somebody apply and
take it back: two acts, each a transaction on disk before the next one. No page is rendered. Writing
the person, the person's secret (a second database) and the pseudonym is part of what is measured.

*Bare inserts* are the control: the same clients on the same database, each adding a row of an
entry's size to a table of its own, one transaction a row, before and after the acts. Afterwards
every entry is folded as a verifier does: acts without entries, entries without acts and balances
that are off are counted, and must be none.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
    sequence_beside,
)

_PROCESSES = 4
_THREADS = 4
_ENTRY_BYTES = 600
_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a load came to: how often a second, and the milliseconds that each took.

    processor: milliseconds of the clients' processors; a busy machine changes them least.
    """

    a_second: float
    p50: float
    p99: float
    processor: float


def insert_bare() -> None:
    """Add a row as large as an entry, in a transaction of its own."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django comes first

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare (content) VALUES (%s)", [os.urandom(_ENTRY_BYTES)])


def make_bare_table() -> None:
    """Make the control's table."""
    from django.db import connection  # noqa: PLC0415 - Django comes first

    kind, number = (
        ("bytea", "bigserial") if connection.vendor == "postgresql" else ("blob", "integer")
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (id {number} PRIMARY KEY, content {kind})")
    close()


def work(task: Callable[[], None], until: float, times: list[float]) -> None:
    """Do something until a moment of the monotonic clock; note how long each time took."""
    while time.monotonic() < until:
        began = time.perf_counter()
        task()
        times.append(time.perf_counter() - began)
    close()


def client(
    task: Callable[[], None], until: float, sink: multiprocessing.SimpleQueue[list[float]]
) -> None:
    """Be one process with its threads, and the one that gives places."""
    times: list[float] = []
    with sequence_beside():
        threads = [Thread(target=work, args=(task, until, times)) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    sink.put(times)


def load(task: Callable[[], None], seconds: float, each: int = 1) -> Figures:
    """Have all clients do something for some time. each: how many acts it is."""
    sink: multiprocessing.SimpleQueue[list[float]] = _fork.SimpleQueue()
    before, began = used(), time.monotonic()
    made = [
        _fork.Process(target=client, args=(task, began + seconds, sink)) for _ in range(_PROCESSES)
    ]
    for one in made:
        one.start()
    times = [1000 * one / each for _ in made for one in sink.get()]
    took = time.monotonic() - began
    for one in made:
        one.join()
    cuts = statistics.quantiles(times, n=100)
    number = each * len(times)
    processor = 1000 * (used() - before) / number
    return Figures(number / took, cuts[49], cuts[98], processor)


def used() -> float:
    """Return the processor time of all processes that have ended; the server's is not among it."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def measure(kind: str, seconds: float) -> str:
    """Return a line of the table."""
    with a_database(kind):
        branch = found()
        make_bare_table()
        before = load(insert_bare, seconds / 4)
        acts = load(partial(apply_and_withdraw, branch), seconds, 2)
        after = load(insert_bare, seconds / 4)
        from tests.web.folded import differences  # noqa: PLC0415 - Django comes first

        wrong = differences()
    bare = (before.a_second + after.a_second) / 2
    return (
        f"{kind:<12}{acts.a_second:>8.0f}{acts.p50:>10.1f}{acts.p99:>10.1f}{acts.processor:>10.1f}"
        f"{bare:>14.0f}{100 * acts.a_second / bare:>8.1f} %{len(wrong):>8}"
    )


def main() -> None:
    """Print the table; end with 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--on", choices=KINDS, action="append")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, {_PROCESSES * _THREADS} clients")
    print(
        f"{'database':<12}{'acts/s':>8}{'p50 ms':>10}{'p99 ms':>10}{'cpu ms':>10}"
        f"{'bare inserts':>14}{'share':>10}{'wrong':>8}"
    )
    told = []
    for kind in arguments.on or KINDS:
        told.append(in_own_process(measure, kind, arguments.seconds))
        print(told[-1], flush=True)
    raise SystemExit(any(not one.endswith(" 0") for one in told))


if __name__ == "__main__":
    main()
