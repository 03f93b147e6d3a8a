"""What an officer is told of those whom a list of some past day names.

A list as at a day is chosen by the branch of that day: people are in it who have since moved away,
left, or died. A right to see somebody's details is of today, and of the branch of today.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, F, OrderBy, When

from comitia.law.standings import COUNTED
from comitia.web.acts.models import Disclosure
from comitia.web.database.prefixes import FoldedField
from comitia.web.register.access import Officer
from comitia.web.register.models import Membership, Step

_NAME = "name"


@dataclass(frozen=True, slots=True)
class Called:
    """How somebody is called. name: the pseudonym where nothing else may be said.

    address: of members alone whom the officer may see now. has_card: whether their card opens.
    """

    name: str
    address: str = ""
    has_card: bool = False


def by_name(officer: Officer) -> tuple[OrderBy, ...]:
    """Return the order of steps: by name those who are called by it, then by pseudonym the others.

    Ordered by the names of all, the place of a pseudonym in the list would tell how a name begins.
    """
    members = officer.memberships().filter(standing__in=COUNTED)
    named = Case(
        When(membership__in=members, then=F("membership__person__name_folded")),
        output_field=FoldedField(),
    )
    return named.asc(nulls_last=True), F("membership").asc(), F("pk").asc()


def called(officer: Officer, steps: Sequence[Step], known_at: datetime) -> list[Called]:
    """Return how those are called whose steps these are, in their order.

    Members in the officer's reach: as they are called now. Others in reach: as an entry that was
    known at the time disclosed it, if that was not erased. Everybody else: by the pseudonym.
    """
    seen = officer.memberships().filter(pk__in={one.membership_id for one in steps})
    rows = {row.pk: row for row in seen.select_related("person")}
    gone = [pk for pk, row in rows.items() if row.standing not in COUNTED]
    names = _disclosed(gone, known_at)
    return [_called(one.membership_id, rows, names) for one in steps]


def _called(membership: str, rows: dict[str, Membership], names: dict[str, str]) -> Called:
    row = rows.get(membership)
    if row is None:
        return Called(membership)
    if row.standing in COUNTED:
        return Called(row.person.name or membership, row.person.postal_address, has_card=True)
    return Called(names.get(membership, membership), has_card=True)


def _disclosed(memberships: Sequence[str], known_at: datetime) -> dict[str, str]:
    """Return the last name that the entries known at a time disclose, of those that do."""
    rows = Disclosure.objects.filter(
        entry__aggregate__in=memberships, entry__at__lte=known_at, field=_NAME
    )
    ordered = rows.order_by("entry__number").values_list("entry__aggregate", "value")
    return {membership: json.loads(value) for membership, value in ordered}
