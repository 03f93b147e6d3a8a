"""Doing an act: the one way in which a standing, a seat or a right changes after the founding.

In one transaction: the rows are locked that the act changes or rests on; who acts is found to have
the right; the entry is made, and asked of the record's own checks whether it could come next; then
it is written, the room's handler writes its tables, what follows by rule follows in the same way,
and notices go into the outbox. Anything that goes wrong leaves nothing behind.

Acts on the tree of branches take the organisation for themselves; all others share it, and the rule
book, so neither changes under an act. Who acts shares what gives the right: ending it waits, or
comes first and is seen. Who acts on memberships takes it for oneself, so that the acts of one
officer are counted one after the other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, connection, transaction

from comitia.errors import StorageUnavailable
from comitia.law.errors import RuleViolation
from comitia.law.permissions import Object, Role
from comitia.record.entries import BY_RULE, Actor, Capacity, Entry, Grounds, seal_entry
from comitia.record.folding import Folding, State
from comitia.record.folding.order import LARGEST_DISORDER
from comitia.record.kinds import kind_of
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.values import EntryHash, Identifier, write_time
from comitia.web.acts import clock, randomness
from comitia.web.acts.errors import ActRefused, Refusal, not_allowed
from comitia.web.acts.jobs import changed_by, count, expect_few
from comitia.web.acts.leaps import expect_no_leap
from comitia.web.acts.reading import fold_around, recall_day, state_of
from comitia.web.acts.rights import (
    Roles,
    actor_of,
    decide,
    object_in,
    right_to,
    role_as_member,
    roles_in,
)
from comitia.web.acts.wiring import ActContext, Following, wired
from comitia.web.acts.writing import is_for_itself, lock, write_entry

_ATTEMPTS: Final = 5
MOST_CONSEQUENCES: Final = 10_000
"""Of one act: of a merger, that many members. All of them are locked until the last is written."""
# What PostgreSQL says of two transactions that wait for each other, or that cannot be put in order.
_TRY_AGAIN: Final = frozenset({"40P01", "40001"})


@dataclass(frozen=True, slots=True)
class Asked:
    """An act that somebody wants done.

    aggregate: what it is about, by a new identifier where the act begins it. branch: where it is
    done. by: the people who do it, together. person: whom it is about, if anybody. seen: the last
    entry of the aggregate that they had before them; another by now refuses the act.
    """

    act: Any
    aggregate: Identifier
    branch: Identifier | None
    by: tuple[UUID, ...]
    person: UUID | None = None
    seen: EntryHash | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, in order: the act's entry, then those that followed by rule.

    people: the memberships for which it counts, in a job.
    """

    entries: tuple[EntryHash, ...]
    roles: tuple[Role, ...]
    notices: tuple[Any, ...]
    people: tuple[str, ...] = ()


def new_identifier() -> Identifier:
    """Return an identifier that nobody has, and that says nothing."""
    return Identifier(randomness.draw(16).hex())


def perform(asked: Asked) -> Done:
    """Do an act.

    Raises RuleViolation where it is not allowed, not possible or overtaken, StorageUnavailable
    where the database keeps it waiting. Then nothing has changed.
    """
    done = _attempt(asked, is_preview=False)
    count(done.people)
    return done


def preview(asked: Asked) -> Done:
    """Return what doing an act would bring, and do nothing. Raises as ``perform``."""
    return _attempt(asked, is_preview=True)


def expect_right(asked: Asked) -> None:
    """Ask, before anything is locked, that all who act have a right to it, alone or with others.

    Whoever has none keeps nobody waiting. Raises as ``perform``.
    """
    holdings = [(one, list(wired().holdings_of(one))) for one in asked.by]
    held = {one for _, of_person in holdings for one in of_person}
    at = clock.now().replace(microsecond=0)
    state = fold_around(asked.act, asked.aggregate, asked.branch, held).state
    _expect_ready(state, asked, at)
    place = object_in(state, asked.act, asked.aggregate, asked.branch, at)
    person = _person_of(asked.act, place.person, asked.person)
    for roles in _roles_of_each(state, place, person, holdings, at):
        if Roles(roles, state, at).how_many(right_to(asked.act), place) is None:
            raise not_allowed(kind_of(asked.act).name)


def _attempt(asked: Asked, *, is_preview: bool) -> Done:
    """Do an act, once more where the database found it in a circle of waiting.

    Within somebody else's transaction there is one attempt: the whole of it would have to be done
    again.
    """
    if is_for_itself(asked.act):
        expect_right(asked)
    attempts = 1 if connection.in_atomic_block else _ATTEMPTS
    for attempt in range(attempts):
        try:
            with transaction.atomic():
                done = _perform(asked)
                if is_preview:
                    transaction.set_rollback(True)
                return done
        except OperationalError as error:
            if not _can_be_tried_again(error) or attempt == attempts - 1:
                raise StorageUnavailable("the database is busy: try again in a moment") from error
    raise AssertionError("every attempt returns or raises")


def _can_be_tried_again(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _TRY_AGAIN


def _perform(asked: Asked) -> Done:
    holdings = [(one, list(wired().holdings_of(one))) for one in asked.by]
    held = {one for _, of_person in holdings for one in of_person}
    lock(asked.act, asked.aggregate, held)
    at = clock.now().replace(microsecond=0)
    folding = fold_around(asked.act, asked.aggregate, asked.branch, held)
    if held and _is_own(asked.act):
        recall_day(folding, kind_of(asked.act).name, held, at)
    state = folding.state
    _expect_ready(state, asked, at)
    place = object_in(state, asked.act, asked.aggregate, asked.branch, at)
    person = _person_of(asked.act, place.person, asked.person)
    people = _roles_of_each(state, place, person, holdings, at)
    roles = decide(asked.act, place, state, people, at)
    return _write(folding, replace(asked, person=person), roles, at)


def _roles_of_each(
    state: State,
    place: Object,
    person: UUID | None,
    holdings: Sequence[tuple[UUID, Collection[Identifier]]],
    at: datetime,
) -> list[tuple[Role, ...]]:
    """Return the roles of each who acts, by what each holds.

    person: whom it is about, who also acts for oneself.
    """
    own = () if place.person is None else (role_as_member(state, Identifier(place.person)),)
    return [
        (*(own if one == person else ()), *roles_in(state, of_one, at)) for one, of_one in holdings
    ]


def _expect_ready(state: State, asked: Asked, at: datetime) -> None:
    """Raise RuleViolation where nothing can be done now, or not upon what was seen."""
    if state.founding is None:
        raise RuleViolation(Refusal.NOT_FOUNDED, "organisation", "a founding before", "none")
    if state.latest_at is not None and at < state.latest_at - LARGEST_DISORDER:
        expected, found = write_time(state.latest_at), write_time(at)
        raise RuleViolation(Refusal.CLOCK_BEHIND, "clock", f"{expected} or later", found)
    expect_no_leap(at)
    last = state.last.get(asked.aggregate)
    if last is None and kind_of(asked.act).begins is Begins.NEVER:
        raise RuleViolation(Refusal.NOT_THERE, asked.aggregate, "one that was begun", "none")
    if asked.seen is not None and last != asked.seen:
        raise RuleViolation(Refusal.OVERTAKEN, asked.aggregate, asked.seen, last or "none")


def _is_own(act: Any) -> bool:  # noqa: ANN401 - any act
    """Whether an act is about somebody who can do it for oneself."""
    return kind_of(act).aggregate == "membership"


def person_concerned(act: Any, aggregate: Identifier, given: UUID | None) -> UUID | None:  # noqa: ANN401
    """Return whom an act names, before anything is read; else who was given. Raises as below."""
    pseudonym = aggregate if _is_own(act) else getattr(act, "holder", None)
    return _person_of(act, pseudonym, given)


def _person_of(act: Any, pseudonym: str | None, given: UUID | None) -> UUID | None:  # noqa: ANN401
    """Return whom an act is about, by the pseudonym in it: nobody is taken at his word for that.

    Raises RuleViolation where something is given to a pseudonym that is nobody's, or of another
    context, and ValueError where somebody else was given.
    """
    if pseudonym is None:
        return given
    person = wired().person_of(act, pseudonym)
    if person is None:
        if hasattr(act, "holder"):
            raise RuleViolation(Refusal.NOT_THERE, pseudonym, "somebody's pseudonym", "nobody's")
        return None if _is_own(act) else given
    if given is not None and given != person:
        raise ValueError("the pseudonym is another person's")
    return person


def _write(folding: Folding, asked: Asked, roles: tuple[Role, ...], at: datetime) -> Done:
    """Write an act's entry, and everything that comes of it."""
    actors = tuple(actor_of(role) for role in roles)
    right = _right(folding.state, actors[0])
    first = Following(asked.act, asked.aggregate, asked.branch, asked.person)
    context = _carry_out(folding, first, actors, at, Grounds(right=right))
    context = replace(context, roles=roles)
    names, notices = [context.name], list[Any]()
    waiting = [(context.name, one) for one in _handle(context, notices)]
    followed = _follow(names, notices, waiting, at)
    people = changed_by(context.entry.kind.name, _membership_of(first), followed)
    expect_few(people, context.book)
    return _finish(names, roles, notices, people, at)


def do_by_rule(following: Following, cause: EntryHash) -> Done:
    """Do what a rule demands by itself, with all that follows: for what time or a request brings.

    cause: the entry that the rule acts on. In the transaction of the caller, who has found that
    the rule's conditions hold. Raises RuleViolation where the record would refuse it.
    """
    at = clock.now().replace(microsecond=0)
    expect_no_leap(at)
    names, notices = list[EntryHash](), list[Any]()
    people = _follow(names, notices, [(cause, following)], at)
    expect_few(people, state_of().rule_book_at(at))
    return _finish(names, (), notices, people, at)


def _follow(
    names: list[EntryHash],
    notices: list[Any],
    waiting: Sequence[tuple[EntryHash, Following]],
    at: datetime,
) -> set[str]:
    """Do what waits to be done by rule, each with its cause, and what follows from that.

    Returns the memberships that these acts were about. Raises RuleViolation where it is too much.
    """
    followed, left = set[str](), deque(waiting)
    while left:
        if len(names) + len(left) > MOST_CONSEQUENCES:
            found = f"{len(names) + len(left)}"
            raise RuleViolation(Refusal.TOO_MANY, "act", f"{MOST_CONSEQUENCES} at most", found)
        cause, following = left.popleft()
        lock(following.act, following.aggregate, ())
        around = fold_around(following.act, following.aggregate, following.branch, (), cause)
        after = _carry_out(around, following, (BY_RULE,), at, Grounds(cause=cause))
        names.append(after.name)
        followed |= _membership_of(following)
        left += [(after.name, one) for one in _handle(after, notices)]
    return followed


def _finish(
    names: Sequence[EntryHash],
    roles: tuple[Role, ...],
    notices: Sequence[Any],
    people: Collection[str],
    at: datetime,
) -> Done:
    if notices and (write := wired().write_notices) is not None:
        write(notices, at)
    transaction.on_commit(wired().after_commit, robust=True)
    return Done(tuple(names), roles, tuple(notices), tuple(sorted(people)))


def _membership_of(following: Following) -> set[str]:
    return {following.aggregate} if _is_own(following.act) else set()


def _right(state: State, actor: Actor) -> EntryHash | None:
    """Return the entry by which an actor has the right."""
    if actor.capacity is Capacity.MEMBERSHIP:
        registered = state.register.get(Identifier(str(actor.id)))
        return None if registered is None else registered.entry
    return state.holdings[Identifier(str(actor.id))].entry


def _carry_out(
    folding: Folding,
    following: Following,
    actors: tuple[Actor, ...],
    at: datetime,
    grounds: Grounds,
) -> ActContext:
    """Make an entry, ask whether it could come next, and write it. Raises ActRefused."""
    state = folding.state
    day = state.day_of(at)
    book = state.book_on(day)
    entry = Entry(
        following.act,
        at,
        actors,
        following.aggregate,
        following.branch,
        replace(
            grounds,
            follows=state.last.get(following.aggregate),
            rules=None if book is None else book.entry,
        ),
    )
    sealed = seal_entry(entry, randomness.draw)
    if failures := folding.refusals(sealed.content):
        raise ActRefused(failures)
    write_entry(entry, sealed)
    folding.remember(sealed.content)
    return ActContext(
        *(following.act, entry, sealed.hash, following.person, state, day),
        book=None if book is None else book.book,
    )


def _handle(context: ActContext, notices: list[Any]) -> Iterator[Following]:
    """Have the room's tables written; yield what follows, the handler's own first."""
    wiring = wired()
    outcome = wiring.handlers[type(context.act)](context)
    notices += outcome.notices
    yield from outcome.consequences
    for act, consequence in wiring.consequences:
        if isinstance(context.act, act):
            yield from consequence(context)
