"""Whether those who act may: the law's one table of rights, asked with what the record knows.

An actor's capacity must be held on the day; the entry names, as the right, the entry that gave it.
A rule that acts by itself names its cause instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from comitia.errors import CheckFailed
from comitia.law import rules
from comitia.law.deciders import level_of, lowest_common
from comitia.law.errors import RuleViolation
from comitia.law.permissions import (
    GROUNDS,
    TECHNICAL,
    Act,
    Actor,
    Ground,
    Object,
    Role,
    may_together,
)
from comitia.law.readmission import find_way_back
from comitia.law.rights import TABLE
from comitia.law.rulebook import RuleBook
from comitia.law.standings import Membership
from comitia.record import entries as record
from comitia.record.checks import Check
from comitia.record.entries import Capacity
from comitia.record.folding.mergers import is_of_merger
from comitia.record.folding.register import last_branch, membership_of
from comitia.record.folding.state import Founding, Holding, Path, State
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import (
    CreateBranch,
    FoundOrganisation,
    GrantAdministration,
    MakeAppointment,
    MergeBranch,
    MoveBranch,
)
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    ReadmitMember,
    RefuseApplication,
    TransferMember,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier

_SIGNERS: Final = 2
_BY_RULE: Final = frozenset({"mandate.end"})
"""What follows by a rule from something else, and is nobody's to do."""

_NAMED_BY_RULES: Final = {
    Actor.APPLICATION_DECIDER: rules.APPLICATION_DECIDER,
    Actor.RULEBOOK_DECIDER: rules.BOOK_DECIDER,
    Actor.REGISTER_KEEPER: rules.REGISTER_KEEPER,
    Actor.EXECUTIVE: rules.BRANCH_EXECUTIVE,
}
_BY_APPOINTMENT: Final = frozenset(
    actor for actor, grounds in GROUNDS.items() if Ground.APPOINTMENT in grounds
)


def right_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where an entry rests on no right."""
    if isinstance(step.entry.act, FoundOrganisation):
        yield from _signed_by_two(step)
    elif (founding := step.listed_by) is not None:
        yield from _by_founders(step, founding)
    elif step.entry.actors == (record.BY_RULE,):
        yield from _by_rule(step)
    else:
        yield from _by_people(step)


def _signed_by_two(step: Step) -> Iterator[CheckFailed]:
    actors = step.entry.actors
    by_appointment = all(actor.capacity is Capacity.APPOINTMENT for actor in actors)
    if len(actors) < _SIGNERS or not by_appointment:
        yield step.failed(Check.RIGHT, "actors", "two administrators", len(actors))
    if step.entry.grounds.right is not None:
        yield step.failed(Check.RIGHT, "right", None, step.entry.grounds.right)


def _by_founders(step: Step, founding: Founding) -> Iterator[CheckFailed]:
    if frozenset(actor.id for actor in step.entry.actors) != founding.signers:
        yield step.failed(Check.RIGHT, "actors", "those who signed the founding", "others")
    yield from _names_right(step, founding.entry)


def _by_rule(step: Step) -> Iterator[CheckFailed]:
    if step.entry.kind.name not in _BY_RULE and not is_of_merger(step):
        yield step.failed(Check.RIGHT, "actors", "somebody who may", "a rule by itself")
    if step.entry.grounds.cause is None:
        yield step.failed(Check.RIGHT, "cause", "what a rule acts on", None)
    yield from _names_right(step, None)


def _by_people(step: Step) -> Iterator[CheckFailed]:
    """Ask the table with all roles of those who act; one who holds nothing has none."""
    roles: list[Role] = []
    given: list[EntryHash | None] = []
    book = step.state.book_on(step.day)
    for actor in step.entry.actors:
        found, entry = _roles_of(step, actor, None if book is None else book.book)
        if not found:
            yield step.failed(Check.RIGHT, "actors", "a capacity held that day", actor.capacity)
            return
        roles += found
        given.append(entry)
    kind = step.entry.kind.name
    act = next((one for one in Act if one == kind), None)
    if act is None:
        yield step.failed(Check.RIGHT, "kind", "what somebody may do", kind)
        return
    together = how_many_together(act, None if book is None else book.book)
    if not may_together(roles, act, object_of(step), TABLE, together).allowed:
        held = ", ".join(sorted({f"{role.actor}" for role in roles}))
        yield step.failed(Check.RIGHT, "actors", f"a right to {act}", held)
    yield from _names_right(step, given[0])


def _names_right(step: Step, expected: EntryHash | None) -> Iterator[CheckFailed]:
    if step.entry.grounds.right != expected:
        yield step.failed(Check.RIGHT, "right", expected, step.entry.grounds.right)


def how_many_together(act: Act, book: RuleBook | None) -> int:
    """Return how many people the rule book in force wants for an act, if more than the table."""
    if act not in TECHNICAL or book is None:
        return 1
    return int(book.values.get(rules.ADMINISTRATORS_TOGETHER.key, 1))


# --- In which capacities somebody acts -----------------------------------------------------------


def _roles_of(
    step: Step, actor: record.Actor, book: RuleBook | None
) -> tuple[list[Role], EntryHash | None]:
    """Return an actor's roles, and the entry by which they are the actor's."""
    identifier = str(actor.id)
    if actor.capacity is Capacity.MEMBERSHIP:
        own = step.state.register.get(step.entry.aggregate)
        path = _membership_path(step)
        role = Role(Actor.ANYBODY, identifier, Ground.NOTHING, identifier, path)
        return [role], None if own is None else own.entry
    holding = None if actor.id is None else step.state.holdings.get(actor.id)
    if holding is None or holding.capacity is not actor.capacity:
        return [], None
    if not holding.is_held_on(step.day):
        return [], None
    return list(roles_of_holding(holding, book)), holding.entry


def roles_of_holding(holding: Holding, book: RuleBook | None) -> Iterator[Role]:
    """Yield the capacities that a mandate, an appointment or technical rights give."""
    if holding.organ is None:
        yield Role(Actor.ADMINISTRATOR, holding.holder, Ground.GRANT, holding.id, holding.branch)
        return
    elected = holding.capacity is Capacity.MANDATE
    ground = Ground.MANDATE if elected else Ground.APPOINTMENT
    for actor, rule in _NAMED_BY_RULES.items():
        named = None if book is None else book.values.get(rule.key)
        if named is not None and named == holding.organ and (elected or actor in _BY_APPOINTMENT):
            yield Role(actor, holding.holder, ground, holding.id, holding.branch)


# --- What an act is about ------------------------------------------------------------------------


def object_of(step: Step) -> Object:
    """Return what an act is about: where it belongs, and whom it concerns."""
    entry = step.entry
    if entry.kind.aggregate == "membership":
        return Object(_membership_path(step), entry.aggregate)
    return Object(_path(step), _person(entry.act))


def _person(act: Any) -> str | None:  # noqa: ANN401 - any act
    return act.holder if isinstance(act, MakeAppointment | GrantAdministration) else None


def _path(step: Step) -> Path:
    state, entry = step.state, step.entry
    match entry.act:
        case CreateBranch():
            return state.path_of(entry.act.parent)
        case MoveBranch():
            return lowest_common(state.path_of(entry.aggregate), state.path_of(entry.act.parent))
        case MergeBranch():
            return lowest_common(state.path_of(entry.aggregate), state.path_of(entry.act.into))
        case AdoptRuleBook():
            # There is one rule book, and it is the whole's.
            return state.path_of(entry.branch)[:1]
        case _:
            return state.path_of(_where(step))


def _where(step: Step) -> Identifier | None:
    """Return where a thing is: whoever might name its branch would name one's own."""
    entry = step.entry
    held = step.state.holdings.get(entry.aggregate)
    if held is not None:
        return Identifier(held.branch[-1]) if held.branch else None
    return entry.aggregate if entry.kind.aggregate == "branch" else entry.branch


def _membership_path(step: Step) -> Path:
    """Return where an act on a membership belongs: for decisions, at the level of the rules."""
    state, act = step.state, step.entry.act
    membership = membership_of(state, step.entry.aggregate)
    path = _path_in(state, membership)
    match act:
        case ApplyForMembership():
            return state.path_of(act.branch)
        case AdmitMember() | RefuseApplication():
            return _place_of_decision(step, membership.former, path)
        case EraseDisclosures():
            return state.path_of(last_branch(state, step.entry.aggregate))
        case ReadmitMember():
            former = membership.former or membership
            return _place_of_decision(step, former, state.path_of(act.branch))
        case TransferMember():
            return lowest_common(path, state.path_of(act.to))
        case _:
            return path


def _path_in(state: State, membership: Membership) -> Path:
    branch = membership.branch
    return state.path_of(None if branch is None else Identifier(branch))


def _place_of_decision(step: Step, former: Membership | None, asked: Path) -> Path:
    """Return the branch that decides an application to another, by the rules in force.

    former: of who was a member before; then it is where the rules of the way back have it.
    """
    adopted = step.state.book_on(step.day)
    if adopted is None:
        return asked
    try:
        if former is None:
            return level_of(adopted.book.value(rules.APPLICATION_LEVEL), asked)
        way = find_way_back(former.standing, adopted.book, step.entry.aggregate)
    except RuleViolation:
        return asked  # that nothing can be decided there is the register's to say
    return way.place(_path_in(step.state, former), asked)
