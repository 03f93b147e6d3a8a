"""Applications: asking to be admitted, and deciding on it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Act
from comitia.web.accounts.limits import may_try, too_many
from comitia.web.acts import clock
from comitia.web.acts.reading import state_of
from comitia.web.acts.refusals import sentence_of
from comitia.web.deadlines.models import Deadline
from comitia.web.register.access import SEES_APPLICATIONS, Officer, for_officers
from comitia.web.register.applying import take_application
from comitia.web.register.finding import find_alike
from comitia.web.register.forms import ApplicationForm
from comitia.web.register.limits import decision_limit, decisions_due
from comitia.web.register.models import Membership
from comitia.web.register.queries import rules_now
from comitia.web.register.telling_apart import ShownAlike, is_told_apart, shown
from comitia.web.register.visibility import officers_of

PAGE: Final = 50
KEEPER: Final = officers_of(Act.MEMBERSHIP_APPLY)


# --- Asking --------------------------------------------------------------------------------------


@require_safe
def applied(request: HttpRequest) -> HttpResponse:
    """Say what happens now, to somebody who has applied, or to anybody."""
    state = state_of()
    now = clock.now()
    book = state.rule_book_at(now)
    if book is None:
        raise Http404
    limit = decision_limit(now, book)
    return render(request, "register/applied.html", {"last_day": limit.last_day})


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(KEEPER)
def lodge(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Let a keeper enter an application that came on paper."""
    book, today = rules_now()
    branches = officer.branches(KEEPER).filter(last_day=None)
    form = ApplicationForm(request.POST or None, branches, book, today, is_own=False)
    alike: tuple[ShownAlike, ...] = ()
    different = request.POST.getlist("different")
    if request.method == "POST" and form.is_valid():
        if not may_try(request, "lodge", str(officer.person.pk)):
            return too_many(request)
        alike = shown(find_alike(form.described), officer, repr(form.described))
        if not is_told_apart(different, alike):
            form.add_error(None, gettext("Somebody is already there who may be this person."))
        else:
            try:
                taken = take_application(form.applicant(), officer.person.pk)
            except ComitiaError as error:
                form.add_error(None, sentence_of(error))
            else:
                messages.success(request, gettext("The application was entered."))
                return redirect("register:application", taken.membership)
    facts = {"form": form, "alike": alike, "different": different}
    return render(request, "register/lodge.html", facts)


# --- Waiting -------------------------------------------------------------------------------------


@require_safe
@for_officers(SEES_APPLICATIONS)
def waiting(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List the applications of the branches that somebody answers for, the oldest first."""
    found = officer.applications().select_related("person", "branch").order_by("since", "pk")
    number = request.GET.get("page", "")
    page = Paginator(found, PAGE).get_page(number if number.isascii() else "1")
    limits, now = decisions_due([row.pk for row in page]), clock.now()
    listed = [_cells(row, limits.get(row.pk), now) for row in page]
    facts = {
        "rows": listed,
        "page": page,
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


__all__ = ["applied", "lodge", "waiting"]
