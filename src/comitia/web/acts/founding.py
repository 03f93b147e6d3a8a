"""The founding: everything that its document lists, in one transaction, once.

It is the one exception: nothing is possible before it, and it takes no right but the signatures of
the first administrators. It is asked of the record's own checks as a whole, and refused unless
somebody could then decide an admission in every branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from comitia.errors import CheckFailed
from comitia.law.administrators import require_enough_administrators
from comitia.law.deciders import Path, require_deciders
from comitia.law.errors import Code, RuleViolation
from comitia.law.values import Organ
from comitia.record.entries import (
    Actor,
    Capacity,
    Entry,
    Grounds,
    SealedEntry,
    parse_entry_value,
    seal_entry,
)
from comitia.record.folding import Folding, State
from comitia.record.folding.founding import item_of
from comitia.record.kinds.organisation import FoundOrganisation, GrantAdministration, Terms
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Root, Text
from comitia.record.tree import EMPTY, leaf_hash
from comitia.web.acts import clock, models, randomness
from comitia.web.acts.errors import ActRefused, Refusal
from comitia.web.acts.leaps import expect_no_leap
from comitia.web.acts.performing import Done, new_identifier
from comitia.web.acts.wiring import ActContext, wired
from comitia.web.acts.writing import write_entry


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing that the founding document lists. person: whom it is about, if anybody."""

    act: Any
    aggregate: Identifier
    branch: Identifier | None = None
    person: UUID | None = None


def is_founded() -> bool:
    """Whether there has been a founding."""
    return models.Aggregate.objects.filter(kind=models.ORGANISATION).exists()


def found(
    name: Text,
    language: Text,
    time_zone: Text,
    listed: Sequence[Listed],
    terms: Terms = Terms.BRANCH,
) -> Done:
    """Found the organisation with everything that is listed, in that order.

    Signed by all who are granted technical rights there. Raises RuleViolation where the record
    would refuse it, where nobody could decide an admission, and where there has been a founding.
    """
    with transaction.atomic():
        if is_founded():
            raise _founded_already()
        try:
            with transaction.atomic():
                return _found(name, language, time_zone, listed, terms)
        except (IntegrityError, RuleViolation):
            if is_founded():  # somebody else's came first
                raise _founded_already() from None
            raise


def _founded_already() -> RuleViolation:
    return RuleViolation(Refusal.FOUNDED_ALREADY, "organisation", "no founding before", "one")


def _found(
    name: Text, language: Text, time_zone: Text, listed: Sequence[Listed], terms: Terms
) -> Done:
    at = clock.now().replace(microsecond=0)
    expect_no_leap(at)
    signers = tuple(
        Actor(Capacity.APPOINTMENT, one.aggregate)
        for one in listed
        if isinstance(one.act, GrantAdministration)
    )
    keys = [_Kept() for _ in listed]
    root = _list_root(listed, keys, signers, at)
    act = FoundOrganisation(
        name=name,
        language=language,
        time_zone=time_zone,
        terms=terms,
        listed=len(listed),
        list_root=root,
    )
    folding = Folding()
    founding = Entry(act, at, signers, new_identifier())
    done = [_take(folding, founding, seal_entry(founding, randomness.draw), None)]
    for one, kept in zip(listed, keys, strict=True):
        entry = _entry_of(one, signers, at, folding.state, done[0].name)
        done.append(_take(folding, entry, seal_entry(entry, kept.again()), one.person))
    if missing := folding.finish():
        raise ActRefused(missing)
    _expect_deciders(folding.state, at)
    notices: list[Any] = []
    for context in done:
        notices += wired().handlers[type(context.act)](context).notices
    if notices and (write := wired().write_notices) is not None:
        write(notices, at)
    transaction.on_commit(wired().after_commit, robust=True)
    return Done(tuple(one.name for one in done), (), tuple(notices))


def _take(folding: Folding, entry: Entry, sealed: SealedEntry, person: UUID | None) -> ActContext:
    failures: list[CheckFailed] = folding.take(sealed.content)
    if failures:
        raise ActRefused(failures)
    write_entry(entry, sealed)
    state = folding.state
    return ActContext(
        *(entry.act, entry, sealed.hash, person, state, state.day_of(entry.at)),
        book=state.rule_book_at(entry.at),
        is_founding=True,
    )


def _entry_of(
    one: Listed, signers: tuple[Actor, ...], at: datetime, state: State, founding: EntryHash
) -> Entry:
    book = state.book_on(state.day_of(at))
    first_book = isinstance(one.act, AdoptRuleBook)
    grounds = Grounds(
        follows=state.last.get(one.aggregate),
        right=founding,
        rules=None if book is None or first_book else book.entry,
        cause=founding,
    )
    return Entry(one.act, at, signers, one.aggregate, one.branch, grounds)


def _list_root(
    listed: Sequence[Listed], keys: Sequence[_Kept], signers: tuple[Actor, ...], at: datetime
) -> Root:
    items = (
        item_of(
            parse_entry_value(
                seal_entry(Entry(one.act, at, signers, one.aggregate, one.branch), kept).content
            )
        )
        for one, kept in zip(listed, keys, strict=True)
    )
    return Root(EMPTY.append_many(leaf_hash(item) for item in items).root.hex())


class _Kept:
    """Randomness to be had once more: the list's root and the entries hold the same values."""

    def __init__(self) -> None:
        self._given: list[bytes] = []

    def __call__(self, size: int) -> bytes:
        self._given.append(randomness.draw(size))
        return self._given[-1]

    def again(self) -> Callable[[int], bytes]:
        given: Iterator[bytes] = iter(self._given)
        return lambda size: next(given)[:size]


def _expect_deciders(state: State, at: datetime) -> None:
    """Refuse a founding after which nobody could decide an admission, or what is technical."""
    book = state.rule_book_at(at)
    if book is None:
        raise RuleViolation(Code.DECIDER_NOBODY, "rule book", "one in force", "none")
    held = [one.holder for one in state.holdings.values() if one.organ is None]
    require_enough_administrators(held, book, "administrators")
    paths = [one.path for one in state.branches.values()]
    require_deciders(paths, _holders_on(state, state.day_of(at)), book)


def _holders_on(state: State, day: date) -> dict[tuple[Path, Organ], set[str]]:
    holders: dict[tuple[Path, Organ], set[str]] = {}
    for held in state.holdings.values():
        if held.organ is not None and held.is_held_on(day):
            holders.setdefault((held.branch, held.organ), set()).add(held.holder)
    return holders
