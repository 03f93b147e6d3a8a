"""Starting, meeting and extending deadlines. Handlers call these within the act's transaction.

To start and to meet one opens no savepoint of its own: that would be two statements more an act.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law import rules
from comitia.law.calendars import Deadline as Limit
from comitia.law.calendars import derive_deadline
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.values import Duration
from comitia.web.acts.founded import organisation_zone
from comitia.web.database.locking import lock_rows
from comitia.web.deadlines.holidays import calendar_for
from comitia.web.deadlines.models import Deadline, State

ALREADY_RUNNING: Final = "deadline.already_running"
NOT_RUNNING: Final = "deadline.not_running"
EXTENDED_ONCE: Final = "deadline.extended_once"
TOO_LONG: Final = "deadline.too_long"
SENTENCES: Final[Mapping[str, Promise]] = {
    ALREADY_RUNNING: gettext_lazy("This is due already. Extend it, if there is a reason."),
    NOT_RUNNING: gettext_lazy("This is over or done, and gets no more time."),
    EXTENDED_ONCE: gettext_lazy("This was given more time once already."),
    TOO_LONG: gettext_lazy("More time is given at most as long as there was at first."),
}
"""What a reader is told."""
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+")
_SUBJECT: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST_NAME: Final = 60
_LONGEST_TITLE: Final = 200


@dataclass(frozen=True)
class Kind:
    """A sort of deadline, declared once by its room.

    name: the room and what is due, "cases.reply". title: what the person is to do, in English,
    marked with ``gettext_noop``; "Answer the charge". is_single: whether one at most runs for a
    subject and a person.
    """

    name: str
    title: str
    is_single: bool = True

    def __post_init__(self) -> None:
        """Find at the start of the program what no table would take."""
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise ValueError(f"{self.name!r}: expected `room.what`")
        if not 0 < len(self.title) <= _LONGEST_TITLE:
            raise ValueError(f"{self.name}: expected a title of up to {_LONGEST_TITLE} characters")


def limit_after(event: datetime | date, limit: Duration, book: RuleBook | None) -> Limit:
    """Return when a limit after an event is over here: for a form, before anything is started.

    book: in force, whose rule ``deadlines.move`` says whether an end on no working day moves; where
    it is silent, or there is none, it does.
    """
    zone = organisation_zone()
    day = event.astimezone(zone).date() if isinstance(event, datetime) else event
    moves = book is None or book.values.get(rules.DEADLINES_MOVE.key, True)
    calendar = calendar_for(settings.HOLIDAYS, zone, day, limit, moves=moves)
    return derive_deadline(event, limit, calendar)


def start_deadline(  # noqa: PLR0913 - all that a deadline is
    kind: Kind,
    subject: str,
    event: datetime,
    limit: Duration,
    person: UUID | None = None,
    *,
    book: RuleBook | None,
    branch: str = "",
) -> Deadline:
    """Start what is due so long after an event.

    subject: 32 hexadecimal digits. book: as of ``limit_after``. branch: whose officers see it.
    Raises RuleViolation where such a deadline runs for this subject and person already: it is
    extended, not started twice. Handlers have locked the subject.
    """
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("expected a subject of 32 hexadecimal digits")
    running = Deadline.objects.filter(
        kind=kind.name, subject=subject, person=person, state=State.OPEN
    )
    if kind.is_single and running.exists():
        raise RuleViolation(ALREADY_RUNNING, subject, "none that runs", kind.name)
    end = limit_after(event, limit, book)
    return Deadline.objects.create(
        kind=kind.name,
        is_single=kind.is_single,
        title=kind.title,
        subject=subject,
        branch=branch,
        person=person,
        starts_at=event,
        last_day=end.last_day,
        ends_at=end.over_at,
    )


def meet(deadline: int, now: datetime, entry: str = "") -> State:
    """Take in that what was due is done; return MET, or MISSED where that was too late.

    Only the clock decides which, not whether ``note_missed`` has run. Raises RuleViolation where it
    was done before, or another deadline took its place.
    """
    row = _lock(deadline)
    if row.met_at is not None or row.state == State.EXTENDED:
        raise RuleViolation(NOT_RUNNING, row.subject, State.OPEN, row.state)
    row.state = State.MISSED if now >= row.ends_at else State.MET
    row.met_at, row.entry = now, entry
    row.save(update_fields=["state", "met_at", "entry"])
    return State(row.state)


@transaction.atomic
def extend(  # noqa: PLR0913 - what is asked, and who may have said so
    deadline: int,
    limit: Duration,
    reason: str,
    now: datetime,
    entry: str = "",
    *,
    book: RuleBook | None,
    by: str = "",
    by_law: bool = False,
) -> Deadline:
    """Put a later deadline in the place of one that runs; return it.

    limit: counted from the old one's last day. book: as of ``limit_after``. by: the mandate or
    appointment by which somebody did it. by_law: whether the law itself says how much longer, so
    that it may be more than there was at first. Raises ValueError without a reason, RuleViolation
    where the old one does not run any more: what is over is not extended; nor is anything extended
    twice, or by more than it had.
    """
    if not reason.strip():
        raise ValueError("a deadline is extended for a reason")
    row = _lock(deadline)
    if row.state != State.OPEN or now >= row.ends_at:
        found = State.MISSED if row.state == State.OPEN else row.state
        raise RuleViolation(NOT_RUNNING, row.subject, State.OPEN, found)
    if row.extends_id is not None:
        raise RuleViolation(EXTENDED_ONCE, row.subject, "one extension", "another")
    end = limit_after(row.last_day, limit, book)
    began = row.starts_at.astimezone(organisation_zone()).date()
    if not by_law and end.last_day - row.last_day > row.last_day - began:
        longest = row.last_day + (row.last_day - began)
        raise RuleViolation(TOO_LONG, row.subject, longest.isoformat(), end.last_day.isoformat())
    row.state, row.reason, row.entry, row.extended_by = State.EXTENDED, reason, entry, by
    row.save(update_fields=["state", "reason", "entry", "extended_by"])
    return Deadline.objects.create(
        kind=row.kind,
        is_single=row.is_single,
        title=row.title,
        subject=row.subject,
        branch=row.branch,
        person=row.person,
        starts_at=row.starts_at,
        last_day=end.last_day,
        ends_at=end.over_at,
        extends=row,
    )


def note_missed(now: datetime) -> int:
    """Mark what is over as missed; return how many were not marked. For the ticker."""
    late = Deadline.objects.filter(state=State.OPEN, ends_at__lte=now)
    return late.update(state=State.MISSED)


def _lock(deadline: int) -> Deadline:
    for row in lock_rows(Deadline.objects.filter(pk=deadline)):
        return row
    raise ValueError("there is no such deadline")
