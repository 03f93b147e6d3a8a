"""A member's own page: what is held, what happened, and what one can do about it oneself."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.law.applications import calendar_of, earliest_last_day
from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.forms import ActForm
from comitia.web.acts.history import sentences_of
from comitia.web.acts.performing import Asked
from comitia.web.acts.reading import state_of
from comitia.web.notices.bounces import forgive_address
from comitia.web.organisation.doing import Doing, do_from_page
from comitia.web.organisation.models import Appointment, Mandate
from comitia.web.register.access import person_of
from comitia.web.register.access_listing import told_uses
from comitia.web.register.again import may_ask
from comitia.web.register.correcting import ask_for_correction
from comitia.web.register.doing import asked_of
from comitia.web.register.limits import correction_limit
from comitia.web.register.models import Membership
from comitia.web.register.own_forms import (
    LanguageForm,
    RequestForm,
    details_form,
    leave_form,
)
from comitia.web.register.own_held import everything_about, fields_of
from comitia.web.register.own_told import (
    MOST,
    copied,
    dead_addresses_of,
    messages_to,
    proposals_about,
    requests_by,
)
from comitia.web.register.queries import rules_now

_FORM_METHODS = ["GET", "HEAD", "POST"]
_MOST_OPEN = 5
"""Requests that somebody can have open at once."""


def own_membership(person: Person) -> Membership | None:
    """Return somebody's own membership; None for who never had anything to do with one."""
    return Membership.objects.select_related("branch", "person").filter(person=person).first()


def _required(request: HttpRequest) -> Membership:
    membership = own_membership(person_of(request))
    if membership is None:
        raise Http404
    return membership


@login_required
@require_safe
def own_page(request: HttpRequest) -> HttpResponse:
    """Show somebody everything that is held about them."""
    person = person_of(request)
    membership = own_membership(person)
    held = [
        *Mandate.objects.filter(person=person).select_related("branch"),
        *Appointment.objects.filter(person=person).select_related("branch"),
    ]
    facts: dict[str, Any] = {
        "person": person,
        "membership": membership,
        "fields": fields_of(person, membership),
        "counts": membership is not None and membership.standing in COUNTED,
        "applies": membership is not None and membership.standing == Standing.APPLICANT,
        "may_ask": membership is not None and may_ask(membership),
        "requests": requests_by(membership),
        "now": clock.now(),
        "held": held,
        "today": state_of().day_of(clock.now()) if held else None,
        "language_form": LanguageForm(initial={"language": person.language}),
        "dead": dead_addresses_of(person),
        "told": messages_to(person),
        "most": MOST,
        "uses": told_uses(membership.pk) if membership else (),
        "proposed": proposals_about(person, clock.now()),
        "copied": copied(membership),
    }
    return render(request, "register/own/page.html", facts)


@login_required
@require_safe
def own_history(request: HttpRequest) -> HttpResponse:
    """Show somebody what happened to the own membership."""
    membership = _required(request)
    lines = sentences_of(Identifier(membership.pk), disclosed=True)
    return render(request, "register/own/history.html", {"lines": lines})


@login_required
@require_safe
def own_download(request: HttpRequest) -> HttpResponse:
    """Give somebody everything that is held about them, as a file."""
    person = person_of(request)
    held = everything_about(person, own_membership(person))
    content = json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="held-about-me.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(_FORM_METHODS)
def leave(request: HttpRequest) -> HttpResponse:
    """End one's own membership."""
    membership = _required(request)
    if membership.standing not in COUNTED:
        raise Http404
    form = leave_form(_earliest_last_day())(request.POST or None)
    page = Doing(
        gettext("Leave"),
        membership.branch.name,
        gettext("You are a member up to and on the last day."),
        gettext("Leave"),
        reverse("me"),
        is_grave=True,
    )
    return _do(request, page, form, membership)


def _earliest_last_day() -> date:
    """Return the first day that a membership can end on which is left now."""
    book, day = rules_now()
    zone = ZoneInfo(state_of().time_zone)
    return earliest_last_day(day, book, calendar_of(zone, book))


@login_required
@require_http_methods(_FORM_METHODS)
def details(request: HttpRequest) -> HttpResponse:
    """Put one's own address right, or confirm everything."""
    membership = _required(request)
    form = details_form()(request.POST or None)
    page = Doing(
        gettext("My address"),
        membership.person.postal_address,
        gettext("The register must be right: give the address that you want to be reached at."),
        gettext("This is right"),
        reverse("me"),
    )
    return _do(request, page, form, membership)


def _do(request: HttpRequest, page: Doing, form: ActForm, membership: Membership) -> HttpResponse:
    def asked(seen: EntryHash | None) -> Asked:
        return asked_of(form.act(), membership, [membership.person_id], seen)

    return do_from_page(request, page, form, asked, Identifier(membership.pk))


@login_required
@require_http_methods(_FORM_METHODS)
def request_correction(request: HttpRequest) -> HttpResponse:
    """Ask the keeper of the register to put something right; the answer has a last day."""
    membership = _required(request)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if membership.correction_requests.filter(outcome="open").count() >= _MOST_OPEN:
            form.add_error(None, gettext("You have asked for enough that is not answered yet."))
        else:
            ask_for_correction(membership, form.cleaned_data["wrong"], clock.now())
            messages.success(request, gettext("Your request is with the keeper of the register."))
            return redirect("me")
    book, _ = rules_now()
    last_day = correction_limit(clock.now(), book).last_day
    return render(request, "register/own/request.html", {"form": form, "last_day": last_day})


@login_required
@require_POST
def trust_address(request: HttpRequest) -> HttpResponse:
    """Write by mail again: its owner says that the address works."""
    person = person_of(request)
    forgive_address(person.pk, person.email)
    messages.success(request, gettext("You will be written to at this address again."))
    return redirect("me")


@login_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Take in the language in which somebody is written to."""
    form = LanguageForm(request.POST)
    if form.is_valid():
        person = person_of(request)
        person.language = form.cleaned_data["language"]
        person.save(update_fields=["language"])
        messages.success(request, gettext("You will be written to in this language."))
    return redirect("me")
