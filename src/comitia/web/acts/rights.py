"""Who may do an act: those who ask, by what they hold that day, asked of the law's one table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from comitia.law import permissions
from comitia.law.permissions import Act, Ground, Object, Role, has_right, may_together
from comitia.law.rights import TABLE
from comitia.record.entries import BY_RULE, Actor, Capacity, Entry
from comitia.record.folding.rights import how_many_together, object_of, roles_of_holding
from comitia.record.folding.state import State
from comitia.record.folding.stepping import Step
from comitia.record.kinds import kind_of
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.errors import not_allowed
from comitia.web.acts.reading import state_of
from comitia.web.acts.wiring import wired

_CAPACITIES: Final = {
    Ground.MANDATE: Capacity.MANDATE,
    Ground.APPOINTMENT: Capacity.APPOINTMENT,
    Ground.GRANT: Capacity.APPOINTMENT,
    Ground.NOTHING: Capacity.MEMBERSHIP,
}


@dataclass(frozen=True, slots=True)
class Roles:
    """What somebody may act as at a time. state: of what these roles rest on."""

    roles: tuple[Role, ...]
    state: State
    at: datetime

    def may(self, act: Act, place: Object) -> bool:
        """Whether somebody has a right to an act there, alone or with others."""
        return any(has_right(right, role, place) for right in TABLE.of(act) for role in self.roles)

    def how_many(self, act: Act, place: Object) -> int | None:
        """Return how few people can do an act there, somebody in these roles among them.

        None where nobody does it in any of them.
        """
        together = how_many_together(act, self.state.rule_book_at(self.at))
        fitting = (
            right
            for right in TABLE.of(act)
            if any(has_right(right, role, place) for role in self.roles)
        )
        return min((max(right.together, together) for right in fitting), default=None)

    def alone_may(self, act: Act, place: Object) -> bool:
        """Whether somebody may do an act there alone."""
        together = how_many_together(act, self.state.rule_book_at(self.at))
        return any(may_together([role], act, place, TABLE, together).allowed for role in self.roles)


def roles_of(person: UUID, at: datetime, *memberships: Identifier) -> Roles:
    """Return in which roles a person can act at a time; of ended ones none is left.

    memberships: those of the person's own for which the answer is wanted.
    """
    holdings = wired().holdings_of(person)
    state = state_of(*holdings, *memberships)
    own = tuple(role_as_member(state, one) for one in memberships)
    return Roles((*own, *roles_in(state, holdings, at)), state, at)


def roles_in(state: State, holdings: Collection[Identifier], at: datetime) -> tuple[Role, ...]:
    """Return the roles that a person has by what is held that day."""
    day, book = state.day_of(at), state.rule_book_at(at)
    held = (state.holdings.get(one) for one in holdings)
    return tuple(
        role
        for one in held
        if one is not None and one.is_held_on(day)
        for role in roles_of_holding(one, book)
    )


def role_as_member(state: State, membership: Identifier) -> Role:
    """Return the role in which somebody acts for oneself."""
    registered = state.register.get(membership)
    branch = None if registered is None else registered.membership.branch
    path = state.path_of(None if branch is None else Identifier(branch))
    return Role(permissions.Actor.ANYBODY, membership, Ground.NOTHING, membership, path)


def actor_of(role: Role) -> Actor:
    """Return what an entry names of somebody who acts in a role."""
    return Actor(_CAPACITIES[role.ground], Identifier(role.basis))


def object_in(
    state: State,
    act: Any,  # noqa: ANN401 - any act
    aggregate: Identifier,
    branch: Identifier | None,
    at: datetime,
) -> Object:
    """Return what an act would be about."""
    entry = Entry(act, at, (BY_RULE,), aggregate, branch)
    return object_of(Step(state, EntryHash(""), entry, {}))


def decide(
    act: Any,  # noqa: ANN401 - any act
    place: Object,
    state: State,
    people: Sequence[Collection[Role]],
    at: datetime,
) -> tuple[Role, ...]:
    """Return by which role each person acts; the first right of the table that all have counts.

    people: the roles of each. Raises RuleViolation where the table does not allow it.
    """
    return choose_roles(right_to(act), place, state, people, at)


def right_to(act: Any) -> Act:  # noqa: ANN401 - any act
    """Return what the table calls an act. Raises RuleViolation for one that is nobody's to do."""
    name = kind_of(act).name
    if name not in set(Act):
        raise not_allowed(name)
    return Act(name)


def choose_roles(
    kind: Act, place: Object, state: State, people: Sequence[Collection[Role]], at: datetime
) -> tuple[Role, ...]:
    """Return the same for an act by its name, also for one that leaves no entry."""
    together = how_many_together(kind, state.rule_book_at(at))
    for right in TABLE.of(kind):
        chosen = [next((r for r in roles if has_right(right, r, place)), None) for roles in people]
        roles = tuple(role for role in chosen if role is not None)
        if len(roles) == len(people):
            decision = may_together(roles, kind, place, TABLE, together)
            if decision.allowed:
                return roles
    raise not_allowed(kind)
