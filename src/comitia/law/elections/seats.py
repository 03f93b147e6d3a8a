"""What an election gives: a term, and not too many of them in a row (R5)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

from comitia.law import rules
from comitia.law.calendars import Calendar, derive_last_day
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.terms import Term, derive_term
from comitia.law.values import Duration

_DAY: Final = timedelta(days=1)


def derive_elected_term(first: date, book: RuleBook, calendar: Calendar) -> Term:
    """Return the term of who is elected, from its first day. Raises RuleViolation."""
    return derive_term(first, book.value(rules.ELECTION_TERM), calendar)


def is_call_due(last_day: date, today: date, book: RuleBook, calendar: Calendar) -> bool:
    """Whether the end of a term calls an election today, by rule. Raises RuleViolation.

    last_day: of the term, past for an office that has fallen vacant.
    """
    return last_day <= derive_last_day(today, book.value(rules.ELECTION_CALL), calendar)


def count_in_a_row(
    held: Collection[Term], first: date, length: Duration, calendar: Calendar
) -> int:
    """Return how many terms of an office lead up to a day without a whole term between them.

    A pause that is shorter than a term does not end the row: else a month's would do.
    """
    number, begin = 0, first
    for term in sorted(held, key=lambda one: one.last, reverse=True):
        if term.first >= begin:
            continue
        pause = derive_last_day(term.last + _DAY, length, calendar, first_counts=True)
        if pause < begin:
            break
        number, begin = number + 1, term.first
    return number


def require_no_more_in_a_row(
    held: Collection[Term], first: date, book: RuleBook, calendar: Calendar, subject: str
) -> None:
    """Refuse a term of somebody who had as many in a row as the rules allow.

    held: the terms of the same office in the same branch. first: of the new term. Raises
    RuleViolation.
    """
    most = book.value(rules.ELECTION_TERMS)
    number = count_in_a_row(held, first, book.value(rules.ELECTION_TERM), calendar)
    if most is not None and number >= most:
        code = Code.TERM_IN_A_ROW
        raise RuleViolation(code, subject, f"at most {most} terms in a row", f"{number + 1}")
