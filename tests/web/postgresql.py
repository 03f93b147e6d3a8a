"""A PostgreSQL of the tests' own: in a temporary folder, at a socket there."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg

USER: Final = "comitia"
# As root the server does not start: somebody else's name is lent to it.
_LENDERS: Final = ("postgres", "nobody")
_PATIENCE_SECONDS: Final = 60


def find_programs() -> Path | None:
    """Return the folder with `initdb` and `postgres`; Debian keeps it off PATH."""
    places = [Path(place) for place in os.environ["PATH"].split(os.pathsep)]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    needed = ("initdb", "postgres")
    complete = (place for place in places if all((place / name).exists() for name in needed))
    return next(complete, None)


@contextmanager
def running_postgresql(
    programs: Path, *, is_durable: bool = False, settings: Sequence[str] = ()
) -> Iterator[Path]:
    """Start a server; yield the folder of its socket, and end it.

    is_durable: whether what it says is on disk is; tests do not wait for that. settings: of the
    server, other than its own.
    """
    owner = _lend_user() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    if owner is not None:
        shutil.chown(folder, owner)
    data = folder / "data"
    make = ("initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    _run([str(programs / make[0]), *make[1:], f"--username={USER}", f"--pgdata={data}"], owner)
    haste = () if is_durable else ("fsync=off", "full_page_writes=off")
    said = ("listen_addresses=", "max_connections=50", *haste, *settings)
    options = [word for setting in said for word in ("-c", setting)]
    server = subprocess.Popen(
        [str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options],
        user=owner,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_answers(folder)
        yield folder
    finally:
        server.send_signal(2)  # ends sessions and stops
        try:
            server.wait(_PATIENCE_SECONDS)
        finally:
            server.kill()
            server.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _lend_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in _LENDERS if name in known)


def _run(command: list[str], user: str | None) -> None:
    done = subprocess.run(command, check=False, user=user, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_it_answers(folder: Path) -> None:
    limit = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            assert time.monotonic() < limit, "the server does not answer"
            time.sleep(0.05)
        else:
            return


def address_of(folder: Path, name: str) -> str:
    """Return a database's address as the setting has it."""
    return f"postgresql://{USER}@/{name}?host={folder}"
