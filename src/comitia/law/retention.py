"""How long what identifies people is kept, and when it may be destroyed.

Nobody is erased who belongs, or has applied: who wants that leaves first. Who has left is kept for
as long as the rule book says, an applicant who was refused for as long as an appeal is possible;
then they are due, and two keepers of the register decide. Anybody may ask before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.standings import COUNTED, Entry, Standing, derive_steps
from comitia.law.values import Duration

_BELONG: Final = frozenset({*COUNTED, Standing.APPLICANT})


def require_ended(entries: Sequence[Entry], day: date, subject: str) -> None:
    """Raise RuleViolation for who belongs on a day or afterwards, or has applied.

    entries: all that is known of the membership. subject: its pseudonym.
    """
    steps = tuple(derive_steps(entries, date.max))
    if not steps:
        return
    standing, begins = steps[-1].after.standing, steps[-1].happening.day
    if standing in _BELONG or begins > day:
        expected = f"an end on {day} or before"
        found = f"{standing or 'none'} from {begins} on"
        raise RuleViolation(Code.ERASURE_STILL_MEMBER, subject, expected, found)


def retention_of(standing: Standing | None, book: RuleBook) -> Duration | None:
    """Return for how long somebody is kept after the end; None where it is not at all.

    standing: of a former member, or None of one who was never admitted.
    """
    if standing is None:
        appeal: Duration | None = book.value(rules.APPLICATION_APPEAL)
        return appeal
    return book.value(rules.REGISTER_RETENTION)


__all__ = ["require_ended", "retention_of"]
