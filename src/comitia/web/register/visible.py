"""Whose entries on the register somebody may see."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from comitia.law.permissions import Actor
from comitia.law.standings import Standing
from comitia.web.accounts.models import Person
from comitia.web.acts.rights import Roles
from comitia.web.organisation.models import Branch
from comitia.web.register.models import Membership

_SEES_MEMBERS: Final = frozenset({Actor.REGISTER_KEEPER, Actor.EXECUTIVE})


def visible_to(person: Person, roles: Roles) -> QuerySet[Membership]:
    """Return the memberships that somebody may see in these roles, and one's own.

    Who keeps or leads a branch sees its members and those below, who decides applications the
    applicants there.
    """
    wanted = Q(person=person)
    for role in roles.roles:
        here = Q(branch__in=_at_or_below(role.branch))
        if role.actor in _SEES_MEMBERS:
            wanted |= here
        elif role.actor is Actor.APPLICATION_DECIDER:
            wanted |= here & Q(standing=Standing.APPLICANT)
    return Membership.objects.filter(wanted)


def _at_or_below(path: tuple[str, ...]) -> QuerySet[Branch]:
    """Return the branches at the end of a path and below; none of the empty path, not all."""
    if not path:
        return Branch.objects.none()
    return Branch.objects.filter(path__startswith="".join(f"{step}/" for step in path))
