"""A merger of branches: what it lists follows at once, all of it, and nothing else claims it.

Every member's transfer is an entry of its own, so that each person's history is whole; the root in
the merger's entry stands for all of them, so that nobody is left behind or taken along unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comitia.errors import CheckFailed
from comitia.law.standings import derive_membership
from comitia.record.canonical import Json
from comitia.record.checks import Check
from comitia.record.folding.founding import item_of
from comitia.record.folding.register import known_of
from comitia.record.folding.stepping import Step
from comitia.record.kinds.declaring import kind_of, seal
from comitia.record.kinds.organisation import CloseBranch, MergeBranch
from comitia.record.kinds.register import TransferMember
from comitia.record.kinds.values import EntryHash, Identifier, Root
from comitia.record.tree import EMPTY, leaf_hash


@dataclass(frozen=True, slots=True)
class Merging:
    """A merger that is to be: the act, and what follows it, each with its aggregate, in order."""

    act: MergeBranch
    follows: tuple[tuple[Any, Identifier], ...]


def merge(
    branch: Identifier, into: Identifier, last_day: date, members: Sequence[Identifier]
) -> Merging:
    """Return the merger of a branch with these members, in the order of their pseudonyms.

    Raises OverflowError for the last day of the calendar.
    """
    transfer = TransferMember(to=into, since=last_day + timedelta(days=1))
    close = CloseBranch(last_day=last_day)
    follows = (*((transfer, one) for one in sorted(members)), (close, branch))
    items = (item_of(_value(act, aggregate, branch)) for act, aggregate in follows)
    root = EMPTY.append_many(leaf_hash(item) for item in items).root
    act = MergeBranch(into=into, last_day=last_day, listed=len(follows), list_root=Root(root.hex()))
    return Merging(act, follows)


def _value(act: Any, aggregate: Identifier, branch: Identifier) -> dict[str, Json]:  # noqa: ANN401
    """Return what of an entry is known before it is; nothing of these acts is salted."""
    kind = kind_of(act)
    fields: Json = seal(act, bytes).fields
    return {
        "aggregate": aggregate,
        "branch": branch,
        "fields": fields,
        "kind": kind.name,
        "version": kind.version,
    }


def is_of_merger(step: Step) -> bool:
    """Whether an entry is what follows by rule from the merger that it names as its cause."""
    cause = step.entry.grounds.cause
    merger = None if cause is None else step.state.mergers.get(cause)
    if merger is None:
        return False
    match step.entry.act:
        case TransferMember(to=to, since=since):
            known = known_of(step.state, step.entry.aggregate)
            here = derive_membership(known, since).branch == merger.branch
            next_day = since.toordinal() == merger.last_day.toordinal() + 1
            return here and next_day and to == merger.into
        case CloseBranch(last_day=last_day):
            return step.entry.aggregate == merger.branch and last_day == merger.last_day
        case _:
            return False


class MergerCheck:
    """Checks that each merger is followed by exactly what it lists."""

    def __init__(self) -> None:
        self._name: EntryHash | None = None
        self._missing = 0
        self._root = ""
        self._list = EMPTY

    def failures(self, step: Step) -> Iterator[CheckFailed]:
        """Yield what is wrong with an entry as part of a merger, or amidst one."""
        cause = step.entry.grounds.cause
        if self._missing:
            yield from self._next(step)
        elif cause is not None and cause in step.state.mergers:
            yield step.failed(Check.ORDER, "cause", "a merger that is not over", cause)
        if isinstance(step.entry.act, MergeBranch):
            act = step.entry.act
            self._name, self._missing, self._list = step.name, act.listed, EMPTY
            self._root = act.list_root

    def _next(self, step: Step) -> Iterator[CheckFailed]:
        self._missing -= 1
        if step.entry.grounds.cause != self._name:
            yield step.failed(Check.ORDER, "cause", self._name, step.entry.grounds.cause)
        self._list = self._list.append(leaf_hash(item_of(step.value)))
        if not self._missing and self._list.root.hex() != self._root:
            yield step.failed(Check.ORDER, "list_root", self._root, self._list.root.hex())

    def is_whole(self) -> bool:
        """Whether nothing of a merger is missing."""
        return not self._missing
