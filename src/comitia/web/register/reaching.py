"""How far an officer's right reaches: over rows that name a branch, or none."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from comitia.law.permissions import Act, Object, has_right
from comitia.law.rights import TABLE
from comitia.web.acts import clock
from comitia.web.acts.bases import roles_under_lock
from comitia.web.acts.errors import not_allowed
from comitia.web.organisation.models import Branch
from comitia.web.register.access import Officer
from comitia.web.register.models import Membership
from comitia.web.register.visibility import officers_of as actors_of

__all__ = ["actors_of", "basis_of", "within_reach"]

Row = TypeVar("Row", bound=Model)


def within_reach(officer: Officer, act: Act, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Keep the rows of branches where the officer may do an act, and none about the officer.

    Rows that name no branch belong to the topmost.
    """
    branches = officer.branches(actors_of(act))
    ids = list(branches.values_list("pk", flat=True))
    if branches.filter(parent=None).exists():
        ids.append("")
    own = officer.person.pk
    return rows.filter(branch__in=ids).exclude(person=own)


def basis_of(officer: Officer, act: Act, branch: str, person: UUID | None) -> str:
    """Return the mandate or appointment by which an officer does an act now.

    Within a transaction, until whose end it stays so. Raises RuleViolation.
    """
    (roles,) = roles_under_lock([officer.person.pk], clock.now())
    found = Branch.objects.filter(pk=branch) if branch else Branch.objects.filter(parent=None)
    own = Membership.objects.filter(person=person).values_list("pk", flat=True).first()
    for steps in (one.steps for one in found):
        for right in TABLE.of(act):
            for role in roles.roles:
                if has_right(right, role, Object(steps, own)):
                    return role.basis
    raise not_allowed(act)
