"""Starting the application and keeping it running: what ``comitia serve`` does.

In this order: settings, data folder, address, secret key, databases and whether they belong
together, static files, server and ticker. So a port that is taken or a folder that cannot be
written is found before anything is changed.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.web.database.failing import told_plainly
from comitia.web.database.migrating import migrate
from comitia.web.database.routing import ALIASES
from comitia.web.project.environment import DATA, Environment, load_environment
from comitia.web.project.secret import make_secret
from comitia.web.project.story.__main__ import NOT_FRESH
from comitia.web.project.ticking import Ticker

_SETTINGS: Final = "comitia.web.project.settings"
_MOST_WORKERS: Final = 4
_THREADS: Final = 8
_BACKLOG: Final = 512
_OWNER_ALONE: Final = 0o077
_CODE_FILE: Final = "installation.code"
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
CONFIRMED: Final = "it is set right, or `comitia clock --confirm` says that it is"
STORY: Final = "comitia"
"""The seed of the story: the same each time."""


def serve(
    data: Path | None,
    host: str,
    port: int,
    say: Callable[[str], None],
    *,
    story: bool = False,
) -> NoReturn:
    """Run the application until SIGTERM or Ctrl-C, and leave by SystemExit: 0 if told to end.

    data: the data folder, made if need be; without one the environment's.
    port: 0 takes any that is free; `say` is told which.
    story: whether to load an organisation with a past first, into fresh data.

    Raises MalformedRecord for what is set wrongly, StorageUnavailable where the address, the
    database or its version does not allow it, ``OSError`` where the data folder does not.
    """
    if story and host not in _THIS_MACHINE:
        raise MalformedRecord("--story", "it prints codes to log in with: without --host only")
    if data is not None:
        os.environ[DATA] = str(data.absolute())
    environment = load_environment(os.environ)
    _expect_driver(environment.database["ENGINE"])
    _expect_driver(environment.secrets_database["ENGINE"])
    os.umask(_OWNER_ALONE)
    environment.data.mkdir(parents=True, exist_ok=True)
    with listen(host, port) as listener:
        port = listener.getsockname()[1]
        _say_where(environment, port)
        prepare(environment.data)
        _expect_own_secrets()
        if story:
            load_story(say)
        address = _address(host, port)
        say(f"Comitia is at {address} and its data in {environment.data}; Ctrl-C ends it")
        if folder := environment.mail_folder:
            say(f"Mail is sent nowhere: each lies as a file in {folder}, codes to log in too")
        _say_code(environment.data, address, say)
        _watch_clock(say)
        descriptor = listener.detach()  # from here on gunicorn's
    _Server(_Application(descriptor)).run()
    raise AssertionError("the server's loop leaves by SystemExit")


def load_story(say: Callable[[str], None], seed: str = STORY) -> None:
    """Load an organisation with a past, in a process of its own, whose clock can be moved.

    Raises StorageUnavailable where the data is not fresh, or where it fails.
    """
    say("Loading an organisation with two years behind it; this takes less than a minute")
    told = subprocess.run(  # noqa: S603 - this Python, and a seed of ours
        [sys.executable, "-m", "comitia.web.project.story", seed],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "comitia.web.project.story.settings"},
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if told.returncode == NOT_FRESH:
        raise StorageUnavailable(
            "there is something in this data folder already: --story needs a fresh one (--data)"
        )
    if told.returncode:
        raise StorageUnavailable("the story could not be loaded: take a fresh folder (--data)")
    say("Log in at /claim, each with a code that holds once, on this machine:")
    for line in told.stdout.splitlines():
        say(f"  {line}")


def _say_where(environment: Environment, port: int) -> None:
    """Let the settings of all our processes know the port, unless a proxy has one of its own."""
    if not (environment.address or environment.tls):
        os.environ["COMITIA_ADDRESS"] = f"http://{environment.hosts[0]}:{port}"


def _say_code(data: Path, address: str, say: Callable[[str], None]) -> None:
    """Tell whoever starts it for the first time how to found the organisation.

    Not where what is said goes into a log: then the code lies in a file for the owner alone.
    """
    from comitia.web.accounts.installation import installation_code  # noqa: PLC0415 - needs Django set up

    code = installation_code(timezone.now())
    connections.close_all()
    file = data / _CODE_FILE
    file.unlink(missing_ok=True)
    if code is None:
        return
    where = f"the code {code}"
    if not sys.stderr.isatty():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{code}\n")
        where = f"the code in {file}"
    say(f"Nobody is known here yet: found the organisation at {address}install with {where}")


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raise StorageUnavailable where none can."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError):  # UnicodeError: no name of a host can be as that
        raise StorageUnavailable(f"{host}: this is no address of this machine") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        what = error.strerror or str(error)
        raise StorageUnavailable(
            f"port {port} at {host}: {what}; end what listens there, or choose another by --port"
        ) from None
    return listener


def prepare(data: Path) -> None:
    """Make what a first start makes and a new version changes: key, tables, static files."""
    make_secret(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = _SETTINGS
    django.setup()
    try:
        for alias in ALIASES:
            _migrate(alias)
    finally:
        connections.close_all()  # none may be shared with the workers
    call_command("collectstatic", interactive=False, verbosity=0)


def _expect_own_secrets() -> None:
    """Have the secrets know whose they are. Raises StorageUnavailable where they are another's."""
    from comitia.web.accounts.person_secrets.binding import bind  # noqa: PLC0415 - needs Django set up

    try:
        bind()
    finally:
        connections.close_all()


def _watch_clock(say: Callable[[str], None]) -> None:
    """Have every worker watch the clock from now on; say where it is taken for wrong already."""
    from comitia.web.acts import leaps  # noqa: PLC0415 - needs Django set up

    leaps.begin()
    if leaps.has_leapt(timezone.now()):
        say(f"The clock has leapt ahead: nothing is entered until {CONFIRMED}")
    connections.close_all()


def _expect_driver(engine: str) -> None:
    if "postgresql" in engine and importlib.util.find_spec("psycopg") is None:
        raise StorageUnavailable(
            "the database is a PostgreSQL: pip install comitia[postgresql] installs what it needs"
        )


def _migrate(alias: str) -> None:
    with told_plainly(alias):
        migrate(alias)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class _Application(BaseApplication):  # type: ignore[misc] # gunicorn ships no types
    """Gunicorn, told what it would read from a file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        super().__init__()

    def load_config(self) -> None:
        chosen: dict[str, Any] = {
            "bind": f"fd://{self._descriptor}",
            "worker_class": "gthread",
            "workers": min(_MOST_WORKERS, os.cpu_count() or 1),
            "threads": _THREADS,
            "preload_app": True,  # the workers share what it has loaded
            "graceful_timeout": 10,
            "control_socket_disable": True,
            "logger_class": _PlainLogger,
            "post_worker_init": _begin_work,
            "worker_exit": _end_work,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - gunicorn's
        return get_wsgi_application()


def _begin_work(_worker: object) -> None:
    """Start the thread of a worker that gives places to what it commits."""
    from comitia.web.publicrecord.sequencing import sequence_beside  # noqa: PLC0415 - needs Django set up

    sequence_beside()


def _end_work(_server: object, _worker: object) -> None:
    """Let the thread do what is left."""
    from comitia.web.publicrecord.sequencer import running_sequencer  # noqa: PLC0415 - the same

    if (running := running_sequencer()) is not None:
        running.end()


class _Server(Arbiter):  # type: ignore[misc] # as above
    """Gunicorn's master, with the ticker beside its workers."""

    def __init__(self, application: _Application) -> None:
        super().__init__(application)
        self._ticker = Ticker()

    def manage_workers(self) -> None:
        """Look after the workers, every second, and after the ticker."""
        super().manage_workers()
        self._ticker.keep_running()

    def stop(self, graceful: bool = True) -> None:  # noqa: FBT001, FBT002 - gunicorn's
        """End the workers and the ticker; a job that hangs keeps nobody waiting for long."""
        self._ticker.tell_to_end()
        super().stop(graceful)
        self._ticker.end()


class _PlainLogger(Logger):  # type: ignore[misc] # as above
    """Leaves what is written, and how, to the project's own logging; keeps no log of accesses."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's
        self.cfg = cfg
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Write nothing: addresses of people and what they look at are nobody's business."""
