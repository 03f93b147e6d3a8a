"""Whether what somebody is given ends in time: no appointment outlasts what the rules allow."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from comitia.errors import CheckFailed
from comitia.law import rules
from comitia.law.calendars import Calendar
from comitia.law.errors import RuleViolation
from comitia.law.terms import Term, require_short_enough
from comitia.record.checks import Check
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import MakeAppointment


def term_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure for an appointment that ends before it begins, or too late."""
    act = step.entry.act
    if not isinstance(act, MakeAppointment):
        return
    if act.until < act.since:
        yield step.failed(Check.RIGHT, "until", f"{act.since} or later", act.until)
        return
    book = step.state.rule_book_at(step.entry.at)
    longest = None if book is None else book.values.get(rules.LONGEST_APPOINTMENT.key)
    if longest is None:
        return
    try:
        calendar = Calendar(ZoneInfo(step.state.time_zone))
        require_short_enough(Term(act.since, act.until), longest, calendar, "appointment")
    except RuleViolation as violation:
        expected, found = violation.expected, violation.found
        yield step.failed(Check.RIGHT, violation.code, expected, found)
    except (ValueError, OverflowError):
        yield step.failed(Check.RIGHT, "since", "a day from which time can be counted", act.since)
