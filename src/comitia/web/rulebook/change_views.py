"""The pages on which the rule book is changed: announce, wait as long as the rules say, decide."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.errors import ComitiaError
from comitia.law.presets import PRESETS
from comitia.law.reading import Json
from comitia.law.rulebook import RuleBook, read_rule_book
from comitia.law.values import Organ
from comitia.record.canonical import canonical_bytes
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Identifier, Line, Values
from comitia.web.accounts.models import Person
from comitia.web.acts.performing import Asked, perform
from comitia.web.acts.refusals import sentence_of
from comitia.web.organisation.asking import reader_of
from comitia.web.rulebook.fields import BookForm, initial_of
from comitia.web.rulebook.models import Announcement, Version
from comitia.web.rulebook.queries import (
    decided_from,
    rule_book_aggregate,
    version_in_force,
    whole,
)
from comitia.web.rulebook.telling import differences
from comitia.web.rulebook.views import may_decide


@dataclass(frozen=True, slots=True)
class _Decider:
    """Somebody who decides on the rule book, with the version in force."""

    person: Person
    version: Version
    latest: int
    day: date

    @property
    def book(self) -> RuleBook:
        return self.version.book


def _decider(request: HttpRequest) -> _Decider:
    """Return who decides; refuse anybody else."""
    reader = reader_of(request)
    versions = list(Version.objects.all())
    shown = version_in_force(versions, reader.day)
    if reader.person is None or shown is None or not may_decide(reader):
        raise PermissionDenied
    return _Decider(reader.person, shown, max(one.number for one in versions), reader.day)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Draw up a change, see what it differs in, and announce it."""
    decider = _decider(request)
    begin = initial_of(json.loads(decider.version.rules))
    form = BookForm(request.POST or None, initial=begin, organs=_organs(decider.book))
    facts: dict[str, Any] = {"form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "rulebook/change.html", facts)
    rules, first_day = form.rules(), form.cleaned_data["in_force_from"]
    changed = differences(decider.book, _book(decider.latest + 1, first_day, rules))
    if not changed:
        form.add_error(None, gettext("Nothing differs from the version in force."))
    elif first_day < decider.day:
        form.add_error("in_force_from", gettext("This day is past: no rule reaches back."))
    elif "confirmed" in request.POST:
        announced = Announcement.objects.create(
            announced_on=decider.day,
            in_force_from=first_day,
            preset=decider.version.preset,
            rules=canonical_bytes(rules).decode(),
        )
        messages.success(request, gettext("The change is announced."))
        return redirect("announcement", announced.pk)
    else:
        facts["differences"], facts["first_day"] = changed, first_day
        facts["posted"] = [
            (name, one)
            for name, values in request.POST.lists()
            for one in values
            if name != "csrfmiddlewaretoken"
        ]
        return render(request, "rulebook/announce.html", facts)
    return render(request, "rulebook/change.html", facts)


def _book(number: int, first_day: date, rules: dict[str, Any]) -> RuleBook:
    value: dict[str, Json] = {
        "version": number,
        "in_force_from": first_day.isoformat(),
        "rules": rules,
    }
    return read_rule_book(value)


def _organs(book: RuleBook) -> list[Organ]:
    """Return the bodies and offices that a rule can name: those of this book and of presets."""
    found = {one for one in book.values.values() if isinstance(one, Organ)}
    for preset in PRESETS.values():
        found |= {c.setting.value for c in preset.chosen if isinstance(c.setting.value, Organ)}
    return sorted(found, key=str)


@require_safe
def announcement(request: HttpRequest, number: int) -> HttpResponse:
    """Show a change that is announced, and from when it can be decided."""
    shown = get_object_or_404(Announcement, pk=number)
    reader = reader_of(request)
    versions = list(Version.objects.all())
    current = version_in_force(versions, reader.day)
    if current is None:
        raise PermissionDenied
    waits = decided_from(shown, current.book)
    facts = {
        "announcement": shown,
        "differences": differences(current.book, shown.as_version(current.number + 1)),
        "last_day": waits.last_day,
        "is_open": waits.is_over(reader.roles.at),
        "may_decide": may_decide(reader),
    }
    return render(request, "rulebook/announcement.html", facts)


@login_required
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Adopt an announced change, or take it back."""
    decider = _decider(request)
    shown = get_object_or_404(Announcement, pk=number)
    if "withdraw" in request.POST:
        shown.delete()
        messages.success(request, gettext("The announcement was taken back."))
        return redirect("rulebook")
    if not decided_from(shown, decider.book).is_over(reader_of(request).roles.at):
        messages.error(request, gettext("It was not announced for long enough yet."))
        return redirect("announcement", number)
    act = AdoptRuleBook(
        number=decider.latest + 1,
        in_force_from=shown.in_force_from,
        preset=Line(shown.preset),
        rules=Values(json.loads(shown.rules)),
    )
    where, about = Identifier(whole().pk), Identifier(rule_book_aggregate())
    try:
        perform(Asked(act, about, where, (decider.person.pk,)))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
        return redirect("announcement", number)
    messages.success(request, gettext("The version is adopted."))
    return redirect("rulebook-version", act.number)
