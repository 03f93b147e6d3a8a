"""The application `database` of the Django project; it has no tables of its own."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DatabaseConfig(AppConfig):
    """Sees to it that append-only tables are protected after every ``migrate``."""

    name = "comitia.web.database"
    label = "database"
    verbose_name = "database"

    def ready(self) -> None:
        """Listen for the end of a migration, which is Django's own signal."""
        from comitia.web.database.append_only import (  # noqa: PLC0415 - models come after apps
            protect_tables,
        )

        post_migrate.connect(protect_tables, sender=self)
