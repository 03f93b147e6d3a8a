"""The page on which a change of the rule book is drawn up, looked at, and announced."""

from __future__ import annotations

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.record.folding.books import book_of
from comitia.record.kinds.rulebook import AnnounceRuleBook
from comitia.record.kinds.values import EntryHash, Line, Values
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.rulebook.deciding import Decider, decider_of
from comitia.web.rulebook.fields import BookForm, initial_of, organs_known
from comitia.web.rulebook.notifying import will_be_told
from comitia.web.rulebook.telling import Difference, differences


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Draw up a change, see what it differs in, and announce it."""
    decider = decider_of(request)
    begin = initial_of(json.loads(decider.version.rules))
    form = BookForm(
        request.POST or None, initial=begin, organs=organs_known(decider.book.values.values())
    )
    if request.method == "POST" and form.is_valid():
        act = AnnounceRuleBook(
            in_force_from=form.cleaned_data["in_force_from"],
            preset=Line(decider.version.preset),
            rules=Values(form.rules()),
        )
        changed = differences(decider.book, book_of(act, decider.book.version + 1))
        if not changed:
            form.add_error(None, gettext("Nothing differs from the version in force."))
        elif act.in_force_from < decider.day:
            form.add_error("in_force_from", gettext("This day is past: no rule reaches back."))
        elif "confirmed" not in request.POST:
            return _look(request, act, changed)
        elif announced := _announce(decider, act, form):
            messages.success(request, gettext("The change is announced."))
            return redirect("announcement", announced)
    return render(request, "rulebook/change.html", {"form": form})


def _look(
    request: HttpRequest, act: AnnounceRuleBook, changed: tuple[Difference, ...]
) -> HttpResponse:
    """Show what would be announced, and keep what was entered."""
    posted = [
        (name, one)
        for name, values in request.POST.lists()
        for one in values
        if name != "csrfmiddlewaretoken"
    ]
    facts = {
        "differences": changed,
        "first_day": act.in_force_from,
        "posted": posted,
        "told": will_be_told(clock.now()),
    }
    return render(request, "rulebook/announce.html", facts)


def _announce(decider: Decider, act: AnnounceRuleBook, form: BookForm) -> EntryHash | None:
    """Announce a change; say in the form why not, where that cannot be."""
    try:
        return decider.do(act)
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return None
