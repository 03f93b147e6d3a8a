"""Terms of office: when they end, and that none is longer than the rules allow (R5).

A term begins with the start of a day, which counts, and ends by itself: whoever asks is answered
from the clock that is given, so that no seat stays filled because nobody looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from comitia.law.calendars import Calendar, derive_last_day
from comitia.law.errors import Code, RuleViolation
from comitia.law.values import Duration


@dataclass(frozen=True, slots=True)
class Term:
    """The time for which an office or a seat is held. first, last: both belong to it.

    Raises ValueError for a term that ends before it begins.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """See that it has a day at least."""
        if self.last < self.first:
            raise ValueError(f"a term from {self.first} to {self.last} ends before it begins")

    def has_begun(self, now: datetime, calendar: Calendar) -> bool:
        return calendar.day_of(now) >= self.first

    def has_ended(self, now: datetime, calendar: Calendar) -> bool:
        return calendar.day_of(now) > self.last

    def runs(self, now: datetime, calendar: Calendar) -> bool:
        """Whether a moment is within the term."""
        return self.has_begun(now, calendar) and not self.has_ended(now, calendar)


def derive_term(first: date, length: Duration, calendar: Calendar) -> Term:
    """Return the term of a length that begins with a day. An end on a holiday does not move."""
    return Term(first, derive_last_day(first, length, calendar, first_counts=True))


def require_short_enough(term: Term, longest: Duration, calendar: Calendar, subject: str) -> None:
    """Refuse a term that ends later than the longest one that begins on the same day.

    longest: of the rule ``office.longest_term`` or ``appointment.longest``. subject: whose term.
    A term that is continued without an election counts from its beginning: give that as ``first``.
    Raises RuleViolation.
    """
    latest = derive_term(term.first, longest, calendar).last
    if term.last > latest:
        raise RuleViolation(
            Code.TERM_TOO_LONG, subject, f"an end on {latest} or before", f"an end on {term.last}"
        )
