"""How long pages take in an organisation with many members, beside a page that asks for nothing.

The server is the one that `comitia serve` starts, on loopback, with the data of ``_register``: rows
made in bulk, and a record with two entries a member. Each page is asked for by an officer who sees
everybody and by a member, from one client and from eight at once. *Control* is `/healthz` of the
same server, asked for in the same way after every page; the last column is how many times that a
page takes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import re
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the folder alone is on it

from benchmarks._organisation import KINDS, a_database, close, in_own_process
from benchmarks._register import FIRST_NAMES, World, fill, last_names

_MEMBERS = {"sqlite": 50_000, "postgresql": 500_000}
_SETTINGS = ("shared_buffers=2GB", "max_wal_size=16GB", "checkpoint_timeout=30min")
"""Of PostgreSQL, as half a million members want: it comes with those of a small machine."""
_BRANCHES = 50
_CLIENTS = (1, 8)
_TOKENS = 40
_CSRF = "a" * 32


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. body: None for GET."""

    path: str
    headers: dict[str, str]
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is logged in: the session's cookie, and words that calls are made by."""

    name: str
    session: str
    words: tuple[str, ...]

    def page(self, path: str) -> Question:
        """Ask for a page."""
        return Question(path, {"Cookie": f"session={self.session}"})

    def form(self, path: str, **fields: str) -> Question:
        """Send a form."""
        headers = {
            "Cookie": f"session={self.session}; csrf={_CSRF}",
            "X-CSRFToken": _CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return Question(path, headers, urlencode(fields))

    def call(self, path: str, **fields: object) -> Question:
        """Make a call; tokens take turns, as each has an allowance."""
        word = random.choice(self.words)  # noqa: S311 - whichever
        headers = {"Authorization": f"Bearer {word}", "Content-Type": "application/json"}
        return Question(path, headers, json.dumps(fields))


def log_in(person: UUID, name: str) -> Reader:
    """Claim somebody's account, log in, and make tokens."""
    from django.conf import settings  # noqa: PLC0415 - Django comes first
    from django.test import Client  # noqa: PLC0415 - the same

    from comitia.web.accounts.models import Person  # noqa: PLC0415 - the same
    from comitia.web.acts import clock  # noqa: PLC0415 - the same
    from comitia.web.interface.scopes import Area, Scope  # noqa: PLC0415 - the same
    from comitia.web.interface.tokens import make_token  # noqa: PLC0415 - the same

    row, client, now = Person.objects.get(pk=person), Client(), clock.now()
    row.claimed_at = now
    row.save()
    client.force_login(row)
    scope = Scope(frozenset({Area.REGISTER}))
    until = now.date() + timedelta(30)
    words = tuple(
        make_token(row, f"t{n}", scope, last_day=until, now=now, randomness=secrets.token_bytes)[1]
        for n in range(_TOKENS)
    )
    return Reader(name, client.cookies[settings.SESSION_COOKIE_NAME].value, words)


def typed() -> str:
    """Return what somebody types who looks for a name: 3 to 8 letters of it."""
    names = random.choice((FIRST_NAMES, *[_LAST_NAMES] * 4))  # noqa: S311 - whichever
    return random.choice(names)[: random.randint(3, 8)]  # noqa: S311 - the same


_LAST_NAMES = tuple(last_names())
Ask = Callable[[], Question]


def look_up(reader: Reader) -> Question:
    """Look for members by a call."""
    return reader.call("/api/1/memberships/search", name=typed(), limit=50)


def pages(world: World, officer: Reader, member: Reader) -> Iterator[tuple[str, Ask]]:
    """Yield everything that is asked for, by its name."""
    branch = f"/organisation/branches/{world.branch}/"
    for one in (officer, member):
        yield f"start page, {one.name}", partial(one.page, "/")
        yield f"branch page, {one.name}", partial(one.page, branch)
        yield f"balance, {one.name}", partial(one.page, "/register/balance")
        yield f"API search, {one.name}", partial(look_up, one)
    yield "register, everybody", lambda: officer.page("/register")
    yield "register search", lambda: officer.form("/register", words=typed())
    yield (
        "a member's card",
        lambda: officer.page(f"/register/{random.choice(world.memberships)}"),  # noqa: S311
    )
    yield "own page, member", lambda: member.page("/me")


@contextmanager
def served() -> Iterator[int]:
    """Run the server as `comitia serve` does; yield its port."""
    command = [sys.executable, "-m", "comitia", "serve", "--data", os.environ["COMITIA_DATA"]]
    server = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        for line in server.stderr or ():
            if found := re.search(r"http://[^ ]*:(\d+)/", line):
                Thread(target=list, args=(server.stderr,), daemon=True).start()
                yield int(found[1])
                return
        raise SystemExit("the server did not start")
    finally:
        server.terminate()
        server.wait()


class NotAnsweredError(Exception):
    """The server refused what was asked for."""


def ask(connection: http.client.HTTPConnection, question: Question) -> float:
    """Ask once; return the milliseconds until all of the answer is there."""
    method = "GET" if question.body is None else "POST"
    body = None if question.body is None else question.body.encode()
    began = time.perf_counter()
    connection.request(method, question.path, body, question.headers)
    answer = connection.getresponse()
    answer.read()
    took = 1000 * (time.perf_counter() - began)
    if answer.status != HTTPStatus.OK:
        raise NotAnsweredError(f"{question.path} was answered by {answer.status}")
    return took


def load(port: int, make: Ask, clients: int, times: int) -> tuple[list[float], list[float]]:
    """Ask so often from so many clients; return how long it took, and how long the control did."""
    found, control, refused = list[float](), list[float](), list[str]()
    health = Question("/healthz", {})

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        with closing(connection):
            for _ in range(times // clients):
                try:
                    found.append(ask(connection, make()))
                    control.append(ask(connection, health))
                except NotAnsweredError as error:
                    refused.append(str(error))
                    return

    threads = [Thread(target=work) for _ in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if refused:
        raise SystemExit(refused[0])
    return found, control


def percentile(times: Sequence[float], part: int) -> float:
    """Return within which time so many of a hundred were answered."""
    return statistics.quantiles(times, n=100, method="inclusive")[part - 1]


def line_of(name: str, clients: int, found: Sequence[float], control: Sequence[float]) -> str:
    """Return a line of the table."""
    cuts = "".join(f"{percentile(found, part):>9.1f}" for part in (50, 95, 99))
    bare = percentile(control, 50)
    return f"{name:<24}{clients:>8}{cuts}{bare:>9.1f}{percentile(found, 50) / bare:>8.1f}"


def measure(kind: str, members: int, times: int) -> str:
    """Fill a database, serve it, and ask; print as it goes."""
    from comitia.web.acts import clock  # noqa: PLC0415 - beside what needs it

    with a_database(kind, _SETTINGS):
        from comitia.web.publicrecord.sequencing import sequence  # noqa: PLC0415 - the same

        began = time.perf_counter()
        world = fill(members, _BRANCHES)
        filled = time.perf_counter()
        placed = sequence(clock.now())
        print(
            f"{kind}: {members:,} members in {filled - began:.0f} s, "
            f"{placed:,} places in {time.perf_counter() - filled:.0f} s"
        )
        readers = log_in(world.officer, "officer"), log_in(world.member, "member")
        close()
        print(f"{'':<24}{'clients':>8}{'p50 ms':>9}{'p95':>9}{'p99':>9}{'control':>9}{'times':>8}")
        with served() as port:
            for name, make in pages(world, *readers):
                load(port, make, max(_CLIENTS), 2 * max(_CLIENTS))  # every worker has been asked
                for clients in _CLIENTS:
                    found = load(port, make, clients, times)
                    print(line_of(name, clients, *found), flush=True)
    return ""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, help="as many as the database is meant for if none")
    parser.add_argument("--times", type=int, default=96, help="how often each page is asked for")
    parser.add_argument("--on", choices=KINDS, action="append")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores; Python {platform.python_version()}")
    for kind in arguments.on or KINDS:
        members = arguments.members or _MEMBERS[kind]
        in_own_process(measure, kind, members, arguments.times)


if __name__ == "__main__":
    main()
