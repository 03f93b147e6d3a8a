"""For how many people something may change at once, without a decided act that lists them.

- By a job: an import, a script, what time brings. What nobody looks at act by act must not run
  away: a purge once took the addresses of a whole register in a night.
- By whoever holds an office, by one kind of act within a day (``PERIOD``, whatever the calendar
  says): nobody puts a branch off the register one by one, by hand or by a program.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.permissions import Act
from comitia.law.rulebook import RuleBook

PERIOD: Final = timedelta(days=1)

STRUCTURAL: Final = frozenset({Act.BRANCH_MERGE})
"""Acts that state, in what they decide, everybody for whom something follows by rule.

Those people do not count: somebody decided on the list of them.
"""


def require_few_people(people: Collection[str], book: RuleBook, job: str) -> None:
    """Check that a job changes no more people than the rules allow without a decided act.

    people: pseudonyms of memberships, those of the act that is asked among them. Raises
    RuleViolation.
    """
    most = most_people(book)
    if len(set(people)) > most:
        raise RuleViolation(Code.JOB_TOO_MANY, job, f"{most} people at most", f"{len(set(people))}")


def most_people(book: RuleBook) -> int:
    """Return for how many people something may change, by a job or within the period."""
    return int(book.value(rules.JOB_MOST_PEOPLE))
