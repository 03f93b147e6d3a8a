"""What is asked of the register."""

from __future__ import annotations

from collections.abc import Collection

from comitia.law.standings import COUNTED, Standing
from comitia.record.kinds.values import Identifier
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


def names_of(identifiers: Collection[str]) -> dict[str, str]:
    """Return the names of those whose memberships these are."""
    rows = Membership.objects.filter(pk__in=identifiers)
    return dict(rows.values_list("pk", "person__name"))
