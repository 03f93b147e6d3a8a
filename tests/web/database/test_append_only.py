from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, connections, transaction

from comitia.web.database.append_only import (
    append_only_tables,
    install_triggers,
    protect_tables,
    remove_triggers,
)
from tests.web.sample.models import Entry

TABLE = "sample_entry"
CHANGES = {
    "update": "UPDATE sample_entry SET text = 'other'",
    "delete": "DELETE FROM sample_entry",
    "update of one": "UPDATE sample_entry SET text = 'other' WHERE text = 'first'",
    "other key": "UPDATE sample_entry SET id = 77",
}
ON_SQLITE = {
    "replace by key": "REPLACE INTO sample_entry (id, text) SELECT id, 'other' FROM sample_entry",
    "replace by text": "INSERT OR REPLACE INTO sample_entry (text) VALUES ('first')",
    "update or replace": "UPDATE OR REPLACE sample_entry SET text = 'other'",
    "upsert": "INSERT INTO sample_entry (text) VALUES ('first') ON CONFLICT (text) DO UPDATE "
    "SET text = 'other'",
}
ON_POSTGRESQL = {
    "truncate": "TRUNCATE sample_entry",
    "upsert": ON_SQLITE["upsert"],
    "delete by a query": "WITH gone AS (DELETE FROM sample_entry RETURNING 1) SELECT * FROM gone",
}


@pytest.fixture
def entries(database: str) -> str:
    Entry.objects.using(database).create(text="first")
    return database


def texts(alias: str) -> list[str]:
    return list(Entry.objects.using(alias).values_list("text", flat=True))


def test_what_is_never_changed_is_listed() -> None:
    assert set(append_only_tables()) == {
        TABLE,
        "accounts_accessuse",
        "acts_entry",
        "publicrecord_handover",
        "publicrecord_node",
        "publicrecord_place",
        "publicrecord_signedcheckpoint",
        "publicrecord_witnesscosignature",
    }


def test_rows_are_added_and_read(entries: str) -> None:
    Entry.objects.using(entries).create(text="second")
    assert texts(entries) == ["first", "second"]


def test_no_sql_changes_a_row(entries: str) -> None:
    connection = connections[entries]
    special = ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL
    for name, statement in (CHANGES | special).items():
        with (
            pytest.raises(IntegrityError, match="never changed"),
            transaction.atomic(using=entries),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
        assert texts(entries) == ["first"], name


def test_no_model_changes_a_row(entries: str) -> None:
    entry = Entry.objects.using(entries).get()
    entry.text = "other"
    with pytest.raises(IntegrityError, match="never changed"):
        entry.save()
    with pytest.raises(IntegrityError, match="never changed"):
        entry.delete()
    with pytest.raises(IntegrityError, match="never changed"):
        Entry.objects.using(entries).update(text="other")
    assert texts(entries) == ["first"]


def test_protecting_twice_changes_nothing(entries: str) -> None:
    install_triggers(connections[entries], TABLE)
    with pytest.raises(IntegrityError, match="never changed"):
        Entry.objects.using(entries).all().delete()


def test_where_the_triggers_are_removed_rows_change_until_they_are_back(entries: str) -> None:
    remove_triggers(connections[entries], TABLE)
    Entry.objects.using(entries).update(text="mended")
    assert texts(entries) == ["mended"]
    install_triggers(connections[entries], TABLE)
    with pytest.raises(IntegrityError, match="never changed"):
        Entry.objects.using(entries).update(text="other")


def test_a_table_that_is_not_there_yet_is_left_to_a_later_migration(empty_database: str) -> None:
    protect_tables(apps.get_app_config("database"), using=empty_database)
    assert connections[empty_database].introspection.table_names() == []
