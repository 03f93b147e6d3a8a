"""What a call asks for: the act with what may be left out of it, what it is about, and where."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Final

from ninja import Field, Schema

from comitia.law.errors import Code, RuleViolation
from comitia.law.permissions import Act, Object
from comitia.record.folding.mergers import merge
from comitia.record.kinds import ActKind, kind_of, kind_of_class
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    GrantAdministration,
    MergeBranch,
    MoveBranch,
)
from comitia.record.kinds.publicrecord import EraseDisclosures, RotateKey
from comitia.record.kinds.register import ApplyForMembership, ReadmitMember
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts.errors import not_allowed
from comitia.web.acts.models import ORGANISATION, RECORD, RULEBOOK, Aggregate, Entry
from comitia.web.acts.performing import Asked, new_identifier
from comitia.web.acts.reading import fold_around, registered
from comitia.web.acts.rights import object_in
from comitia.web.acts.wiring import wired
from comitia.web.database.prefixes import fold
from comitia.web.interface.answering import Asking
from comitia.web.interface.calling import Caller
from comitia.web.interface.failing import CallRefused
from comitia.web.interface.paging import HexHash, HexId

_ONLY_ONE: Final = frozenset({ORGANISATION, RULEBOOK, RECORD})
"""Kinds of what there is but one of: nobody needs to say which."""

MAY_LACK: Final = {
    MergeBranch: frozenset({"listed", "list_root"}),
    GrantAdministration: frozenset({"holder"}),
}
"""Fields that a call can leave out, since the application knows them or finds them out."""


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


class Who(Schema):
    """Somebody, by what one has to know of them already."""

    name: str = Field(..., min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
    email: str = Field(
        ..., min_length=3, max_length=254, pattern=r"^[^\x00-\x20@]+@[^\x00-\x20@]+$"
    )


class Granting(Placed):
    """Of technical rights, whose holder has no pseudonym for them before."""

    who: Who | None = Field(default=None, description="who receives them, in place of `holder`")


def base_of(kind: ActKind) -> type[Asking]:
    """Return what a call says beside an act of this kind."""
    if kind.act in {ApplyForMembership, CreateBranch, RotateKey}:
        return Asking
    if kind.act is GrantAdministration:
        return Granting
    if kind.begins is Begins.ALWAYS or kind.aggregate in _ONLY_ONE:
        return Placed
    return About


def asked_of(caller: Caller, call: Any) -> Asked:  # noqa: ANN401 - a call of ``acting``
    """Return what a call asks for. Raises CallRefused where it leaves out too much."""
    kind = call.act.kind
    aggregate = _aggregate(caller, kind, call)
    act = call.act.act(**_lacking(caller, call, aggregate))
    branch = call.branch if isinstance(call, Placed) else _branch_of(act, aggregate)
    return Asked(
        act=act,
        aggregate=aggregate,
        branch=None if branch is None else Identifier(branch),
        by=(caller.person.pk,),
        seen=getattr(call, "seen", None),
    )


def _aggregate(caller: Caller, act: type[Any], call: Any) -> Identifier:  # noqa: ANN401 - as above
    if isinstance(call, About):
        return Identifier(call.aggregate)
    kind = kind_of_class(act)
    if kind.aggregate in _ONLY_ONE:
        there = Aggregate.objects.filter(kind=kind.aggregate).values_list("pk", flat=True).first()
        return new_identifier() if there is None else Identifier(there)
    if act is ApplyForMembership:
        own = make_pseudonym(caller.person, Context.MEMBERSHIP, secrets.token_bytes)
        return Identifier(own.value)
    return new_identifier()


def _lacking(caller: Caller, call: Any, aggregate: Identifier) -> dict[str, Any]:  # noqa: ANN401
    """Return the fields that a call has left out, and what they are."""
    lacking = {one for one in MAY_LACK.get(call.act.kind, ()) if getattr(call.act, one) is None}
    if not lacking:
        return {}
    if isinstance(call, Granting):
        if not caller.roles().may(Act.ADMINISTRATOR_GRANT, Object(())):
            raise not_allowed(Act.ADMINISTRATOR_GRANT)  # before anybody hears who is known
        return {"holder": _holder(call.who)}
    merger = _merger(call, aggregate)
    return {one: getattr(merger, one) for one in lacking}


def _merger(call: Any, aggregate: Identifier) -> MergeBranch:  # noqa: ANN401 - as above
    """Return the merger with the members of now."""
    last_day = call.act.last_day
    if last_day == date.max:
        raise RuleViolation(Code.BRANCH_STILL_HELD, aggregate, "a day after the last", "none")
    members = [*wired().members_on(aggregate, last_day + timedelta(days=1))]
    return merge(aggregate, call.act.into, last_day, members).act


def _holder(who: Who | None) -> Pseudonym:
    """Return under which pseudonym somebody has technical rights, or will."""
    rows = Person.objects.filter(erased_at=None)
    found: list[Person] = []
    if who is not None:
        found = list(rows.filter(name_folded=fold(who.name), email=who.email)[:2])
    if len(found) != 1:
        raise CallRefused(HTTPStatus.CONFLICT, "call.nobody_known")
    return Pseudonym(make_pseudonym(found[0], Context.ADMINISTRATION, secrets.token_bytes).value)


def _branch_of(act: Any, aggregate: Identifier) -> str | None:  # noqa: ANN401, PLR0911 - any act; one return a sort
    """Return where an act is done: where what it is about belongs, and nowhere else."""
    match act:
        case ApplyForMembership() | ReadmitMember():
            return act.branch
        case CreateBranch():
            return act.parent
        case RotateKey() | EraseDisclosures():  # a closed branch keeps nobody from being forgotten
            return None
        case MoveBranch() | MergeBranch() | CloseBranch():
            return wired().path_of(aggregate)[-2:][0]
        case _ if kind_of(act).aggregate == "branch":
            return aggregate
    if (known := registered(aggregate)) is not None:
        return known.membership.branch
    last = Entry.objects.filter(aggregate=aggregate).order_by("number")
    return last.values_list("branch", flat=True).first() or None


def within_scope(caller: Caller, asked: Asked) -> Asked:
    """Return what is asked for, such that it stays within the token's branch.

    What was looked at is named as seen, so that nothing can have gone elsewhere meanwhile.
    """
    if caller.scope.branch is None:
        return asked
    state = fold_around(asked.act, asked.aggregate, asked.branch).state
    place = object_in(state, asked.act, asked.aggregate, asked.branch, caller.at)
    caller.expect_within(place.branch)
    return replace(asked, seen=asked.seen or state.last.get(asked.aggregate))


def as_seen(asked: Asked) -> Asked:
    """Return the same with what it is about as it is now, where the caller names nothing."""
    last = Aggregate.objects.filter(pk=asked.aggregate).values_list("last", flat=True).first()
    return replace(asked, seen=asked.seen or (None if last is None else EntryHash(last)))
