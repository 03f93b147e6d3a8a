"""Calls about acts that take several people: what waits, joining it, and ending it.

A token sees and answers proposals of the acts that it was made for, within its branch, and no
others than its owner proposed or has a right to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.http import Http404, HttpRequest
from ninja import Body, Path, Router

from comitia.law.rights import TABLE
from comitia.record.canonical import Json
from comitia.record.kinds.values import Identifier
from comitia.web.acts.jobs import job
from comitia.web.acts.models import Proposal
from comitia.web.acts.proposing import (
    confirm,
    needed_by,
    open_proposals,
    people_of,
    proposal_over,
    reject,
    withdraw,
)
from comitia.web.acts.wiring import wired
from comitia.web.interface.answering import (
    DONE_OR_WAITING,
    Asking,
    Given,
    Key,
    Waiting,
    once,
    outcome_of,
    waiting_of,
)
from comitia.web.interface.calling import Caller, caller_of
from comitia.web.interface.failing import FAILURES
from comitia.web.interface.paging import HexId, Page, Paged, Paging

router = Router(tags=["proposals"])
_LOOKED_AT: Final = 200
"""How many proposals a page is made of at most: each is asked of the law."""


class ProposalOut(Waiting):
    """A proposal, with the fields of the act that it is, salted ones as plain values."""

    act: dict[str, Any]


@router.get("/proposals", response={HTTPStatus.OK: Page[ProposalOut], **FAILURES})
def proposals(request: HttpRequest, paging: Paged) -> Any:  # noqa: ANN401 - what the schema says
    """Acts that wait for others: those that the token does, and its owner may join or proposed."""
    return _page(caller_of(request), paging)


@router.get("/proposals/{proposal}", response={HTTPStatus.OK: ProposalOut, **FAILURES})
def proposal(request: HttpRequest, proposal: Path[HexId]) -> Any:  # noqa: ANN401
    """One of them; of one's own also what became of it."""
    caller = caller_of(request)
    row = _row(caller, proposal)
    return _shown(row, caller, _needed(row, caller))


@router.post("/proposals/{proposal}/confirm", response={**DONE_OR_WAITING, **FAILURES})
def confirming(
    request: HttpRequest, proposal: Path[HexId], call: Annotated[Asking, Body()], key: Key = None
) -> Any:  # noqa: ANN401
    """Join a proposal. Whoever makes enough does the act (200); before that it waits on (202)."""
    return _answer(request, proposal, call, key, _confirm)


@router.post("/proposals/{proposal}/withdraw", response={HTTPStatus.OK: Waiting, **FAILURES})
def withdrawing(
    request: HttpRequest, proposal: Path[HexId], call: Annotated[Asking, Body()], key: Key = None
) -> Any:  # noqa: ANN401
    """Take back what one has proposed, or that one has joined it."""
    return _answer(request, proposal, call, key, _withdraw)


@router.post("/proposals/{proposal}/reject", response={HTTPStatus.OK: Waiting, **FAILURES})
def rejecting(
    request: HttpRequest, proposal: Path[HexId], call: Annotated[Asking, Body()], key: Key = None
) -> Any:  # noqa: ANN401
    """End somebody else's proposal, to which one has a right oneself."""
    return _answer(request, proposal, call, key, _reject)


def _answer(
    request: HttpRequest,
    proposal: str,
    call: Asking,
    key: str | None,
    do: Callable[[Caller, Proposal, bool], Given],
) -> Any:  # noqa: ANN401 - as above
    caller = caller_of(request)
    said: Json = [do.__name__, proposal, call.model_dump(mode="json")]

    def answer() -> Given:
        return do(caller, _open_row(caller, proposal), call.preview)

    return once(caller, key, said, answer, preview=call.preview).to_status()


def _confirm(caller: Caller, row: Proposal, preview: bool) -> Given:  # noqa: FBT001 - one signature for three
    with job("call"):
        done = confirm(row.pk, caller.person.pk, caller.at)
    if done is not None:
        return outcome_of(done, preview=preview)
    return _told(caller, row, HTTPStatus.ACCEPTED, preview)


def _withdraw(caller: Caller, row: Proposal, preview: bool) -> Given:  # noqa: FBT001
    withdraw(row.pk, caller.person.pk, caller.at)
    return _told(caller, row, HTTPStatus.OK, preview)


def _reject(caller: Caller, row: Proposal, preview: bool) -> Given:  # noqa: FBT001
    reject(row.pk, caller.person.pk, caller.at)
    return _told(caller, row, HTTPStatus.OK, preview)


def _told(caller: Caller, row: Proposal, status: HTTPStatus, preview: bool) -> Given:  # noqa: FBT001
    row.refresh_from_db()
    waiting = waiting_of(row, caller, _needed(row, caller), preview=preview)
    return Given(status, waiting.model_dump(mode="json"))


# --- Which of them somebody sees -----------------------------------------------------------------


def _page(caller: Caller, paging: Paging) -> dict[str, Any]:
    """Return a page of those that a caller sees; one that was full of others' may be short."""
    waiting = open_proposals(caller.at).filter(kind__in=_kinds(caller)).order_by("pk")
    if paging.after is not None:
        waiting = waiting.filter(pk__gt=paging.after)
    rows = list(waiting[: _LOOKED_AT + 1])
    items: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        if len(items) == paging.limit or number == _LOOKED_AT:
            return {"items": items, "next": rows[number - 1].pk}
        items += _if_seen(row, caller)
    return {"items": items, "next": None}


def _kinds(caller: Caller) -> list[str]:
    """Return the acts that a token does and its owner has a capacity for: others nobody sees."""
    held = {role.actor for role in caller.roles().roles}
    fitting = {right.act for right in TABLE.rights if right.actor in held}
    return sorted(caller.scope.acts & fitting)


def _if_seen(row: Proposal, caller: Caller) -> Iterator[dict[str, Any]]:
    needed = _needed(row, caller)
    if _is_seen(row, caller, needed):
        yield _shown(row, caller, needed)


def _row(caller: Caller, proposal: str) -> Proposal:
    """Return a proposal that a caller sees. Raises Http404."""
    row = Proposal.objects.filter(pk=proposal, kind__in=caller.scope.acts).first()
    if row is None or not _is_seen(row, caller, _needed(row, caller)):
        raise Http404
    return row


def _open_row(caller: Caller, proposal: str) -> Proposal:
    """Return a proposal for a caller to answer. Raises Http404, RuleViolation where it is over.

    What one that is over said is blanked, and so is whose it was to answer: who does such acts at
    all is told that it is over.
    """
    over = Proposal.objects.filter(pk=proposal, act="", kind__in=_kinds(caller))
    if over.exists():
        raise proposal_over(proposal)
    return _row(caller, proposal)


def _needed(row: Proposal, caller: Caller) -> int | None:
    return needed_by(row, caller.person.pk, caller.at) if row.act else None


def _is_seen(row: Proposal, caller: Caller, needed: int | None) -> bool:
    path = wired().path_of(Identifier(row.branch)) if row.branch else ()
    is_theirs = needed is not None or caller.person.pk in {*people_of(row), row.ended_by}
    return is_theirs and caller.scope.covers(path)


def _shown(row: Proposal, caller: Caller, needed: int | None) -> dict[str, Any]:
    waiting = waiting_of(row, caller, needed)
    return {**waiting.model_dump(), "act": json.loads(row.act or "{}")}
