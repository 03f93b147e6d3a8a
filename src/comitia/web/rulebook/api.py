"""The calls of this room: the rule book, version by version."""

from __future__ import annotations

import json
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema
from pydantic import Field

from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash
from comitia.web.interface.scopes import Area
from comitia.web.rulebook.models import Announcement, Version
from comitia.web.rulebook.queries import version_now

router = Router(tags=["rule book"])
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class VersionOut(Schema):
    """A version. rules: the value of every rule by its key."""

    number: int
    in_force_from: date
    preset: str
    adopted_at: datetime
    entry: HexHash
    rules: dict[str, Any]


def version_out(version: Version) -> dict[str, Any]:
    """Return a version as a call gives it."""
    names = ("number", "in_force_from", "preset", "adopted_at")
    rules = {"entry": version.entry_id, "rules": json.loads(version.rules)}
    return {**{name: getattr(version, name) for name in names}, **rules}


class AnnouncedOut(Schema):
    """A change that was announced. ended_by: the entry that withdrew or adopted it."""

    entry: HexHash
    announced_on: date
    in_force_from: date
    preset: str
    ended_by: HexHash | None
    rules: dict[str, Any]


def announced_out(announcement: Announcement) -> dict[str, Any]:
    """Return an announcement as a call gives it."""
    names = ("announced_on", "in_force_from", "preset")
    ended = {"entry": announcement.pk, "ended_by": announcement.ended_by_id}
    rules = {"rules": json.loads(announcement.rules)}
    return {**{name: getattr(announcement, name) for name in names}, **ended, **rules}


@router.get("/rulebook/versions", response={HTTPStatus.OK: list[VersionOut], **FAILURES})
def versions(request: HttpRequest) -> Any:  # noqa: ANN401 - what the schema says
    """Every version that was adopted, the newest first."""
    caller_of(request, Area.RULEBOOK)
    return [version_out(one) for one in Version.objects.all()]


@router.get("/rulebook/versions/{number}", response={HTTPStatus.OK: VersionOut, **FAILURES})
def version(request: HttpRequest, number: Path[Number]) -> Any:  # noqa: ANN401
    """One version."""
    caller_of(request, Area.RULEBOOK)
    return version_out(get_object_or_404(Version, pk=number))


@router.get("/rulebook", response={HTTPStatus.OK: VersionOut, **FAILURES})
def in_force(request: HttpRequest) -> Any:  # noqa: ANN401
    """Return the version that is in force today, where the organisation is."""
    caller_of(request, Area.RULEBOOK)
    shown = version_now()
    if shown is None:
        raise Http404
    return version_out(shown)


@router.get("/rulebook/announced", response={HTTPStatus.OK: list[AnnouncedOut], **FAILURES})
def announced(request: HttpRequest) -> Any:  # noqa: ANN401
    """Every change that was announced, the oldest first; also those that were withdrawn."""
    caller_of(request, Area.RULEBOOK)
    return [announced_out(one) for one in Announcement.objects.all()]
