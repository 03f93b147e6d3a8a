"""Deciding on one application: of somebody new, or of somebody who was a member before."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.law.applications import applied_on, calendar_of, objections_limit
from comitia.law.calendars import Deadline
from comitia.law.permissions import Act
from comitia.law.standings import Membership as Standings
from comitia.record.kinds import kind_of
from comitia.record.kinds.register import AdmitMember, ReadmitMember, RefuseApplication
from comitia.record.kinds.values import EntryHash, Identifier, Text
from comitia.web.acts import clock
from comitia.web.acts.forms import ActForm, form_class
from comitia.web.acts.reading import state_of
from comitia.web.acts.refusals import sentence_of
from comitia.web.acts.rights import object_in
from comitia.web.register.access import SEES_APPLICATIONS, Officer, for_officers
from comitia.web.register.doing import asked_of, do, foresee
from comitia.web.register.finding import described, find_alike
from comitia.web.register.limits import decisions_due
from comitia.web.register.models import Membership
from comitia.web.register.telling_apart import is_told_apart, shown


class AdmitForm(ActForm):
    """Admits somebody, or readmits: the branch is the one that was asked."""

    applied: date
    given: dict[str, Any]

    def clean_since(self) -> date:
        """Refuse a day before the application."""
        since: date = self.cleaned_data["since"]
        if since < self.applied:
            raise forms.ValidationError(gettext("Choose a day not before the application."))
        return since

    def act(self, **given: Any) -> Any:  # noqa: ANN401 - as ``ActForm``
        return super().act(**self.given, **given)


def admit_form(row: Membership, former: Standings | None, today: date) -> type[AdmitForm]:
    """Return the form that admits an applicant. former: of who was a member before."""
    given = {} if former is None else {"branch": Identifier(row.branch_id)}
    asked = form_class(AdmitMember if former is None else ReadmitMember, without=given)
    asked.base_fields["since"].initial = today
    facts = {"applied": row.since, "given": given}
    return type("AdmitForm", (AdmitForm, asked), facts)


def refuse_form() -> type[ActForm]:
    """Return the form that refuses an applicant."""
    asked = form_class(RefuseApplication)
    reasons = asked.base_fields["reasons"]
    reasons.label = gettext("Reasons")
    reasons.help_text = gettext("What in the application does not agree with which rule.")
    return asked


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_APPLICATIONS)
def application(request: HttpRequest, officer: Officer, membership: str) -> HttpResponse:
    """Show an application to those who may decide it, and let them."""
    row = officer.applications().select_related("person", "branch").filter(pk=membership).first()
    if row is None:
        raise Http404
    decision = _Decision(request, officer, row)
    if request.method == "POST" and not decision.may_decide:
        raise PermissionDenied
    answer = decision.answer() if request.method == "POST" else None
    return answer or render(request, "register/application.html", decision.facts())


class _Decision:
    """One application before one officer."""

    def __init__(self, request: HttpRequest, officer: Officer, row: Membership) -> None:
        self.request, self.officer, self.row = request, officer, row
        self.now, own = clock.now(), Identifier(row.pk)
        self.state = state_of(own)
        self.known = self.state.register[own]
        self.former = self.known.membership.former
        self.alike = shown(find_alike(described(row.person), but=[row.pk]), officer, row.pk)
        posted, chosen = request.POST or None, request.POST.get("decision")
        admit = admit_form(row, self.former, self.state.day_of(self.now))
        self.admit = admit(posted if chosen == "admit" else None)
        self.refuse = refuse_form()(posted if chosen == "refuse" else None)
        forms_of: dict[str, ActForm] = {"admit": self.admit, "refuse": self.refuse}
        self.form = forms_of.get(chosen or "")

    @property
    def may_decide(self) -> bool:
        """Whether the officer may, alone: at the level of the rules, and not on oneself."""
        act = RefuseApplication(reasons=Text("?"))
        own, branch = Identifier(self.row.pk), Identifier(self.row.branch_id)
        place = object_in(self.state, act, own, branch, self.now)
        return self.officer.roles.may(Act(kind_of(act).name), place)

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

    def _may_go_on(self, form: ActForm) -> bool:
        """Say earlier, and in more words, what would be refused; and ask about who is alike."""
        if form is self.refuse:
            return True
        limit = self._objections()
        if limit is not None and not limit.is_over(self.now):
            text = gettext("Members may still object, until the end of %(day)s.")
            form.add_error(None, text % {"day": date_format(limit.last_day, "DATE_FORMAT")})
        told_apart = self.request.POST.getlist("different")
        if not is_told_apart(told_apart, self.alike):
            form.add_error(None, gettext("Say first that those who are alike are other people."))
        return form.is_valid()

    def _objections(self) -> Deadline | None:
        applied, book = applied_on(self.known.entries), self.officer.book
        if applied is None:
            return None
        return objections_limit(applied, book, calendar_of(ZoneInfo(self.state.time_zone), book))

    def facts(self) -> dict[str, Any]:
        """Return what the page shows. limit: as it was computed then, and extended since."""
        limit = decisions_due([self.row.pk]).get(self.row.pk)
        return {
            "row": self.row,
            "member": self.row.person,
            "former": self.former,
            "limit": limit,
            "is_late": limit is not None and limit.ends_at <= self.now,
            "objections": self._objections(),
            "alike": self.alike,
            "admit": self.admit,
            "refuse": self.refuse,
            "form": self.form,
            "chosen": self.request.POST.get("decision"),
            "seen": self.row.entry_id,
            "may_decide": self.may_decide,
            "different": self.request.POST.getlist("different"),
        }


__all__ = ["application"]
