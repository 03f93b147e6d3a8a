"""Kill the application amidst acts, and look whether anything is half done.

Processes do acts without end and are killed by SIGKILL at random moments; on PostgreSQL also the
server's own processes, which it follows by recovering. Afterwards every entry is folded as a
verifier does: acts without entries, entries without acts, entries that no verifier takes, and
members that do not add up are all counted, and must be none.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import signal
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the folder alone is on it

from benchmarks._organisation import (
    KINDS,
    a_database,
    apply_and_withdraw,
    close,
    found,
    in_own_process,
)
from tests.web.postgresql import USER

_WORKERS = 3
_LONGEST_SECONDS = 0.3
_fork = multiprocessing.get_context("fork")


def work(branch: str) -> None:
    """Do acts until killed; where the server is, wait for it."""
    from comitia.errors import StorageUnavailable  # noqa: PLC0415 - beside what raises it

    logging.disable()  # that the server went away

    while True:
        try:
            apply_and_withdraw(branch)
        except Exception as error:
            lost = (
                isinstance(error, StorageUnavailable) or type(error).__module__ == "django.db.utils"
            )
            if not lost:
                raise
            close()
            time.sleep(0.05)


def start(branch: str) -> BaseProcess:
    """Start a process that does acts."""
    made = _fork.Process(target=work, args=(branch,))
    made.start()
    return made


def kill_processes(times: int, branch: str) -> None:
    """Kill one process after the other at random moments."""
    chance = random.Random()  # noqa: S311 - moments, no secrets
    workers = [start(branch) for _ in range(_WORKERS)]
    for n in range(times):
        time.sleep(chance.uniform(0.02, _LONGEST_SECONDS))
        one = workers[n % _WORKERS]
        one.kill()
        one.join()
        if one.exitcode != -signal.SIGKILL:
            raise SystemExit(f"a process ended by itself: {one.exitcode}")
        workers[n % _WORKERS] = start(branch)
    for one in workers:
        one.kill()
        one.join()


def kill_servers(times: int, branch: str, socket: Path) -> None:
    """Kill the server's process of some connection, again and again, while acts go on."""
    import psycopg  # noqa: PLC0415 - SQLite does without

    chance = random.Random()  # noqa: S311 - moments, no secrets
    workers = [start(branch) for _ in range(_WORKERS)]
    killed = 0
    while killed < times:
        time.sleep(chance.uniform(0.02, _LONGEST_SECONDS))
        try:
            with psycopg.connect(f"host={socket} user={USER} dbname=acts", autocommit=True) as own:
                rows = own.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = 'acts'"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).fetchall()
        except psycopg.OperationalError:
            continue  # it is recovering
        if rows:
            os.kill(chance.choice(rows)[0], signal.SIGKILL)
            killed += 1
    for one in workers:
        one.kill()
        one.join()
    wait_for(socket)


def wait_for(socket: Path) -> None:
    """Wait until the server has recovered."""
    import psycopg  # noqa: PLC0415 - SQLite does without

    while True:
        try:
            psycopg.connect(f"host={socket} user={USER} dbname=acts").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return


def tried(kind: str, times: int, servers: int) -> str:
    """Return what was found after so many kills."""
    with a_database(kind) as socket:
        branch = found()
        kill_processes(times, branch)
        if socket is not None:
            kill_servers(servers, branch, socket)
        from comitia.web.acts.models import Entry  # noqa: PLC0415 - Django comes first
        from tests.web.folded import differences  # noqa: PLC0415 - the same

        found_wrong = differences()
        entries = Entry.objects.count()
    killed = f"{times} processes" + (f", {servers} of the server's" if socket else "")
    lines = [f"{kind}: killed {killed}; {entries} entries, {len(found_wrong)} things wrong"]
    return "\n".join([*lines, *(f"  {one}" for one in found_wrong[:10])])


def main() -> None:
    """Print what was found; end with 1 where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--servers", type=int, default=300)
    parser.add_argument("--on", choices=KINDS, action="append")
    arguments = parser.parse_args()
    wrong = False
    for kind in arguments.on or KINDS:
        told = in_own_process(tried, kind, arguments.times, arguments.servers)
        print(told, flush=True)
        wrong |= " 0 things wrong" not in told
    raise SystemExit(int(wrong))


if __name__ == "__main__":
    main()
