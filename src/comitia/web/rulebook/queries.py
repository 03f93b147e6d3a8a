"""What is asked of the rule book."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count

from comitia.law import rules
from comitia.law.calendars import Calendar, Deadline, derive_deadline
from comitia.law.rulebook import RuleBook, in_force
from comitia.web.acts.models import RULEBOOK, Aggregate, Entry
from comitia.web.organisation.models import Branch, Organisation
from comitia.web.rulebook.models import Announcement, Version


def book_in_force(day: date) -> RuleBook:
    """Return the rule book in force on a day. Raises RuleViolation where there is none."""
    return in_force([one.book for one in Version.objects.all()], day)


def version_in_force(versions: Sequence[Version], day: date) -> Version | None:
    """Return the version in force on a day: of those that had begun, the one adopted last."""
    begun = [one for one in versions if one.in_force_from <= day]
    return max(begun, key=lambda one: one.number, default=None)


def acts_under(version: Version) -> list[tuple[str, int]]:
    """Return how many entries of each kind name a version as the rule book in force, most first.

    Entries name the version in force on their day, which the record checks: so they are those from
    its first day, or its adoption, on which no later version had begun.
    """
    calendar = calendar_of(Organisation.objects.get())
    entries = Entry.objects.filter(
        number__gt=version.entry.number, at__gte=calendar.start_of(version.in_force_from)
    )
    later = Version.objects.filter(number__gt=version.number)
    if ends := later.order_by("in_force_from").first():
        entries = entries.filter(at__lt=calendar.start_of(ends.in_force_from))
    counted = entries.values_list("kind").annotate(number=Count("pk"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def calendar_of(organisation: Organisation) -> Calendar:
    """Return how the organisation counts days; holidays do not matter here."""
    return Calendar(ZoneInfo(organisation.time_zone))


def decided_from(announcement: Announcement, book: RuleBook) -> Deadline:
    """Return when the time for which a change must have been announced is over."""
    notice = book.value(rules.BOOK_NOTICE)
    calendar = calendar_of(Organisation.objects.get())
    return derive_deadline(announcement.announced_on, notice, calendar)


def rule_book_aggregate() -> str:
    """Return what acts on the rule book are about."""
    return Aggregate.objects.values_list("pk", flat=True).get(kind=RULEBOOK)


def whole() -> Branch:
    """Return the branch in which the rule book is decided."""
    return Branch.objects.get(parent=None)
