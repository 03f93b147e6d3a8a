"""Who sees whom: the law's table of rights, as a filter of rows.

Every list, count, search and export of memberships begins with one of these, on pages and by the
programming interface.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, assert_never
from uuid import UUID

from django.db.models import Q, QuerySet

from comitia.law.deciders import Path
from comitia.law.permissions import Act, Actor, Reach, Right, Role
from comitia.law.rights import TABLE
from comitia.law.standings import Standing
from comitia.web.organisation.tree import topmost
from comitia.web.register.models import Membership

_SEEN: Final[Mapping[Act, Q]] = {
    Act.REGISTER_SEE: Q(),
    Act.APPLICATION_SEE: Q(standing=Standing.APPLICANT),
}
"""Which memberships each of these acts shows, of those in reach."""
_NONE: Final = Q(pk__in=())
_ALL: Final = Q(pk__isnull=False)
"""Everybody: an empty Q, joined to another by "or", would vanish."""


def officers_of(*acts: Act) -> frozenset[Actor]:
    """Return in which offices the table has acts be done: to others, that is, not to oneself."""
    return frozenset(one.actor for act in acts for one in TABLE.of(act)) - {Actor.ANYBODY}


def visible_to(person: UUID, roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the memberships that somebody may see in these roles, and the own one."""
    own = any(_is_own(right) for act in _SEEN for right in TABLE.of(act))
    wanted = Q(person=person) if own else _NONE
    return _where(_any([_by_office([*_SEEN], roles), wanted]))


def register_of(roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the memberships that somebody sees by what is held, the own one only if in reach."""
    return _where(_by_office([Act.REGISTER_SEE], roles))


def applications_of(roles: Collection[Role]) -> QuerySet[Membership]:
    """Return the applicants whom somebody sees by what is held."""
    return _where(_by_office([*_SEEN], roles)).filter(standing=Standing.APPLICANT)


def _where(wanted: Q) -> QuerySet[Membership]:
    """Return those who are wanted. Of everybody nothing is asked: databases then read in order."""
    return Membership.objects.all() if wanted == _ALL else Membership.objects.filter(wanted)


def _any(parts: Iterable[Q]) -> Q:
    """Return what is in one of these at least."""
    found = _NONE
    for part in parts:
        if part == _ALL:
            return _ALL
        found |= part
    return found


def _is_own(right: Right) -> bool:
    return right.actor is Actor.ANYBODY and right.reach is Reach.ONESELF


def _by_office(acts: Collection[Act], roles: Collection[Role]) -> Q:
    return _any(_SEEN[act] & _in_reach(right, roles) for act in acts for right in TABLE.of(act))


def _in_reach(right: Right, roles: Collection[Role]) -> Q:
    held = {role.branch for role in roles if role.actor is right.actor and role.branch}
    seen_from = held if right.reach is Reach.THIS_BRANCH else topmost(held)
    return _any(_from(right.reach, branch) for branch in seen_from)


def _from(reach: Reach, branch: Path) -> Q:
    """Return what a reach covers, seen from the branch in which a role is held.

    The record has one whole, and every branch below it.
    """
    path = "".join(f"{step}/" for step in branch)
    match reach:
        case Reach.THIS_BRANCH:
            return Q(branch__path=path)
        case Reach.THIS_AND_BELOW:
            return _ALL if len(branch) == 1 else Q(branch__path__startswith=path)
        case Reach.BELOW:
            return Q(branch__path__startswith=path) & ~Q(branch__path=path)
        case Reach.ANYWHERE:
            return _ALL
        case Reach.ONESELF | Reach.PARTY | Reach.PANEL | Reach.INSTALLATION:
            return _NONE  # no branch of the register
        case Reach.OFFICER | Reach.SCRUTINEER:
            return _NONE  # of one election
        case _:
            assert_never(reach)
