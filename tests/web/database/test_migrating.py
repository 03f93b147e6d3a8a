from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.db.migrations.recorder import MigrationRecorder

from comitia.errors import StorageUnavailable
from comitia.web.database import migrating
from comitia.web.database.migrating import migrate
from comitia.web.database.state import (
    known_migrations,
    pending_migrations,
    unknown_migrations,
)
from tests.web.sample.models import Entry


def test_migrating_brings_all_tables_and_doing_it_again_changes_nothing(
    empty_database: str,
) -> None:
    connection = connections[empty_database]
    assert pending_migrations(connection) == known_migrations() != frozenset()
    migrate(empty_database)
    tables = connection.introspection.table_names()
    assert pending_migrations(connection) == unknown_migrations(connection) == frozenset()
    migrate(empty_database)
    assert connection.introspection.table_names() == tables
    assert "accounts_session" in tables


def test_a_database_of_a_newer_version_is_left_alone(empty_database: str) -> None:
    migrate(empty_database)
    connection = connections[empty_database]
    recorder = MigrationRecorder(connection)
    recorder.record_applied("sessions", "0099_of_the_future")
    with pytest.raises(StorageUnavailable, match="does not know sessions/0099_of_the_future"):
        migrate(empty_database)
    recorder.record_unapplied("sessions", "0099_of_the_future")
    migrate(empty_database)


def test_two_that_start_at_the_same_moment_migrate_one_after_the_other(
    empty_database: str,
) -> None:
    at_work, both = threading.Event(), threading.Event()
    overlaps: list[bool] = []

    def watched(*arguments: object, **options: object) -> None:
        overlaps.append(at_work.is_set())
        at_work.set()
        both.wait(0.3)
        call_command(*arguments, **options)  # type: ignore[arg-type] # as it was called
        at_work.clear()

    def start() -> None:
        migrate(empty_database)
        connections[empty_database].close()

    with mock.patch.object(migrating, "call_command", watched), ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(start), pool.submit(start)]:
            done.result(60)
    assert overlaps == [False, False]


def test_what_fails_leaves_the_way_free_for_the_next(empty_database: str) -> None:
    with (
        mock.patch.object(migrating, "call_command", side_effect=ZeroDivisionError),
        pytest.raises(ZeroDivisionError),
    ):
        migrate(empty_database)
    migrate(empty_database)


def test_every_migration_protects_what_is_append_only(database: str) -> None:
    """As after SQLite made a table anew: the triggers are gone, and come with the next start."""
    connection = connections[database]
    Entry.objects.using(database).create(text="one")
    with connection.schema_editor() as editor:
        editor.delete_model(Entry)
        editor.create_model(Entry)
    Entry.objects.using(database).create(text="one")
    Entry.objects.using(database).update(text="other")
    migrate(database)
    with pytest.raises(IntegrityError, match="never changed"):
        Entry.objects.using(database).update(text="another")
