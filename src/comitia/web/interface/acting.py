"""Doing acts by calls: one call for each kind, derived from its declaration.

What is sent is the act's own fields, and what the act is about. What is answered is what was
entered; with ``preview`` it is what would be, and nothing changes. A call that brings a key
(``Idempotency-Key``) is done once: the key and the act are one transaction.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final

from django.db import transaction
from django.http import HttpRequest
from ninja import Body, Field, Header, Router, Schema
from pydantic import ConfigDict, create_model

from comitia.law.errors import RuleViolation
from comitia.law.permissions import Act
from comitia.record.canonical import canonical_bytes
from comitia.record.kinds import KINDS, ActKind, kind_of
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import CloseBranch, CreateBranch, MergeBranch, MoveBranch
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.register import ApplyForMembership, ReadmitMember
from comitia.record.kinds.values import Identifier
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts.errors import Refusal
from comitia.web.acts.jobs import job
from comitia.web.acts.models import ORGANISATION, RULEBOOK, Aggregate, Entry
from comitia.web.acts.performing import Asked, new_identifier, perform
from comitia.web.acts.reading import fold_around, registered
from comitia.web.acts.rights import object_in
from comitia.web.acts.schemas import input_of
from comitia.web.acts.wiring import wired
from comitia.web.interface.calling import Caller, caller_of
from comitia.web.interface.failing import FAILURES, CallRefused
from comitia.web.interface.models import LONGEST_KEY, Answer
from comitia.web.interface.paging import HexHash, HexId

_ONLY_ONE: Final = frozenset({ORGANISATION, RULEBOOK})
"""Kinds of what there is but one of: nobody needs to say which."""

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
    """What every call for an act can say beside the act."""

    model_config = ConfigDict(extra="forbid")
    preview: bool = Field(default=False, description="whether only to say what would come of it")


class Placed(Asking):
    """Of an act that does not say itself where it is done."""

    branch: HexId = Field(..., description="where it is done")


class About(Asking):
    """Of an act on something that is there already, and done where that belongs."""

    aggregate: HexId = Field(..., description="what the act is about")
    seen: HexHash | None = Field(
        default=None,
        description="its last entry as the caller knows it; a later one refuses the act",
    )


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


def router_of(handled: Collection[type[Any]]) -> Router:
    """Return a call for each kind that there is a right to. handled: kinds with handlers."""
    router = Router(tags=["acts"])
    for kind in KINDS.values():
        if kind.act in handled and kind.name in set(Act) - {Act.ORGANISATION_FOUND}:
            _add_call(router, kind)
    return router


def _add_call(router: Router, kind: ActKind) -> None:
    body = create_model(
        f"{kind.act.__name__}Call", __base__=_base(kind), act=(input_of(kind.act), Field(...))
    )

    def call(request: HttpRequest, call: Any, key: Any = None) -> Any:  # noqa: ANN401 - annotated below
        return do_act(caller_of(request), Act(kind.name), call, key)

    call.__annotations__ = {
        "request": HttpRequest,
        "call": Annotated[body, Body()],  # type: ignore[type-arg] # the library makes it generic for itself
        "key": Key,
    }
    router.post(
        f"/acts/{kind.name}",
        response={HTTPStatus.OK: Outcome, **FAILURES},
        operation_id=kind.name,
        summary=kind.name,
        description=str(kind.act.__doc__),
    )(call)


def _base(kind: ActKind) -> type[Asking]:
    if kind.act is ApplyForMembership or kind.act is CreateBranch:
        return Asking
    if kind.begins is Begins.ALWAYS or kind.aggregate in _ONLY_ONE:
        return Placed
    return About


def do_act(caller: Caller, act: Act, call: Any, key: str | None) -> dict[str, Any]:  # noqa: ANN401 - a call of ``_add_call``
    """Do an act for a caller, once for each key. Raises as ``perform``, and CallRefused."""
    if act not in caller.scope.acts:
        raise CallRefused(HTTPStatus.FORBIDDEN, "call.out_of_scope", act)
    if key is None or call.preview:
        return _do(caller, call)
    asked = hashlib.sha256(canonical_bytes([act, call.model_dump(mode="json")])).hexdigest()
    with transaction.atomic():
        answer, is_new = Answer.objects.get_or_create(
            token=caller.token, key=key, defaults={"asked": asked, "at": caller.at}
        )
        if answer.asked != asked:
            raise CallRefused(HTTPStatus.CONFLICT, "call.key_used")
        if is_new:
            answer.content = Outcome.model_validate(_do(caller, call)).model_dump_json()
            answer.save(update_fields=["content"])
    return Outcome.model_validate_json(answer.content).model_dump()


def _do(caller: Caller, call: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    with transaction.atomic():
        asked = _within_scope(caller, _asked(caller, call))
        try:
            with job("call"):  # nobody looks at what a program does
                done = perform(asked)
        except RuleViolation as error:
            raise _with_others(caller, asked, error) from error
        rows = {one.hash: one for one in Entry.objects.filter(hash__in=done.entries)}
        if call.preview:
            transaction.set_rollback(True)
    return {
        "preview": call.preview,
        "entries": [
            {"entry": one, "kind": rows[one].kind, "aggregate": rows[one].aggregate_id}
            for one in done.entries
        ],
        "roles": [
            {
                "actor": one.actor,
                "basis": one.basis,
                "branch": one.branch[-1] if one.branch else None,
            }
            for one in done.roles
        ],
        "notices": len(done.notices),
    }


def _asked(caller: Caller, call: Any) -> Asked:  # noqa: ANN401 - as above
    """Return what is asked for, with what a call may leave out."""
    act = call.act.act()
    aggregate = _aggregate(caller, act, call)
    branch = call.branch if isinstance(call, Placed) else _branch_of(act, aggregate)
    if isinstance(act, EraseDisclosures):
        branch = None  # that a branch has closed keeps nobody from being forgotten
    return Asked(
        act=act,
        aggregate=aggregate,
        branch=None if branch is None else Identifier(branch),
        by=(caller.person.pk,),
        seen=getattr(call, "seen", None),
    )


def _aggregate(caller: Caller, act: Any, call: Any) -> Identifier:  # noqa: ANN401 - any act
    if isinstance(call, About):
        return Identifier(call.aggregate)
    kind = kind_of(act)
    if kind.aggregate in _ONLY_ONE:
        there = Aggregate.objects.filter(kind=kind.aggregate).values_list("pk", flat=True).first()
        return new_identifier() if there is None else Identifier(there)
    if isinstance(act, ApplyForMembership):
        own = make_pseudonym(caller.person, Context.MEMBERSHIP, secrets.token_bytes)
        return Identifier(own.value)
    return new_identifier()


def _branch_of(act: Any, aggregate: Identifier) -> str | None:  # noqa: ANN401 - any act
    """Return where an act is done: where what it is about belongs, and nowhere else."""
    match act:
        case ApplyForMembership() | ReadmitMember():
            return act.branch
        case CreateBranch():
            return act.parent
        case MoveBranch() | MergeBranch() | CloseBranch():
            return wired().path_of(aggregate)[-2:][0]
        case _ if kind_of(act).aggregate == "branch":
            return aggregate
    if (known := registered(aggregate)) is not None:
        return known.membership.branch
    last = Entry.objects.filter(aggregate=aggregate).order_by("number")
    return last.values_list("branch", flat=True).first() or None


def _within_scope(caller: Caller, asked: Asked) -> Asked:
    """Return what is asked for, such that it stays within the token's branch.

    What was looked at is named as seen, so that nothing can have gone elsewhere meanwhile.
    """
    if caller.scope.branch is None:
        return asked
    state = fold_around(asked.act, asked.aggregate, asked.branch).state
    place = object_in(state, asked.act, asked.aggregate, asked.branch, caller.at)
    caller.expect_within(place.branch)
    return replace(asked, seen=asked.seen or state.last.get(asked.aggregate))


def _with_others(caller: Caller, asked: Asked, error: RuleViolation) -> Exception:
    """Return why an act was refused: for want of a right, or of others who have it too."""
    if error.code != Refusal.NOT_ALLOWED:
        return error
    state = fold_around(
        asked.act, asked.aggregate, asked.branch, wired().holdings_of(caller.person.pk)
    ).state
    place = object_in(state, asked.act, asked.aggregate, asked.branch, caller.at)
    if caller.roles().may(Act(kind_of(asked.act).name), place):
        return CallRefused(HTTPStatus.CONFLICT, "call.needs_others")
    return error
