"""Whether enough administrators are left: after technical rights are taken, and after a rule book.

Rights that end with their term are not looked at here: no entry says that they end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from comitia.errors import CheckFailed, MalformedRecord
from comitia.law.administrators import require_enough_administrators
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.record.checks import Check
from comitia.record.folding.books import book_of
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import RevokeAdministration
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Identifier


def administrator_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where an act would leave too few administrators."""
    try:
        _expect_enough(step)
    except RuleViolation as violation:
        expected, found = violation.expected, violation.found
        yield step.failed(Check.RIGHT, violation.code, expected, found)
    except (MalformedRecord, OverflowError):
        return  # no rule book, or no day: ``book_failures`` and the calendar say so


def _expect_enough(step: Step) -> None:
    entry = step.entry
    match entry.act:
        case RevokeAdministration(last_day=last_day):
            after = max(step.day, last_day + timedelta(days=1))
            adopted = step.state.book_on(after)
            if adopted is not None:
                _require(step, after, adopted.book, without=entry.aggregate)
        case AdoptRuleBook() as act if not step.listed_by:
            _require(step, max(step.day, act.in_force_from), book_of(act))
        case _:
            pass


def _require(step: Step, day: date, book: RuleBook, without: Identifier | None = None) -> None:
    left = [
        held.holder
        for held in step.state.holdings.values()
        if held.organ is None and held.is_held_on(day) and held.id != without
    ]
    require_enough_administrators(left, book, step.entry.aggregate)
