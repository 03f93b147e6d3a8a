"""An organisation of the application's own on a fresh database, and a load of acts upon it.

Uses the tests' helpers: the organisation that they found, and their PostgreSQL.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from tests.web.postgresql import (
    USER,
    address_of,
    find_programs,
    running_postgresql,
)

KINDS = ("sqlite", "postgresql")


def in_own_process(task: Callable[..., str], *arguments: object) -> str:
    """Return what a task says in a fresh process: Django is set up once in each."""
    context = multiprocessing.get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    one = context.Process(target=_tell, args=(writer, task, arguments))
    one.start()
    writer.close()
    try:
        return str(reader.recv())
    except EOFError:
        raise SystemExit("a process ended before it was done") from None
    finally:
        one.join()


def _tell(writer: Connection, task: Callable[..., str], arguments: Sequence[object]) -> None:
    writer.send(task(*arguments))


@contextlib.contextmanager
def a_database(kind: str, settings: Sequence[str] = ()) -> Iterator[Path | None]:
    """Set up Django on an empty database; yield the socket of PostgreSQL, None for SQLite.

    settings: PostgreSQL's.
    """
    with contextlib.ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["COMITIA_DATA"] = str(data)
        os.environ["DJANGO_SETTINGS_MODULE"] = "comitia.web.project.settings"
        socket = None
        if kind == "postgresql":
            socket = stack.enter_context(_a_server(settings))
            for name, variable in (("acts", "DATABASE"), ("secrets", "SECRETS_DATABASE")):
                os.environ[f"COMITIA_{variable}"] = address_of(socket, name)
        from comitia.web.project.secret import make_secret  # noqa: PLC0415 - a setting of its own

        make_secret(data)
        import django  # noqa: PLC0415 - its settings come first
        from django.core.management import call_command  # noqa: PLC0415 - the same

        django.setup()
        for alias in ("default", "secrets"):
            call_command("migrate", database=alias, verbosity=0)
        yield socket
        close()


@contextlib.contextmanager
def _a_server(settings: Sequence[str]) -> Iterator[Path]:
    import psycopg  # noqa: PLC0415 - SQLite does without

    programs = find_programs()
    if programs is None:
        raise SystemExit("there is no PostgreSQL here")
    with running_postgresql(programs, is_durable=True, settings=settings) as socket:
        where = f"host={socket} user={USER} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            for name in ("acts", "secrets"):
                connection.execute(f"CREATE DATABASE {name}")
        yield socket


def found() -> str:
    """Found the organisation; return a branch of it."""
    from comitia.web.acts import clock  # noqa: PLC0415 - the same
    from tests.web.founded import Founded, write_document  # noqa: PLC0415 - Django comes first

    world = Founded()
    write_document(world)
    book = world.listed[0]  # in force from today on, whatever day it is
    act = replace(book.act, in_force_from=clock.now().date())
    world.listed[0] = replace(book, act=act)
    world.found()
    close()
    return world.branches["Mill"]


def close() -> None:
    """Close this thread's connections: a process that is forked makes its own."""
    from django.db import connections  # noqa: PLC0415 - Django comes first

    connections.close_all()


@contextlib.contextmanager
def sequence_beside() -> Iterator[None]:
    """Have a thread of this process give places, as a server's has."""
    from comitia.web.publicrecord.sequencing import (  # noqa: PLC0415 - Django comes first
        sequence_beside as start,
    )

    beside = start()
    try:
        yield
    finally:
        beside.end()


def admit_somebody(branch: str, decider: str) -> None:
    """Do two acts: somebody new asks to be admitted, and is."""
    from uuid import UUID  # noqa: PLC0415 - beside what needs it

    from comitia.record.kinds.register import (  # noqa: PLC0415 - Django comes first
        AdmitMember,
        Category,
    )
    from comitia.record.kinds.values import Identifier  # noqa: PLC0415 - the same
    from comitia.web.acts import clock  # noqa: PLC0415 - the same
    from comitia.web.acts.performing import Asked, perform  # noqa: PLC0415 - the same
    from comitia.web.register.applying import (  # noqa: PLC0415 - the same
        Applicant,
        take_application,
    )

    where = Identifier(branch)
    own = take_application(Applicant("Somebody", where, Category.FULL)).membership
    perform(Asked(AdmitMember(since=clock.now().date()), own, where, (UUID(decider),)))


def apply_and_withdraw(branch: str) -> None:
    """Do two acts: somebody new asks to be admitted, and takes it back.

    Not an officer's, of whom the rule book allows so many people a day and no more.
    """
    from comitia.record.kinds.register import (  # noqa: PLC0415 - Django comes first
        Category,
        WithdrawApplication,
    )
    from comitia.record.kinds.values import Identifier  # noqa: PLC0415 - the same
    from comitia.web.acts.performing import Asked, perform  # noqa: PLC0415 - the same
    from comitia.web.register.applying import (  # noqa: PLC0415 - the same
        Applicant,
        take_application,
    )

    where = Identifier(branch)
    taken = take_application(Applicant("Somebody", where, Category.FULL))
    perform(Asked(WithdrawApplication(), taken.membership, where, (taken.person,)))
