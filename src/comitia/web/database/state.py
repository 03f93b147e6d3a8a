"""Whether the tables are those that this version of the application knows."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Migration = tuple[str, str]
"""An application's label and the migration's name."""


def known_migrations() -> frozenset[Migration]:
    """Return the migrations that this version brings."""
    return frozenset(MigrationLoader(None).disk_migrations or ())


def pending_migrations(connection: BaseDatabaseWrapper) -> frozenset[Migration]:
    """Return what this version brings and the database has not had."""
    return known_migrations() - _applied(connection)


def unknown_migrations(connection: BaseDatabaseWrapper) -> frozenset[Migration]:
    """Return what the database has had and this version does not know: a newer one was here."""
    return _applied(connection) - known_migrations()


def _applied(connection: BaseDatabaseWrapper) -> frozenset[Migration]:
    return frozenset(MigrationRecorder(connection).applied_migrations())
