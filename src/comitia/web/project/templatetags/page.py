"""Parts of pages: ``{% load page %}``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("parts/table.html")
def table(
    caption: str, headings: Sequence[str], rows: Sequence[Sequence[object]]
) -> dict[str, Any]:
    """Show a table that is a list of cards on a phone; the first cell names its row.

    Each row has as many cells as there are headings: ValueError otherwise.
    """
    paired = [list(zip(headings, row, strict=True)) for row in rows]
    return {"caption": caption, "headings": headings, "rows": paired}
