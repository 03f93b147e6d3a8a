"""Who sees whom: the law's table of rights, as a filter of rows.

Every list, count, search and export of memberships begins with one of these, on pages and by the
programming interface.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, assert_never
from uuid import UUID

from django.db.models import Q, QuerySet

from comitia.law.permissions import Act, Actor, Reach, Right, Role
from comitia.law.rights import TABLE
from comitia.law.standings import Standing
from comitia.web.register.models import Membership

_SEEN: Final[Mapping[Act, Q]] = {
    Act.REGISTER_SEE: Q(),
    Act.APPLICATION_SEE: Q(standing=Standing.APPLICANT),
}
"""Which memberships each of these acts shows, of those in reach."""
_NONE: Final = Q(pk__in=())


def officers_of(*acts: Act) -> frozenset[Actor]:
    """Return in which offices the table has acts be done: to others, that is, not to oneself."""
    return frozenset(one.actor for act in acts for one in TABLE.of(act)) - {Actor.ANYBODY}


def visible_to(person: UUID, roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the memberships that somebody may see in these roles, and the own one."""
    own = any(_is_own(right) for act in _SEEN for right in TABLE.of(act))
    wanted = Q(person=person) if own else _NONE
    return Membership.objects.filter(wanted | _by_office([*_SEEN], roles))


def register_of(roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the memberships that somebody sees by what is held, the own one only if in reach."""
    return Membership.objects.filter(_by_office([Act.REGISTER_SEE], roles))


def applications_of(roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the applicants whom somebody sees by what is held."""
    seen = Membership.objects.filter(_by_office([*_SEEN], roles))
    return seen.filter(standing=Standing.APPLICANT)


def _is_own(right: Right) -> bool:
    return right.actor is Actor.ANYBODY and right.reach is Reach.ONESELF


def _by_office(acts: Collection[Act], roles: Collection[Role]) -> Q:
    found = _NONE
    for act in acts:
        for right in TABLE.of(act):
            found |= _SEEN[act] & _in_reach(right, roles)
    return found


def _in_reach(right: Right, roles: Collection[Role]) -> Q:
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
        case Reach.ONESELF | Reach.PARTY | Reach.PANEL | Reach.INSTALLATION:
            return _NONE  # no branch of the register
        case Reach.OFFICER | Reach.SCRUTINEER:
            return _NONE  # of one election
        case _:
            assert_never(reach)
