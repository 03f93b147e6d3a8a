"""The register of a branch: finding members, a member's card, and acts on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from comitia.errors import ComitiaError
from comitia.law.permissions import Act, Actor, Object
from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.register import Category
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts import clock
from comitia.web.acts.forms import ActForm
from comitia.web.acts.history import sentences_of
from comitia.web.acts.proposing import open_proposals, propose
from comitia.web.acts.refusals import sentence_of
from comitia.web.acts.words import name_of_choice
from comitia.web.organisation.models import Branch
from comitia.web.register.access import SEES_REGISTER, Officer, for_officers
from comitia.web.register.access_granting import has_account
from comitia.web.register.cards import CARD_KINDS, CardAct, offered
from comitia.web.register.doing import asked_of, do, fields_of, foresee
from comitia.web.register.finding import search
from comitia.web.register.forms import LONGEST_SEARCH
from comitia.web.register.models import Membership
from comitia.web.register.paging import FewAmongMany, FirstOfMany
from comitia.web.register.purposes import PURPOSES
from comitia.web.register.templatetags.register_parts import standing_mark

PAGE: Final = 50
MEMBERS: Final = "members"
ALL: Final = "all"
NO_ADDRESS: Final = "no-address"
UNCONFIRMED: Final = "unconfirmed"
CONFIRMED_WITHIN: Final = timedelta(days=365)


class ListForm(forms.Form):
    """Which part of the register is shown; sent by POST, as names are in it."""

    words = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=LONGEST_SEARCH,
        help_text=gettext_lazy("The beginning of any name, or of several."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=gettext_lazy("Branch"),
        required=False,
        empty_label=gettext_lazy("all of mine"),
    )
    standing = forms.ChoiceField(label=gettext_lazy("Standing"), required=False)
    lacks = forms.ChoiceField(
        label=gettext_lazy("Quality"),
        required=False,
        choices=[
            ("", gettext_lazy("whatever is held")),
            (NO_ADDRESS, gettext_lazy("no postal address")),
            (UNCONFIRMED, gettext_lazy("address not confirmed for a year")),
        ],
    )
    page = forms.IntegerField(
        min_value=1, max_value=10**6, required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, branches: QuerySet[Branch]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(data)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined] # a ModelChoiceField
        self.fields["standing"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (MEMBERS, gettext("members")),
            (ALL, gettext("everybody who was ever here")),
            *((one.value, name_of_choice(one)) for one in Standing),
        ]

    def is_search(self) -> bool:
        """Whether a name was asked for."""
        return self.is_valid() and self.cleaned_data["words"] != ""

    def chosen(self, everybody: QuerySet[Membership], today: date) -> QuerySet[Membership]:
        """Return who was asked for; nobody where what was asked makes no sense."""
        if not self.is_valid():
            return everybody.none()
        said = self.cleaned_data
        if said["branch"] is not None:
            everybody = everybody.filter(branch=said["branch"])
        standing = said["standing"] or MEMBERS
        if standing == MEMBERS:
            everybody = everybody.filter(standing__in=COUNTED)
        elif standing != ALL:
            everybody = everybody.filter(standing=standing)
        if said["lacks"] == NO_ADDRESS:
            everybody = everybody.filter(person__postal_address="")
        elif said["lacks"] == UNCONFIRMED:
            long_ago = today - CONFIRMED_WITHIN
            everybody = everybody.filter(Q(confirmed_on=None) | Q(confirmed_on__lt=long_ago))
        return search(everybody, said["words"])


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_REGISTER)
def members(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Find members in the registers that somebody may see."""
    form = ListForm(request.POST, officer.branches(SEES_REGISTER))
    today = officer.roles.state.day_of(officer.roles.at)
    rows = form.chosen(officer.memberships(), today)
    # Joined to their branches, SQLite would begin with those, and sort everybody.
    rows = rows.select_related("person").prefetch_related("branch")
    number = form.cleaned_data.get("page") or 1
    kind = FewAmongMany if form.is_search() else FirstOfMany
    pages = kind(rows.order_by("person__name_folded", "pk"), PAGE)
    page = pages.get_page(number)
    facts = {
        "form": form,
        "page": page,
        "has_more": pages.found > pages.count,
        "caption": gettext("Members"),
        "headings": _headings(),
        "rows": cells(page),
        "is_keeper": officer.is_any(frozenset({Actor.REGISTER_KEEPER})),
    }
    return render(request, "register/members.html", facts)


def _headings() -> tuple[str, ...]:
    return gettext("Name"), gettext("Branch"), gettext("Standing"), gettext("Since")


def cells(page: Page[Membership] | Sequence[Membership]) -> list[tuple[object, ...]]:
    """Return a table's rows of members."""
    return [
        (
            format_html(
                '<a href="{}">{}</a>',
                reverse("register:card", args=[row.pk]),
                row.person.name or gettext("erased"),
            ),
            row.branch.name,
            standing_mark(row.standing),
            date_format(row.since, "DATE_FORMAT"),
        )
        for row in page
    ]


# --- A member's card -----------------------------------------------------------------------------


@require_safe
@for_officers(SEES_REGISTER)
def card(request: HttpRequest, officer: Officer, membership: str) -> HttpResponse:
    """Show everything that is held about a member, and what can be done."""
    row = _row(officer, membership)
    facts = {
        "row": row,
        "member": row.person,
        "held": _held(row),
        "acts": offered(officer, row),
        "proposals": open_proposals(clock.now()).filter(aggregate=row.pk, kind__in=CARD_KINDS),
        "lines": sentences_of(Identifier(row.pk), disclosed=True),
        "opens_access": has_account(row)
        and officer.roles.may(Act.ACCESS_OPEN, Object(row.branch.steps, row.pk)),
        "erased": gettext("erased"),
        "erases": _can_be_erased(row)
        and officer.roles.may(Act.RECORD_ERASE, Object(row.branch.steps, row.pk)),
    }
    return render(request, "register/card.html", facts)


def _can_be_erased(row: Membership) -> bool:
    belongs = row.standing in {*COUNTED, Standing.APPLICANT}
    return not belongs and row.person.erased_at is None


def _row(officer: Officer, membership: str) -> Membership:
    row = officer.memberships().select_related("person", "branch").filter(pk=membership).first()
    if row is None:
        raise Http404
    return row


def _held(row: Membership) -> list[tuple[object, object]]:
    """Return each field with its purpose, and what is held in it."""
    person = row.person
    values = {
        "name": person.name,
        "birth_date": person.birth_date and date_format(person.birth_date, "DATE_FORMAT"),
        "address": person.postal_address,
        "email": person.email,
        "branch": row.branch.name,
        "category": name_of_choice(Category(row.category)),
        "standing": standing_mark(row.standing),
        "paid_up_to": row.paid_up_to and date_format(row.paid_up_to, "DATE_FORMAT"),
    }
    return [(PURPOSES[name], value or gettext("nothing")) for name, value in values.items()]


# --- Acts ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers(SEES_REGISTER)
def act(request: HttpRequest, officer: Officer, membership: str, slug: str) -> HttpResponse:
    """Ask for an act, show what follows, and do it, or propose it to another keeper."""
    row = _row(officer, membership)
    found = next((one for one in offered(officer, row) if one.slug == slug), None)
    if found is None:
        raise Http404
    form = found.form(request.POST or {} if request.method == "POST" else None, row)
    facts: dict[str, Any] = {"row": row, "act": found, "form": form, "seen": row.entry_id}
    if request.method == "POST" and form.is_valid():
        answer = _answer(request, officer, found, form, facts)
        if answer is not None:
            return answer
    return render(request, "register/act.html", facts)


def _answer(
    request: HttpRequest, officer: Officer, found: CardAct, form: ActForm, facts: dict[str, Any]
) -> HttpResponse | None:
    """Do what was asked for, or show what would follow; None where it cannot be."""
    row: Membership = facts["row"]
    is_sure, takes_two = "sure" in request.POST, found.takes_two(officer, row)
    facts["seen"] = request.POST.get("seen", "") if is_sure else row.entry_id
    asked = asked_of(found.asked(form, row), row, [officer.person.pk], EntryHash(facts["seen"]))
    try:
        if is_sure and takes_two:
            propose(asked, clock.now())
            messages.success(request, gettext("Proposed. Another keeper has to confirm it."))
        elif is_sure:
            do(asked)
            messages.success(request, gettext("Done, and entered in the record."))
        else:
            facts["fields"] = fields_of(asked.act)
            facts["consequences"] = None if takes_two else foresee(asked)
            return render(request, "register/act_sure.html", facts)
    except ComitiaError as error:
        form.add_error(None, sentence_of(error))
        return None
    return redirect("register:card", row.pk)
