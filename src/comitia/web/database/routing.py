"""Two databases: the one with everything, and the one with the secrets of persons.

What lies in the second can be destroyed while backups of the first are kept, so nothing may tie
them together: no foreign key, no transaction over both. An application whose configuration says
``database = "secrets"`` has its tables there, and no other has.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models

SECRETS: Final = "secrets"
"""The alias of the second database."""
ALIASES: Final = (DEFAULT_DB_ALIAS, SECRETS)


def database_of(app_label: str) -> str:
    """Return the alias of the database in which an application has its tables.

    A label that is no application's is one that Django gives its cache.
    """
    found = apps.app_configs.get(app_label)
    return getattr(found, "database", DEFAULT_DB_ALIAS)


class SecretsApart:
    """Django's router; where it says None, Django goes on as if there were none."""

    def db_for_read(self, model: type[models.Model], **_hints: Any) -> str | None:  # noqa: ANN401 - Django's own
        return SECRETS if _is_secret(model) else None

    def db_for_write(self, model: type[models.Model], **_hints: Any) -> str | None:  # noqa: ANN401 - Django's own
        return SECRETS if _is_secret(model) else None

    def allow_relation(
        self,
        first: models.Model,
        second: models.Model,
        **_hints: Any,  # noqa: ANN401 - Django's own
    ) -> bool | None:
        # Not by their types: who is logged in comes wrapped until somebody looks.
        return None if _is_secret(first) == _is_secret(second) else False

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:  # noqa: ANN401 - Django's own
        return (database_of(app_label) == SECRETS) == (db == SECRETS)


def _is_secret(model: type[models.Model] | models.Model) -> bool:
    return database_of(model._meta.app_label) == SECRETS
