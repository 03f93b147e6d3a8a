"""What is asked of the register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404

from comitia.law.rulebook import RuleBook
from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.values import Identifier
from comitia.web.acts import clock
from comitia.web.acts.models import Entry
from comitia.web.acts.reading import state_of
from comitia.web.register.models import Membership

_ENOUGH = 2
"""Of what keeps a branch from closing; one would do."""


def rests_on(branch: Identifier) -> tuple[Identifier, ...]:
    """Return what keeps a branch from closing, members and applicants: some, if there are many."""
    keep = {*COUNTED, Standing.APPLICANT}
    counted = Membership.objects.filter(branch=branch, standing__in=keep)
    return tuple(Identifier(one) for one in counted.values_list("pk", flat=True)[:_ENOUGH])


def members_of(branch: Identifier) -> tuple[Identifier, ...]:
    """Return all memberships that are counted in a branch, in the order of their pseudonyms."""
    counted = Membership.objects.filter(branch=branch, standing__in=COUNTED).order_by("pk")
    return tuple(Identifier(one) for one in counted.values_list("pk", flat=True))


def count_members(branch: Identifier) -> int:
    """Return how many memberships are counted in a branch."""
    return Membership.objects.filter(branch=branch, standing__in=COUNTED).count()


def rules_now() -> tuple[RuleBook, date]:
    """Return the rule book in force, and the day that it is. Raises Http404 before a founding."""
    state, now = state_of(), clock.now()
    book = state.rule_book_at(now)
    if book is None:
        raise Http404
    return book, state.day_of(now)


def applied_at(memberships: QuerySet[Membership]) -> dict[str, datetime]:
    """Return when each application was entered."""
    entries = Entry.objects.filter(kind="membership.apply", aggregate__in=memberships.values("pk"))
    return dict(entries.order_by("number").values_list("aggregate_id", "at"))


def names_of(identifiers: Collection[str]) -> dict[str, str]:
    """Return the names of those whose memberships these are."""
    rows = Membership.objects.filter(pk__in=identifiers)
    return dict(rows.values_list("pk", "person__name"))
