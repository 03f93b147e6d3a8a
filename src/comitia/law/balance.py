"""The balance of members: who was there, who came, who went, who is there.

    members at the start + joined + readmitted + transferred in
      - left - transferred out - struck off - expelled - died  =  members at the end

The start is what was *known* when it was stated, movements and end what is known now. What was
entered or corrected since for days before the period therefore shows as a difference, and the
balance names the entries that cause it. As known at one time throughout, there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from comitia.law.standings import (
    Change,
    ChangeKind,
    Entry,
    Membership,
    Step,
    derive_membership,
    derive_steps,
)


class Column(StrEnum):
    """What a balance counts between start and end."""

    JOINED = "joined"
    READMITTED = "readmitted"
    TRANSFERRED_IN = "transferred_in"
    LEFT = "left"
    TRANSFERRED_OUT = "transferred_out"
    STRUCK_OFF = "struck_off"
    EXPELLED = "expelled"
    DIED = "died"


COMING: Final[Mapping[ChangeKind, Column]] = {
    ChangeKind.FOUND: Column.JOINED,
    ChangeKind.ADMIT: Column.JOINED,
    ChangeKind.READMIT: Column.READMITTED,
    ChangeKind.REINSTATE: Column.READMITTED,
    ChangeKind.TRANSFER: Column.TRANSFERRED_IN,
}
"""Where somebody is counted who was no member here before the change and is one after it."""

GOING: Final[Mapping[ChangeKind, Column]] = {
    ChangeKind.LEAVE: Column.LEFT,
    ChangeKind.TRANSFER: Column.TRANSFERRED_OUT,
    ChangeKind.STRIKE_OFF: Column.STRUCK_OFF,
    ChangeKind.EXPEL: Column.EXPELLED,
    ChangeKind.DIE: Column.DIED,
}
"""Where somebody is counted who was a member here before the change and is none after it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a balance has a difference: one person's entries about days before the period.

    effect: 1 where they were not counted at the start and should have been, -1 for the reverse.
    """

    entries: tuple[str, ...]
    effect: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Numbers of members. first, last: days of the period, both within it."""

    first: date
    last: date
    start: int
    counts: Mapping[Column, int]
    end: int
    causes: tuple[Cause, ...] = ()

    @property
    def expected_end(self) -> int:
        """The end that follows from the start and the movements."""
        coming = sum(self.counts[column] for column in set(COMING.values()))
        return self.start + coming - sum(self.counts[column] for column in GOING.values())

    @property
    def difference(self) -> int:
        """What the start was short of, as known now: the sum of the causes' effects."""
        return self.end - self.expected_end


def derive_balance(
    people: Collection[Sequence[Entry]],
    branches: Collection[str],
    period: tuple[date, date],
    stated_at: datetime | None = None,
    known_at: datetime | None = None,
) -> Balance:
    """Return the balance of one branch, or of several together: transfers among them cancel.

    people: of each person the entries, in the order of the record. period: first and last day.
    stated_at: the start is what was known then; None takes it as known now.
    known_at: movements and end are as known then; None knows everything.

    Raises RuleViolation where somebody's changes were not possible, ValueError for a period that
    ends before it begins and for a start stated later than the rest is known.
    """
    first, last = period
    if last < first:
        raise ValueError(f"a period from {first} to {last} ends before it begins")
    if stated_at is not None and known_at is not None and known_at < stated_at:
        raise ValueError("the start was stated after the time of which the rest is known")
    inside = frozenset(branches)
    eve = first - timedelta(days=1)
    stated = known_at if stated_at is None else stated_at
    counts: Counter[Column] = Counter()
    causes = []
    start = end = 0
    for entries in people:
        was = _is_inside(derive_membership(entries, eve, stated), inside)
        steps = list(derive_steps(entries, last, known_at))
        began = any(_is_inside(step.after, inside) for step in _last_before(steps, first))
        counts.update(_columns(steps, first, inside))
        start += was
        end += bool(steps) and _is_inside(steps[-1].after, inside)
        if was != began:
            late = tuple(_entered_late(entries, first, stated, known_at))
            causes.append(Cause(late, began - was))
    return Balance(first, last, start, {c: counts[c] for c in Column}, end, tuple(causes))


def _is_inside(membership: Membership, branches: frozenset[str]) -> bool:
    return membership.counts and membership.branch in branches


def _last_before(steps: Sequence[Step], first: date) -> Sequence[Step]:
    """Return the last step before the period, or none."""
    return [step for step in steps if step.happening.day < first][-1:]


def _columns(steps: Sequence[Step], first: date, branches: frozenset[str]) -> Iterator[Column]:
    for step in steps:
        was, is_now = _is_inside(step.before, branches), _is_inside(step.after, branches)
        if step.happening.day >= first and was != is_now:
            yield (COMING if is_now else GOING)[step.happening.kind]


def _entered_late(
    entries: Sequence[Entry], first: date, stated: datetime | None, known_at: datetime | None
) -> Iterator[str]:
    """Yield the ids of entries about days before the period that came after the start was stated.

    An entry is about the day it names and, if it corrects, about the day that it takes back.
    """
    days: dict[str, date | None] = {}
    for entry in entries:
        change = entry.id if isinstance(entry, Change) else entry.corrects
        says = entry.happening if isinstance(entry, Change) else entry.instead
        before, days[change] = days.get(change), None if says is None else says.day
        about = [day for day in (before, days[change]) if day is not None]
        late = stated is not None and entry.known_at > stated
        known = known_at is None or entry.known_at <= known_at
        if late and known and min(about, default=first) < first:
            yield entry.id
