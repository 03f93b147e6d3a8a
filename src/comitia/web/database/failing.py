"""What a person is told when a database fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from comitia.errors import StorageUnavailable


@contextmanager
def told_plainly(alias: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Raise StorageUnavailable for whatever the database refuses within the block."""
    try:
        yield
    except DatabaseError as error:
        raise StorageUnavailable(about(alias, error)) from None


def about(alias: str, error: DatabaseError) -> str:
    """Return a sentence without the error's text, which may repeat a row or a password."""
    where = connections[alias].settings_dict
    place = ", ".join(str(where[key]) for key in ("HOST", "NAME") if where[key])
    return (
        f"the database ({place}) cannot be used ({type(error).__name__}): see that it is "
        "there, that it is one, and that its server, user and password are right"
    )
