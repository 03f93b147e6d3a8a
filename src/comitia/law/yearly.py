"""The balances of all branches, year by year, in one pass over the people.

Of one branch alone a balance adds up by ``balance``'s own reckoning. The branches add up to the
whole only if every member is on every day in one branch that exists: who is counted in a branch
that has closed, or that never was, is lost to the sum without a movement, however possible every
change was. So a loss is a difference here, and its cause names the entries that say so.

Everything is as now known and corrected: a correction that puts it right leaves no difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import TypeAlias

from comitia.law.balance import COMING, GOING, Balance, Cause, Column
from comitia.law.standings import Change, Entry, Membership, Step, derive_steps

Years: TypeAlias = Mapping[tuple[str, int], Balance]
"""Balances by branch and year, in order; where nothing moved in a year there is none."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Move:
    """One person comes or goes; by no column where the branch was none that day. id: the change."""

    branch: str
    day: date
    column: Column | None
    id: str


def derive_yearly(
    people: Iterable[Sequence[Entry]], branches: Mapping[str, date | None], until: date
) -> Years:
    """Return the balances of every branch that has or had members.

    people: of each person the entries, in the order of the record. branches: all there are, each
    with its last day, or None while it is open. until: the last day that is looked at.
    From which day on a branch exists is not asked: memberships are older than a record.

    Raises RuleViolation where somebody's changes were not possible.
    """
    counts: dict[tuple[str, int], Counter[Column]] = defaultdict(Counter)
    causes: dict[tuple[str, int], list[Cause]] = defaultdict(list)
    for entries in people:
        for move in _moves(tuple(derive_steps(entries, until)), branches, until):
            key = (move.branch, move.day.year)
            if move.column is None:
                causes[key].append(Cause(_sayings(entries, move.id), -1))
            else:
                counts[key][move.column] += 1
    return dict(_balances(counts, causes, until))


def _balances(
    counts: Mapping[tuple[str, int], Counter[Column]],
    causes: Mapping[tuple[str, int], list[Cause]],
    until: date,
) -> Iterator[tuple[tuple[str, int], Balance]]:
    """Yield the balances in order, each beginning where the one before it ended."""
    ends: Counter[str] = Counter()
    for branch, year in sorted({*counts, *causes}):
        of_year, lost = counts.get((branch, year), Counter()), causes.get((branch, year), [])
        every = {column: of_year[column] for column in Column}
        period = date(year, 1, 1), min(date(year, 12, 31), until)
        balance = Balance(*period, ends[branch], every, 0, tuple(lost))
        end = balance.expected_end + sum(cause.effect for cause in lost)
        ends[branch] = end
        yield (branch, year), replace(balance, end=end)


def _moves(
    steps: Sequence[Step], branches: Mapping[str, date | None], until: date
) -> Iterator[_Move]:
    """Yield where one person was counted, from when to when, and where they were lost."""
    is_lost = False
    for step, following in zip_longest(steps, steps[1:]):
        before, after = _place(step.before), _place(step.after)
        kind, day = step.happening.kind, step.happening.day
        if before != after:
            if before is not None and not is_lost:
                yield _Move(before, day, GOING[kind], step.id)
            if after is not None:
                yield _Move(after, day, COMING[kind], step.id)
            is_lost = False
        stays = following is None or following.happening.day > day
        if after is not None and stays and not is_lost:
            last_there = until if following is None else following.happening.day - _DAY
            if (without := _first_day_without(after, branches, last_there)) is not None:
                is_lost = True
                yield _Move(after, max(day, without), None, step.id)


def _place(membership: Membership) -> str | None:
    return membership.branch if membership.counts else None


def _first_day_without(
    branch: str, branches: Mapping[str, date | None], last_there: date
) -> date | None:
    """Return from which day on there is no such branch; None where there is to the last day."""
    if branch not in branches:
        return date.min
    last = branches[branch]
    return None if last is None or last >= last_there else last + _DAY


def _sayings(entries: Sequence[Entry], change: str) -> tuple[str, ...]:
    """Return the entries that say a change: its own and its corrections, the last one last."""
    return tuple(
        entry.id
        for entry in entries
        if (entry.id if isinstance(entry, Change) else entry.corrects) == change
    )
