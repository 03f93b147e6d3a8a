"""The calls of this room: the rule book, version by version."""

from __future__ import annotations

import json
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema
from pydantic import Field

from comitia.web.acts import clock
from comitia.web.acts.reading import state_of
from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash
from comitia.web.interface.scopes import Area
from comitia.web.rulebook.models import Version
from comitia.web.rulebook.queries import book_in_force

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
    book = book_in_force(state_of().day_of(clock.now()))
    return version_out(get_object_or_404(Version, pk=book.version))
