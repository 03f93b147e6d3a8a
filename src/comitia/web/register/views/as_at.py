"""The register of a branch as at any day; copies are handed out for a purpose, and noted (R4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from comitia.law.calendars import Calendar
from comitia.law.permissions import Act
from comitia.web.acts import clock
from comitia.web.organisation.models import Branch
from comitia.web.register.access import SEES_REGISTER, Officer, for_officers
from comitia.web.register.balances import members_on
from comitia.web.register.calling import Called, by_name, called
from comitia.web.register.forms import PlainField, date_field
from comitia.web.register.models import LONGEST_KEY, Copy, Step
from comitia.web.register.reaching import basis_of
from comitia.web.register.sheets import sheet
from comitia.web.register.templatetags.register_parts import name_cell, standing_mark

PAGE: Final = 100
_COPIES: Final = 20
"""That are listed; the others are kept."""
_TOGETHER: Final = 500
"""People of a copy who are asked about at once."""
NOW, THEN = "now", "then"


class AsAtForm(forms.Form):
    """Which branch, which day, and by what was known."""

    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=gettext_lazy("Branch"), empty_label=None
    )
    day = date_field(gettext_lazy("At the end of"))
    known = forms.ChoiceField(
        label=gettext_lazy("By what was known"),
        choices=[
            (NOW, gettext_lazy("now: everything as corrected")),
            (THEN, gettext_lazy("then: at the end of that day")),
        ],
    )
    page = forms.IntegerField(
        min_value=1, max_value=10**6, required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, branches: QuerySet[Branch]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined] # a ModelChoiceField


class CopyForm(forms.Form):
    """What a copy is for."""

    purpose = PlainField(
        label=gettext_lazy("What the copy is for"),
        max_length=LONGEST_KEY,
        help_text=gettext_lazy("Noted with your name, the day and the number of people."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_REGISTER)
def as_at(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show who was a member on a day; hand out a copy as a file."""
    state, now = officer.roles.state, clock.now()
    branches = officer.branches(SEES_REGISTER)
    first = branches.first()
    usual = {
        "branch": "" if first is None else first.pk,
        "day": state.day_of(now).isoformat(),
        "known": NOW,
    }
    given = request.POST if request.method == "POST" else request.GET
    form = AsAtForm({**usual, **given.dict()}, branches)
    wants_copy = request.method == "POST" and "purpose" in request.POST
    copy = CopyForm(request.POST if wants_copy else None)
    facts: dict[str, Any] = {"form": form, "copy": copy, **_copies(branches)}
    if form.is_valid():
        said, known = form.cleaned_data, now
        if said["known"] == THEN:
            end = Calendar(ZoneInfo(state.time_zone)).end_of(min(said["day"], state.day_of(now)))
            known = min(now, end - timedelta(seconds=1))
        steps = members_on(said["day"], known).filter(branch=said["branch"].pk)
        ordered = steps.order_by(*by_name(officer))
        if wants_copy and copy.is_valid():
            row = Copy(branch=said["branch"], day=said["day"], known_at=known, taken_at=now)
            row.taken_by, row.purpose = officer.person, copy.cleaned_data["purpose"]
            row.basis = basis_of(officer, Act.REGISTER_SEE, said["branch"].pk, None)
            return _handed_out(row, officer, ordered)
        facts |= _shown(officer, ordered, known, said.get("page") or 1)
        facts["branch"], facts["day"] = said["branch"], said["day"]
    return render(request, "register/as_at.html", facts)


def _copies(branches: QuerySet[Branch]) -> dict[str, Any]:
    """Return who took copies of the registers that an officer sees, the latest first."""
    rows = Copy.objects.filter(branch__in=branches).select_related("taken_by", "branch")
    return {
        "copies_caption": gettext("The last copies"),
        "copies_headings": (
            *(gettext("Day"), gettext("Branch"), gettext("By")),
            *(gettext("People"), gettext("What for")),
        ),
        "copies": [
            (
                date_format(one.taken_at, "DATE_FORMAT"),
                one.branch.name,
                one.taken_by.name if one.taken_by else gettext("erased"),
                one.people,
                gettext("a program: %(name)s") % {"name": one.purpose}
                if one.is_by_program
                else one.purpose,
            )
            for one in rows[:_COPIES]
        ],
    }


def _shown(
    officer: Officer, steps: QuerySet[Step], known_at: datetime, number: int
) -> dict[str, Any]:
    page = Paginator(steps, PAGE).get_page(number)
    return {
        "page": page,
        "caption": gettext("Members"),
        "headings": (gettext("Name"), gettext("Standing"), gettext("Since")),
        "rows": [
            (name_cell(one, step), standing_mark(step.standing), date_format(step.day))
            for step, one in _told(officer, list(page), known_at)
        ],
    }


def _handed_out(copy: Copy, officer: Officer, steps: QuerySet[Step]) -> HttpResponse:
    """Return the file, once it is noted who took it and what for."""
    found = list(steps)
    rows = [
        (one.name, one.address, step.standing, step.day.isoformat(), step.membership_id)
        for part in range(0, len(found), _TOGETHER)
        for step, one in _told(officer, found[part : part + _TOGETHER], copy.known_at)
    ]
    copy.people = len(rows)
    copy.save()
    headings = ("name", "address", "standing", "since", "membership")
    return sheet(f"register-{copy.day}", headings, rows)


def _told(
    officer: Officer, steps: Sequence[Step], known_at: datetime
) -> Iterator[tuple[Step, Called]]:
    return zip(steps, called(officer, steps, known_at), strict=True)
