"""Erasing people: who is to be looked at, what would go and stay, and the two who decide.

The first keeper proposes it on this page, the second sees the same and confirms it; both have just
proved who they are. Where a duty keeps what is held, it is noted here instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.calendars import add_months
from comitia.law.permissions import Act, Actor, Object, has_right
from comitia.law.rights import TABLE
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.models import Person
from comitia.web.acts import clock, proposing
from comitia.web.acts.models import Proposal
from comitia.web.acts.refusals import sentence_of
from comitia.web.publicrecord.duties import end_duty, note_duty, open_answers
from comitia.web.publicrecord.erasing import KIND, asked_for, why_not
from comitia.web.publicrecord.losing import entries_left, what_goes
from comitia.web.publicrecord.models import Duty, Ground
from comitia.web.publicrecord.retaining import due, kept
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.forms import PlainField, date_field
from comitia.web.register.models import Membership

KEEPERS: Final = frozenset({Actor.REGISTER_KEEPER})
_MOST: Final = 50
_LONGEST_DUTY: Final = 120
"""In months: who has to keep something for longer notes it again."""


class DutyForm(forms.Form):
    """Asks why what is held must be kept, and how long."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Why it must be kept"),
        choices=[
            (Ground.LAW, gettext_lazy("A law wants it kept")),
            (Ground.CLAIM, gettext_lazy("It is needed for a claim in law")),
        ],
        widget=forms.RadioSelect,
    )
    reason = PlainField(
        label=gettext_lazy("Which law, or which claim"),
        help_text=gettext_lazy("The person reads it. Name nobody."),
        max_length=200,
    )
    last_day = date_field(gettext_lazy("Last day"))

    def clean_last_day(self) -> Any:  # noqa: ANN401 - Django's own
        """Take a day from today on, within ten years."""
        day, today = self.cleaned_data["last_day"], timezone.localdate(clock.now())
        if not today <= day <= add_months(today, _LONGEST_DUTY):
            raise forms.ValidationError(gettext("Choose a day from today on, within ten years."))
        return day


@require_safe
@for_officers(KEEPERS)
def erasures(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List who has asked, what is proposed, and who was kept long enough."""
    here = Membership.objects.filter(branch__in=officer.branches(KEEPERS))
    others = here.exclude(person=officer.person)
    day = officer.roles.state.day_of(officer.roles.at)
    asked = kept(others.exclude(erasure_request=None), day)
    limits = {one.subject: one for one in open_answers(asked.values_list("pk", flat=True))}
    waiting = proposing.open_proposals(clock.now()).filter(kind=KIND)
    facts = {
        "asked": [(row, limits.get(row.pk)) for row in asked],
        "proposed": others.filter(pk__in=waiting.values("aggregate")).select_related("person"),
        "due": due(others, officer.book, day, _MOST),
    }
    return render(request, "publicrecord/erasures.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh_login
@for_officers(KEEPERS)
def erasure(request: HttpRequest, officer: Officer, membership: str) -> HttpResponse:
    """Show what erasing somebody would destroy, and take what a keeper decides."""
    row = _row(officer, membership)
    form = DutyForm(request.POST if request.POST.get("do") == "duty" else None)
    if request.method == "POST":
        answer = _decide(request, officer, row, form)
        if answer is not None:
            return answer
    return render(request, "publicrecord/erasure.html", _facts(officer, row, form))


def _row(officer: Officer, membership: str) -> Membership:
    rows = officer.memberships().select_related("person", "branch").filter(pk=membership)
    row = rows.filter(person__erased_at=None).first()
    if row is None or not officer.roles.may(Act.RECORD_ERASE, _place(row)):
        raise Http404
    return row


def _place(row: Membership) -> Object:
    return Object(row.branch.steps, Identifier(row.pk))


def _facts(officer: Officer, row: Membership, form: DutyForm) -> dict[str, Any]:
    proposal = proposing.open_proposals(clock.now()).filter(aggregate=row.pk, kind=KIND).first()
    why = why_not(row, clock.now())
    return {
        "row": row,
        "goes": what_goes(row),
        "entries": entries_left(row),
        "problem": "" if why is None else sentence_of(why),
        "duties": row.duties.all(),
        "today": officer.roles.state.day_of(officer.roles.at),
        "wish": getattr(row, "erasure_request", None),
        "answer_by": next(iter(open_answers([row.pk])), None),
        "proposal": proposal,
        "proposer": proposal and Person.objects.get(pk=proposal.proposed_by),
        "is_own": proposal is not None and proposal.proposed_by == officer.person.pk,
        "form": form,
    }


# --- What a keeper decides -----------------------------------------------------------------------


def _decide(
    request: HttpRequest, officer: Officer, row: Membership, form: DutyForm
) -> HttpResponse | None:
    """Do what was asked for; None where the page is shown again with what is wrong."""
    do = _DECISIONS.get(request.POST.get("do", ""))
    if request.POST.get("do") == "duty":
        if not form.is_valid():
            return None
        _note(officer, row, form.cleaned_data)
        messages.success(request, gettext("Noted. The person reads it on the own page."))
    elif do is not None:
        try:
            messages.success(request, do(officer, row, request.POST))
        except ComitiaError as error:
            messages.error(request, sentence_of(error))
    if request.POST.get("do") == "confirm":
        return redirect("erasures")
    return redirect("erasure", row.pk)


def _note(officer: Officer, row: Membership, said: Mapping[str, Any]) -> None:
    duty = Duty(
        ground=said["ground"],
        reason=said["reason"],
        last_day=said["last_day"],
        noted_by=_basis(officer, row),
    )
    note_duty(row, duty, clock.now())


def _basis(officer: Officer, row: Membership) -> str:
    """Return the mandate or appointment by which an officer decides there."""
    place = _place(row)
    rights = TABLE.of(Act.RECORD_ERASE)
    return next(
        role.basis
        for role in officer.roles.roles
        if any(has_right(right, role, place) for right in rights)
    )


def _end(officer: Officer, row: Membership, posted: Mapping[str, str]) -> str:
    number = posted.get("duty", "")
    duty = get_object_or_404(row.duties, pk=number if number.isdecimal() else 0)
    day = officer.roles.state.day_of(officer.roles.at)
    end_duty(duty, day, _basis(officer, row))
    return gettext("The duty is over since yesterday.")


def _propose(officer: Officer, row: Membership, posted: Mapping[str, str]) -> str:
    why = why_not(row, clock.now())
    if why is not None:
        raise why
    asked = replace(asked_for(row, [officer.person.pk]), seen=EntryHash(posted.get("seen", "")))
    proposing.propose(asked, clock.now())
    return gettext("Proposed. Another keeper has to confirm it.")


def _confirm(officer: Officer, row: Membership, posted: Mapping[str, str]) -> str:
    proposing.confirm(_proposal_of(row, posted).pk, officer.person.pk, clock.now())
    return gettext("Erased. What the backups hold goes with the person's secret.")


def _reject(officer: Officer, row: Membership, posted: Mapping[str, str]) -> str:
    proposing.reject(_proposal_of(row, posted).pk, officer.person.pk, clock.now())
    return gettext("The proposal was rejected.")


def _withdraw(officer: Officer, row: Membership, posted: Mapping[str, str]) -> str:
    proposing.withdraw(_proposal_of(row, posted).pk, officer.person.pk, clock.now())
    return gettext("The proposal was withdrawn.")


def _proposal_of(row: Membership, posted: Mapping[str, str]) -> Proposal:
    rows = Proposal.objects.filter(aggregate=row.pk, kind=KIND)
    return get_object_or_404(rows, pk=posted.get("proposal", ""))


_DECISIONS: Final[Mapping[str, Callable[[Officer, Membership, Mapping[str, str]], str]]] = {
    "propose": _propose,
    "confirm": _confirm,
    "reject": _reject,
    "withdraw": _withdraw,
    "over": _end,
}
