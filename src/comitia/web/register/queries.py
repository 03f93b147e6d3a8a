"""What is asked of the register."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from comitia.law.rulebook import RuleBook
from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.values import Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.founded import organisation_zone
from comitia.web.acts.models import Entry
from comitia.web.acts.reading import state_of
from comitia.web.register.models import Membership, Step

_ENOUGH = 2
"""Of what keeps a branch from closing; one would do."""


def rests_on(branch: Identifier, last_day: date) -> tuple[Identifier, ...]:
    """Return what keeps a branch from closing: who is there after its last day, if only some.

    Also who has declared to leave or will be transferred later, and is there until then.
    """
    if last_day == date.max:
        return ()
    keep = {*COUNTED, Standing.APPLICANT}
    there = Step.objects.filter(branch=branch, standing__in=keep, known_until=None)
    lasting = there.filter(Q(until=None) | Q(until__gt=F("day")))
    held = lasting.exclude(until__lte=last_day + timedelta(days=1))
    ids = held.order_by("membership").values_list("membership", flat=True)
    return tuple(Identifier(one) for one in ids.distinct()[:_ENOUGH])


def members_on(branch: Identifier, day: date) -> tuple[Identifier, ...]:
    """Return who is counted in a branch on a day, in the order of their pseudonyms."""
    ids = _counted(branch, day).order_by("membership").values_list("membership", flat=True)
    return tuple(Identifier(one) for one in ids)


def count_members(branch: Identifier, day: date) -> int:
    """Return how many are counted in a branch on a day."""
    return _counted(branch, day).count()


def members_who_log_in(now: datetime) -> QuerySet[Person]:
    """Ask for those who are counted anywhere today and have taken over their account."""
    day = now.astimezone(organisation_zone()).date()
    counted = _standing_on(day).filter(membership__person=OuterRef("pk"))
    return Person.objects.filter(Exists(counted), claimed_at__isnull=False, erased_at=None)


def _counted(branch: Identifier, day: date) -> QuerySet[Step]:
    """Return the step of each member by which they are counted there: one of each."""
    return _standing_on(day).filter(branch=branch)


def _standing_on(day: date) -> QuerySet[Step]:
    """Return of each member the step that counts on a day."""
    now = Step.objects.filter(standing__in=COUNTED, known_until=None, day__lte=day)
    return now.filter(Q(until=None) | Q(until__gt=day))


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
