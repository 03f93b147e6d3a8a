"""The call that counts: the balance of a branch with those below it, as corrected by now."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, model_validator

from comitia.law.balance import Column
from comitia.law.permissions import Act, Object
from comitia.web.interface.calling import caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexId
from comitia.web.interface.scopes import Area
from comitia.web.organisation.models import Branch
from comitia.web.register.balances import Asked, count

router = Router(tags=["register"])
_EARLIEST, _LATEST = date(2, 1, 1), date(9998, 12, 31)


class Period(Schema):
    """What is asked for. first, last: days of the period, both within it."""

    branch: HexId
    first: date = Field(..., ge=_EARLIEST, le=_LATEST)
    last: date = Field(..., ge=_EARLIEST, le=_LATEST)

    @model_validator(mode="after")
    def _is_period(self) -> Period:
        if self.last < self.first:
            raise ValueError("it ends before it begins")
        return self


class BalanceOut(Schema):
    """Numbers of members. start: before the first day. end: at the end of the last."""

    branch: HexId
    first: date
    last: date
    start: int
    counts: dict[Column, int]
    end: int


@router.get("/balance", response={HTTPStatus.OK: BalanceOut, **FAILURES})
def balance(request: HttpRequest, period: Annotated[Period, Query()]) -> Any:  # noqa: ANN401 - what the schema says
    """Members who came and went, of a branch whose register one may see, with those below it."""
    caller = caller_of(request, Area.REGISTER)
    top = Branch.objects.filter(pk=period.branch).first()
    if top is None or not caller.roles().may(Act.REGISTER_SEE, Object(top.steps)):
        raise Http404
    caller.expect_within(top.steps)
    below = Branch.objects.filter(path__startswith=top.path).values_list("pk", flat=True)
    found = count(Asked(period.first, period.last, None, None)).balance([*below])
    numbers = {"start": found.start, "counts": found.counts, "end": found.end}
    return {**period.model_dump(), **numbers}
