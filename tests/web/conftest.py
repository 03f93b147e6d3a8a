"""Django for the tests below, and a database of either kind for those of `database`.

COMITIA_TESTS_ON=postgresql runs all of them on PostgreSQL; otherwise the application's own tests
run on SQLite in memory. The tests in `database` run on both kinds wherever there is a PostgreSQL.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import django
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import translation
from pytest_django import DjangoDbBlocker

from comitia.web.database.configuring import SQLITE, parse_database_address
from tests.web.messages import compile_files
from tests.web.postgresql import USER, address_of, find_programs, running_postgresql

# Acts can race on PostgreSQL alone: SQLite does one after the other, and has nothing to try there.
collect_ignore = (
    [] if os.environ.get("COMITIA_TESTS_ON") == "postgresql" else ["acts/test_races.py"]
)
NO_POSTGRESQL: Final = "no PostgreSQL: neither on PATH nor in /usr/lib/postgresql"
_running = contextlib.ExitStack()
atexit.register(_running.close)
_socket: list[Path] = []


def postgresql_socket() -> Path:
    """Start the server the first time; skip where there is none."""
    if not _socket:
        programs = find_programs()
        if programs is None:
            pytest.skip(NO_POSTGRESQL)
        _socket.append(_running.enter_context(running_postgresql(programs)))
    return _socket[0]


def _set_up_django() -> None:
    """Configure Django without a variable in the environment, which other tests hand on."""
    if os.environ.get("COMITIA_TESTS_ON") == "postgresql":
        os.environ["COMITIA_TESTS_DATABASE"] = address_of(postgresql_socket(), "comitia")
        os.environ["COMITIA_TESTS_SECRETS_DATABASE"] = address_of(postgresql_socket(), "secrets")
    compile_files()  # what was translated since the last set-up
    module = importlib.import_module("tests.web.settings")
    os.environ.pop("COMITIA_TESTS_DATABASE", None)
    os.environ.pop("COMITIA_TESTS_SECRETS_DATABASE", None)
    settings.configure(**{name: getattr(module, name) for name in dir(module) if name.isupper()})
    django.setup()


_set_up_django()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that may use the database use both: pages do not say which they ask."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None:
            both = {"databases": "__all__", **mark.kwargs}
            item.add_marker(pytest.mark.django_db(*mark.args, **both), append=False)


@pytest.fixture(autouse=True)
def unwatched_clock() -> Iterator[None]:
    """Let no test watch the clock that another began to watch: each has a clock of its own."""
    from comitia.web.acts import leaps  # noqa: PLC0415 - models come after set-up

    yield
    leaps._watching.clear()


@pytest.fixture(autouse=True)
def first_language() -> Iterator[None]:
    """Begin in the settings' language: a page that was asked for in another one leaves that."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def no_other_organisation(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Keep no founding of another test; a test that may not ask the database has had none."""
    from comitia.web.acts import founded  # noqa: PLC0415 - its models need Django set up

    founded.forget()
    if request.node.get_closest_marker("django_db") is None:
        monkeypatch.setattr(founded, "_read", lambda: None)
    yield
    founded.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings_xdist_suffix() -> None:
    """Leave the names of databases alone: each process has its own memory, and its own server."""


def make_alias(alias: str, address: str, file: Path) -> None:
    """Let Django know of another database for a test."""
    config = dict(parse_database_address("test", address, file))
    made = connections.configure_settings({"default": {}, alias: config})
    connections.settings[alias] = made[alias]


@contextlib.contextmanager
def other_database(kind: str, folder: Path) -> Iterator[str]:
    """Make an empty database of a kind; yields its alias, and drops it."""
    alias = f"{kind}-{secrets.token_hex(4)}"
    address = SQLITE
    if kind == "postgresql":
        socket, name = postgresql_socket(), f"test_{alias.removeprefix('postgresql-')}"
        with psycopg.connect(f"host={socket} user={USER} dbname=postgres", autocommit=True) as own:
            own.execute(f"CREATE DATABASE {name}")
        address = address_of(socket, name)
    make_alias(alias, address, folder / "test.sqlite3")
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


@pytest.fixture(autouse=True)
def tables_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let Django empty the tables after a test with real transactions; the triggers would refuse.

    They are back before the next such test begins.
    """
    mark = request.node.get_closest_marker("django_db")
    if mark is None or not mark.kwargs.get("transaction"):
        yield
        return
    from comitia.web.database import append_only  # noqa: PLC0415 - its models need Django set up

    request.getfixturevalue("transactional_db")
    connection = connections[DEFAULT_DB_ALIAS]
    for table in append_only.append_only_tables():
        append_only.install_triggers(connection, table)
    yield
    for table in append_only.append_only_tables():
        append_only.remove_triggers(connection, table)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """Give the alias of a database without tables, which other threads can open too."""
    with django_db_blocker.unblock(), other_database(request.param, tmp_path) as alias:
        yield alias


@pytest.fixture
def database(empty_database: str) -> str:
    """Give the alias of a database with all tables."""
    call_command("migrate", database=empty_database, run_syncdb=True, verbosity=0)
    return empty_database
