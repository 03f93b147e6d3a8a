"""One entry about to be folded, and the failures that are found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from comitia.errors import CheckFailed
from comitia.record.canonical import Json
from comitia.record.checks import Check
from comitia.record.entries import Entry
from comitia.record.folding.state import Founding, State
from comitia.record.kinds.values import EntryHash


@dataclass(frozen=True, slots=True)
class Step:
    """An entry, its name, and everything before it. value: the object that its bytes are."""

    state: State
    name: EntryHash
    entry: Entry
    value: Mapping[str, Json]

    @property
    def day(self) -> date:
        """The day on which it was done, where the organisation is."""
        return self.state.day_of(self.entry.at)

    @property
    def known_at(self) -> datetime:
        """When the record knew it: clocks may disagree a little, and places in it do not."""
        return max(self.entry.at, self.state.latest_at or self.entry.at)

    @property
    def listed_by(self) -> Founding | None:
        """The founding whose document lists it; None for what came afterwards."""
        founding = self.state.founding
        is_listed = founding is not None and self.entry.grounds.cause == founding.entry
        return founding if is_listed else None

    def failed(self, check: Check, what: str, expected: object, found: object) -> CheckFailed:
        """Return a failure of this entry's. what: the part of it that is wrong."""
        subject = f"{self.entry.kind.name} {self.name[:16]}, {what}"
        return CheckFailed(check.id, subject, _shown(expected), _shown(found))


def _shown(value: object) -> str:
    return "none" if value is None else str(value)
