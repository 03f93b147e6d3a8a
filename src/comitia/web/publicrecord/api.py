"""The calls of this room: the checkpoint that everybody is shown, and entries by their names."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema

from comitia.web.accounts.pseudonyms import pseudonyms_of
from comitia.web.acts import clock
from comitia.web.acts.models import Disclosure, Entry
from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash
from comitia.web.interface.scopes import Area
from comitia.web.publicrecord.models import Place
from comitia.web.publicrecord.publishing import checkpoint_bytes, shown_checkpoint

router = Router(tags=["record"])


class CheckpointOut(Schema):
    """A checkpoint. note: it as it is published, with all signatures."""

    size: int
    root: HexHash
    signed_at: datetime
    note: str


class EntryOut(Schema):
    """An entry. place: null until it is in the record. content: what is hashed.

    disclosures: of its salted fields, the values that are about the caller.
    """

    entry: HexHash
    place: int | None
    content: dict[str, Any]
    disclosures: dict[str, Any]


@router.get("/record/checkpoint", response={HTTPStatus.OK: CheckpointOut, **FAILURES})
def checkpoint(request: HttpRequest) -> Any:  # noqa: ANN401 - what the schema says
    """Return the checkpoint that everybody is shown now."""
    caller_of(request, Area.RECORD)
    shown = shown_checkpoint(clock.now())
    if shown is None:
        raise Http404
    note = checkpoint_bytes(shown).decode()
    return {"size": shown.size, "root": shown.root, "signed_at": shown.signed_at, "note": note}


@router.get("/record/entries/{entry}", response={HTTPStatus.OK: EntryOut, **FAILURES})
def entry(request: HttpRequest, entry: Path[HexHash]) -> Any:  # noqa: ANN401
    """One entry: any where the record is open, else one that is about the caller."""
    caller = caller_of(request, Area.RECORD)
    own = [one.value for one in pseudonyms_of(caller.person)]
    row = get_object_or_404(_readable(own), hash=entry)
    values = Disclosure.objects.filter(entry=row, subject__in=own).order_by("field")
    place = Place.objects.filter(entry=row).values_list("index", flat=True).first()
    return {
        "entry": row.hash,
        "place": place,
        "content": json.loads(bytes(row.content)),
        "disclosures": {one.field: json.loads(one.value) for one in values},
    }


def _readable(own: list[str]) -> QuerySet[Entry]:
    if not settings.RECORD_TOKEN:
        return Entry.objects.all()
    return Entry.objects.filter(Q(aggregate__in=own) | Q(disclosures__subject__in=own)).distinct()
