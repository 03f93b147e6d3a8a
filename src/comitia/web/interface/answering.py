"""What calls that do something are answered, and that each is done once.

An act that is done answers 200 with its entries; one that waits for others answers 202. A call that
brings a key (``Idempotency-Key``) is done once: the key and what it did are one transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.db import transaction
from ninja import Field, Header, Schema, Status
from pydantic import ConfigDict

from comitia.record.canonical import Json, canonical_bytes
from comitia.web.acts.models import Entry, Proposal
from comitia.web.acts.performing import Done
from comitia.web.acts.proposing import people_of
from comitia.web.interface.calling import Caller
from comitia.web.interface.failing import CallRefused
from comitia.web.interface.models import LONGEST_KEY, Answer
from comitia.web.interface.paging import HexHash, HexId

ANSWERS_LAST: Final = timedelta(days=1)
"""For so long a call can be repeated with its key."""

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern="^[!-~]+$",
        description="the same for every try of one call, and new for another",
    ),
]


class Asking(Schema):
    """What every call that does something can say beside what it is about."""

    model_config = ConfigDict(extra="forbid")
    preview: bool = Field(default=False, description="whether only to say what would come of it")


class Written(Schema):
    """An entry. aggregate: what it is about."""

    entry: HexHash
    kind: str
    aggregate: HexId


class InRole(Schema):
    """In which capacity somebody acted. basis: the mandate, appointment or membership."""

    actor: str
    basis: HexId
    branch: HexId | None


class Outcome(Schema):
    """What came of an act: its entry, then those that followed by rule.

    In a preview the entries' names are none that will ever be.
    """

    preview: bool
    entries: list[Written]
    roles: list[InRole]
    notices: int = Field(..., description="how many people are told, by mail or letter")


class State(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Waiting(Schema):
    """A proposal: an act that waits for others, or did. In a preview it is none that will ever be.

    seen: the last entry of what it is about, as whoever proposed it knew it. entry: of the act,
    once it is done. people: how many want it by now; needed: how many it takes, with the one who
    asks among them; null where that one has no right to it.
    """

    preview: bool
    proposal: HexId
    state: State
    kind: str
    aggregate: HexId
    branch: HexId | None
    seen: HexHash | None
    entry: HexHash | None
    proposed_at: datetime
    lapses_at: datetime
    people: int
    needed: int | None
    is_own: bool


DONE_OR_WAITING: Final[dict[Any, Any]] = {HTTPStatus.OK: Outcome, HTTPStatus.ACCEPTED: Waiting}


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: its status, and plain JSON without anything salted."""

    status: HTTPStatus
    content: Json

    def to_status(self) -> Status[Any]:
        """Return it as the library takes it."""
        return Status(self.status, self.content)


def outcome_of(done: Done, *, preview: bool) -> Given:
    """Return the answer to an act that was done. Before a preview's transaction is undone."""
    rows = {one.hash: one for one in Entry.objects.filter(hash__in=done.entries)}
    outcome = Outcome(
        preview=preview,
        entries=[
            Written(entry=one, kind=rows[one].kind, aggregate=rows[one].aggregate_id)
            for one in done.entries
        ],
        roles=[
            InRole(actor=one.actor, basis=one.basis, branch=one.branch[-1] if one.branch else None)
            for one in done.roles
        ],
        notices=len(done.notices),
    )
    return Given(HTTPStatus.OK, outcome.model_dump(mode="json"))


def waiting_of(
    row: Proposal, caller: Caller, needed: int | None, *, preview: bool = False
) -> Waiting:
    """Return what a caller is told of a proposal."""
    return Waiting(
        preview=preview,
        proposal=row.pk,
        state=_state_of(row, caller.at),
        kind=row.kind,
        aggregate=row.aggregate,
        branch=row.branch or None,
        seen=row.seen or None,
        entry=row.entry or None,
        proposed_at=row.proposed_at,
        lapses_at=row.expires_at,
        people=len(people_of(row)),
        needed=needed,
        is_own=row.proposed_by == caller.person.pk,
    )


def _state_of(row: Proposal, at: datetime) -> State:
    if row.entry:
        return State.DONE
    if row.ended_at is None:
        return State.OPEN if at < row.expires_at else State.LAPSED
    return State.WITHDRAWN if row.ended_by == row.proposed_by else State.REJECTED


def once(
    caller: Caller, key: str | None, asked: Json, do: Callable[[], Given], *, preview: bool
) -> Given:
    """Return what a call does, or what it did before under its key; a preview is nothing done.

    asked: what the key stands for. Raises CallRefused for a key that stood for something else.
    """
    if preview or key is None:
        with transaction.atomic():
            answer = do()
            if preview:
                transaction.set_rollback(True)
            return answer
    said = hashlib.sha256(canonical_bytes(asked)).hexdigest()
    with transaction.atomic():
        row, is_new = Answer.objects.get_or_create(
            token=caller.token, key=key, defaults={"asked": said, "at": caller.at}
        )
        if row.asked != said:
            raise CallRefused(HTTPStatus.CONFLICT, "call.key_used")
        if is_new:
            answer = do()
            row.status, row.content = answer.status, json.dumps(answer.content)
            row.save(update_fields=["status", "content"])
            return answer
    return Given(HTTPStatus(row.status), json.loads(row.content))


def purge_answers(now: datetime) -> int:
    """Delete what calls were answered a day ago; return how many. A job of the ticker."""
    return Answer.objects.filter(at__lte=now - ANSWERS_LAST).delete()[0]
