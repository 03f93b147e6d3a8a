"""The pages that show the organisation: its tree, a branch, who holds what.

Branches, bodies and terms are open, as they are in the record. Names of those who hold something,
in lists and in histories, are shown to people who are logged in: that somebody belongs is nobody
else's business.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from comitia.law.permissions import Act
from comitia.record.kinds.values import Identifier
from comitia.web.acts.history import sentences_of
from comitia.web.acts.wiring import wired
from comitia.web.organisation.asking import Reader, reader_of
from comitia.web.organisation.branch_acts import acts_on
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Mandate,
    OfOrgan,
    Organisation,
)
from comitia.web.organisation.offices import offices_of
from comitia.web.organisation.tree import grow


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    """Show all branches that are open, and those that have closed."""
    branches = list(Branch.objects.order_by("path"))
    facts = {
        "roots": grow(one for one in branches if one.is_open),
        "closed": [one for one in branches if not one.is_open],
        "organisation_itself": Organisation.objects.first(),
        "administers": _administers(request),
    }
    return render(request, "organisation/tree.html", facts)


def _administers(request: HttpRequest) -> bool:
    """Whether somebody has technical rights, or had: the page itself asks for them."""
    person = request.user.pk if request.user.is_authenticated else None
    return person is not None and Administration.objects.filter(person=person).exists()


@require_safe
def branch(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a branch."""
    shown = get_object_or_404(Branch.objects.select_related("parent", "merged_into"), pk=identifier)
    reader = reader_of(request)
    offices = offices_of(shown, reader.book, reader.day)
    facts = {
        "branch": shown,
        "organisation_itself": Organisation.objects.first(),
        "reader": reader,
        "above": _above(shown),
        "below": shown.children.filter(last_day=None).order_by("name"),
        "offices": offices,
        "members": _members(reader, shown),
        "acts": acts_on(reader, shown),
    }
    return render(request, "organisation/branch.html", facts)


def _above(shown: Branch) -> list[Branch]:
    """Return the branches above, from the top."""
    found = {one.pk: one for one in Branch.objects.filter(pk__in=shown.steps[:-1])}
    return [found[step] for step in shown.steps[:-1]]


def _members(reader: Reader, shown: Branch) -> int | None:
    """Return how many belong to a branch itself; None where that is not the reader's to know."""
    if not reader.sees_register(shown):
        return None
    return wired().count_members(Identifier(shown.pk))


@login_required
@require_safe
def branch_history(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show what happened to a branch."""
    shown = get_object_or_404(Branch, pk=identifier)
    facts = {
        "branch": shown,
        "above": _above(shown),
        "lines": sentences_of(Identifier(shown.pk)),
        "organisation_itself": Organisation.objects.first(),
    }
    return render(request, "organisation/history.html", facts)


@login_required
@require_safe
def holding(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show a mandate or an appointment, with its history."""
    shown = _holding(identifier)
    reader = reader_of(request)
    may_end = isinstance(shown, Appointment) and reader.may(Act.APPOINTMENT_END, shown.branch)
    facts = {
        "held": shown,
        "is_appointment": isinstance(shown, Appointment),
        "reader": reader,
        "runs": shown.since <= reader.day <= shown.until,
        "may_end": may_end and reader.day <= shown.until,
        "above": _above(shown.branch),
        "lines": sentences_of(Identifier(shown.pk), disclosed=reader.sees_register(shown.branch)),
    }
    return render(request, "organisation/holding.html", facts)


def _holding(identifier: str) -> OfOrgan:
    found = Mandate.objects.select_related("branch", "person").filter(pk=identifier).first()
    if found is not None:
        return found
    rows = Appointment.objects.select_related("branch", "person")
    return get_object_or_404(rows, pk=identifier)
