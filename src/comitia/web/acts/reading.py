"""What an act rests on, read from the entries themselves: no table can say otherwise.

Only the aggregates that an act touches are read: the organisation, its rule book, what the act is
about, what those who act hold, the branches up to the top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from comitia.law.jobs import PERIOD
from comitia.record.folding import Folding, ReadEntry, read_whole
from comitia.record.folding.state import Registered, State
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.models import ORGANISATION, RULEBOOK, Aggregate, Entry
from comitia.web.acts.wiring import wired

_MOST_KEPT: Final = 2_000
_NAME_BRANCHES: Final = ("branch", "parent", "to", "into")


def always_read() -> list[Identifier]:
    """Return the organisation and its rule book; nothing before the founding."""
    kinds = Aggregate.objects.filter(kind__in=[ORGANISATION, RULEBOOK])
    return [Identifier(one) for one in kinds.values_list("id", flat=True)]


def fold_around(
    act: Any,  # noqa: ANN401 - any act
    aggregate: Identifier,
    branch: Identifier | None,
    holdings: Collection[Identifier] = (),
    cause: EntryHash | None = None,
) -> Folding:
    """Return the folding of what an act rests on.

    holdings: what those who act hold. cause: an entry that the act follows from.
    """
    first = {*always_read(), aggregate, *holdings}
    entries = {one.number: one for one in _entries_of(first)}
    branches = set(_branches_named(act, branch, entries.values()))
    if resting := set(wired().rests_on(act, aggregate)):
        first |= resting
        entries |= {one.number: one for one in _entries_of(resting)}
        branches |= set(_branches_named(act, branch, entries.values()))
    above = set(wired().above(branches))
    entries |= {one.number: one for one in _entries_of(above - first)}
    folding = fold(entries[number] for number in sorted(entries))
    for at in Entry.objects.order_by("-number").values_list("at", flat=True)[:1]:
        folding.state.latest_at = max(folding.state.latest_at or at, at)
    if cause is not None:
        folding.state.names.add(cause)
    return folding


def fold(entries: Iterable[Entry]) -> Folding:
    """Return the folding of entries in their order, unchecked: they were when they were written."""
    folding = Folding()
    for one in entries:
        folding.remember_read(read(one))
    return folding


def recall_day(folding: Folding, kind: str, holdings: Collection[Identifier], at: datetime) -> None:
    """Count what some holdings did by a kind of act in the last day, whomever it was about."""
    names = [one.encode() for one in holdings]
    rows = Entry.objects.filter(kind=kind, at__gt=at - PERIOD).order_by("number")
    for content in rows.values_list("content", flat=True):
        written = bytes(content)
        if any(name in written for name in names):
            folding.recall(written)


def state_of(*aggregates: Identifier) -> State:
    """Return what the entries of some aggregates say, in the branches where these are."""
    entries = {one.number: one for one in _entries_of({*always_read(), *aggregates})}
    above = wired().above(set(_branches_named(None, None, entries.values())))
    entries |= {one.number: one for one in _entries_of(above)}
    return fold(entries[number] for number in sorted(entries)).state


def registered(membership: Identifier) -> Registered | None:
    """Return where a membership stands by its own entries."""
    return state_of(membership).register.get(membership)


def read(row: Entry) -> ReadEntry:
    """Return what an entry's bytes say; rows are never changed, so it is read once and kept."""
    return _read(bytes(row.content))


_read: Final = lru_cache(_MOST_KEPT)(read_whole)


def _entries_of(aggregates: Collection[Identifier]) -> Iterable[Entry]:
    return Entry.objects.filter(aggregate__in=sorted(aggregates)).order_by("number")


def _branches_named(
    act: Any,  # noqa: ANN401 - any act
    branch: Identifier | None,
    entries: Iterable[Entry],
) -> Iterable[Identifier]:
    """Yield every branch that an act, or an entry that it rests on, speaks of."""
    if branch is not None:
        yield branch
    acts = [act]
    for one in entries:
        if one.branch:
            yield Identifier(one.branch)
        if one.kind.startswith(("membership.", "branch.")):
            acts.append(read(one).entry.act)
    for one in acts:
        for name in _NAME_BRANCHES:
            if (named := getattr(one, name, None)) is not None:
                yield Identifier(named)
