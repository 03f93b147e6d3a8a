"""What the start page says: what awaits whoever is logged in, and what the organisation does.

Each source is asked once, for a number or for the first few; nobody's name is among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.web.accounts.models import Person
from comitia.web.deadlines.awaiting import awaiting
from comitia.web.organisation.models import Appointment, Branch, Mandate
from comitia.web.organisation.words import organ_name
from comitia.web.project.to_decide import Item, to_decide
from comitia.web.publicrecord.sequencing import count_entries
from comitia.web.register.access import Officer
from comitia.web.register.own_models import CorrectionRequest, Outcome
from comitia.web.rulebook.models import Announcement
from comitia.web.rulebook.queries import version_now

_ENDS_SOON: Final = timedelta(days=60)
_MOST: Final = 10


def awaiting_person(person: Person) -> list[Item]:
    """Return what awaits somebody."""
    officer = Officer(person)
    day = officer.roles.state.day_of(officer.roles.at)
    return [*to_decide(officer), *_own(person), *_due(person), *_ending(person, day)]


def _own(person: Person) -> Iterator[Item]:
    asked = CorrectionRequest.objects.filter(membership__person=person, outcome=Outcome.OPEN)
    for one in asked.select_related("deadline").order_by("deadline__ends_at")[:_MOST]:
        day = date_format(one.last_day, "DATE_FORMAT")
        text = gettext("A correction that you asked for is answered by %(day)s") % {"day": day}
        yield Item(text, reverse("me"))


def _due(person: Person) -> Iterator[Item]:
    for one in awaiting(person.pk)[:_MOST]:
        day = date_format(one.last_day, "DATE_FORMAT")
        yield Item(f"{translated(one.title)}: {gettext('by %(day)s') % {'day': day}}")


def _ending(person: Person, day: date) -> Iterator[Item]:
    for model in (Mandate, Appointment):
        rows = model.objects.filter(person=person, since__lte=day)
        soon = rows.filter(until__gte=day, until__lte=day + _ENDS_SOON).select_related("branch")
        for one in soon.order_by("until"):
            text = gettext("%(organ)s, %(branch)s: the term ends on %(day)s") % {
                "organ": organ_name(one.organ).capitalize(),
                "branch": one.branch.name,
                "day": date_format(one.until, "DATE_FORMAT"),
            }
            yield Item(text, reverse("holding", args=[one.pk]))


def facts_for_anybody() -> dict[str, Any]:
    """Return what the organisation is doing, as the record shows it to everybody."""
    return {
        "branches": Branch.objects.filter(last_day=None).count(),
        "entries": count_entries(),
        "version": version_now(),
        "announced": Announcement.objects.filter(ended_by=None).count(),
    }
