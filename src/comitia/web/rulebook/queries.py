"""What is asked of the rule book."""

from __future__ import annotations

from datetime import date

from comitia.law.rulebook import RuleBook, in_force
from comitia.web.rulebook.models import Version


def book_in_force(day: date) -> RuleBook:
    """Return the rule book in force on a day. Raises RuleViolation where there is none."""
    return in_force([one.book for one in Version.objects.all()], day)
