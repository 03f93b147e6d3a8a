"""What the founding says of the organisation itself: its name, its language, its time zone.

Nothing changes them afterwards. Until then the settings of whoever runs the application stand in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_supported_language_variant as variant_of

from comitia.record.entries import parse_entry
from comitia.record.kinds import kind_of_class
from comitia.record.kinds.organisation import FoundOrganisation
from comitia.web.acts.models import Entry

_KIND: Final = kind_of_class(FoundOrganisation).name


@dataclass(frozen=True, slots=True)
class Founded:
    """The organisation, as it was founded."""

    name: str
    language: str
    time_zone: str


_kept: Final[list[Founded]] = []


def founded() -> Founded | None:
    """Return what the founding says, None before it. The database is asked once.

    What is read within a transaction is not kept: it may be a founding that comes to nothing.
    """
    if _kept:
        return _kept[0]
    found = _read()
    if found is not None and not transaction.get_connection().in_atomic_block:
        _kept[:] = [found]
    return found


def forget() -> None:
    """Ask the database anew: for tests, each of which founds another organisation."""
    _kept.clear()


def organisation_name() -> str:
    """Return what the organisation is called."""
    found = founded()
    return settings.ORGANISATION if found is None else found.name


def known_name() -> str:
    """Return the same, as far as this process knows it: nothing is asked, so nothing can fail."""
    return _kept[0].name if _kept else settings.ORGANISATION


def organisation_language() -> str:
    """Return the language of whoever has chosen none; one that the application speaks."""
    found = founded()
    try:
        return settings.LANGUAGE_CODE if found is None else variant_of(found.language)
    except LookupError:  # the organisation may write in any
        return settings.LANGUAGE_CODE


def organisation_zone() -> ZoneInfo:
    """Return in which time days begin and end, as for the record."""
    found = founded()
    return ZoneInfo(settings.TIME_ZONE if found is None else found.time_zone)


def _read() -> Founded | None:
    row = Entry.objects.filter(kind=_KIND).order_by("number").first()
    if row is None:
        return None
    act: FoundOrganisation = parse_entry(bytes(row.content)).act
    return Founded(act.name, act.language, act.time_zone)
