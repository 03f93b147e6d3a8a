"""The pages on which acts on branches and appointments are done."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.law.permissions import Act
from comitia.record.kinds.organisation import CreateBranch, EndAppointment
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts.forms import ActForm, form_class
from comitia.web.acts.performing import Asked
from comitia.web.organisation.asking import holds_still, reader_of
from comitia.web.organisation.branch_acts import ACTS, BranchAct
from comitia.web.organisation.doing import Doing, aggregate_of, do_from_page
from comitia.web.organisation.ending import ending_of, place_of
from comitia.web.organisation.models import Appointment, Branch
from comitia.web.organisation.queries import holding_of
from comitia.web.organisation.words import organ_name

_FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(_FORM_METHODS)
def act_on_branch(request: HttpRequest, identifier: str, key: str) -> HttpResponse:
    """Do one of the acts on a branch."""
    branch = get_object_or_404(Branch.objects.select_related("parent"), pk=identifier)
    offered = ACTS.get(key)
    if offered is None:
        raise Http404
    reader = reader_of(request)
    if not offered.is_offered(reader, branch):
        raise PermissionDenied
    form = cast("ActForm", offered.form(reader, branch)(request.POST or None))
    aggregate = aggregate_of(request) if offered.begins else Identifier(branch.pk)
    page = Doing(
        str(offered.label),
        branch.name,
        str(offered.explained),
        str(offered.label),
        reverse("branch", args=[branch.pk]),
        is_grave=offered.right in {Act.BRANCH_CLOSE, Act.BRANCH_MERGE},
    )

    where = _where(offered, branch)
    given = {"parent": Identifier(branch.pk)} if form.kind is CreateBranch else {}
    person = cast("Person", reader.person)

    def asked(seen: EntryHash | None) -> Asked:
        return Asked(form.act(**given), aggregate, where, (person.pk,), seen=seen)

    return do_from_page(request, page, form, asked, aggregate)


def _where(offered: BranchAct, branch: Branch) -> Identifier:
    """Return the branch in which an act is done: what the level above decides, there."""
    above = offered.right in {Act.BRANCH_MOVE, Act.BRANCH_MERGE, Act.BRANCH_CLOSE}
    return Identifier(branch.parent_id if above and branch.parent_id else branch.pk)


@login_required
@require_http_methods(_FORM_METHODS)
def end_appointment(request: HttpRequest, identifier: str) -> HttpResponse:
    """End an appointment before its last day."""
    held = get_object_or_404(Appointment.objects.select_related("branch"), pk=identifier)
    reader = reader_of(request)
    if not reader.may(Act.APPOINTMENT_END, held.branch) or held.until < reader.day:
        raise PermissionDenied
    form = form_class(EndAppointment)(request.POST or None)
    aggregate, person = Identifier(held.pk), cast("Person", reader.person)
    page = Doing(
        gettext("End the appointment"),
        f"{organ_name(held.organ)}, {held.branch.name}",
        gettext("From the day after the last day it gives no rights any more."),
        gettext("End it"),
        reverse("holding", args=[held.pk]),
        is_grave=True,
    )

    def asked(seen: EntryHash | None) -> Asked:
        return Asked(form.act(), aggregate, Identifier(held.branch_id), (person.pk,), seen=seen)

    return do_from_page(request, page, form, asked, aggregate)


@login_required
@require_http_methods(_FORM_METHODS)
def resign(request: HttpRequest, identifier: str) -> HttpResponse:
    """Give up a mandate or an appointment of one's own."""
    held, reader = holding_of(identifier), reader_of(request)
    if not holds_still(reader, held):
        raise PermissionDenied
    form = form_class(type(ending_of(held, reader.day)))(request.POST or None)
    form.fields["last_day"].initial = reader.day
    aggregate, person = Identifier(held.pk), cast("Person", reader.person)
    page = Doing(
        gettext("Resign"),
        f"{organ_name(held.organ)}, {held.branch.name}",
        gettext(
            "You hold it up to and on the last day. Those who lead the branch above are told that"
            " it falls vacant."
        ),
        gettext("Resign"),
        reverse("holding", args=[held.pk]),
        is_grave=True,
    )

    def asked(seen: EntryHash | None) -> Asked:
        where = place_of(held, reader.day)
        return Asked(form.act(), aggregate, where, (person.pk,), person.pk, seen)

    return do_from_page(request, page, form, asked, aggregate)
