"""Applications: asking to be admitted, and deciding on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.calendars import Deadline
from comitia.law.permissions import Act
from comitia.record.kinds.register import AdmitMember, RefuseApplication
from comitia.record.kinds.values import LONGEST_TEXT, EntryHash, Text
from comitia.web.accounts.limits import may_try, too_many
from comitia.web.acts import clock
from comitia.web.acts.reading import state_of
from comitia.web.acts.refusals import sentence_of
from comitia.web.register.access import SEES_APPLICATIONS, Officer, for_officers
from comitia.web.register.applying import take_application
from comitia.web.register.doing import asked_of, do, foresee
from comitia.web.register.finding import described, find_alike
from comitia.web.register.forms import ApplicationForm, PlainField, date_field
from comitia.web.register.limits import decision_limit, objections_limit
from comitia.web.register.models import Membership
from comitia.web.register.queries import applied_at, rules_now
from comitia.web.register.telling_apart import ShownAlike, is_told_apart, shown
from comitia.web.register.visibility import officers_of

PAGE: Final = 50
KEEPER: Final = officers_of(Act.MEMBERSHIP_APPLY)
DECIDER: Final = officers_of(Act.MEMBERSHIP_ADMIT)
LATEST_ADMISSION: Final = timedelta(days=92)
"""How far ahead somebody is admitted: the first of some coming month."""


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


# --- Deciding ------------------------------------------------------------------------------------


@require_safe
@for_officers(SEES_APPLICATIONS)
def waiting(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List the applications of the branches that somebody answers for, the oldest first."""
    found = officer.applications().select_related("person", "branch").order_by("since", "pk")
    number = request.GET.get("page", "")
    page = Paginator(found, PAGE).get_page(number if number.isascii() else "1")
    book, now = officer.book, clock.now()
    times = applied_at(Membership.objects.filter(pk__in=[row.pk for row in page]))
    limits = ((row, decision_limit(times[row.pk], book)) for row in page)
    listed = [_cells(row, limit, is_late=limit.is_over(now)) for row, limit in limits]
    facts = {
        "rows": listed,
        "page": page,
        "caption": gettext("Applications that wait for a decision"),
        "headings": (gettext("Name"), gettext("Branch"), gettext("Applied on"), gettext("Until")),
        "is_keeper": officer.is_any(KEEPER),
    }
    return render(request, "register/applications.html", facts)


def _cells(row: Membership, limit: Deadline, *, is_late: bool) -> tuple[object, ...]:
    name = format_html(
        '<a href="{}">{}</a>', reverse("register:application", args=[row.pk]), row.person.name
    )
    until = date_format(limit.last_day, "DATE_FORMAT")
    if is_late:
        until = format_html('{} <span class="mark bad">{}</span>', until, gettext("overdue"))
    return name, row.branch.name, date_format(row.since, "DATE_FORMAT"), until


class AdmitForm(forms.Form):
    """Admit somebody, from a day on."""

    since = date_field(gettext_lazy("First day of membership"))

    def __init__(self, data: Any, applied: date, today: date) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data, initial={"since": today})
        self._first, self._last = applied, today + LATEST_ADMISSION

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if not self._first <= since <= self._last:
            text = gettext(
                "Choose a day not before the application, and at most three months ahead."
            )
            raise forms.ValidationError(text)
        return since

    def act(self) -> AdmitMember:
        return AdmitMember(since=self.cleaned_data["since"])


class RefuseForm(forms.Form):
    """Refuse somebody, with reasons."""

    reasons = PlainField(
        label=gettext_lazy("Reasons"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What in the application does not agree with which rule."),
    )

    def act(self) -> RefuseApplication:
        return RefuseApplication(reasons=Text(self.cleaned_data["reasons"]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_APPLICATIONS)
def application(request: HttpRequest, officer: Officer, membership: str) -> HttpResponse:
    """Show an application to those who may decide it, and let them."""
    row = officer.applications().select_related("person", "branch").filter(pk=membership).first()
    if row is None:
        raise Http404
    if request.method == "POST" and not officer.is_any(DECIDER, row.branch):
        raise PermissionDenied
    decision = _Decision(request, officer, row)
    answer = decision.answer() if request.method == "POST" else None
    return answer or render(request, "register/application.html", decision.facts())


class _Decision:
    """One application before one officer."""

    def __init__(self, request: HttpRequest, officer: Officer, row: Membership) -> None:
        self.request, self.officer, self.row = request, officer, row
        self.book, self.now = officer.book, clock.now()
        self.applied_at = applied_at(Membership.objects.filter(pk=row.pk))[row.pk]
        self.limit = decision_limit(self.applied_at, self.book)
        self.objections = objections_limit(self.applied_at, self.book)
        self.alike = shown(find_alike(described(row.person), but=[row.pk]), officer, row.pk)
        posted, chosen = request.POST or None, request.POST.get("decision")
        today = officer.roles.state.day_of(self.now)
        self.admit = AdmitForm(posted if chosen == "admit" else None, row.since, today)
        self.refuse = RefuseForm(posted if chosen == "refuse" else None)
        forms_of: dict[str, AdmitForm | RefuseForm] = {"admit": self.admit, "refuse": self.refuse}
        self.form = forms_of.get(chosen or "")

    def answer(self) -> HttpResponse | None:
        """Show what would follow, or do it; None where the page has to be shown again."""
        if self.form is None or not self.form.is_valid() or not self._may_go_on(self.form):
            return None
        seen = EntryHash(self.request.POST.get("seen", ""))
        asked = asked_of(self.form.act(), self.row, [self.officer.person.pk], seen)
        try:
            if "sure" not in self.request.POST:
                facts = {**self.facts(), "consequences": foresee(asked)}
                return render(self.request, "register/decide.html", facts)
            do(asked)
        except ComitiaError as error:
            self.form.add_error(None, sentence_of(error))
            return None
        messages.success(self.request, gettext("The application was decided."))
        return redirect("register:applications")

    def _may_go_on(self, form: AdmitForm | RefuseForm) -> bool:
        if isinstance(form, RefuseForm):
            return True
        if self.objections is not None and not self.objections.is_over(self.now):
            text = gettext("Members may still object, until the end of %(day)s.")
            form.add_error(None, text % {"day": self.objections.last_day.isoformat()})
        told_apart = self.request.POST.getlist("different")
        if not is_told_apart(told_apart, self.alike):
            form.add_error(None, gettext("Say first that those who are alike are other people."))
        return form.is_valid()

    def facts(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "member": self.row.person,
            "applied_at": self.applied_at,
            "limit": self.limit,
            "is_late": self.limit.is_over(self.now),
            "objections": self.objections,
            "alike": self.alike,
            "admit": self.admit,
            "refuse": self.refuse,
            "form": self.form,
            "chosen": self.request.POST.get("decision"),
            "seen": self.row.entry_id,
            "may_decide": self.officer.is_any(DECIDER, self.row.branch),
            "different": self.request.POST.getlist("different"),
        }


__all__ = ["application", "applied", "lodge", "waiting"]
