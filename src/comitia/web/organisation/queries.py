"""What is asked of the organisation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from comitia.record.kinds.values import Identifier
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Holding,
    Mandate,
    OfOrgan,
)
from comitia.web.organisation.words import organ_name

HOLDINGS: Final = (Mandate, Appointment, Administration)


def holdings_of(person: UUID) -> tuple[Identifier, ...]:
    """Return all that a person holds or held: mandates, appointments, technical rights."""
    first, *others = (
        model.objects.filter(person=person).order_by().values_list("pk", flat=True)
        for model in HOLDINGS
    )
    return tuple(Identifier(one) for one in first.union(*others, all=True))


def administrations() -> tuple[Identifier, ...]:
    """Return all technical rights that were ever given."""
    return tuple(Identifier(one) for one in Administration.objects.values_list("pk", flat=True))


def names_of(identifiers: Collection[str]) -> dict[str, str]:
    """Return what readers know branches and holdings by: "committee, Mill (Ada Lowe)".

    Who has technical rights is shown to those who have some, on a page of theirs: not by name here.
    """
    branches = Branch.objects.filter(pk__in=identifiers)
    names = dict(branches.values_list("pk", "name"))
    for model in HOLDINGS:
        rows = model.objects.filter(pk__in=identifiers).select_related("branch", "person")
        names.update((row.pk, _name_of(row)) for row in rows)
    return names


def _name_of(held: Holding) -> str:
    if not isinstance(held, OfOrgan):
        return f"{gettext('administrator')}, {held.branch.name}"
    return f"{organ_name(held.organ)}, {held.branch.name} ({held.person.name})"


def above(branches: Collection[Identifier]) -> frozenset[Identifier]:
    """Return branches with all that are above them; of an unknown one itself alone."""
    paths = Branch.objects.filter(pk__in=branches).only("path")
    return frozenset({*branches, *(Identifier(step) for one in paths for step in one.steps)})


def path_of(branch: Identifier) -> tuple[str, ...]:
    """Return a branch with all above it, from the top; of an unknown one itself alone."""
    found = Branch.objects.filter(pk=branch).first()
    return (branch,) if found is None else found.steps


def open_branches() -> QuerySet[Branch]:
    """Return the branches that exist, those above before those below."""
    return Branch.objects.filter(last_day=None).order_by("path")


def branches_below(branch: Identifier) -> QuerySet[Branch]:
    """Return the branches below one, without itself; none of one that there is not."""
    own = Branch.objects.filter(pk=branch).first()
    if own is None:
        return Branch.objects.none()
    return Branch.objects.filter(path__startswith=own.path).exclude(pk=branch)


def holds_office(person: UUID, day: date) -> bool:
    """Whether somebody has a mandate or an appointment that runs on a day."""
    return any(
        model.objects.filter(person=person, since__lte=day, until__gte=day).exists()
        for model in (Mandate, Appointment)
    )
