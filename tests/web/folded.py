"""Whether the tables say what the entries add up to, whatever races, kills and errors do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comitia.law.values import Organ
from comitia.record.folding import Folding, State
from comitia.record.folding.balance import balance_failures, yearly_of
from comitia.web.acts.models import Aggregate, Entry
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Mandate,
    OfOrgan,
    Organisation,
)
from comitia.web.register.models import Membership
from comitia.web.rulebook.models import Version


def differences() -> list[str]:
    """Return what is wrong: entries that no verifier takes, rows that do not follow from them."""
    folding = Folding()
    found = [
        str(failure)
        for one in Entry.objects.order_by("number")
        for failure in folding.take(bytes(one.content))
    ]
    found += map(str, folding.finish())
    found += [str(failure) for _, failure in balance_failures(yearly_of(folding.state))]
    expected, rows = {*_derived(folding.state)}, {*_rows()}
    return [
        *found,
        *(f"an entry without its row: {one}" for one in sorted(map(repr, expected - rows))),
        *(f"a row without its entry: {one}" for one in sorted(map(repr, rows - expected))),
    ]


def _derived(state: State) -> Iterator[tuple[Any, ...]]:
    """Yield what every row says, from the entries."""
    for name, last in state.last.items():
        yield "aggregate", str(name), state.begun[name], str(last)
    for book in state.books:
        yield "version", str(book.entry), book.book.version, book.book.in_force_from
    for branch in state.branches.values():
        yield "branch", branch.id, str(branch.level), tuple(map(str, branch.path)), branch.last_day
    for held in state.holdings.values():
        kind = "administrator" if held.organ is None else str(held.capacity)
        where = (str(held.branch[-1]), held.since, held.until, str(held.entry))
        yield kind, str(held.id), held.organ, str(held.holder), *where
    for name, one in state.register.items():
        standing = str(one.membership.standing or "")
        yield "membership", str(name), standing, str(one.membership.branch or "")
    if state.founding is not None:
        yield "organisation", str(state.founding.entry), state.time_zone


def _rows() -> Iterator[tuple[Any, ...]]:
    for aggregate in Aggregate.objects.all():
        yield "aggregate", aggregate.pk, aggregate.kind, aggregate.last
    for version in Version.objects.all():
        yield "version", version.entry_id, version.number, version.in_force_from
    for branch in Branch.objects.all():
        yield "branch", branch.pk, branch.level, tuple(map(str, branch.steps)), branch.last_day
    for kind, model in (
        ("administrator", Administration),
        ("mandate", Mandate),
        ("appointment", Appointment),
    ):
        for held in model._default_manager.all():
            organ: Organ | None = held.organ if isinstance(held, OfOrgan) else None
            where = (held.branch_id, held.since, held.until, held.entry_id)
            yield kind, held.pk, organ, held.holder, *where
    for one in Membership.objects.all():
        yield "membership", one.pk, one.standing, one.branch_id if one.standing else ""
    for organisation in Organisation.objects.all():
        yield "organisation", organisation.entry_id, organisation.time_zone
