"""What is asked of the rule book. Which version is in force is the law's to say: see ``State``."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils.translation import gettext

from comitia.law.announcing import derive_notice
from comitia.law.calendars import Calendar, Deadline
from comitia.law.rulebook import RuleBook
from comitia.record.entries import parse_entry
from comitia.record.kinds.values import Identifier
from comitia.web.acts import clock
from comitia.web.acts.models import RULEBOOK, Aggregate, Entry
from comitia.web.acts.reading import state_of
from comitia.web.acts.wiring import wired
from comitia.web.organisation.models import Branch, Organisation
from comitia.web.rulebook.models import Announcement, Version


def version_of(book: RuleBook | None) -> Version | None:
    """Return the row of a version; None where none is in force."""
    return None if book is None else Version.objects.filter(pk=book.version).first()


def version_now() -> Version | None:
    """Return the version in force today, where the organisation is."""
    return version_of(state_of().rule_book_at(clock.now()))


def acts_under(version: Version) -> list[tuple[str, int]]:
    """Return how many entries of each kind name a version as the rule book in force, most first.

    Entries name the version in force on their day, which the record checks: so they are those from
    its first day, or its adoption, on which no later version had begun.
    """
    calendar = _calendar()
    entries = Entry.objects.filter(
        number__gt=version.entry.number, at__gte=calendar.start_of(version.in_force_from)
    )
    later = Version.objects.filter(number__gt=version.number)
    if ends := later.order_by("in_force_from").first():
        entries = entries.filter(at__lt=calendar.start_of(ends.in_force_from))
    counted = entries.values_list("kind").annotate(number=Count("pk"))
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _calendar() -> Calendar:
    """Return how the organisation counts days; without holidays, as the record does."""
    return Calendar(ZoneInfo(Organisation.objects.get().time_zone))


def decided_from(announcement: Announcement, book: RuleBook) -> Deadline:
    """Return when the time for which a change must have been announced is over."""
    return derive_notice(announcement.announced_on, book, _calendar())


def who_did(entry: Entry) -> list[str]:
    """Return by which mandates an entry was made, each with its holder's name."""
    held = [one.id for one in parse_entry(bytes(entry.content)).actors if one.id is not None]
    names = wired().names_of(held)
    return [names.get(one) or gettext("a holder whose name is not known here") for one in held]


def rule_book_aggregate() -> Identifier:
    """Return what acts on the rule book are about."""
    return Identifier(Aggregate.objects.values_list("pk", flat=True).get(kind=RULEBOOK))


def whole() -> Branch:
    """Return the branch in which the rule book is decided."""
    return Branch.objects.get(parent=None)
