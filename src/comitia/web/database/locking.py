"""Rows that must stay as they are until the transaction ends.

A handler locks the aggregate that it changes with ``lock_rows``, first of all, and what its right
and rule rest on with ``share_rows``; whoever ends a right takes it with ``lock_rows``. So of two
acts that exclude one another, the second waits and then sees what the first one did.

On SQLite a transaction has the whole database to itself: both only read. Rows are locked in the
order of their keys, whatever order was asked for, so that two handlers cannot wait for each other.
"""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row", bound=models.Model)


def lock_rows(rows: models.QuerySet[Row]) -> tuple[Row, ...]:
    """Return the rows as they are now; nobody else changes, locks or shares them meanwhile.

    Raises TransactionManagementError outside ``atomic``, where a lock would hold nothing.
    """
    _expect_transaction(rows)
    return tuple(rows.order_by("pk").select_for_update(of=("self",)))


def share_rows(rows: models.QuerySet[Row]) -> tuple[Row, ...]:
    """Return the rows as they are now; others may share them meanwhile, and nobody changes them.

    The rows come without what `rows` had selected of related ones. Raises as above.
    """
    _expect_transaction(rows)
    ordered = rows.order_by("pk")
    connection = connections[rows.db]
    if connection.vendor != "postgresql":
        return tuple(ordered)
    try:
        sql, parameters = ordered.select_related(None).query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return ()
    table = connection.ops.quote_name(rows.model._meta.db_table)
    shared = rows.model._base_manager.using(rows.db).raw(f"{sql} FOR SHARE OF {table}", parameters)
    return tuple(shared)


def hold_rows(rows: models.QuerySet[Row], *, shared: bool = False) -> None:
    """Lock or share rows that nobody needs to see: on SQLite there is nothing to do for that.

    Raises as above.
    """
    _expect_transaction(rows)
    if connections[rows.db].vendor == "postgresql":
        (share_rows if shared else lock_rows)(rows)


def take_rows(rows: models.QuerySet[Row], most: int) -> tuple[Row, ...]:
    """Return up to so many rows that nobody else has locked, locked, in the order asked for.

    Workers so share what there is to do, and none waits for another; on SQLite one has its turn
    after the other. Raises as above.
    """
    _expect_transaction(rows)
    return tuple(rows.select_for_update(of=("self",), skip_locked=True)[:most])


def _expect_transaction(rows: models.QuerySet[Row]) -> None:
    if not connections[rows.db].in_atomic_block:
        raise TransactionManagementError("rows are locked within `atomic` only")
