"""What the head of every page leads to: an entry for each room, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from comitia.web.accounts.models import Person
from comitia.web.acts import clock
from comitia.web.organisation.queries import holds_office

_ROOMS: Final[tuple[tuple[str, Promise], ...]] = (
    ("home", gettext_lazy("Start")),
    ("organisation", gettext_lazy("Organisation")),
    ("rulebook", gettext_lazy("Rule book")),
    ("record", gettext_lazy("Record")),
)
_FOR_OFFICERS: Final[tuple[tuple[str, Promise], ...]] = (
    ("register:members", gettext_lazy("Register")),
    ("register:applications", gettext_lazy("Applications")),
)
"""Shown to those who hold an office; whether it opens them is for each page."""
_FOR_PERSONS: Final[tuple[tuple[str, Promise], ...]] = (("me", gettext_lazy("My page")),)


@dataclass(frozen=True)
class Entry:
    """A link in the navigation; current: whether it is the page that one is at."""

    address: str
    label: str
    current: bool


@dataclass(frozen=True)
class Language:
    """A language to choose, by its own name."""

    code: str
    name: str
    current: bool


def list_entries(request: HttpRequest) -> tuple[Entry, ...]:
    """Return the links to the rooms."""
    rooms = (*_ROOMS, *_FOR_OFFICERS) if _is_officer(request) else _ROOMS
    rooms = (*rooms, *_FOR_PERSONS) if _is_somebody(request) else rooms
    found = ((reverse(name), str(label)) for name, label in rooms)
    return tuple(Entry(address, label, address == request.path) for address, label in found)


def _is_somebody(request: HttpRequest) -> bool:
    return isinstance(getattr(request, "user", None), Person)


def _is_officer(request: HttpRequest) -> bool:
    person = getattr(request, "user", None)
    return isinstance(person, Person) and holds_office(person.pk, timezone.localdate(clock.now()))


def list_languages() -> tuple[Language, ...]:
    """Return all languages, the one in use marked."""
    used = get_language()
    return tuple(Language(code, name, code == used) for code, name in settings.LANGUAGES)
