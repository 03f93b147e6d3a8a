"""Applications: asking to be admitted, and the list of those who wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Actor
from comitia.web.accounts.limits import may_try
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.deadlines.models import Deadline
from comitia.web.organisation.queries import open_branches
from comitia.web.register.access import SEES_APPLICATIONS, Officer, for_officers
from comitia.web.register.applying import take_application
from comitia.web.register.finding import Alike, find_alike
from comitia.web.register.forms import ApplicationForm, is_told_apart
from comitia.web.register.limits import decision_limit, decisions_due
from comitia.web.register.models import Membership
from comitia.web.register.purposes import PURPOSES
from comitia.web.register.queries import rules_now

KEEPER: Final = frozenset({Actor.REGISTER_KEEPER})
_ASKED: Final = ("name", "birth_date", "address", "email", "branch", "category")


# --- Asking --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Let anybody ask to be admitted."""
    book, today = rules_now()
    form = ApplicationForm(request.POST or None, open_branches(), book, today, is_own=True)
    if request.method == "POST" and form.is_valid():
        within = may_try(request, "apply")
        if not (within and may_try(request, "apply_of", form.cleaned_data["email"])):
            text = gettext("Too many applications came from here. Try again tomorrow.")
            form.add_error(None, text)
            return _ask(request, form, 429)
        try:
            take_application(form.applicant(get_language() or ""))
        except ComitiaError as error:
            form.add_error(None, sentence_of(error))
        else:
            return redirect("register:applied")
    return _ask(request, form, 200)


def _ask(request: HttpRequest, form: ApplicationForm, status: int) -> HttpResponse:
    facts = {"form": form, "purposes": [PURPOSES[name] for name in _ASKED]}
    return render(request, "register/apply.html", facts, status=status)


@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """Say what happens now, to somebody who has applied, or to anybody."""
    book, _ = rules_now()
    limit = decision_limit(clock.now(), book)
    return render(request, "register/applied.html", {"last_day": limit.last_day})


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(KEEPER)
def lodge(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Let a keeper enter an application that came on paper."""
    book, today = rules_now()
    branches = officer.branches(KEEPER).filter(last_day=None)
    form = ApplicationForm(request.POST or None, branches, book, today, is_own=False)
    alike: tuple[Alike, ...] = ()
    if request.method == "POST" and form.is_valid():
        alike = find_alike(form.described)
        if not is_told_apart(
            request.POST.getlist("different"), [one.membership.pk for one in alike]
        ):
            form.add_error(None, gettext("Somebody is already there who may be this person."))
        else:
            try:
                taken = take_application(form.applicant(), officer.person.pk)
            except ComitiaError as error:
                form.add_error(None, sentence_of(error))
            else:
                messages.success(request, gettext("The application was entered."))
                return redirect("register:application", taken.membership)
    different = request.POST.getlist("different")
    facts = {"form": form, "alike": list(shown(alike, officer)), "different": different}
    return render(request, "register/lodge.html", facts)


@dataclass(frozen=True, slots=True)
class ShownAlike:
    """Somebody who is alike, as far as the officer may see who it is."""

    id: str
    name: str
    branch: str
    standing: str
    since: date
    reasons: tuple[str, ...]
    is_visible: bool


def shown(alike: tuple[Alike, ...], officer: Officer) -> Iterator[ShownAlike]:
    """Yield what an officer is told; of somebody in a branch elsewhere only where to ask."""
    if not alike:
        return
    ids = [one.membership.pk for one in alike]
    visible = set(officer.memberships().filter(pk__in=ids).values_list("pk", flat=True))
    visible |= set(officer.applications().filter(pk__in=ids).values_list("pk", flat=True))
    for one in alike:
        row = one.membership
        yield ShownAlike(
            row.pk,
            row.person.name if row.pk in visible else "",
            row.branch.name,
            row.standing,
            row.since,
            tuple(sorted(one.reasons)),
            row.pk in visible,
        )


# --- Waiting -------------------------------------------------------------------------------------


@require_safe
@for_officers(SEES_APPLICATIONS)
def waiting(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List the applications of the branches that somebody answers for, the oldest first."""
    rows = officer.applications().select_related("person", "branch").order_by("since", "pk")
    limits, now = decisions_due([row.pk for row in rows]), clock.now()
    listed = [_cells(row, limits.get(row.pk), now) for row in rows]
    facts = {
        "rows": listed,
        "caption": gettext("Applications that wait for a decision"),
        "headings": (gettext("Name"), gettext("Branch"), gettext("Applied on"), gettext("Until")),
        "is_keeper": officer.is_any(KEEPER),
    }
    return render(request, "register/applications.html", facts)


def _cells(row: Membership, limit: Deadline | None, now: datetime) -> tuple[object, ...]:
    name = format_html(
        '<a href="{}">{}</a>', reverse("register:application", args=[row.pk]), row.person.name
    )
    until = "" if limit is None else date_format(limit.last_day, "DATE_FORMAT")
    if limit is not None and limit.ends_at <= now:
        until = format_html('{} <span class="mark bad">{}</span>', until, gettext("overdue"))
    return name, row.branch.name, date_format(row.since, "DATE_FORMAT"), until


__all__ = ["applied", "apply", "lodge", "waiting"]
