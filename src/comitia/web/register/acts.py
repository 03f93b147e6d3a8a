"""The handlers of acts on the register: a membership's row follows from what the law derives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from comitia.law.standings import derive_happenings
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    CorrectMembership,
    DeclareMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    TransferMember,
    WithdrawApplication,
)
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.register.models import Membership


def _begin(context: ActContext) -> Outcome:
    """Write the row of a membership that is declared or applied for."""
    act: DeclareMembership | ApplyForMembership = context.act
    if context.person is None:
        raise ValueError("a membership is somebody's")
    Membership.objects.create(
        id=context.aggregate,
        person_id=context.person,
        branch_id=act.branch,
        category=act.category,
        **_standing(context),
    )
    return NOTHING_MORE


def _change(context: ActContext) -> Outcome:
    """Bring the row of a membership up to what is known now."""
    row = Membership.objects.get(pk=context.aggregate)
    now = context.state.register[context.aggregate].membership
    row.branch_id = now.branch or row.branch_id
    for name, value in _standing(context).items():
        setattr(row, name, value)
    row.save()
    return NOTHING_MORE


def _standing(context: ActContext) -> dict[str, Any]:
    known = context.state.register[context.aggregate]
    happened = derive_happenings(known.entries)
    since = happened[-1][1].day if happened else context.day
    standing = known.membership.standing or ""
    return {"standing": standing, "since": since, "entry_id": context.name}


HANDLERS: Final[Mapping[type[Any], Handler]] = {
    DeclareMembership: _begin,
    ApplyForMembership: _begin,
    **dict.fromkeys(
        (
            WithdrawApplication,
            AdmitMember,
            RefuseApplication,
            TransferMember,
            LeaveMembership,
            RecordDeath,
            ReadmitMember,
            CorrectMembership,
        ),
        _change,
    ),
}
