"""The balance of members, from what was folded: of every branch and year, and of the whole.

That each change of a membership is possible is ``register``'s business. Here all of them together
must leave every member in one branch that exists, from the founding to the last entry: neither an
application, a transfer nor a correction is asked there whether its branch was one on its days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MINYEAR, date, datetime, time
from zoneinfo import ZoneInfo

from comitia.errors import CheckFailed
from comitia.law.balance import Balance, derive_balance
from comitia.law.yearly import Years, derive_yearly
from comitia.record.checks import Check
from comitia.record.folding.state import State
from comitia.record.kinds.values import EntryHash


def last_day(state: State) -> date | None:
    """Return the day of the latest entry, where the organisation is; None where there is none."""
    return None if state.latest_at is None else state.day_of(state.latest_at)


def yearly_of(state: State) -> Years:
    """Return the balance of every branch and calendar year in which a member came or went."""
    until = last_day(state)
    if until is None:
        return {}
    people = (registered.entries for registered in state.register.values())
    return derive_yearly(people, {id_: one.last_day for id_, one in state.branches.items()}, until)


def balance_failures(years: Years) -> Iterator[tuple[EntryHash, CheckFailed]]:
    """Yield what does not add up, each with the entry that is the cause."""
    for (branch, year), balance in years.items():
        subject = f"branch {branch}, {year}"
        expected, found = f"{balance.expected_end} members at the end", str(balance.end)
        for cause in balance.causes:
            error = CheckFailed(Check.BALANCE.id, subject, expected, found)
            yield EntryHash(cause.entries[-1]), error


def balance_of_last_year(state: State) -> Balance | None:
    """Return the balance of the whole in the year of the latest entry, up to its day.

    Its start is what was known when the year began, in the year of the founding what is known now;
    its causes are the entries made since about days before. None where there is no entry, and in
    the first year of all calendars, which no day comes before.
    """
    last = last_day(state)
    if last is None or last.year == MINYEAR:
        return None
    first = date(last.year, 1, 1)
    began = datetime.combine(first, time.min, ZoneInfo(state.time_zone))
    founded = state.founding
    stated = began if founded is not None and founded.at < began else None
    people = [registered.entries for registered in state.register.values()]
    return derive_balance(people, state.branches, (first, last), stated)
