"""Proposals: what one keeper wants to do and another has to confirm."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.web.accounts.models import Person
from comitia.web.acts import clock, proposing
from comitia.web.acts.models import Proposal
from comitia.web.acts.refusals import sentence_of
from comitia.web.register.access import SEES_REGISTER, Officer, for_officers
from comitia.web.register.cards import CARD_ACTS, CARD_KINDS
from comitia.web.register.doing import Consequences, consequences_of, fields_of
from comitia.web.register.models import Membership

_TITLES = {one.kind: one.title for one in CARD_ACTS}


@require_safe
@for_officers(SEES_REGISTER)
def proposals(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List what waits to be confirmed in the registers that somebody may see."""
    waiting = officer.sees(proposing.open_proposals(clock.now()).filter(kind__in=CARD_KINDS))
    rows = Membership.objects.filter(pk__in=[one.aggregate for one in waiting])
    names = dict(rows.values_list("pk", "person__name"))
    listed = [_cells(one, names[one.aggregate], officer) for one in waiting]
    facts = {
        "caption": gettext("Proposals that wait for another keeper"),
        "headings": (gettext("Member"), gettext("What"), gettext("Lapses on"), gettext("Yours")),
        "rows": listed,
    }
    return render(request, "register/proposals.html", facts)


def _cells(one: Proposal, name: str, officer: Officer) -> tuple[object, ...]:
    link = format_html('<a href="{}">{}</a>', reverse("register:proposal", args=[one.pk]), name)
    own = gettext("yes") if one.proposed_by == officer.person.pk else gettext("no")
    title = _TITLES[type(proposing.act_of(one))]
    return link, title, date_format(one.expires_at, "DATE_FORMAT"), own


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_REGISTER)
def proposal(request: HttpRequest, officer: Officer, proposal: str) -> HttpResponse:
    """Show exactly what would be done; confirm or reject it, or withdraw one's own."""
    row = Proposal.objects.filter(pk=proposal, kind__in=CARD_KINDS).first()
    member = None if row is None else _member(officer, row)
    if row is None or member is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, officer, row)
    is_open = proposing.open_proposals(clock.now()).filter(pk=row.pk).exists()
    facts = {"proposal": row, "member": member, "is_open": is_open}
    if is_open:
        facts |= _shown(row, officer)
    return render(request, "register/proposal.html", facts)


def _member(officer: Officer, row: Proposal) -> Membership | None:
    seen = officer.memberships().select_related("person", "branch")
    return seen.filter(pk=row.aggregate).first()


def _shown(row: Proposal, officer: Officer) -> dict[str, object]:
    """Return what the act says, field by field, and what would follow for who may confirm it."""
    act = proposing.act_of(row)
    is_own = row.proposed_by == officer.person.pk
    told: Consequences | None = None
    problem = ""
    if not is_own:
        try:
            done = proposing.foresee(row, officer.person.pk, clock.now())
            told = None if done is None else consequences_of(done)
        except ComitiaError as error:
            problem = sentence_of(error)
    return {
        "title": _TITLES[type(act)],
        "fields": fields_of(act),
        "proposer": Person.objects.get(pk=row.proposed_by),
        "is_own": is_own,
        "consequences": told,
        "problem": problem,
    }


def _decide(request: HttpRequest, officer: Officer, row: Proposal) -> HttpResponse:
    now, person = clock.now(), officer.person.pk
    try:
        if request.POST.get("do") == "withdraw":
            proposing.withdraw(row.pk, person, now)
            messages.success(request, gettext("The proposal was withdrawn."))
        elif request.POST.get("do") == "reject":
            proposing.reject(row.pk, person, now)
            messages.success(request, gettext("The proposal was rejected."))
        elif request.POST.get("do") == "confirm":
            proposing.confirm(row.pk, person, now)
            messages.success(request, gettext("Confirmed, and entered in the record."))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
        return redirect("register:proposal", row.pk)
    return redirect("register:card", row.aggregate)
