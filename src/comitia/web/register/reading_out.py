"""What programs read of the register: noted as a copy that was taken, and so much a day at most.

A program that goes through the register copies it, page by page. So it leaves what a copy by hand
leaves: who took it, when, of how many people, and what for, which is what the token was made for.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from django.db.models import F, Sum

from comitia.law.permissions import Role
from comitia.web.interface.calling import Caller
from comitia.web.interface.failing import CallRefused
from comitia.web.register.access import SEES_APPLICATIONS
from comitia.web.register.models import LONGEST_KEY, Copy, Membership

MOST_PEOPLE: Final = 20_000
"""Read by one person's programs on one day; whoever is read twice counts twice."""


def note_read(caller: Caller, items: Sequence[dict[str, Any]]) -> None:
    """Note whom an answer is about, but for the caller. Raises CallRefused beyond the day's bound.

    Called before the answer goes out.
    """
    own = Membership.objects.filter(person=caller.person).values_list("pk", flat=True).first()
    people = sum(one["id"] != own for one in items)
    if not people:
        return
    roles = caller.roles()
    day = roles.state.day_of(caller.at)
    taken = Copy.objects.filter(taken_by=caller.person, is_by_program=True, day=day)
    if (taken.aggregate(all=Sum("people"))["all"] or 0) + people > MOST_PEOPLE:
        raise CallRefused(HTTPStatus.TOO_MANY_REQUESTS, "call.too_much_read")
    role = _highest(roles.roles)
    branch = caller.scope.branch or role.branch[-1]
    what_for = {"branch_id": branch, "purpose": caller.token.name[:LONGEST_KEY]}
    latest = {"known_at": caller.at, "taken_at": caller.at}
    if not taken.filter(**what_for).update(people=F("people") + people, **latest):
        by = {"taken_by": caller.person, "basis": role.basis, "is_by_program": True}
        Copy.objects.create(day=day, people=people, **by, **what_for, **latest)


def _highest(roles: Sequence[Role]) -> Role:
    """Return the role by which the highest branch is seen."""
    seen = (role for role in roles if role.actor in SEES_APPLICATIONS and role.branch)
    return min(seen, key=lambda role: (len(role.branch), role.branch))
