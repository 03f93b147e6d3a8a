"""By what somebody does a thing that leaves no entry: asked under a lock, as acts ask it.

Whoever ends an office takes its row exclusively. So what is done here was either done while the
office ran, or not at all; an office that ended in the same second opens nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from comitia.law.permissions import Act, Object, Role, has_right
from comitia.law.rights import TABLE
from comitia.web.acts.errors import not_allowed
from comitia.web.acts.models import ORGANISATION, RULEBOOK, Aggregate
from comitia.web.acts.rights import Roles, choose_roles, roles_of
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import share_rows


def roles_under_lock(people: Sequence[UUID], now: datetime, *about: str) -> tuple[Roles, ...]:
    """Return in which roles each can act; nothing of it changes until the transaction ends.

    about: aggregates that shall not change either. In the order that all acts keep.
    """
    for fixed in (ORGANISATION, RULEBOOK):
        share_rows(Aggregate.objects.filter(kind=fixed))
    held = {one for person in people for one in wired().holdings_of(person)}
    share_rows(Aggregate.objects.filter(id__in={*held, *about}))
    return tuple(roles_of(one, now) for one in people)


def choose_bases(act: Act, place: Object, roles: Sequence[Roles]) -> tuple[Role, ...]:
    """Return by which role each acts, all together. Raises RuleViolation where they may not."""
    return choose_roles(act, place, roles[0].state, [one.roles for one in roles], roles[0].at)


def choose_basis(act: Act, place: Object, roles: Roles) -> Role:
    """Return by which role one of perhaps several acts. Raises RuleViolation where by none."""
    for right in TABLE.of(act):
        for role in roles.roles:
            if has_right(right, role, place):
                return role
    raise not_allowed(act)
