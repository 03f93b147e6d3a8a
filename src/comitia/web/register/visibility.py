"""Who sees whom: the law's table of rights, as a filter of rows.

Every list, count, search and export of memberships or persons begins with one of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from django.db.models import Q, QuerySet

from comitia.law.permissions import Act, Actor, Reach, Right, Role
from comitia.law.rights import TABLE
from comitia.law.standings import Standing
from comitia.web.accounts.models import Person
from comitia.web.acts.rights import roles_of
from comitia.web.register.models import Membership

_SEEN: Final[Mapping[Act, Q]] = {
    Act.REGISTER_SEE: Q(),
    Act.APPLICATION_SEE: Q(standing=Standing.APPLICANT),
}
"""Which memberships each of these acts shows, of those in reach."""
_NONE: Final = Q(pk__in=())


def visible_to(person: UUID, at: datetime) -> QuerySet[Membership]:
    """Return the memberships that somebody may see: the own one, and by what is held that day."""
    return visible_in(roles_of(person, at).roles, person)


def visible_in(roles: tuple[Role, ...], person: UUID) -> QuerySet[Membership]:
    """Return the memberships that somebody may see in these roles, and the own one."""
    seen = _NONE
    for act, shown in _SEEN.items():
        for right in TABLE.of(act):
            seen |= shown & _in_reach(right, roles, person)
    return Membership.objects.filter(seen)


def persons_visible_to(person: UUID, at: datetime) -> QuerySet[Person]:
    """Return the persons whose memberships somebody may see, and that person."""
    seen = visible_to(person, at).values("person")
    return Person.objects.filter(Q(pk=person) | Q(pk__in=seen))


def _in_reach(right: Right, roles: tuple[Role, ...], person: UUID) -> Q:
    if right.actor is Actor.ANYBODY:
        return Q(person=person) if right.reach is Reach.ONESELF else _NONE
    found = _NONE
    for role in roles:
        if role.actor is right.actor and role.branch:
            found |= _from(right.reach, role)
    return found


def _from(reach: Reach, role: Role) -> Q:
    """Return what a reach covers, seen from the branch in which a role is held."""
    path = "".join(f"{step}/" for step in role.branch)
    match reach:
        case Reach.THIS_BRANCH:
            return Q(branch__path=path)
        case Reach.THIS_AND_BELOW:
            return Q(branch__path__startswith=path)
        case Reach.BELOW:
            return Q(branch__path__startswith=path) & ~Q(branch__path=path)
        case Reach.ANYWHERE:
            return Q()
        case Reach.ONESELF | Reach.PARTY | Reach.PANEL | Reach.SCRUTINEER | Reach.INSTALLATION:
            return _NONE  # no branch of the register
        case _:
            assert_never(reach)
