"""Changing the key of the record, beside the administrators: one proposes it, another confirms.

A planned change is handed over by the old key. A key that is lost, or known to others, is replaced:
then nobody can follow by signatures, and the page says what to do about that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError, MalformedRecord
from comitia.law.permissions import Act
from comitia.record.kinds.publicrecord import RotateKey
from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.models import Person
from comitia.web.acts import clock, proposing
from comitia.web.acts.models import Proposal
from comitia.web.acts.refusals import sentence_of
from comitia.web.organisation.asking import reader_of
from comitia.web.organisation.models import Branch
from comitia.web.publicrecord.keeping import ROTATION, read_record_key
from comitia.web.publicrecord.rotating import asked_for, key_that_lies_ready

PLANNED: Final = "planned"
LOST: Final = "lost"


class ChangeForm(forms.Form):
    """Asks why the key is changed: what others can check afterwards depends on it."""

    why = forms.ChoiceField(
        label=gettext_lazy("Why the key is changed"),
        choices=[
            (PLANNED, gettext_lazy("As planned: the old key is at hand, and hands over")),
            (LOST, gettext_lazy("The old key is lost, or known to others")),
        ],
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh_login
def change_key(request: HttpRequest) -> HttpResponse:
    """Show the key in force and the one that lies ready; take a proposal, or an answer to it."""
    person = _administrator(request)
    form = ChangeForm(request.POST if request.POST.get("do") == "propose" else None)
    if request.method == "POST":
        answer = _decide(request, person, form)
        if answer is not None:
            return answer
    return render(request, "publicrecord/change_key.html", _facts(person, form))


def _administrator(request: HttpRequest) -> Person:
    whole = Branch.objects.filter(parent=None).first()
    if not reader_of(request).may(Act.RECORD_ROTATE_KEY, whole):
        raise PermissionDenied
    return cast("Person", request.user)


def _facts(person: Person, form: ChangeForm) -> dict[str, Any]:
    ready = key_that_lies_ready()
    proposal = proposing.open_proposals(clock.now()).filter(kind=ROTATION).first()
    act: RotateKey | None = None if proposal is None else proposing.act_of(proposal)
    return {
        "in_force": _key_in_force(),
        "ready": None if ready is None else ready.verifier.text,
        "proposal": proposal,
        "act": act,
        "proposer": proposal and Person.objects.get(pk=proposal.proposed_by),
        "is_own": proposal is not None and proposal.proposed_by == person.pk,
        "is_joined": proposal is not None and person.pk in proposing.people_of(proposal),
        "form": form,
    }


def _key_in_force() -> str:
    """Return the public half; nothing where the key is not there, or cannot be read."""
    try:
        key = read_record_key(settings.DATA)
    except MalformedRecord:
        return ""
    return "" if key is None else key.verifier.text


def _decide(request: HttpRequest, person: Person, form: ChangeForm) -> HttpResponse | None:
    do = _DECISIONS.get(request.POST.get("do", ""))
    try:
        if do is not None:
            messages.success(request, do(person, request.POST))
        elif form.is_valid():
            lost = form.cleaned_data["why"] == LOST
            proposing.propose(asked_for([person.pk], old_key_lost=lost), clock.now())
            messages.success(request, gettext("Proposed. Another administrator has to confirm it."))
        else:
            return None
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    return redirect("change-key")


def _confirm(person: Person, posted: Mapping[str, str]) -> str:
    if proposing.confirm(_proposal(posted).pk, person.pk, clock.now()) is None:
        return gettext("You have joined. It takes still more of you.")
    return gettext("Done. The new key signs from the next checkpoint on.")


def _reject(person: Person, posted: Mapping[str, str]) -> str:
    proposing.reject(_proposal(posted).pk, person.pk, clock.now())
    return gettext("The proposal is rejected.")


def _withdraw(person: Person, posted: Mapping[str, str]) -> str:
    proposing.withdraw(_proposal(posted).pk, person.pk, clock.now())
    return gettext("The proposal is taken back.")


def _proposal(posted: Mapping[str, str]) -> Proposal:
    return get_object_or_404(Proposal, pk=posted.get("proposal", ""), kind=ROTATION)


_DECISIONS: Final[Mapping[str, Callable[[Person, Mapping[str, str]], str]]] = {
    "confirm": _confirm,
    "reject": _reject,
    "withdraw": _withdraw,
}
