"""Answering members' requests that what is held about them be put right: the keeper's side."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from comitia.law.permissions import Act
from comitia.law.values import months
from comitia.web.acts import clock
from comitia.web.deadlines.running import limit_after
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.own_forms import AnswerForm
from comitia.web.register.own_models import CorrectionRequest, Outcome
from comitia.web.register.visibility import officers_of

KEEPERS: Final = officers_of(Act.PERSON_CORRECT_DETAILS)
_LONGER: Final = months(2)
"""By which the time can be extended, once: Article 12(3) of the GDPR."""


def requests_of(officer: Officer) -> QuerySet[CorrectionRequest]:
    """Return the open requests that a keeper answers: nobody's own, and none of elsewhere."""
    here = CorrectionRequest.objects.filter(membership__branch__in=officer.branches(KEEPERS))
    others = here.exclude(membership__person=officer.person)
    return others.filter(outcome=Outcome.OPEN).select_related(
        "membership__person", "membership__branch"
    )


@require_safe
@for_officers(KEEPERS)
def corrections(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show a keeper the requests that wait for an answer, the most urgent first."""
    day = officer.roles.state.day_of(officer.roles.at)
    facts = {"requests": requests_of(officer).order_by("last_day", "pk"), "today": day}
    return render(request, "register/own/corrections.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(KEEPERS)
def correction(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Answer a request, or put the answer off with a reason."""
    row = get_object_or_404(requests_of(officer), pk=number)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _answer(row, form.cleaned_data["outcome"], form.cleaned_data["reasons"]):
            messages.success(request, gettext("The person is told on the own page."))
            return redirect("corrections")
        form.add_error("outcome", gettext("It was put off once already."))
    return render(request, "register/own/correction.html", {"row": row, "form": form})


def _answer(row: CorrectionRequest, outcome: str, reasons: str) -> bool:
    """Write an answer; return whether it can be given. Of two at once the first one counts."""
    rows = CorrectionRequest.objects.filter(pk=row.pk, outcome=Outcome.OPEN)
    if outcome == "extend":
        later = limit_after(row.last_day, _LONGER).last_day
        return bool(
            rows.filter(extended_because="").update(last_day=later, extended_because=reasons)
        )
    return bool(rows.update(outcome=outcome, answer=reasons, answered_at=clock.now()))
