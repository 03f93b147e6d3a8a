"""The one draft in the database: read, changed by one at a time, and one step taken back.

A change of the draft takes away every signature, and the invitation of whoever is named otherwise
now: what was signed is what is founded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from comitia.record.canonical import canonical_bytes
from comitia.web.database.locking import lock_rows
from comitia.web.register.founding.draft import AdministratorRow, Draft, draft_bytes, parse_draft
from comitia.web.register.founding.models import SavedDraft, Signer

THE_DRAFT: Final = 1


class DraftOvertaken(Exception):  # noqa: N818 - an event between two people, which pages tell
    """Somebody else has changed the draft since this page of it was read, or it is founded."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as it is saved. before: as it was before the last change, if there was one."""

    draft: Draft
    before: Draft | None
    saved_at: datetime | None


def read_saved() -> Saved:
    """Return what is saved; an empty draft where nothing is."""
    row = SavedDraft.objects.filter(pk=THE_DRAFT).first()
    if row is None:
        return Saved(Draft(), None, None)
    before = parse_draft(row.before.encode()) if row.before else None
    return Saved(parse_draft(row.content.encode()), before, row.saved_at)


def begin_draft(now: datetime) -> None:
    """Make the row of the draft, where there is none, so that it can be locked."""
    content = draft_bytes(Draft()).decode()
    SavedDraft.objects.get_or_create(
        pk=THE_DRAFT, defaults={"content": content, "hash": Draft().hash, "saved_at": now}
    )


@transaction.atomic
def change_draft(seen: str, change: Callable[[Draft], Draft], now: datetime) -> Draft:
    """Save what a change makes of the draft, and return it.

    seen: the hash of the draft that was before somebody's eyes. Raises DraftOvertaken where it is
    another by now.
    """
    row = locked_draft()
    if row is None or row.hash != seen:
        raise DraftOvertaken
    draft = change(parse_draft(row.content.encode()))
    _write(row, draft, before=row.content, now=now)
    return draft


@transaction.atomic
def take_back(seen: str, now: datetime) -> None:
    """Put the draft back to what it was before the last change; twice changes nothing."""
    row = locked_draft()
    if row is None or row.hash != seen:
        raise DraftOvertaken
    if row.before:
        _write(row, parse_draft(row.before.encode()), before=row.content, now=now)


def locked_draft() -> SavedDraft | None:
    """Return the row of the draft, locked; None before the first page and after the founding."""
    return next(iter(lock_rows(SavedDraft.objects.filter(pk=THE_DRAFT))), None)


def _write(row: SavedDraft, draft: Draft, *, before: str, now: datetime) -> None:
    if (changed := draft.hash) == row.hash:
        return
    row.content, row.before = draft_bytes(draft).decode(), before
    row.hash, row.saved_at = changed, now
    row.save()
    Signer.objects.update(signed_hash="", signed_at=None)
    named = [identity_of(one) for one in draft.administrators]
    for signer in Signer.objects.all():
        if named[signer.number : signer.number + 1] != [signer.identity]:
            signer.delete()


def identity_of(row: AdministratorRow) -> str:
    """Return the hash of who an administrator is: name and address, as far as typed."""
    return hashlib.sha256(canonical_bytes([row.name, row.email])).hexdigest()


def today_of(draft: Draft, now: datetime) -> date:
    """Return the day where the organisation will be, as far as that is known."""
    try:
        zone = ZoneInfo(draft.organisation.time_zone or "UTC")
    except (KeyError, ValueError, OSError):  # said by the check of the draft
        zone = ZoneInfo("UTC")
    return now.astimezone(zone).date()
