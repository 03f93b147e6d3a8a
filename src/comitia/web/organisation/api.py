"""The calls of this room: the tree of branches, and who holds what."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Path, Router, Schema

from comitia.law.permissions import Act, Object
from comitia.web.acts.errors import not_allowed
from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash, HexId, Page, Paged, page_of
from comitia.web.interface.scopes import Area
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Holding,
    Mandate,
    OfOrgan,
)

_COLUMNS: Final = ("id", "name", "level", "first_day", "last_day")
router = Router(tags=["organisation"])


class BranchOut(Schema):
    """A branch. path: the branches from the top down to it. last_day: the last on which it is."""

    id: HexId
    name: str
    level: str
    path: list[HexId]
    first_day: date
    last_day: date | None
    merged_into: HexId | None


class HoldingOut(Schema):
    """What somebody holds or held. organ: the office or body; null of technical rights.

    holder: the pseudonym under which it is held. name: what the holder is called.
    """

    id: HexId
    sort: str
    organ: str | None
    branch: HexId
    holder: HexId
    name: str
    since: date
    until: date
    as_deputy: bool
    entry: HexHash


def branch_out(branch: Branch) -> dict[str, Any]:
    """Return a branch as a call gives it."""
    return {
        **{
            name: getattr(branch, name) for name in ("id", "name", "level", "first_day", "last_day")
        },
        "path": list(branch.steps),
        "merged_into": branch.merged_into_id,
    }


@router.get("/branches", response={HTTPStatus.OK: Page[BranchOut], **FAILURES})
def branches(request: HttpRequest, paging: Paged) -> Any:  # noqa: ANN401 - what the schema says
    """All branches, also closed ones."""
    caller_of(request, Area.ORGANISATION)
    return page_of(Branch.objects.all(), paging, branch_out)


@router.get("/branches/{branch}", response={HTTPStatus.OK: BranchOut, **FAILURES})
def branch(request: HttpRequest, branch: Path[HexId]) -> Any:  # noqa: ANN401
    """One branch."""
    caller_of(request, Area.ORGANISATION)
    return branch_out(get_object_or_404(Branch, pk=branch))


def holding_out(held: Holding) -> dict[str, Any]:
    """Return a mandate, an appointment or a technical right as a call gives it."""
    return {
        **{name: getattr(held, name) for name in ("id", "holder", "since", "until")},
        "sort": type(held).__name__.lower(),
        "organ": str(held.organ) if isinstance(held, OfOrgan) else None,
        "branch": held.branch_id,
        "name": held.person.name,
        "as_deputy": isinstance(held, Appointment) and held.as_deputy,
        "entry": held.entry_id,
    }


def _holdings(request: HttpRequest, model: type[Holding], paging: Any, branch: str | None) -> Any:  # noqa: ANN401
    caller_of(request, Area.ORGANISATION)
    rows = model._default_manager.select_related("person")  # noqa: SLF001 - Django's name
    return page_of(rows if branch is None else rows.filter(branch=branch), paging, holding_out)


@router.get("/mandates", response={HTTPStatus.OK: Page[HoldingOut], **FAILURES})
def mandates(request: HttpRequest, paging: Paged, branch: HexId | None = None) -> Any:  # noqa: ANN401
    """All mandates, of one branch or of all, also past ones."""
    return _holdings(request, Mandate, paging, branch)


@router.get("/appointments", response={HTTPStatus.OK: Page[HoldingOut], **FAILURES})
def appointments(request: HttpRequest, paging: Paged, branch: HexId | None = None) -> Any:  # noqa: ANN401
    """All appointments, likewise."""
    return _holdings(request, Appointment, paging, branch)


@router.get("/administrators", response={HTTPStatus.OK: Page[HoldingOut], **FAILURES})
def administrators(request: HttpRequest, paging: Paged) -> Any:  # noqa: ANN401
    """All technical rights that were ever given; for those who have one, as on the pages."""
    caller = caller_of(request, Area.ORGANISATION)
    if not caller.roles().may(Act.ADMINISTRATOR_GRANT, Object(())):
        raise not_allowed(Act.ADMINISTRATOR_GRANT)
    return _holdings(request, Administration, paging, None)
