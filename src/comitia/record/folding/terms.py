"""Whether what somebody is given ends in time, is ended in time, and is given to a member.

Nothing is ended in the past: what was done by it meanwhile would stand on nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from comitia.errors import CheckFailed
from comitia.law import rules
from comitia.law.calendars import Calendar
from comitia.law.errors import Code, RuleViolation
from comitia.law.rules import Rule
from comitia.law.standings import derive_end, derive_membership
from comitia.law.terms import Term, require_short_enough
from comitia.law.values import Duration
from comitia.record.checks import Check
from comitia.record.folding.register import known_of
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import (
    DeclareMandate,
    EndAppointment,
    EndMandate,
    GrantAdministration,
    MakeAppointment,
    RevokeAdministration,
)
from comitia.record.kinds.values import Identifier


def term_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield what is wrong with the days of a holding, and with who receives it."""
    match step.entry.act:
        case DeclareMandate() as act:
            yield from _too_long(step, act.since, act.until, rules.LONGEST_TERM)
        case MakeAppointment() as act:
            yield from _holder(step, act)
            yield from _over(step, "until", act.until, step.day)
            yield from _too_long(step, act.since, act.until, rules.LONGEST_APPOINTMENT)
        case GrantAdministration() as act:
            # No election could stand in its place, so it is bounded as an office is.
            yield from _over(step, "until", act.until, step.day)
            yield from _too_long(step, step.day, act.until, rules.LONGEST_TERM)
        case EndMandate() | EndAppointment() | RevokeAdministration() as act:
            yield from _of_another_sort(step)
            # Yesterday is the last day of what ends at once.
            yield from _over(step, "last_day", act.last_day, step.day, but_for_days=1)
        case _:
            pass


def _of_another_sort(step: Step) -> Iterator[CheckFailed]:
    """Technical rights and appointments are aggregates of one kind, and ended by different people.

    Administrators have no power over offices, and executives none over technical rights.
    """
    held = step.state.holdings.get(step.entry.aggregate)
    is_technical = isinstance(step.entry.act, RevokeAdministration)
    if held is not None and is_technical != (held.organ is None):
        expected, found = "technical rights", "an office"
        if not is_technical:
            expected, found = found, expected
        yield step.failed(Check.ORDER, "aggregate", expected, found)


def _over(
    step: Step, what: str, last: date, today: date, *, but_for_days: int = 0
) -> Iterator[CheckFailed]:
    if last.toordinal() < today.toordinal() - but_for_days:
        expected = f"{what} on {today} or later"
        yield step.failed(Check.RIGHT, Code.TERM_END_PAST, expected, last)


def _too_long(step: Step, since: date, until: date, rule: Rule[Duration]) -> Iterator[CheckFailed]:
    if until < since:
        yield step.failed(Check.RIGHT, "until", f"{since} or later", until)
        return
    book = step.state.rule_book_at(step.entry.at)
    longest = None if book is None else book.values.get(rule.key)
    if longest is None:
        return
    try:
        calendar = Calendar(ZoneInfo(step.state.time_zone))
        require_short_enough(Term(since, until), longest, calendar, step.entry.aggregate)
    except RuleViolation as violation:
        expected, found = violation.expected, violation.found
        yield step.failed(Check.RIGHT, violation.code, expected, found)
    except (ValueError, OverflowError):
        yield step.failed(Check.RIGHT, "since", "a day from which time can be counted", since)


def _holder(step: Step, act: MakeAppointment) -> Iterator[CheckFailed]:
    """Yield a failure unless the holder is a member there when it begins, and one to the end.

    A pseudonym of another context is no membership: by one of those somebody could appoint
    themselves unseen.
    """
    first = max(act.since, step.day)
    known = known_of(step.state, Identifier(act.holder))
    member, end = derive_membership(known, first), derive_end(known)
    branch = step.state.path_of(step.entry.branch)
    at = step.state.path_of(Identifier(member.branch or ""))
    is_there = bool(branch) and at[: len(branch)] == branch
    if not member.counts or not is_there or (end is not None and end < act.until):
        expected = f"a member of branch {step.entry.branch} or below, {first} to {act.until}"
        yield step.failed(Check.RIGHT, Code.HOLDER_NO_MEMBER, expected, act.holder)
