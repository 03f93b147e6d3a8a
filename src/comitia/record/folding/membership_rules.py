"""Whether applications, admissions and leavings keep what the rule book in force says of them.

How old somebody is stands in no open field: whoever takes an application checks that, and nobody
else can. Days count as they were entered: no correction shortens a time that others have.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from comitia.errors import CheckFailed
from comitia.law.applications import (
    applied_on,
    calendar_of,
    require_notice,
    require_objections_over,
)
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.record.checks import Check
from comitia.record.entries import Capacity
from comitia.record.folding.register import known_of
from comitia.record.folding.stepping import Step
from comitia.record.kinds.register import (
    APPLIED_FOR,
    AdmitMember,
    ApplyForMembership,
    LeaveMembership,
    ReadmitMember,
)


def membership_rule_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a change of a membership does not keep a rule."""
    match step.entry.act:
        case ApplyForMembership() as act:
            yield from _applied(step, act)
        case AdmitMember() | ReadmitMember():
            yield from _admitted(step)
        case LeaveMembership() as act:
            yield from _left(step, act)
        case _:
            pass


def _applied(step: Step, act: ApplyForMembership) -> Iterator[CheckFailed]:
    if act.category not in APPLIED_FOR:
        expected = " or ".join(APPLIED_FOR)
        code = Code.CATEGORY_NOT_APPLIED_FOR
        yield step.failed(Check.STANDING, code, expected, act.category)


def _admitted(step: Step) -> Iterator[CheckFailed]:
    """Look at the latest application; that there is one is the register's to say."""
    book = step.state.rule_book_at(step.entry.at)
    applied = applied_on(known_of(step.state, step.entry.aggregate))
    if book is None or applied is None:
        return
    try:
        calendar = calendar_of(ZoneInfo(step.state.time_zone), book)
        require_objections_over(applied, step.entry.at, book, calendar, step.entry.aggregate)
    except RuleViolation as violation:
        yield _broken(step, violation)
    except OverflowError:
        yield step.failed(Check.STANDING, "at", "a day to which time can be counted", applied)


def _left(step: Step, act: LeaveMembership) -> Iterator[CheckFailed]:
    if act.declared_on is not None:
        yield from _declared(step, act.declared_on)
    book = step.state.rule_book_at(step.entry.at)
    if book is not None:
        yield from _noticed(step, act, book)


def _declared(step: Step, declared: date) -> Iterator[CheckFailed]:
    """Let only keepers say that somebody declared it before: of a letter, and not of the future."""
    if any(actor.capacity is Capacity.MEMBERSHIP for actor in step.entry.actors):
        yield step.failed(Check.STANDING, "declared_on", "none of one's own leaving", declared)
    if declared > step.day:
        yield step.failed(Check.STANDING, "declared_on", f"{step.day} or before", declared)


def _noticed(step: Step, act: LeaveMembership, book: RuleBook) -> Iterator[CheckFailed]:
    declared = step.day if act.declared_on is None else act.declared_on
    try:
        calendar = calendar_of(ZoneInfo(step.state.time_zone), book)
        require_notice(act.last_day, declared, book, calendar, step.entry.aggregate)
    except RuleViolation as violation:
        yield _broken(step, violation)
    except (ValueError, OverflowError):
        found = act.last_day
        yield step.failed(Check.STANDING, "last_day", "a day to which time can be counted", found)


def _broken(step: Step, violation: RuleViolation) -> CheckFailed:
    return step.failed(Check.STANDING, violation.code, violation.expected, violation.found)
