"""Doing an act: the one way in which a standing, a seat or a right changes after the founding.

In one transaction: the rows are locked that the act changes or rests on; who acts is found to have
the right; the entry is made, and asked of the record's own checks whether it could come next; then
it is written, the room's handler writes its tables, what follows by rule follows in the same way,
and notices go into the outbox. Anything that goes wrong leaves nothing behind.

Rows are locked in one order by everybody: the organisation, the rule book, then all others by their
identifiers. Acts on the tree of branches take the organisation for themselves; all others share it,
and the rule book, so neither changes under an act. Who acts shares what gives the right: ending it
waits, or comes first and is seen.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import OperationalError, transaction

from comitia.errors import StorageUnavailable
from comitia.law.errors import RuleViolation
from comitia.law.permissions import Role
from comitia.record.canonical import canonical_bytes
from comitia.record.entries import BY_RULE, Actor, Capacity, Entry, Grounds, SealedEntry, seal_entry
from comitia.record.folding import Folding, State
from comitia.record.kinds import kind_of
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    MergeBranch,
    MoveBranch,
    RenameBranch,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts import clock, models
from comitia.web.acts.errors import ActRefused, Refusal
from comitia.web.acts.reading import fold_around
from comitia.web.acts.rights import actor_of, decide, object_in, role_as_member, roles_in
from comitia.web.acts.wiring import ActContext, Following, wired
from comitia.web.database.locking import lock_rows, share_rows

_TREE: Final = (CreateBranch, RenameBranch, MoveBranch, MergeBranch, CloseBranch)
_ATTEMPTS: Final = 5
_MOST_CONSEQUENCES: Final = 10_000
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
    """What was written, in order: the act's entry, then those that followed by rule."""

    entries: tuple[EntryHash, ...]
    roles: tuple[Role, ...]
    notices: tuple[Any, ...]


def new_identifier() -> Identifier:
    """Return an identifier that nobody has, and that says nothing."""
    return Identifier(secrets.token_hex(16))


def perform(asked: Asked) -> Done:
    """Do an act.

    Raises RuleViolation where it is not allowed, not possible or overtaken, StorageUnavailable
    where the database keeps it waiting. Then nothing has changed.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                return _perform(asked)
        except OperationalError as error:
            if not _can_be_tried_again(error) or attempt == _ATTEMPTS - 1:
                raise StorageUnavailable("the database is busy: try again in a moment") from error
    raise AssertionError("every attempt returns or raises")


def preview(asked: Asked) -> Done:
    """Return what doing an act would bring, and do nothing. Raises as ``perform``."""
    with transaction.atomic():
        done = _perform(asked)
        transaction.set_rollback(True)
        return done


def _can_be_tried_again(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in _TRY_AGAIN


def _perform(asked: Asked) -> Done:
    holdings = [list(wired().holdings_of(person)) for person in asked.by]
    held = {one for of_person in holdings for one in of_person}
    lock(asked.act, asked.aggregate, held)
    at = clock.now().replace(microsecond=0)
    folding = fold_around(asked.act, asked.aggregate, asked.branch, held)
    state = folding.state
    if state.founding is None:
        raise RuleViolation(Refusal.NOT_FOUNDED, "organisation", "a founding before", "none")
    if asked.seen is not None and state.last.get(asked.aggregate) != asked.seen:
        found = state.last.get(asked.aggregate) or "none"
        raise RuleViolation(Refusal.OVERTAKEN, asked.aggregate, asked.seen, found)
    place = object_in(state, asked.act, asked.aggregate, asked.branch, at)
    people = [_roles(state, asked, *one, at) for one in zip(asked.by, holdings, strict=True)]
    roles = decide(asked.act, place, state, people, at)
    return _write(folding, asked, roles, at)


def _roles(
    state: State, asked: Asked, person: UUID, holdings: Collection[Identifier], at: datetime
) -> tuple[Role, ...]:
    own = kind_of(asked.act).aggregate == "membership" and person == asked.person
    as_member = (role_as_member(state, asked.aggregate),) if own else ()
    return (*as_member, *roles_in(state, holdings, at))


def _write(folding: Folding, asked: Asked, roles: tuple[Role, ...], at: datetime) -> Done:
    """Write an act's entry, and everything that comes of it."""
    actors = tuple(actor_of(role) for role in roles)
    right = _right(folding.state, actors[0])
    first = Following(asked.act, asked.aggregate, asked.branch, asked.person)
    context = _carry_out(folding, first, actors, at, Grounds(right=right))
    context = replace(context, roles=roles)
    names, notices = [context.name], list[Any]()
    _follow(names, notices, [(context.name, one) for one in _handle(context, notices)], at)
    return _finish(names, roles, notices, at)


def do_by_rule(following: Following, cause: EntryHash) -> Done:
    """Do what a rule demands by itself, with all that follows: for what time or a request brings.

    cause: the entry that the rule acts on. In the transaction of the caller, who has found that
    the rule's conditions hold. Raises RuleViolation where the record would refuse it.
    """
    at = clock.now().replace(microsecond=0)
    names, notices = list[EntryHash](), list[Any]()
    _follow(names, notices, [(cause, following)], at)
    return _finish(names, (), notices, at)


def _follow(
    names: list[EntryHash],
    notices: list[Any],
    waiting: list[tuple[EntryHash, Following]],
    at: datetime,
) -> None:
    """Do what waits to be done by rule, each with its cause, and what follows from that."""
    while waiting:
        if len(names) > _MOST_CONSEQUENCES:
            raise AssertionError("consequences without end")
        cause, following = waiting.pop(0)
        lock(following.act, following.aggregate, ())
        around = fold_around(following.act, following.aggregate, following.branch, (), cause)
        after = _carry_out(around, following, (BY_RULE,), at, Grounds(cause=cause))
        names.append(after.name)
        waiting += [(after.name, one) for one in _handle(after, notices)]


def _finish(
    names: Sequence[EntryHash], roles: tuple[Role, ...], notices: Sequence[Any], at: datetime
) -> Done:
    if notices and (write := wired().write_notices) is not None:
        write(notices, at)
    transaction.on_commit(wired().after_commit, robust=True)
    return Done(tuple(names), roles, tuple(notices))


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
    sealed = seal_entry(entry, secrets.token_bytes)
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


# --- The database's side -------------------------------------------------------------------------


def lock(act: Any, aggregate: Identifier, held: Collection[Identifier]) -> None:  # noqa: ANN401
    """Lock what an act changes, and share what it rests on, in the order that everybody keeps."""
    kind = kind_of(act)
    rows = models.Aggregate.objects
    for fixed, taken in ((models.ORGANISATION, _TREE), (models.RULEBOOK, AdoptRuleBook)):
        take = lock_rows if isinstance(act, taken) else share_rows
        take(rows.filter(kind=fixed))
    if kind.begins is Begins.ALWAYS:
        share_rows(rows.filter(id__in=held))
        return
    for identifier in sorted({aggregate, *held}):
        take = lock_rows if identifier == aggregate else share_rows
        take(rows.filter(id=identifier))


def write_entry(entry: Entry, sealed: SealedEntry) -> None:
    """Write an entry, the disclosures of its salted values, and that it is its aggregate's last."""
    kind = entry.kind
    aggregate, _ = models.Aggregate.objects.update_or_create(
        id=entry.aggregate,
        defaults={"last": sealed.hash},
        create_defaults={"kind": kind.aggregate, "last": sealed.hash},
    )
    written = models.Entry.objects.create(
        hash=sealed.hash,
        content=sealed.content,
        kind=kind.name,
        aggregate=aggregate,
        branch=entry.branch or "",
        at=entry.at,
    )
    models.Disclosure.objects.bulk_create(
        models.Disclosure(
            entry=written,
            field=one.field,
            key=one.key,
            value=canonical_bytes(one.value).decode(),
            subject=subject_of(entry.act, entry.aggregate),
        )
        for one in sealed.disclosures
    )


def subject_of(act: Any, aggregate: Identifier) -> str:  # noqa: ANN401 - any act
    """Return the pseudonym of whom an act's salted values identify; none where they do not."""
    if kind_of(act).aggregate == "membership":
        return aggregate
    return str(getattr(act, "holder", ""))
