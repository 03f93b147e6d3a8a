"""Whether the state tables say what follows from the entries: no row too many, too few or other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from django.db.models import Model

from comitia.record.kinds.values import Identifier
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
from comitia.web.register.founding.models import DeclaredCase
from comitia.web.register.models import Membership, Step
from comitia.web.register.steps import as_held, expected_rows
from comitia.web.rulebook.models import Version

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
    told = ("name", "language", "time_zone", "terms", "founded_at", "entry_id")
    yield from _differences(Organisation, told, folded.organisation)
    tree = ("name", "level", "path", "parent_id", "first_day", "last_day", "merged_into_id")
    yield from _differences(Branch, tree, folded.branches())
    seats = {name: row[:-1] for name, row in folded.holdings("mandate").items()}
    yield from _differences(Mandate, (*_HELD, "organ"), seats)
    appointed = (*_HELD, "organ", "as_deputy")
    yield from _differences(Appointment, appointed, folded.holdings("appointment"))
    grants = {name: row[:-2] for name, row in folded.holdings("administration").items()}
    yield from _differences(Administration, _HELD, grants)
    book = ("in_force_from", "preset", "rules", "adopted_at", "entry_id")
    yield from _differences(Version, book, folded.books)
    known = ("standing", "since", "branch_id", "category", "entry_id")
    yield from _differences(Membership, known, folded.memberships())
    yield from _steps(folded)
    case = ("number", "branch_id", "stage", "since", "entry_id")
    yield from _differences(DeclaredCase, case, folded.cases)


def _steps(folded: Folded) -> Iterator[Finding]:
    """Yield the memberships whose steps, from which balances are read, are others than entered."""
    entered = folded.state.register
    held: Counter[str] = Counter()
    rows = Step.objects.order_by("membership_id").iterator(_AT_ONCE)
    for name, steps in groupby(rows, key=lambda one: one.membership_id):
        found = as_held(steps)
        held[name] = len(found)
        known = entered.get(Identifier(name))
        if known is not None and found != expected_rows(known.entries):
            yield Finding("tables.step", f"The steps of membership {name} are not as entered.")
    for name in entered:
        if not held[name]:
            yield Finding("tables.step", f"The steps of membership {name} are not there.")


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
    return bool(found == expected)
