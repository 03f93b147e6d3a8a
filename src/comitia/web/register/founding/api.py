"""The call of the founding: the cases that it declared."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from comitia.record.kinds.cases import Stage
from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexHash, HexId, Page, Paged, page_of
from comitia.web.interface.scopes import Area
from comitia.web.register.founding.models import DeclaredCase

router = Router(tags=["organisation"])


class DeclaredCaseOut(Schema):
    """A case that was open at the founding. stage: what it waited for then, since that day."""

    id: HexId
    number: str
    branch: HexId
    stage: Stage
    since: date
    entry: HexHash


def _case_out(case: DeclaredCase) -> dict[str, Any]:
    names = ("id", "number", "stage", "since")
    facts = {name: getattr(case, name) for name in names}
    return {**facts, "branch": case.branch_id, "entry": case.entry_id}


@router.get("/cases/declared", response={HTTPStatus.OK: Page[DeclaredCaseOut], **FAILURES})
def declared_cases(request: HttpRequest, paging: Paged) -> Any:  # noqa: ANN401 - what the schema says
    """All cases that the founding declared open."""
    caller_of(request, Area.ORGANISATION)
    return page_of(DeclaredCase.objects.all(), paging, _case_out)
