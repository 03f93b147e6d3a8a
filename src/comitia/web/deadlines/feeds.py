"""A person's deadlines in their own calendar program, at a secret address.

Calendar programs do not sign in, so whoever has the address can read what is due until when: the
person is told so, can have a new address, or none. The database keeps the token's digest alone, and
a feed says what is to be done and never who anybody is.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext, override
from django.utils.translation import gettext as translate
from icalendar import Calendar, Event

from comitia.web.acts.founded import organisation_name, organisation_zone
from comitia.web.deadlines.awaiting import awaiting
from comitia.web.deadlines.models import Deadline, Feed

MOST_EVENTS: Final = 500
_TOKEN_BYTES: Final = 32
_PRODUCT: Final = "-//Comitia//Deadlines//EN"


def make_feed(person: UUID, language: str, now: datetime) -> str:
    """Return the token of a new secret address; the person's earlier one ends with it.

    It is shown once: only its digest is kept.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values = {"language": language, "digest": _digest(token), "made_at": now}
    Feed.objects.update_or_create(person=person, defaults=values)
    return token


def end_feed(person: UUID) -> None:
    """End a person's secret address, if there is one."""
    Feed.objects.filter(person=person).delete()


def has_feed(person: UUID) -> bool:
    """Say whether there is a secret address; nobody can tell which."""
    return Feed.objects.filter(person=person).exists()


def find_feed(token: str) -> Feed | None:
    """Return the feed with this token. The digest's look-up tells nothing of the token by time."""
    return Feed.objects.filter(digest=_digest(token)).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def calendar_of(feed: Feed, host: str, now: datetime) -> bytes:
    """Return the person's undone deadlines as iCalendar (RFC 5545): each its last day."""
    with override(feed.language):
        return write_calendar(awaiting(feed.person)[:MOST_EVENTS], host, now)


def write_calendar(deadlines: Iterable[Deadline], host: str, now: datetime) -> bytes:
    """Return deadlines as iCalendar, in the language that is active."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Deadlines: {name}").format(name=organisation_name()))
    for deadline in deadlines:
        calendar.add_component(_event(deadline, host, now))
    written: bytes = calendar.to_ical()
    return written


def _event(deadline: Deadline, host: str, now: datetime) -> Event:
    late = now >= deadline.ends_at
    title = translate(deadline.title)
    event = Event()
    event.add("uid", f"deadline-{deadline.pk}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", deadline.last_day)
    event.add("dtend", deadline.last_day + timedelta(days=1))  # not included: RFC 5545, 3.6.1
    event.add("summary", gettext("Overdue: {title}").format(title=title) if late else title)
    event.add(
        "description",
        gettext("Until the end of this day, in the time of {zone}.").format(
            zone=organisation_zone().key
        ),
    )
    event.add("transp", "TRANSPARENT")  # a day with a deadline is no busy day
    return event
