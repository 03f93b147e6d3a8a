"""Pages of a list that stay in step while the list changes.

A page says behind which item the next one begins, not how many came before: what is added or goes
meanwhile neither repeats an item nor leaves one out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

MOST_ITEMS: Final = 200
Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")

HexId = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["5" * 32])]
HexHash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=["a" * 64])]


class Page(Schema, Generic[Item]):
    """Some items of a list. next: ``after`` of the page behind this one; null at the end."""

    items: list[Item]
    next: HexId | None


class Paging(Schema):
    """Which page is asked for."""

    after: HexId | None = Field(None, description="the identifier behind which the page begins")
    limit: int = Field(100, ge=1, le=MOST_ITEMS, description="how many items at most")


Paged = Annotated[Paging, Query()]


def page_of(rows: QuerySet[Row], paging: Paging, item: Callable[[Row], Item]) -> dict[str, Any]:
    """Return a page of rows, in the order of their identifiers."""
    ordered = rows.order_by("pk")
    if paging.after is not None:
        ordered = ordered.filter(pk__gt=paging.after)
    found = list(ordered[: paging.limit + 1])
    shown = found[: paging.limit]
    more = len(found) > len(shown)
    return {"items": [item(row) for row in shown], "next": shown[-1].pk if more else None}
