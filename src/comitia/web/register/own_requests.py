"""Answering members' requests that what is held about them be put right: the keeper's side."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Act
from comitia.record.kinds.values import EntryHash
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.correcting import entries_since, grant, put_off, refuse_correction
from comitia.web.register.own_forms import AnswerForm
from comitia.web.register.own_models import CorrectionRequest, Outcome
from comitia.web.register.visibility import officers_of

KEEPERS: Final = officers_of(Act.PERSON_CORRECT_DETAILS)


def requests_of(officer: Officer) -> QuerySet[CorrectionRequest]:
    """Return the open requests that a keeper answers: nobody's own, and none of elsewhere."""
    here = CorrectionRequest.objects.filter(membership__branch__in=officer.branches(KEEPERS))
    others = here.exclude(membership__person=officer.person)
    return others.filter(outcome=Outcome.OPEN).select_related(
        "deadline__extends", "membership__person", "membership__branch"
    )


@require_safe
@for_officers(KEEPERS)
def corrections(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show a keeper the requests that wait for an answer, the most urgent first."""
    rows = requests_of(officer).order_by("deadline__ends_at", "pk")
    facts = {"requests": rows, "now": officer.roles.at}
    return render(request, "register/own/corrections.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(KEEPERS)
def correction(request: HttpRequest, officer: Officer, number: int) -> HttpResponse:
    """Answer a request, or put the answer off with a reason."""
    row = get_object_or_404(requests_of(officer), pk=number)
    form = AnswerForm(_choices(row), request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_answered(row, officer, form):
        messages.success(request, gettext("The person is told by a message."))
        return redirect("corrections")
    facts = {"row": row, "form": form, "now": officer.roles.at}
    return render(request, "register/own/correction.html", facts)


def _choices(row: CorrectionRequest) -> list[tuple[str, str]]:
    return [
        (one.entry, f"{date_format(one.at, 'DATETIME_FORMAT')}: {one.sentence}")
        for one in entries_since(row)
    ]


def _is_answered(row: CorrectionRequest, officer: Officer, form: AnswerForm) -> bool:
    """Carry the decision out; say in the form why not, where that cannot be."""
    said, now, by = form.cleaned_data, clock.now(), officer.person
    try:
        match said["outcome"]:
            case "extend":
                put_off(row.pk, by, said["reasons"], now)
            case Outcome.GRANTED:
                grant(row.pk, by, said["reasons"], EntryHash(said["entry"]), now)
            case _:
                refuse_correction(row.pk, by, said["reasons"], now)
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return False
    return True
