"""Pages on which officers give members the way in to their accounts.

Whoever opens a member's page has just proved to be the officer: an open session at a branch's
computer is not enough. Addresses hold a pseudonym and nothing else, and no log anything of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError, MalformedRecord
from comitia.law.permissions import Act, Object
from comitia.web.accounts.claiming import VALID_FOR
from comitia.web.accounts.fresh import needs_fresh_login
from comitia.web.accounts.models import Channel, Person
from comitia.web.accounts.recovery import TIME_BY_LETTER, TIME_TO_STOP, opens_at, recovery_of
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.access_forms import ChannelForm, FindForm
from comitia.web.register.access_granting import (
    Handed,
    begin_opening,
    begin_recovery,
    channels_again,
    channels_for,
    finish_opening,
    finish_recovery,
    has_account,
    needs_two,
    open_access,
    opening_of,
    stop_for_member,
)
from comitia.web.register.access_levels import Need, need_of
from comitia.web.register.access_listing import states_of, told_uses
from comitia.web.register.letterhead import serve_pdf
from comitia.web.register.models import Membership
from comitia.web.register.reaching import actors_of

PAGE: Final = 50
KEEPERS: Final = actors_of(Act.ACCESS_OPEN)


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(KEEPERS)
def access(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List who has claimed the account and who has not."""
    form = FindForm(request.POST)
    kept = Membership.objects.filter(branch__in=officer.branches(KEEPERS))
    rows = form.chosen(kept).select_related("person", "branch")
    number = form.cleaned_data.get("page") or 1
    page = Paginator(rows.order_by("person__name_folded", "pk"), PAGE).get_page(number)
    states = states_of(page, clock.now())
    facts = {
        "form": form,
        "page": page,
        "caption": gettext("Accounts"),
        "headings": (gettext("Name"), gettext("Branch"), gettext("Account")),
        "rows": [(_link(row), row.branch.name, states[row.pk]) for row in page],
    }
    return render(request, "register/access/list.html", facts)


def _link(row: Membership) -> str:
    address = reverse("register:member-access", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, row.person.name)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs_fresh_login
@for_officers(KEEPERS)
def member_access(request: HttpRequest, officer: Officer, membership: str) -> HttpResponse:
    """Show how far a member is, and open or recover the account."""
    row = _row(officer, membership)
    form = ChannelForm(request.POST or None, _channels(officer, row))
    if request.method == "POST":
        answer = _do(request, officer, row, form)
        if answer is not None:
            return answer
    return render(request, "register/access/member.html", _facts(officer, row, form))


def _row(officer: Officer, membership: str) -> Membership:
    """Return whom the page is about; nobody has one for whom one may do nothing."""
    kept = Membership.objects.filter(branch__in=officer.branches(KEEPERS), pk=membership)
    row = kept.select_related("person", "branch").first()
    place = None if row is None else Object(row.branch.steps, row.pk)
    if row is None or place is None or not has_account(row):
        raise Http404
    if not officer.roles.may(Act.ACCESS_OPEN, place):
        raise Http404  # oneself
    return row


def _need(officer: Officer, row: Membership) -> Need:
    return need_of(row.person, officer.roles.state.day_of(officer.roles.at))


def _channels(officer: Officer, row: Membership) -> list[Channel]:
    """Return the ways by which a code can go out as things are."""
    if needs_two(row):
        return [*channels_again(row, clock.now())]
    need = _need(officer, row)
    begun = opening_of(row.person, clock.now()) is not None
    ways = (one for one in channels_for(row.person) if need.allows(one))
    return [one for one in ways if begun or not need.takes_two(one)]


def _facts(officer: Officer, row: Membership, form: ChannelForm) -> dict[str, object]:
    now = clock.now()
    recovery = recovery_of(row.person, now)
    opening = opening_of(row.person, now)
    two = needs_two(row)
    begun = recovery if two else opening
    is_first = begun is not None and begun.first == officer.person
    return {
        "row": row,
        "member": row.person,
        "form": form,
        "state": states_of([row], now)[row.pk],
        "uses": told_uses(row.pk),
        "recovery": recovery if two else None,
        "opening": None if two else opening,
        "is_first": is_first,
        "needs_two": two,
        "need": _need(officer, row),
        "asks_channel": bool(form.ways) and (not is_first if begun else not two),
        "from": opens_at(recovery) if recovery else None,
        "hours": int(TIME_TO_STOP.total_seconds() // 3600),
        "days": TIME_BY_LETTER.days,
    }


def _do(
    request: HttpRequest, officer: Officer, row: Membership, form: ChannelForm
) -> HttpResponse | None:
    """Do what a button of the page stands for; None where it cannot be, and the form says why."""
    what = request.POST.get("what", "")
    if what in _STEPS:
        return _take_step(request, officer, row, what)
    grants = {"open": open_access, "confirm": finish_opening, "finish": finish_recovery}
    grant = grants.get(what)
    if grant is None or not form.is_valid():
        return None
    channel = Channel(form.cleaned_data["channel"])
    try:
        handed = grant(row, officer.person, channel, clock.now())
    except ComitiaError as error:
        messages.error(request, _sentence(error))
        return redirect("register:member-access", row.pk)
    return _answer(request, row, handed)


_STEPS: Final[Mapping[str, tuple[Callable[[Membership, Person, datetime], object], Promise]]] = {
    "ask": (begin_opening, gettext_lazy("Begun. Another officer has to confirm it.")),
    "begin": (begin_recovery, gettext_lazy("Begun. Another officer has to confirm it.")),
    "stop": (stop_for_member, gettext_lazy("It was stopped.")),
}
"""What an officer does alone, and is told then."""


def _take_step(request: HttpRequest, officer: Officer, row: Membership, what: str) -> HttpResponse:
    step, done = _STEPS[what]
    try:
        step(row, officer.person, clock.now())
    except ComitiaError as error:
        messages.error(request, sentence_of(error))
    else:
        messages.success(request, str(done))
    return redirect("register:member-access", row.pk)


def _sentence(error: ComitiaError) -> str:
    if isinstance(error, MalformedRecord):
        return gettext(
            "The postal address does not fit a letter: correct it first, or choose another way."
        )
    return sentence_of(error)


def _answer(request: HttpRequest, row: Membership, handed: Handed) -> HttpResponse:
    answers: dict[Channel, Callable[[], HttpResponse]] = {
        Channel.IN_PERSON: lambda: render(
            request,
            "register/access/code.html",
            {"row": row, "member": row.person, "code": handed.code, "days": VALID_FOR.days},
        ),
        Channel.LETTER: lambda: serve_pdf(handed.letter, "account"),
        Channel.MAIL: lambda: _mailed(request, row),
    }
    return answers[handed.channel]()


def _mailed(request: HttpRequest, row: Membership) -> HttpResponse:
    messages.success(request, gettext("The code is on its way by e-mail."))
    return redirect("register:member-access", row.pk)
