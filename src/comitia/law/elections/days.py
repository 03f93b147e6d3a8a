"""The days of an election: those that the rules give, and what is wrong with those that are given.

Counted as every time limit is: the day of an event does not count. What the rules ask for is the
least; an election may take longer. Holidays are the calendar's: who has none, as somebody who reads
the record, checks a little less than who keeps one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from comitia.law import rules
from comitia.law.calendars import Calendar, Deadline, derive_deadline, derive_last_day
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.values import Duration

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an election, each the first or the last of its kind.

    roll_on: the day at whose end the register says who is on the roll.
    """

    called_on: date
    nominations_from: date
    nominations_until: date
    roll_on: date
    voting_from: date
    voting_until: date


def derive_days(called_on: date, book: RuleBook, calendar: Calendar) -> Days:
    """Return the earliest days that the rules allow, for an election that is called on a day.

    The roll is of the last day for nominations, so that nobody stands without being on it. Raises
    RuleViolation where the book is silent, OverflowError beyond all calendars.
    """
    counted = _counting(book, calendar)
    nominations = derive_deadline(called_on, book.value(rules.ELECTION_NOMINATIONS), counted)
    roll_on = nominations.last_day
    waits = (
        derive_deadline(called_on, book.value(rules.ELECTION_NOTICE), counted),
        derive_deadline(roll_on, book.value(rules.ELECTION_ROLL), counted),
    )
    first = max(one.last_day for one in waits) + _DAY
    return Days(
        called_on=called_on,
        nominations_from=called_on + _DAY,
        nominations_until=nominations.last_day,
        roll_on=roll_on,
        voting_from=first,
        voting_until=_last_of_voting(first, book, counted),
    )


def _last_of_voting(first: date, book: RuleBook, counted: Calendar) -> date:
    lasts = book.value(rules.ELECTION_VOTING)
    if lasts is None:
        return first
    return derive_last_day(first, lasts, counted, first_counts=True)


def complaints_limit(declared_on: date, book: RuleBook, calendar: Calendar) -> Deadline:
    """Return until when complaints can be made about a result. Raises as ``derive_days``."""
    counted = _counting(book, calendar)
    return derive_deadline(declared_on, book.value(rules.ELECTION_COMPLAINTS), counted)


def find_violations(days: Days, book: RuleBook, calendar: Calendar) -> tuple[RuleViolation, ...]:
    """Return everything that is wrong with the days of an election, in their order.

    Where they are not in order, that alone is said: the rest would follow from it. Raises as
    ``derive_days``.
    """
    disorder = tuple(_disorder(days))
    return disorder or tuple(_too_short(days, book, _counting(book, calendar)))


def _counting(book: RuleBook, calendar: Calendar) -> Calendar:
    """Return the calendar with what the rule book says of holidays."""
    moves = book.value(rules.DEADLINES_MOVE)
    return Calendar(calendar.zone, calendar.holidays, moves)


def _disorder(days: Days) -> Iterator[RuleViolation]:
    pairs = (
        ("nominations_from", days.called_on, days.nominations_from),
        ("nominations_until", days.nominations_from, days.nominations_until),
        ("roll_on", days.called_on, days.roll_on),
        ("voting_from", max(days.nominations_until, days.roll_on) + _DAY, days.voting_from),
        ("voting_until", days.voting_from, days.voting_until),
    )
    for what, least, day in pairs:
        if day < least:
            yield RuleViolation(Code.ELECTION_DISORDER, what, f"{least} or later", f"{day}")


def _too_short(days: Days, book: RuleBook, counted: Calendar) -> Iterator[RuleViolation]:
    eve = days.nominations_from - _DAY
    nominations = derive_deadline(eve, book.value(rules.ELECTION_NOMINATIONS), counted).last_day
    if days.nominations_until < nominations:
        code, found = Code.ELECTION_NOMINATIONS_SHORT, days.nominations_until
        yield RuleViolation(code, "nominations_until", f"{nominations} or later", f"{found}")
    elif counted.moves and not counted.is_working_day(days.nominations_until):
        code, found = Code.ELECTION_NO_WORKING_DAY, days.nominations_until
        yield RuleViolation(code, "nominations_until", "a working day", f"{found}")
    yield from _waits(
        (Code.ELECTION_ROLL_LATE, days.roll_on, book.value(rules.ELECTION_ROLL)), days, counted
    )
    yield from _waits(
        (Code.ELECTION_NOTICE_SHORT, days.called_on, book.value(rules.ELECTION_NOTICE)),
        *(days, counted),
    )
    last = _last_of_voting(days.voting_from, book, counted)
    if days.voting_until < last:
        code, found = Code.ELECTION_VOTING_SHORT, days.voting_until
        yield RuleViolation(code, "voting_until", f"{last} or later", f"{found}")


def _waits(
    what: tuple[Code, date, Duration], days: Days, counted: Calendar
) -> Iterator[RuleViolation]:
    """Yield a violation where the voting begins before a time after a day is over."""
    code, event, limit = what
    over = derive_deadline(event, limit, counted).last_day + _DAY
    if days.voting_from < over:
        yield RuleViolation(code, "voting_from", f"{over} or later", f"{days.voting_from}")
