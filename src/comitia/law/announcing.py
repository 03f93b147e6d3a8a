"""Changing the rule book: announced for as long as it says itself, by its own majority (R27).

Whoever is to be judged by a rule could read it before it was decided, word for word. Both the time
and the majority are those of the version in force on the day of the decision.

That the announcement is there, says the same and was not withdrawn is the record's business; that
the votes were cast as they were counted, nobody can see here.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from comitia.law import rules
from comitia.law.calendars import Calendar, Deadline, derive_deadline
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook


def derive_notice(announced_on: date, book: RuleBook, calendar: Calendar) -> Deadline:
    """Return until when a change that was announced on a day cannot be decided.

    book: in force. calendar: its ``moves`` counts for nothing, the rule ``deadlines.move`` does.
    Raises RuleViolation where the book is silent, OverflowError or ValueError beyond all calendars.
    """
    moves = book.value(rules.DEADLINES_MOVE)
    counted = Calendar(calendar.zone, calendar.holidays, moves)
    return derive_deadline(announced_on, book.value(rules.BOOK_NOTICE), counted)


def require_announced(
    announced_on: date, decided_at: datetime, book: RuleBook, calendar: Calendar
) -> None:
    """Refuse a decision on a change before its time of notice is over. Raises as ``derive_notice``.

    calendar: without holidays where everybody must come to the same; the law demands no less.
    """
    notice = derive_notice(announced_on, book, calendar)
    if not notice.is_over(decided_at):
        raise RuleViolation(
            Code.BOOK_NOT_ANNOUNCED,
            "rule book",
            f"a decision after {notice.last_day}",
            f"one on {calendar.day_of(decided_at)}",
        )


def require_majority(in_favour: int | None, against: int | None, book: RuleBook) -> None:
    """Refuse a change that too few have voted for. Abstentions are no votes cast.

    in_favour, against: None where no votes are stated. book: in force. Raises RuleViolation.
    """
    majority = book.value(rules.BOOK_MAJORITY)
    if in_favour is None or against is None or not _is_majority(in_favour, against, majority):
        raise RuleViolation(
            Code.BOOK_NO_MAJORITY,
            "rule book",
            f"{majority} of the votes cast, and more in favour than against",
            f"{in_favour} in favour, {against} against",
        )


def _is_majority(in_favour: int, against: int, majority: Fraction) -> bool:
    return in_favour > against and in_favour >= majority * (in_favour + against)
