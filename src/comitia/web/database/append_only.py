"""Tables whose rows the database itself refuses to change: a bug, or SQL from outside, included.

Who owns the database can take the triggers away: against its owner only the published record and
its witnesses help.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from comitia.web.database.models import AppendOnly

_SQLITE: Final = """
CREATE TRIGGER IF NOT EXISTS {trigger} BEFORE {change} ON {table}
BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END
"""
_POSTGRESQL_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION comitia_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of table % are never changed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_POSTGRESQL: Final = """
CREATE OR REPLACE TRIGGER {trigger} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION comitia_refuse_change()
"""


_TRIGGERS: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(quote_ident(%s))"
        " AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
    ),
}


def install_triggers(connection: BaseDatabaseWrapper, table: str) -> None:
    """Have the database refuse UPDATE, DELETE and TRUNCATE of a table; do nothing if it does.

    On SQLite also what ``INSERT OR REPLACE`` would remove, as connections are configured here.
    """
    with connection.cursor() as cursor:
        for statement in _statements(connection, table):
            cursor.execute(statement)


def remove_triggers(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let a table be changed: for a migration that says why, and for tests."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        for trigger in _triggers(connection, table):
            place = f" ON {name(table)}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name(trigger)}{place}")


def missing_triggers(connection: BaseDatabaseWrapper, table: str) -> tuple[str, ...]:
    """Return the triggers that a table must have and has not, or that are switched off."""
    query = _TRIGGERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query, [table])
        there = {name for (name,) in cursor.fetchall()}
    return tuple(name for name in _triggers(connection, table) if name not in there)


def append_only_tables() -> tuple[str, ...]:
    """Return the tables of all models that are append-only."""
    return tuple(
        model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnly)
    )


def protect_tables(
    sender: AppConfig,  # noqa: ARG001 - what every receiver of the signal is told
    using: str = DEFAULT_DB_ALIAS,
    **told: Any,  # noqa: ANN401, ARG001 - the same
) -> None:
    """Install all triggers; called after every ``migrate``.

    Not once, by a migration: SQLite changes a table by making a new one, which has no triggers.
    """
    connection = connections[using]
    there = set(connection.introspection.table_names())
    for table in append_only_tables():
        if table in there:
            install_triggers(connection, table)


def _triggers(connection: BaseDatabaseWrapper, table: str) -> dict[str, str]:
    """Return the names of a table's triggers, each with the change that it refuses."""
    changes = ("update", "delete") if connection.vendor == "sqlite" else ("change",)
    return {f"{table}_no_{change}": change.upper() for change in changes}


def _statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    name = connection.ops.quote_name
    sqlite = connection.vendor == "sqlite"
    made = [
        (_SQLITE if sqlite else _POSTGRESQL).format(
            trigger=name(trigger), change=change, table=name(table)
        )
        for trigger, change in _triggers(connection, table).items()
    ]
    return made if sqlite else [_POSTGRESQL_FUNCTION, *made]
