"""The calls of this room: memberships, as far as the caller may see them."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Path, Router, Schema
from pydantic import ConfigDict, Field

from comitia.law.standings import Standing
from comitia.record.kinds.register import Category
from comitia.record.kinds.values import LONGEST_LINE, Identifier
from comitia.web.acts.history import HistoryLine, sentences_of
from comitia.web.database.prefixes import fold
from comitia.web.interface.calling import Caller, caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash, HexId, Page, Paged, Paging, page_of
from comitia.web.interface.scopes import Area
from comitia.web.organisation.models import Branch
from comitia.web.register import finding
from comitia.web.register.models import Membership
from comitia.web.register.reading_out import note_read
from comitia.web.register.visibility import visible_to

router = Router(tags=["register"])
_COLUMNS: Final = ("id", "standing", "since", "category")
_OF_PERSON: Final = ("birth_date", "postal_address", "email")
"""Given for one person alone: nobody needs them of all to find somebody."""


class MembershipOut(Schema):
    """A membership in a list. id: its pseudonym. standing: empty where an application failed.

    since: the first day of that standing. entry: its last, as ``seen`` of an act takes it.
    """

    id: HexId
    standing: Standing | Annotated[str, Field(max_length=0)]
    since: date
    category: Category
    branch: HexId
    entry: HexHash
    name: str


class LineOut(Schema):
    """An entry of a history, in the reader's language. place: null until it is in the record."""

    at: datetime
    sentence: str
    by: list[str]
    rules: int | None
    entry: HexHash
    place: int | None
    is_declared: bool
    disclosed: list[tuple[str, str]]


class WithHistory(MembershipOut):
    """A membership alone: with all that is held, and what happened to it, the latest first."""

    birth_date: date | None
    postal_address: str
    email: str
    history: list[LineOut]


class Search(Paging):
    """What is looked for: nothing of it stands in an address, where it would be logged."""

    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(
        None,
        min_length=1,
        max_length=LONGEST_LINE,
        pattern=r"^[^\x00-\x1f]+$",  # none of which PostgreSQL would take, or anybody have
        description="with which words of the name begin",
    )
    branch: HexId | None = Field(None, description="this branch and those below")
    standing: Standing | None = None


def _visible(caller: Caller) -> QuerySet[Membership]:
    """Return what a caller may see, within the token's branch."""
    rows = visible_to(caller.person.pk, caller.roles().roles).select_related("person")
    return rows if caller.scope.branch is None else _below(rows, caller.scope.branch)


def _below(rows: QuerySet[Membership], branch: str) -> QuerySet[Membership]:
    top = Branch.objects.filter(pk=branch).first()
    if top is None:
        return rows.none()
    return rows if top.parent_id is None else rows.filter(branch__path__startswith=top.path)


def membership_out(row: Membership) -> dict[str, Any]:
    """Return a membership as a call gives it."""
    return {
        **{name: getattr(row, name) for name in _COLUMNS},
        "name": row.person.name,
        "branch": row.branch_id,
        "entry": row.entry_id,
    }


def line_out(line: HistoryLine) -> dict[str, Any]:
    """Return a line of a history as a call gives it."""
    return {name: getattr(line, name) for name in LineOut.model_fields}


@router.get("/memberships", response={HTTPStatus.OK: Page[MembershipOut], **FAILURES})
def memberships(request: HttpRequest, paging: Paged) -> Any:  # noqa: ANN401 - what the schema says
    """All memberships that one may see."""
    caller = caller_of(request, Area.REGISTER)
    return _noted(caller, page_of(_visible(caller), paging, membership_out))


@router.post("/memberships/search", response={HTTPStatus.OK: Page[MembershipOut], **FAILURES})
def search(request: HttpRequest, wanted: Annotated[Search, Body()]) -> Any:  # noqa: ANN401
    """Those among them that fit."""
    caller = caller_of(request, Area.REGISTER)
    rows = _visible(caller)
    if wanted.branch is not None:
        rows = _below(rows, wanted.branch)
    if wanted.standing is not None:
        rows = rows.filter(standing=wanted.standing)
    if wanted.name is not None:  # of which nothing may be left to be looked for
        rows = finding.search(rows, wanted.name) if fold(wanted.name) else rows.none()
    return _noted(caller, page_of(rows, wanted, membership_out))


def _noted(caller: Caller, page: dict[str, Any]) -> dict[str, Any]:
    note_read(caller, page["items"])
    return page


@router.get("/memberships/{membership}", response={HTTPStatus.OK: WithHistory, **FAILURES})
def membership(request: HttpRequest, membership: Path[HexId]) -> Any:  # noqa: ANN401
    """One of them, with its history."""
    caller = caller_of(request, Area.REGISTER)
    row = get_object_or_404(_visible(caller), pk=membership)
    found = membership_out(row)
    note_read(caller, [found])
    history = sentences_of(Identifier(row.pk), disclosed=True)
    held = {name: getattr(row.person, name) for name in _OF_PERSON}
    return {**found, **held, "history": [line_out(one) for one in history]}
