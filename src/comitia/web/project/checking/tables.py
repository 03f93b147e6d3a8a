"""Whether the state tables say what follows from the entries: no row too many, too few or other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.models import Model

from comitia.web.acts.models import Aggregate
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Mandate,
    Organisation,
)
from comitia.web.project.checking.entries import Folded, Rows
from comitia.web.project.checking.findings import Finding
from comitia.web.register.models import Membership
from comitia.web.rulebook.models import Announcement, Version

_HELD: Final = ("branch_id", "holder", "since", "until", "entry_id")
_AT_ONCE: Final = 1000


def aggregates(folded: Folded) -> Iterator[Finding]:
    """Yield columns of entries that say something else, and aggregates without their entries."""
    yield from folded.misread
    state = folded.state
    must = {one: (state.begun[one], last) for one, last in state.last.items()}
    yield from _differences(Aggregate, ("kind", "last"), {str(k): v for k, v in must.items()})


def compare(folded: Folded) -> Iterator[Finding]:
    """Yield every difference between the tables and the entries."""
    told = ("name", "language", "time_zone", "founded_at", "entry_id")
    yield from _differences(Organisation, told, folded.organisation)
    tree = ("name", "level", "path", "parent_id", "first_day", "last_day")
    yield from _differences(Branch, tree, folded.branches())
    for model in (Mandate, Appointment):
        rows = folded.holdings(model._meta.model_name or "")
        yield from _differences(model, (*_HELD, "organ"), rows)
    grants = {name: row[:-1] for name, row in folded.holdings("administration").items()}
    yield from _differences(Administration, _HELD, grants)
    book = ("in_force_from", "preset", "rules", "adopted_at", "entry_id")
    yield from _differences(Version, book, folded.books)
    announced = ("announced_on", "in_force_from", "preset", "rules", "ended_by_id")
    yield from _differences(Announcement, announced, folded.announcements())
    known = ("standing", "since", "branch_id", "category", "entry_id")
    yield from _differences(Membership, known, folded.memberships())


def _differences(model: type[Model], columns: Sequence[str], must: Rows) -> Iterator[Finding]:
    """Yield rows that are missing, that nothing stands for, or that say something else.

    A value of None where the entries leave it open is not compared.
    """
    table = model._meta.model_name
    missing = dict(must)
    for row in model._default_manager.order_by("pk").iterator(_AT_ONCE):  # noqa: SLF001 - Django's own
        name = str(row.pk)
        expected = missing.pop(name, None)
        if expected is None:
            yield Finding(f"tables.{table}", f"The {table} {name} follows from no entry.")
            continue
        for column, value in zip(columns, expected, strict=True):
            if not _is_same(getattr(row, column), value, column):
                text = f"The {table} {name} has another {column.removesuffix('_id')} than entered."
                yield Finding(f"tables.{table}", text)
    for name in missing:
        yield Finding(f"tables.{table}", f"The {table} {name} was entered, and is not there.")


def _is_same(found: Any, expected: Any, column: str) -> bool:  # noqa: ANN401 - values of any column
    if column == "organ":
        return bool(expected == (found.kind, found.id))
    if column == "branch_id" and expected is None:
        return True  # of somebody who belongs nowhere now, the branch of before
    return bool(found == expected)
