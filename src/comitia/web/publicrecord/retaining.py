"""Who is to be looked at by those who erase: who has asked, and who was kept long enough.

A list, and no more: nobody is erased by a rule, and nobody because a machine has counted days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Final

from django.db.models import QuerySet

from comitia.law.retention import retention_of
from comitia.law.rulebook import RuleBook
from comitia.law.standings import COUNTED, Standing
from comitia.law.values import Duration
from comitia.web.deadlines.running import limit_after
from comitia.web.register.models import Membership

_BELONG: Final = (*COUNTED, Standing.APPLICANT)
_FORMER: Final = tuple(one for one in Standing if one not in _BELONG)


def kept(memberships: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    """Return those who belong no more, were not erased, and whom no duty keeps on a day."""
    ended = memberships.exclude(standing__in=_BELONG).filter(since__lte=day)
    here = ended.filter(person__erased_at=None).exclude(duties__last_day__gte=day)
    return here.select_related("person", "branch").order_by("since", "pk")


def due(
    memberships: QuerySet[Membership], book: RuleBook, day: date, most: int
) -> list[Membership]:
    """Return who was kept for as long as the rule book says: the first of them, the longest first.

    memberships: those that somebody may see. A time that would move to a working day does so.
    """
    rows = kept(memberships, day)
    former = _over(rows.filter(standing__in=_FORMER)[:most], retention_of(Standing.LEFT, book), day)
    never = _over(rows.filter(standing="")[:most], retention_of(None, book), day)
    return sorted((*former, *never), key=lambda row: (row.since, row.pk))[:most]


def _over(rows: QuerySet[Membership], period: Duration | None, day: date) -> Iterator[Membership]:
    """Yield the rows whose time is over; they come in the order of their first day."""
    if period is None:
        return iter(rows)
    return takewhile(lambda row: limit_after(row.since, period).last_day < day, rows)
