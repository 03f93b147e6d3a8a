"""What the pages of this room ask about whoever looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from comitia.law.permissions import Act, Object
from comitia.law.rulebook import RuleBook
from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.acts.reading import state_of
from comitia.web.acts.rights import Roles, roles_of
from comitia.web.organisation.models import Branch


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever looks at a page. person: None for somebody who is not logged in."""

    person: Person | None
    roles: Roles

    @property
    def day(self) -> date:
        """Today, where the organisation is."""
        return self.roles.state.day_of(self.roles.at)

    @property
    def book(self) -> RuleBook | None:
        """The rule book in force."""
        return self.roles.state.rule_book_at(self.roles.at)

    def may(self, act: Act, branch: Branch | None) -> bool:
        """Whether the reader has a right to an act there, alone or with others."""
        return branch is not None and self.roles.may(act, Object(branch.steps))

    def sees_register(self, branch: Branch) -> bool:
        """Whether the reader keeps a branch's register, or leads it, there or from above."""
        return self.may(Act.REGISTER_SEE, branch)


def reader_of(request: HttpRequest) -> Reader:
    """Return who looks at a page, with what they may do now."""
    at = clock.now()
    if not request.user.is_authenticated:
        return Reader(None, Roles((), state_of(), at))
    return Reader(request.user, roles_of(request.user.pk, at))
