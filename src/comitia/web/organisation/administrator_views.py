"""Administrators: who has technical rights, and giving or taking them, two together.

The first proposes, the second sees exactly that and confirms. Nothing here touches members.
"""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Act
from comitia.record.kinds.organisation import GrantAdministration, RevokeAdministration
from comitia.record.kinds.values import Identifier, Pseudonym
from comitia.web.accounts.limits import may_try, too_many
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.pseudonyms import make_pseudonym, person_of
from comitia.web.acts import clock
from comitia.web.acts.forms import form_class
from comitia.web.acts.models import Proposal
from comitia.web.acts.performing import Asked, new_identifier
from comitia.web.acts.proposing import (
    act_of,
    confirm,
    open_proposals,
    people_of,
    propose,
    reject,
    withdraw,
)
from comitia.web.acts.refusals import sentence_of
from comitia.web.database.prefixes import fold
from comitia.web.organisation.asking import reader_of
from comitia.web.organisation.models import Administration, Branch

_KINDS = ("administrator.grant", "administrator.revoke")


class GrantForm(forms.Form):
    """Asks who is to have technical rights: by name and address, so that nobody looks people up."""

    who = forms.CharField(label=gettext_lazy("Whole name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    until = form_class(GrantAdministration, without={"holder"}).base_fields["until"]

    def clean(self) -> dict[str, Any]:
        """Find the person."""
        values = super().clean() or {}
        name, email = values.get("who"), values.get("email")
        if name and email:
            found = Person.objects.filter(name_folded=fold(name), email=email, erased_at=None)
            values["person"] = found.first() if found.count() == 1 else None
            if values["person"] is None:
                self.add_error("who", gettext("Nobody is known by this name and address."))
        return values


def _administrator(request: HttpRequest) -> Person:
    """Return who is asking; refuse anybody without technical rights."""
    reader = reader_of(request)
    if reader.person is None or not reader.may(Act.ADMINISTRATOR_GRANT, _whole()):
        raise PermissionDenied
    return reader.person


def _whole() -> Branch | None:
    return Branch.objects.filter(parent=None).first()


@login_required
@require_safe
def administrators(request: HttpRequest) -> HttpResponse:
    """Show who has technical rights, and what is proposed."""
    person = _administrator(request)
    rows = Administration.objects.select_related("person").order_by("-until", "pk")
    facts = {
        "rows": rows,
        "day": reader_of(request).day,
        "proposals": [_told(one, person) for one in _proposed()],
    }
    return render(request, "organisation/administrators.html", facts)


def _proposed() -> list[Proposal]:
    return list(open_proposals(clock.now()).filter(kind__in=_KINDS))


def _told(row: Proposal, person: Person) -> dict[str, Any]:
    """Return what a page says of a proposal."""
    act = act_of(row)
    grants = isinstance(act, GrantAdministration)
    return {
        "row": row,
        "grants": grants,
        "name": person_of(act.holder).name if grants else _holder(row),
        "day": act.until if grants else act.last_day,
        "is_own": row.proposed_by == person.pk,
        "is_joined": person.pk in people_of(row),
    }


def _holder(row: Proposal) -> str:
    return Administration.objects.select_related("person").get(pk=row.aggregate).person.name


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Propose technical rights for somebody."""
    person = _administrator(request)
    # The answer tells whether somebody is known here: so nobody asks often, right or wrong.
    if request.method == "POST" and not may_try(request, "look_for", str(person.pk)):
        return too_many(request)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found: Person = form.cleaned_data["person"]
        holder = make_pseudonym(found, Context.ADMINISTRATION, secrets.token_bytes).value
        act = GrantAdministration(holder=Pseudonym(holder), until=form.cleaned_data["until"])
        if _propose(form, act, new_identifier(), person, found):
            return redirect("administrators")
    return render(request, "organisation/propose.html", {"form": form, "grants": True})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, identifier: str) -> HttpResponse:
    """Propose to take technical rights away."""
    person = _administrator(request)
    held = get_object_or_404(Administration.objects.select_related("person"), pk=identifier)
    form = form_class(RevokeAdministration)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        about = Identifier(held.pk)
        if _propose(form, form.act(), about, person, held.person):
            return redirect("administrators")
    facts = {"form": form, "grants": False, "name": held.person.name}
    return render(request, "organisation/propose.html", facts)


def _propose(form: forms.Form, act: Any, about: Identifier, by: Person, of: Person) -> bool:  # noqa: ANN401 - an act
    """Write a proposal down; say in the form why not, where that cannot be."""
    whole = _whole()
    where = None if whole is None else Identifier(whole.pk)
    try:
        propose(Asked(act, about, where, (by.pk,), of.pk), clock.now())
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return False
    return True


@login_required
@require_POST
def answer(request: HttpRequest, proposal: str) -> HttpResponse:
    """Confirm or reject somebody else's proposal, or take back one's own."""
    person = _administrator(request)
    row = get_object_or_404(Proposal, pk=proposal, kind__in=_KINDS)
    try:
        if "withdraw" in request.POST:
            withdraw(row.pk, person.pk, clock.now())
            messages.success(request, gettext("The proposal is taken back."))
        elif "reject" in request.POST:
            reject(row.pk, person.pk, clock.now())
            messages.success(request, gettext("The proposal is rejected."))
        elif confirm(row.pk, person.pk, clock.now()) is None:
            messages.success(request, gettext("You have joined. It takes still more of you."))
        else:
            messages.success(request, gettext("Done. It is in the record within a minute."))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    return redirect("administrators")
