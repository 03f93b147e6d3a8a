"""The pages of the outbox: what waits, one message, and the letters of a branch."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comitia.errors import ComitiaError
from comitia.law.permissions import Act
from comitia.web.acts import clock
from comitia.web.acts.refusals import sentence_of
from comitia.web.acts.wiring import wired
from comitia.web.notices.models import OutboxMessage, State
from comitia.web.organisation.models import Branch
from comitia.web.register.access import Officer, for_officers
from comitia.web.register.letterhead import print_letters, serve_pdf
from comitia.web.register.outbox_deciding import (
    DECISIONS,
    OPEN,
    STATES,
    ToPost,
    dead_address,
    decide,
    is_own_deed,
    letters_to_post,
    names_of,
    note_posted,
    trust_again,
    visible,
)
from comitia.web.register.reaching import actors_of

PAGE: Final = 50
_KEEPERS: Final = actors_of(Act.NOTICES_SEE)


class ShownForm(forms.Form):
    """Which messages are listed."""

    state = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[("", gettext_lazy("all that are not done")), *STATES.items()],
    )
    page = forms.IntegerField(
        min_value=1, max_value=10**6, required=False, widget=forms.HiddenInput
    )


@require_http_methods(["GET", "HEAD"])
@for_officers(_KEEPERS)
def messages_waiting(request: HttpRequest, officer: Officer) -> HttpResponse:
    """List messages by their state; those that need somebody come first."""
    form = ShownForm(request.GET)
    rows = visible(officer)
    if form.is_valid():
        state = form.cleaned_data["state"]
        rows = rows.filter(state__in=[state] if state else OPEN)
    else:
        rows = rows.none()
    number = form.cleaned_data.get("page") or 1
    page = Paginator(rows.order_by("-made_at", "pk"), PAGE).get_page(number)
    names = names_of(page)
    facts = {
        "form": form,
        "page": page,
        "caption": gettext("Messages"),
        "headings": (gettext("Subject"), gettext("To"), gettext("State"), gettext("Written")),
        "rows": [_cells(row, names) for row in page],
        "letters": _branches_with_letters(officer),
    }
    return render(request, "register/outbox/list.html", facts)


def _cells(row: OutboxMessage, names: dict[UUID, str]) -> tuple[object, ...]:
    address = reverse("register:message", args=[row.pk])
    subject = row.subject or gettext("(blanked)")
    return (
        format_html('<a href="{}">{}</a>', address, subject),
        _name(row, names),
        STATES[row.state],
        date_format(timezone.localtime(row.made_at), "DATE_FORMAT"),
    )


def _name(row: OutboxMessage, names: dict[UUID, str]) -> str:
    return names.get(row.person) if row.person else gettext("erased")  # type: ignore[return-value] # all have one


def _branches_with_letters(officer: Officer) -> list[tuple[str, str, int]]:
    """Return identifier, name and number of letters of each branch that has any."""
    due = visible(officer).filter(state=State.LETTER, next_attempt_at__lte=clock.now())
    counted = dict(due.values_list("branch").annotate(number=Count("pk")))
    names = dict(Branch.objects.filter(pk__in=counted).values_list("pk", "name"))
    names[""] = gettext("the whole organisation")
    return [(branch, names[branch], counted[branch]) for branch in sorted(counted)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(_KEEPERS)
def message(request: HttpRequest, officer: Officer, message: UUID) -> HttpResponse:
    """Show a message, and decide about it."""
    row = visible(officer).filter(pk=message).first()
    if row is None:
        raise Http404
    if request.method == "POST":
        _decide(request, officer, row)
        return redirect("register:message", row.pk)
    names = wired().names_of({row.decided_by}) if row.decided_by else {}
    own = is_own_deed(officer, row)
    facts = {
        "row": row,
        "to": _name(row, names_of([row])),
        "state": STATES[row.state],
        "decided_by": names.get(row.decided_by, ""),
        "dead": dead_address(row),
        "own_deed": own,
        "decisions": [(key, one) for key, one in DECISIONS.items() if not own and one.fits(row)],
    }
    return render(request, "register/outbox/message.html", facts)


def _decide(request: HttpRequest, officer: Officer, row: OutboxMessage) -> None:
    what = request.POST.get("what", "")
    if what != "works" and what not in DECISIONS:
        raise Http404
    try:
        if what == "works":
            trust_again(officer, row)
            messages.success(request, gettext("Mail goes to this address again."))
        elif decide(officer, row, what, clock.now()):
            messages.success(request, gettext("Done."))
        else:
            text = gettext("That was not possible any more. This is how it is now.")
            messages.error(request, text)
    except ComitiaError as error:
        messages.error(request, sentence_of(error))


# --- Letters -------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(_KEEPERS)
def letters(request: HttpRequest, officer: Officer, branch: str = "") -> HttpResponse:
    """Show a branch's letters; print them, and take in that they were posted.

    Both are for exactly the letters that the page showed: what came since is for the next time.
    """
    name = _name_of_branch(officer, branch)
    due = letters_to_post(officer, branch, clock.now())
    if request.method == "POST":
        return _letters_done(request, officer, branch, name, due)
    facts = {
        "branch": branch,
        "name": name,
        "fit": [one for one in due if one.fits],
        "unfit": [one for one in due if not one.fits],
        "shown": ",".join(str(one.letter.message) for one in due if one.fits),
    }
    return render(request, "register/outbox/letters.html", facts)


def _name_of_branch(officer: Officer, branch: str) -> str:
    found = officer.branches(_KEEPERS)
    row = (found.filter(pk=branch) if branch else found.filter(parent=None)).first()
    if row is None:
        raise Http404
    return row.name


def _letters_done(
    request: HttpRequest, officer: Officer, branch: str, name: str, due: tuple[ToPost, ...]
) -> HttpResponse:
    shown = set(request.POST.get("shown", "").split(","))
    chosen = [one for one in due if one.fits and str(one.letter.message) in shown]
    if not chosen:
        messages.error(request, gettext("None of these letters is still to be posted."))
    elif request.POST.get("what") == "print":
        now = clock.now()
        return serve_pdf(print_letters([one.post for one in chosen], name, now), "letters")
    elif request.POST.get("what") == "posted":
        number = note_posted(officer, chosen, branch, clock.now())
        text = ngettext("%(n)s letter is posted.", "%(n)s letters are posted.", number)
        messages.success(request, text % {"n": number})
    if branch:
        return redirect("register:letters", branch)
    return redirect("register:letters-of-all")
