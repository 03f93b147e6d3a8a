"""The balance of members: for any branch and days, as known now, as known then, or compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from comitia.law.balance import COMING, GOING, Balance, Column
from comitia.law.calendars import Calendar, add_months
from comitia.law.standings import COUNTED
from comitia.record.folding.state import State
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.organisation.models import Branch
from comitia.web.register.access import SEES_REGISTER, Officer, for_officers, person_of
from comitia.web.register.balances import Asked, causes_of, count_once, steps_of
from comitia.web.register.calling import called
from comitia.web.register.forms import date_field
from comitia.web.register.models import Membership
from comitia.web.register.sheets import sheet
from comitia.web.register.sums import LEAST, Part, sum_up, told_to_all
from comitia.web.register.templatetags.register_parts import name_cell
from comitia.web.register.words import CHANGES, COLUMNS

PAGE: Final = 100
NOW, THEN, COMPARED = "now", "then", "compared"
_LONGEST_DAYS: Final = 366 * 50
_YEAR: Final = 12
"""Months."""
_ORDER: Final = tuple(Column)
Sums = Mapping[Part, Balance]


class PeriodForm(forms.Form):
    """Which branch, which days, and what is to count as known."""

    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=gettext_lazy("Branch"), empty_label=None
    )
    first = date_field(gettext_lazy("First day"))
    last = date_field(gettext_lazy("Last day"))
    known = forms.ChoiceField(
        label=gettext_lazy("By what was known"),
        choices=[
            (NOW, gettext_lazy("now: everything as corrected")),
            (THEN, gettext_lazy("then: at the end of the last day")),
            (COMPARED, gettext_lazy("the start then, the rest now: what does not fit is named")),
        ],
    )

    def __init__(self, data: Any, branches: QuerySet[Branch]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined] # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """Refuse days that make no period."""
        said: dict[str, Any] = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and not timedelta(0) <= last - first <= timedelta(_LONGEST_DAYS):
            raise ValidationError(gettext("A period ends after it begins, and within fifty years."))
        if first and last and not (date.min.year < first.year and last.year < date.max.year):
            raise ValidationError(gettext("These days are out of every calendar."))
        return said

    def asked(self, state: State, now: datetime) -> Asked:
        """Return what is asked for, once the form is valid."""
        said = self.cleaned_data
        calendar = Calendar(ZoneInfo(state.time_zone))
        known = None
        if said["known"] == THEN:
            known = _if_over(calendar.end_of(said["last"]), now)
        stated = known
        if said["known"] == COMPARED:
            stated = _if_over(calendar.start_of(said["first"]), now)
        return Asked(said["first"], said["last"], known, stated)


def _if_over(end: datetime, now: datetime) -> datetime | None:
    """Return the last moment before a time; None where that is still to come."""
    return end - timedelta(seconds=1) if end <= now else None


class _Question:
    """What somebody asks of the balance, with the branches that it is about."""

    def __init__(self, request: HttpRequest, officer: Officer, branches: QuerySet[Branch]) -> None:
        self.officer, self.now = officer, clock.now()
        self.today = officer.roles.state.day_of(self.now)
        first = branches.first()
        usual = {
            "branch": "" if first is None else first.pk,
            "first": self.today.replace(month=1, day=1).isoformat(),
            "last": self.today.isoformat(),
            "known": NOW,
        }
        given = {name: request.GET[name] for name in usual if name in request.GET}
        self.said = {**usual, **given}
        self.form = PeriodForm(self.said, branches)

    @cached_property
    def branch(self) -> Branch:
        found: Branch = self.form.cleaned_data["branch"]
        return found

    @cached_property
    def is_keeper(self) -> bool:
        """Whether whoever asks sees the register of the branch."""
        return self.officer.is_any(SEES_REGISTER, self.branch)

    @cached_property
    def asked(self) -> Asked:
        """What is asked for; of others than keepers whole years, as known when a month ended.

        By shorter periods, or by looking every day, everybody's own day could be found.
        """
        exact = self.form.asked(self.officer.roles.state, self.now)
        if self.is_keeper:
            return exact
        calendar = Calendar(ZoneInfo(self.officer.roles.state.time_zone))
        known = calendar.start_of(self.today.replace(day=1)) - timedelta(seconds=1)
        first, last = date(exact.first.year, 1, 1), date(exact.last.year, 12, 31)
        return Asked(first, last, known, known)

    @cached_property
    def tree(self) -> tuple[Branch, ...]:
        return tuple(Branch.objects.order_by("path"))

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        return {one.pk: one.steps for one in self.tree}

    @cached_property
    def below(self) -> tuple[Branch, ...]:
        """The branch and all below it."""
        return tuple(one for one in self.tree if one.path.startswith(self.branch.path))

    @cached_property
    def ids(self) -> list[str]:
        return [one.pk for one in self.below]

    def link(self, view: str, **other: str) -> str:
        return f"{reverse(view)}?{urlencode({**self.said, **other})}"


def _branches_of(officer: Officer) -> QuerySet[Branch]:
    """Return the branches whose numbers somebody may see: all of them, for members."""
    if Membership.objects.filter(person=officer.person, standing__in=COUNTED).exists():
        return Branch.objects.order_by("path")
    if not officer.is_any(SEES_REGISTER):
        raise PermissionDenied
    return officer.branches(SEES_REGISTER)


@require_safe
@login_required
def balance(request: HttpRequest) -> HttpResponse:
    """Show the balance to members; the entries behind it are for officers."""
    officer = Officer(person_of(request))
    question = _Question(request, officer, _branches_of(officer))
    facts: dict[str, Any] = {"form": question.form, "periods": _periods(question)}
    if question.form.is_valid():
        everything = sum_up(count_once(question.asked, question.now), question.paths)
        sums = _told(question, everything)
        if request.GET.get("format") == "csv":
            return _sheet(question, sums)
        whole = Part(question.branch.pk)
        facts |= {"branch": question.branch, "is_coarse": not question.is_keeper, "least": LEAST}
        facts["number"] = None if question.branch.parent_id else everything[whole].end
        if whole in sums:
            facts |= _shown(question, sums)
    return render(request, "register/balance.html", facts)


def _told(question: _Question, sums: Sums) -> Sums:
    """Return the balances of all parts of the tree that whoever asks is told."""
    if question.is_keeper:
        return sums
    told = told_to_all(sums, question.paths, LEAST)
    return {part: one for part, one in sums.items() if part in told}


def _shown(question: _Question, sums: Sums) -> dict[str, Any]:
    causes = causes_of(question.asked, question.ids)
    whole = replace(sums[Part(question.branch.pk)], causes=causes)
    is_keeper = question.is_keeper
    return {
        "balance": whole,
        "caption": f"{date_format(whole.first)} – {date_format(whole.last)}",  # noqa: RUF001 - to
        "headings": (gettext("Members"), gettext("Number")),
        "rows": list(_statement(question, whole, is_keeper=is_keeper)),
        "parts_headings": _part_headings(),
        "parts": [_part(name, sums.get(part)) for name, part in _parts(question)],
        "causes": list(_causes(whole)) if is_keeper else [],
        "csv": question.link("register:balance", format="csv"),
    }


def _statement(question: _Question, whole: Balance, *, is_keeper: bool) -> Any:  # noqa: ANN401 - rows
    first, last = (date_format(day, "DATE_FORMAT") for day in (whole.first, whole.last))
    yield gettext("before %(day)s") % {"day": first}, str(whole.start)
    for column in _ORDER:
        sign = "+" if column in set(COMING.values()) else "−"  # noqa: RUF001 - a minus
        number = f"{sign} {whole.counts[column]}"
        if is_keeper and whole.counts[column]:
            link = question.link("register:balance-entries", column=column)
            yield COLUMNS[column], format_html('<a href="{}">{}</a>', link, number)
        else:
            yield COLUMNS[column], number
    if whole.difference:
        mark = format_html('<span class="mark bad">{}</span>', f"{whole.difference:+}")
        yield gettext("not explained by these"), mark
    yield gettext("at the end of %(day)s") % {"day": last}, str(whole.end)


def _part_headings() -> tuple[str, ...]:
    names = gettext("Branch"), gettext("Before"), gettext("Came"), gettext("Went")
    return (*names, gettext("At the end"), gettext("Difference"))


def _part(name: str, one: Balance | None) -> tuple[object, ...]:
    if one is None:
        return name, *[gettext("not shown")] * (len(_part_headings()) - 1)
    came = sum(one.counts[column] for column in set(COMING.values()))
    went = sum(one.counts[column] for column in GOING.values())
    return name, one.start, came, went, one.end, one.difference


def _parts(question: _Question) -> list[tuple[str, Part]]:
    """Return the branch itself, and each right below it with all below that."""
    depth = len(question.branch.steps) + 1
    own = (question.branch.name, Part(question.branch.pk, is_alone=True))
    tops = [one for one in question.below if len(one.steps) == depth]
    return [own, *((top.name, Part(top.pk)) for top in tops)]


def _causes(whole: Balance) -> Any:  # noqa: ANN401 - rows
    """Yield each entry that explains a part of the difference, with the member's card."""
    names = [name for cause in whole.causes for name in cause.entries]
    rows = Entry.objects.filter(hash__in=names)
    of = dict(rows.values_list("hash", "aggregate_id"))
    for cause in whole.causes:
        for name in cause.entries:
            yield {"entry": name, "membership": of[name], "effect": f"{cause.effect:+}"}


def _sheet(question: _Question, sums: Sums) -> HttpResponse:
    """Return every branch with all below it, a row each."""
    headings = ("branch", "first", "last", "start", *_ORDER, "end", "difference")
    rows = (
        (
            one.name,
            *(found.first.isoformat(), found.last.isoformat(), found.start),
            *(found.counts[column] for column in _ORDER),
            *(found.end, found.difference),
        )
        for one in question.below
        if (found := sums.get(Part(one.pk))) is not None
    )
    return sheet(f"balance-{question.asked.first}-{question.asked.last}", headings, rows)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A period that people often ask for."""

    label: str
    link: str


def _periods(question: _Question) -> list[Shortcut]:
    month = question.today.replace(day=1)
    quarter = add_months(month, -((month.month - 1) % 3))
    year = month.replace(month=1)
    found = (
        (gettext("this month"), month, 1),
        (gettext("last month"), add_months(month, -1), 1),
        (gettext("this quarter"), quarter, 3),
        (gettext("last quarter"), add_months(quarter, -3), 3),
        (gettext("this year"), year, _YEAR),
        (gettext("last year"), add_months(year, -_YEAR), _YEAR),
    )
    of_years = question.form.is_valid() and not question.is_keeper
    return [
        Shortcut(label, question.link("register:balance", first=str(day), last=str(_end(day, n))))
        for label, day, n in found
        if n == _YEAR or not of_years
    ]


def _end(first: date, months: int) -> date:
    return add_months(first, months) - timedelta(days=1)


@require_safe
@for_officers(SEES_REGISTER)
def entries(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Name everybody whom a number of the balance counts, with the entry."""
    question = _Question(request, officer, officer.branches(SEES_REGISTER))
    column = next((one for one in Column if one == request.GET.get("column")), None)
    if column is None or not question.form.is_valid():
        raise Http404
    steps = steps_of(question.asked, column, question.ids)
    number = request.GET.get("page", "")
    page = Paginator(steps, PAGE).get_page(number if number.isascii() else "1")
    shown, known_at = list(page), question.asked.known_at or clock.now()
    facts = {
        "column": column,
        "branch": question.branch,
        "asked": question.asked,
        "back": question.link("register:balance"),
        "page": page,
        "more": question.link("register:balance-entries", column=column),
        "caption": COLUMNS[column],
        "headings": (gettext("Name"), gettext("Day"), gettext("Change"), gettext("Entry")),
        "rows": [
            (
                name_cell(one, step),
                date_format(step.day, "DATE_FORMAT"),
                CHANGES[step.kind],
                format_html("<code>{}</code>", step.entry[:16]),
            )
            for step, one in zip(shown, called(officer, shown, known_at), strict=True)
        ],
    }
    return render(request, "register/balance_entries.html", facts)
