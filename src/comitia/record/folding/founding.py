"""The founding: first of all, once, with exactly what its document lists, and nothing amidst it.

What the document lists is known before any entry is: of each its kind, aggregate, branch and sealed
fields. The root over these stands in the founding entry, so a list cannot be changed behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from comitia.errors import CheckFailed
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.checks import Check
from comitia.record.folding.state import is_time_zone
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import FoundOrganisation
from comitia.record.kinds.values import Root
from comitia.record.tree import EMPTY, leaf_hash

_OF_ITEM: Final = ("aggregate", "branch", "fields", "kind", "version")
_LISTED_ONLY: Final = frozenset({"case.declare", "mandate.declare", "membership.declare"})
_MAY_BE_LISTED: Final = _LISTED_ONLY | {
    "administrator.grant",
    "appointment.make",
    "branch.create",
    "rulebook.adopt",
}


def item_of(value: Mapping[str, Json]) -> bytes:
    """Return what a founding's list has of an entry: neither time nor what it rests on."""
    return canonical_bytes({name: value[name] for name in _OF_ITEM if name in value})


class FoundingCheck:
    """Checks that a record begins with a founding and its whole list."""

    def __init__(self) -> None:
        self._list = EMPTY
        self._missing: int | None = None

    def failures(self, step: Step) -> Iterator[CheckFailed]:
        """Yield what is wrong with an entry as part of the founding, or for want of one."""
        act = step.entry.act
        if isinstance(act, FoundOrganisation):
            if not is_time_zone(act.time_zone):
                yield step.failed(Check.FOUNDING, "time_zone", "a time zone", repr(act.time_zone))
            if step.state.founding is not None or step.state.names:
                yield step.failed(Check.FOUNDING, "place", "the first entry, once", "another place")
            else:
                self._missing = act.listed
            return
        if self._missing is None:
            self._missing = 0
            yield step.failed(Check.FOUNDING, "place", "a founding before it", None)
            return
        yield from self._listed(step)

    def _listed(self, step: Step) -> Iterator[CheckFailed]:
        kind = step.entry.kind.name
        if not self._missing:
            if step.listed_by or kind in _LISTED_ONLY:
                yield step.failed(Check.FOUNDING, "kind", "an act after the founding", kind)
            return
        self._missing -= 1
        if not step.listed_by or kind not in _MAY_BE_LISTED:
            yield step.failed(Check.FOUNDING, "kind", "what the founding lists", kind)
        founding = step.state.founding
        self._list = self._list.append(leaf_hash(item_of(step.value)))
        if not self._missing and founding is not None:
            root = Root(self._list.root.hex())
            if root != founding.list_root:
                yield step.failed(Check.FOUNDING, "list_root", founding.list_root, root)

    def is_whole(self) -> bool:
        """Whether the record has a founding with everything that it lists."""
        return self._missing == 0
