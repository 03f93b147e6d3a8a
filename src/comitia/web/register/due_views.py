"""The deadlines of branches: what is due from whom, and more time for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as translate
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Act
from comitia.law.values import Duration, Unit
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.acts.wiring import wired
from comitia.web.deadlines.awaiting import undone
from comitia.web.deadlines.models import Deadline
from comitia.web.deadlines.running import extend
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.limits import CORRECT
from comitia.web.register.reaching import actors_of, basis_of, within_reach

PAGE: Final = 50
LONGEST_REASON: Final = 2000
MOST_DAYS: Final = 366
_UNITS: Final = (
    (Unit.DAYS.value, gettext_lazy("days")),
    (Unit.WORKING_DAYS.value, gettext_lazy("working days")),
)


class ExtensionForm(forms.Form):
    """How much longer, and why."""

    number = forms.IntegerField(
        label=gettext_lazy("How much longer"),
        min_value=1,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("Counted from the last day as it is now."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=_UNITS)
    reason = forms.CharField(
        label=gettext_lazy("Reasons"), max_length=LONGEST_REASON, widget=forms.Textarea
    )

    def limit(self) -> Duration:
        """Return what was chosen."""
        return Duration(self.cleaned_data["number"], Unit(self.cleaned_data["unit"]))


@require_safe
@for_officers(actors_of(Act.DEADLINES_SEE))
def deadlines(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List what is due in the officer's branches, the soonest first."""
    rows = within_reach(officer, Act.DEADLINES_SEE, undone())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    people = dict(
        Person.objects.filter(pk__in=[row.person for row in page]).values_list("pk", "name")
    )
    about = wired().names_of({row.subject for row in page} | {row.branch for row in page})
    may = set(
        _extensible(officer).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True)
    )
    headings = (gettext("What"), gettext("About"), gettext("From whom"), gettext("Until"))
    facts = {
        "page": page,
        "caption": gettext("Deadlines"),
        "headings": headings,
        "rows": [_cells(row, people, about, extensible=row.pk in may) for row in page],
    }
    return render(request, "register/due/list.html", facts)


def _cells(
    row: Deadline, people: Mapping[UUID, str], about: Mapping[str, str], *, extensible: bool
) -> tuple[object, ...]:
    late = clock.now() >= row.ends_at
    title = translate(row.title)
    address = reverse("register:extend-deadline", args=[row.pk])
    open_to_more = extensible and not late
    return (
        format_html('<a href="{}">{}</a>', address, title) if open_to_more else title,
        about.get(row.subject, "–"),  # noqa: RUF001 - a dash
        people.get(row.person, "–") if row.person else "–",  # noqa: RUF001 - the same
        _until(row, late=late),
    )


def _until(row: Deadline, *, late: bool) -> SafeString | str:
    day = date_format(row.last_day, "DATE_FORMAT")
    if not late:
        return day
    return format_html('{} <span class="mark bad">{}</span>', day, gettext("overdue"))


def _extensible(officer: Officer) -> QuerySet[Deadline]:
    """Ask for what an officer gives more time to here.

    Not requests for correction: how much later these are answered the law says, on their own page.
    """
    rows = within_reach(officer, Act.DEADLINES_EXTEND, Deadline.objects.all())
    return rows.exclude(kind=CORRECT.name)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(actors_of(Act.DEADLINES_EXTEND))
def extend_deadline(request: HttpRequest, officer: Officer, deadline: int) -> HttpResponse:
    """Give more time, for a reason that stays with the deadline."""
    row = _extensible(officer).filter(pk=deadline).first()
    if row is None:
        raise Http404
    form = ExtensionForm(request.POST or None)
    if form.is_valid() and _extended(request, officer, row, form):
        return redirect("register:deadlines")
    facts = {"row": row, "title": translate(row.title), "form": form}
    return render(request, "register/due/extend.html", facts)


def _extended(request: HttpRequest, officer: Officer, row: Deadline, form: ExtensionForm) -> bool:
    roles, reason = officer.roles, form.cleaned_data["reason"]
    book = roles.state.rule_book_at(roles.at)
    try:
        with transaction.atomic():
            basis = basis_of(officer, Act.DEADLINES_EXTEND, row.branch, row.person)
            longer = extend(row.pk, form.limit(), reason, clock.now(), book=book, by=basis)
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return False
    day = date_format(longer.last_day, "DATE_FORMAT")
    messages.success(request, gettext("The last day is now %(day)s.") % {"day": day})
    return True
