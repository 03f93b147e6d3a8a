"""Whose entries somebody may see: what pages ask first, and again with every request.

Keepers and executives see the register of their branch and of those below, deciders of
applications the applicants there. Roles end with the day on which they end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from comitia.law.permissions import Act, Actor
from comitia.law.rulebook import RuleBook
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.models import Proposal
from comitia.web.acts.rights import Roles, roles_of
from comitia.web.organisation.models import Branch
from comitia.web.organisation.tree import topmost
from comitia.web.register.models import Membership
from comitia.web.register.visibility import applications_of, officers_of, register_of

P = ParamSpec("P")

SEES_REGISTER: Final = officers_of(Act.REGISTER_SEE)
SEES_APPLICATIONS: Final = officers_of(Act.REGISTER_SEE, Act.APPLICATION_SEE)


class Officer:
    """Somebody who is logged in, with the roles of this moment."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.roles: Roles = roles_of(person.pk, clock.now())

    def branches(self, actors: frozenset[Actor]) -> QuerySet[Branch]:
        """Return the branches in which somebody has one of these capacities, and those below."""
        tops = {role.branch for role in self.roles.roles if role.actor in actors and role.branch}
        wanted = Q(pk__in=[])
        for top in topmost(tops):
            wanted |= Q(path__startswith="".join(f"{step}/" for step in top))
        return Branch.objects.filter(wanted).order_by("path")

    @property
    def book(self) -> RuleBook:
        """The rule book in force. Raises Http404 before a founding."""
        book = self.roles.state.rule_book_at(self.roles.at)
        if book is None:
            raise Http404
        return book

    def is_any(self, actors: frozenset[Actor], branch: Branch | None = None) -> bool:
        """Whether somebody has one of these capacities: anywhere, or reaching to a branch."""
        held = (role.branch for role in self.roles.roles if role.actor in actors and role.branch)
        return any(branch is None or branch.steps[: len(top)] == top for top in held)

    def memberships(self) -> QuerySet[Membership]:
        """Return everybody on whose card the officer may look."""
        return register_of(self.roles.roles)

    def sees(self, proposals: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """Keep what is proposed about somebody on whose card the officer may look.

        Proposals are few and members many, so the members are asked for by those few.
        """
        about = list(proposals.values_list("aggregate", flat=True))
        seen = self.memberships().filter(pk__in=about)
        return proposals.filter(aggregate__in=list(seen.values_list("pk", flat=True)))

    def applications(self) -> QuerySet[Membership]:
        """Return the applicants whom the officer may see."""
        return applications_of(self.roles.roles)


def person_of(request: HttpRequest) -> Person:
    """Return who is logged in. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def for_officers(
    actors: frozenset[Actor],
) -> Callable[
    [Callable[Concatenate[HttpRequest, Officer, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Let a view be asked only by those who have one of these capacities somewhere."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Officer, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            officer = Officer(person_of(request))
            if not officer.is_any(actors):
                raise PermissionDenied
            return view(request, officer, *args, **kwargs)

        return login_required(asked)  # type: ignore[return-value] # what `wraps` makes of it

    return decorate
