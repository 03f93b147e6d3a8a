"""Doing acts by calls: one call for each kind, derived from its declaration.

What is sent is the act's own fields, and what the act is about. What is answered is what was
entered; with ``preview`` it is what would be, and nothing changes. An act that the caller may do
with others alone is proposed: they confirm it by a call of their own (``proposals``).
"""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Field, Router
from pydantic import create_model

from comitia.law.errors import RuleViolation
from comitia.law.permissions import Act
from comitia.record.kinds import KINDS, ActKind
from comitia.record.kinds.register import ApplyForMembership
from comitia.web.acts.errors import Refusal
from comitia.web.acts.jobs import job
from comitia.web.acts.performing import Asked, expect_right, perform
from comitia.web.acts.proposing import how_many, propose
from comitia.web.acts.schemas import input_of
from comitia.web.interface.answering import (
    DONE_OR_WAITING,
    Given,
    Key,
    once,
    outcome_of,
    waiting_of,
)
from comitia.web.interface.asking import MAY_LACK, as_seen, asked_of, base_of, within_scope
from comitia.web.interface.calling import Caller, caller_of
from comitia.web.interface.failing import FAILURES, CallRefused
from comitia.web.interface.scopes import ACTS


def router_of(handled: Collection[type[Any]]) -> Router:
    """Return a call for each kind that there is a right to. handled: kinds with handlers."""
    router = Router(tags=["acts"])
    for kind in KINDS.values():
        if kind.act in handled and kind.name in ACTS:
            _add_call(router, kind)
    return router


def _add_call(router: Router, kind: ActKind) -> None:
    body = create_model(
        f"{kind.act.__name__}Call",
        __base__=base_of(kind),
        act=(input_of(kind.act, MAY_LACK.get(kind.act, frozenset())), Field(...)),
    )

    def call(request: HttpRequest, call: Any, key: Any = None) -> Any:  # noqa: ANN401 - annotated below
        return do_act(caller_of(request), Act(kind.name), call, key).to_status()

    call.__annotations__ = {
        "request": HttpRequest,
        "call": Annotated[body, Body()],  # type: ignore[type-arg] # the library makes it generic for itself
        "key": Key,
    }
    router.post(
        f"/acts/{kind.name}",
        response={**DONE_OR_WAITING, **FAILURES},
        operation_id=kind.name,
        summary=kind.name,
        description=str(kind.act.__doc__),
    )(call)


def do_act(caller: Caller, act: Act, call: Any, key: str | None) -> Given:  # noqa: ANN401 - a call of ``_add_call``
    """Do an act for a caller, once for each key. Raises as ``perform``, and CallRefused."""
    if act not in caller.scope.acts:
        raise CallRefused(HTTPStatus.FORBIDDEN, "call.out_of_scope", act)
    if call.act.kind is not ApplyForMembership:  # which is everybody's right
        expect_right(asked_of(caller, call))
    said = [act, call.model_dump(mode="json")]
    return once(caller, key, said, lambda: _do(caller, call), preview=call.preview)


def _do(caller: Caller, call: Any) -> Given:  # noqa: ANN401 - as above
    asked = within_scope(caller, asked_of(caller, call))
    try:
        with job("call"):  # nobody looks at what a program does
            return outcome_of(perform(asked), preview=call.preview)
    except RuleViolation as error:
        if error.code != Refusal.NOT_ALLOWED:
            raise
        return _propose(caller, asked, preview=call.preview)


def _propose(caller: Caller, asked: Asked, *, preview: bool) -> Given:
    """Write down what takes others too. Raises RuleViolation where the caller has no right."""
    row = propose(as_seen(asked), caller.at)
    needed = how_many(asked, caller.person.pk, caller.at)
    waiting = waiting_of(row, caller, needed, preview=preview)
    return Given(HTTPStatus.ACCEPTED, waiting.model_dump(mode="json"))
