from __future__ import annotations

import fcntl
import threading
import time
from pathlib import Path
from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from comitia.web.database.sqlite.base import DatabaseWrapper
from tests.web.conftest import other_database
from tests.web.sample.models import Member, Right

PATIENCE_SECONDS = 20
pytestmark = pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)


def turns_are_free(alias: str) -> bool:
    """Try the lock that transactions hold."""
    place = Path(f"{connections[alias].settings_dict['NAME']}-turns")
    if not place.exists():
        return True
    with place.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def pragma(alias: str, name: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def test_connections_are_as_the_design_wants_them(database: str) -> None:
    names = ("journal_mode", "synchronous", "recursive_triggers", "trusted_schema", "foreign_keys")
    assert [pragma(database, name) for name in names] == ["wal", 2, 1, 0, 1]


def test_a_transaction_has_its_turn_from_begin_to_end(database: str) -> None:
    assert turns_are_free(database)
    with transaction.atomic(using=database):
        assert not turns_are_free(database)
        with transaction.atomic(using=database):  # a savepoint
            Right.objects.using(database).create(name="one")
        assert not turns_are_free(database)
    assert turns_are_free(database)


def test_the_turn_is_over_when_hooks_run_after_the_commit(database: str) -> None:
    seen: list[bool] = []
    with transaction.atomic(using=database):
        transaction.on_commit(lambda: seen.append(turns_are_free(database)), using=database)
    assert seen == [True]


def test_reading_takes_no_turn(database: str) -> None:
    with transaction.atomic(using=database):
        Right.objects.using(database).create(name="not yet")
        names: list[str] = []

        def read() -> None:
            names.extend(Right.objects.using(database).values_list("name", flat=True))
            connections[database].close()

        reader = threading.Thread(target=read)
        reader.start()
        reader.join(PATIENCE_SECONDS)
        assert not reader.is_alive()
    assert names == []


def test_the_turn_ends_with_an_error(database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(using=database):
        raise ZeroDivisionError
    assert turns_are_free(database)


def test_the_turn_ends_where_the_commit_is_refused(database: str) -> None:
    """SQLite looks at foreign keys at the end."""
    with pytest.raises(IntegrityError), transaction.atomic(using=database):
        Member.objects.using(database).create(name="-", folded="-", right_id=77)
    assert turns_are_free(database)
    assert Member.objects.using(database).count() == 0


def test_the_turn_ends_where_the_connection_is_closed_within(database: str) -> None:
    with transaction.atomic(using=database):
        Right.objects.using(database).create(name="lost")
        connections[database].close()
        assert turns_are_free(database)
    assert Right.objects.using(database).count() == 0


def test_the_turn_ends_where_the_transaction_cannot_begin(database: str) -> None:
    begin = mock.patch(
        "django.db.backends.sqlite3.base.DatabaseWrapper._start_transaction_under_autocommit",
        side_effect=OperationalError("disk I/O error"),
    )
    with begin, pytest.raises(OperationalError), transaction.atomic(using=database):
        raise AssertionError("not reached")
    assert turns_are_free(database)


def test_an_interrupt_while_waiting_leaves_nothing_open(database: str) -> None:
    wait = mock.patch("fcntl.flock", side_effect=KeyboardInterrupt)
    with wait, pytest.raises(KeyboardInterrupt), transaction.atomic(using=database):
        raise AssertionError("not reached")
    assert turns_are_free(database)


def test_a_database_in_memory_has_no_file_to_wait_at(empty_database: str) -> None:
    settings = {**connections[empty_database].settings_dict, "NAME": ":memory:"}
    connection = DatabaseWrapper(settings, "memory")
    connection.set_autocommit(autocommit=False, force_begin_transaction_with_broken_autocommit=True)
    connection.set_autocommit(autocommit=True)
    assert not Path(":memory:-turns").exists()
    connection._close()


def test_many_writers_lose_nothing_and_none_waits_in_vain(database: str) -> None:
    """More threads than SQLite's own waiting would treat fairly, each many times."""
    Right.objects.using(database).create(name="0")

    def count() -> None:
        for _ in range(25):
            with transaction.atomic(using=database):
                right = Right.objects.using(database).get()
                time.sleep(0)
                right.name = str(int(right.name) + 1)
                right.save()
        connections[database].close()

    writers = [threading.Thread(target=count) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE_SECONDS)
    assert Right.objects.using(database).get().name == "200"


def test_another_process_s_turn_is_waited_for(database: str, tmp_path: Path) -> None:
    with transaction.atomic(using=database):
        pass
    place = Path(f"{connections[database].settings_dict['NAME']}-turns")
    assert place.stat().st_mode & 0o777 == 0o600
    done = threading.Event()

    def write() -> None:
        with transaction.atomic(using=database):
            done.set()
        connections[database].close()

    with place.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        writer = threading.Thread(target=write)
        writer.start()
        assert not done.wait(0.2)
    assert done.wait(PATIENCE_SECONDS)
    writer.join(PATIENCE_SECONDS)
    assert tmp_path / "test.sqlite3-turns" == place


def test_two_databases_have_turns_of_their_own(database: str, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    with (
        other_database("sqlite", second) as other,
        transaction.atomic(using=database),
        transaction.atomic(using=other),
    ):
        assert not turns_are_free(database)
        assert not turns_are_free(other)
