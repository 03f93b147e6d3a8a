"""The cases that were open at the founding, for everybody: what is stated is not forgotten."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from comitia.record.kinds.cases import Stage
from comitia.web.register.founding.models import DeclaredCase
from comitia.web.register.founding.words import STAGES


@require_safe
def declared_cases(request: HttpRequest) -> HttpResponse:
    """Show the cases that the founding declared, by their numbers; nothing else is held of them."""
    found = DeclaredCase.objects.select_related("branch").order_by("since", "number")
    facts = {
        "headings": [gettext("Case"), gettext("Branch"), gettext("Waits for"), gettext("Since")],
        "cases": [
            (
                one.number,
                one.branch.name,
                STAGES[Stage(one.stage)],
                date_format(one.since, "DATE_FORMAT"),
            )
            for one in found
        ],
    }
    return render(request, "founding/declared.html", facts)
