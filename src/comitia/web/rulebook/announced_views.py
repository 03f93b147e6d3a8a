"""A change of the rule book that is announced: it waits, and is withdrawn by one or adopted by two.

One of those who decide states how the vote went, another sees exactly that and confirms it.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.errors import ComitiaError
from comitia.law.announcing import require_majority
from comitia.record.kinds import kind_of_class
from comitia.record.kinds.rulebook import AdoptRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Line, Values
from comitia.web.accounts.models import Person
from comitia.web.acts import clock, proposing
from comitia.web.acts.forms import form_class
from comitia.web.acts.models import Entry, Proposal
from comitia.web.acts.refusals import sentence_of
from comitia.web.organisation.asking import reader_of
from comitia.web.rulebook.deciding import Decider, decider_of, may_decide, next_number
from comitia.web.rulebook.models import Announcement
from comitia.web.rulebook.notifying import will_be_told
from comitia.web.rulebook.queries import decided_from, who_did
from comitia.web.rulebook.telling import differences, tell_book

_ADOPTION: Final = kind_of_class(AdoptRuleBook).name
_ANNOUNCED: Final = frozenset({"number", "in_force_from", "preset", "rules", "announced"})


class VoteForm(form_class(AdoptRuleBook, without=_ANNOUNCED)):  # type: ignore[misc] # made of the kind
    """Asks how the vote went; both numbers, as in the minutes."""

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        for field in self.fields.values():
            field.required = True


@require_safe
def announcement(request: HttpRequest, entry: str) -> HttpResponse:
    """Show a change that was announced, from when it can be decided, and what has come of it."""
    shown = get_object_or_404(Announcement.objects.select_related("entry", "ended_by"), pk=entry)
    reader = reader_of(request)
    facts: dict[str, Any] = {"announcement": shown, "who": _who(request, shown.entry)}
    if shown.ended_by is not None:
        facts["ended_by"] = _who(request, shown.ended_by)
        facts["is_withdrawn"] = shown.ended_by.kind != _ADOPTION
        facts["told"] = tell_book(shown.as_version(1), shown.preset)
        return render(request, "rulebook/announcement_ended.html", facts)
    if (book := reader.book) is not None:
        waits = decided_from(shown, book)
        facts |= {
            "differences": differences(book, shown.as_version(book.version + 1)),
            "last_day": waits.last_day,
            "is_due": waits.is_over(reader.roles.at),
            "may_decide": may_decide(reader),
            "proposal": _proposal(shown),
        }
        if facts["may_decide"]:
            facts["told"] = will_be_told(reader.roles.at, EntryHash(shown.pk))
    return render(request, "rulebook/announcement.html", facts)


def _who(request: HttpRequest, entry: Entry) -> list[str]:
    """Return who made an entry; names are for people who are logged in."""
    return who_did(entry) if request.user.is_authenticated else []


def _proposal(shown: Announcement) -> Proposal | None:
    """Return the adoption of a change that waits for somebody else to confirm it."""
    waiting = proposing.open_proposals(clock.now()).filter(kind=_ADOPTION)
    return next((one for one in waiting if proposing.act_of(one).announced == shown.pk), None)


@login_required
@require_POST
def withdraw(request: HttpRequest, entry: str) -> HttpResponse:
    """Take an announcement back."""
    decider = decider_of(request)
    shown = get_object_or_404(Announcement, pk=entry)
    try:
        decider.do(WithdrawAnnouncement(announced=EntryHash(shown.pk)))
        messages.success(request, gettext("The announcement was taken back."))
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    return redirect("announcement", shown.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, entry: str) -> HttpResponse:
    """State how the vote on an announced change went, for another to confirm."""
    decider = decider_of(request)
    shown = get_object_or_404(Announcement, pk=entry)
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _propose(decider, shown, form)
        except ComitiaError as error:
            form.add_error(None, sentence_of(error))
        else:
            messages.success(request, gettext("Proposed. Another of those who decide confirms it."))
            return redirect("announcement", shown.pk)
    return render(request, "rulebook/adopt.html", {"form": form, "announcement": shown})


def _propose(decider: Decider, shown: Announcement, form: VoteForm) -> None:
    """Propose the adoption. Raises RuleViolation already where the vote was lost."""
    act: AdoptRuleBook = form.act(
        number=next_number(),
        in_force_from=shown.in_force_from,
        preset=Line(shown.preset),
        rules=Values(json.loads(shown.rules)),
        announced=EntryHash(shown.pk),
    )
    require_majority(act.in_favour, act.against, decider.book)
    proposing.propose(decider.asked(act), decider.at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, proposal: str) -> HttpResponse:
    """Show the adoption that somebody proposed; confirm it, or take back one's own."""
    decider = decider_of(request)
    row = get_object_or_404(proposing.open_proposals(decider.at), pk=proposal, kind=_ADOPTION)
    act: AdoptRuleBook = proposing.act_of(row)
    if request.method == "POST":
        return _answered(request, decider, row, act)
    shown = get_object_or_404(Announcement, pk=act.announced)
    facts = {
        "proposal": row,
        "act": act,
        "differences": differences(decider.book, shown.as_version(act.number)),
        "proposer": Person.objects.get(pk=row.proposed_by),
        "is_own": row.proposed_by == decider.person,
        "told": will_be_told(decider.at),
    }
    return render(request, "rulebook/adoption.html", facts)


def _answered(
    request: HttpRequest, decider: Decider, row: Proposal, act: AdoptRuleBook
) -> HttpResponse:
    try:
        if "withdraw" in request.POST:
            proposing.withdraw(row.pk, decider.person, decider.at)
            messages.success(request, gettext("The proposal is taken back."))
            return redirect("announcement", act.announced)
        proposing.confirm(row.pk, decider.person, decider.at)
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
        return redirect("answer-rulebook", row.pk)
    messages.success(request, gettext("The version is adopted."))
    return redirect("rulebook-version", act.number)
