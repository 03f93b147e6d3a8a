"""The pages that show the rule book: the version in force, all versions, and the presets.

The rule book is open: whoever is to be judged by a rule can read it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from comitia.law.permissions import Act
from comitia.law.presets import PRESETS
from comitia.record.entries import parse_entry
from comitia.web.organisation.asking import reader_of
from comitia.web.rulebook.deciding import may_decide
from comitia.web.rulebook.models import Announcement, Version
from comitia.web.rulebook.queries import acts_under, version_of
from comitia.web.rulebook.telling import differences, tell_book


def is_withdrawn(announcement: Announcement) -> bool:
    """Whether a change that was announced was taken back."""
    ended = announcement.ended_by
    return ended is not None and ended.kind == Act.RULEBOOK_WITHDRAW


@require_safe
def rule_book(request: HttpRequest) -> HttpResponse:
    """Show the version in force, and which others there are."""
    reader = reader_of(request)
    shown = version_of(reader.book)
    announced = list(Announcement.objects.select_related("ended_by"))
    facts = {
        "version": shown,
        "versions": Version.objects.all(),
        "told": tell_book(shown.book, shown.preset) if shown else (),
        "announced": [one for one in announced if one.is_open],
        "withdrawn": [one for one in announced if is_withdrawn(one)],
        "may_decide": shown is not None and may_decide(reader),
    }
    return render(request, "rulebook/rulebook.html", facts)


@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version, what it changed, and what was done under it."""
    shown = get_object_or_404(Version.objects.select_related("entry"), pk=number)
    before = Version.objects.filter(pk=number - 1).first()
    facts = {
        "version": shown,
        "before": before,
        "told": tell_book(shown.book, shown.preset),
        "differences": differences(before.book, shown.book) if before else (),
        "acts": acts_under(shown),
        "act": parse_entry(bytes(shown.entry.content)).act,
    }
    return render(request, "rulebook/version.html", facts)


@require_safe
def presets(request: HttpRequest) -> HttpResponse:
    """Show the collections from which a rule book can begin, with the law behind their values."""
    told = [
        (one, tell_book(one.rule_book(reader_of(request).day), key)) for key, one in PRESETS.items()
    ]
    return render(request, "rulebook/presets.html", {"presets": told})
