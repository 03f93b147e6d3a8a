"""The handlers of acts on the organisation: what each writes beside its entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    DeclareMandate,
    EndAppointment,
    EndMandate,
    FoundOrganisation,
    GrantAdministration,
    MakeAppointment,
    MergeBranch,
    MoveBranch,
    RenameBranch,
    RevokeAdministration,
)
from comitia.web.accounts.pseudonyms import person_of
from comitia.web.acts.wiring import NOTHING_MORE, ActContext, Handler, Outcome
from comitia.web.organisation.models import (
    Administration,
    Appointment,
    Branch,
    Holding,
    Mandate,
    OfOrgan,
    Organisation,
)
from comitia.web.organisation.notifying import vacancy_notices


def _found(context: ActContext) -> Outcome:
    act: FoundOrganisation = context.act
    Organisation.objects.create(
        id=context.aggregate,
        name=act.name,
        language=act.language,
        time_zone=act.time_zone,
        terms=act.terms,
        founded_at=context.at,
        entry_id=context.name,
    )
    return NOTHING_MORE


def _create(context: ActContext) -> Outcome:
    act: CreateBranch = context.act
    path = context.state.path_of(context.aggregate)
    Branch.objects.create(
        id=context.aggregate,
        name=act.name,
        level=act.level,
        parent_id=act.parent,
        path="".join(f"{step}/" for step in path),
        first_day=context.day,
    )
    return NOTHING_MORE


def _rename(context: ActContext) -> Outcome:
    Branch.objects.filter(pk=context.aggregate).update(name=context.act.name)
    return NOTHING_MORE


def _move(context: ActContext) -> Outcome:
    """Rewrite the paths of a branch and of all below it."""
    moved = Branch.objects.get(pk=context.aggregate)
    above = Branch.objects.get(pk=context.act.parent)
    below = Substr("path", len(moved.path) + 1)
    path = f"{above.path}{moved.pk}/"
    rows = Branch.objects.filter(path__startswith=moved.path)
    rows.update(path=Concat(Value(path), below))
    Branch.objects.filter(pk=moved.pk).update(parent=above)
    return NOTHING_MORE


def _close(context: ActContext) -> Outcome:
    Branch.objects.filter(pk=context.aggregate).update(last_day=context.act.last_day)
    return NOTHING_MORE


def _merge(context: ActContext) -> Outcome:
    """Note where to; the members and the closing follow by rule."""
    Branch.objects.filter(pk=context.aggregate).update(merged_into_id=context.act.into)
    return NOTHING_MORE


def _hold(context: ActContext, model: type[OfOrgan], **more: bool) -> Outcome:
    act: DeclareMandate | MakeAppointment = context.act
    model._default_manager.create(  # noqa: SLF001 - Django's own
        organ_kind=act.organ.kind,
        organ_name=act.organ.id,
        since=act.since,
        **more,
        **_common(context),
    )
    return NOTHING_MORE


def _declare_mandate(context: ActContext) -> Outcome:
    return _hold(context, Mandate)


def _make_appointment(context: ActContext) -> Outcome:
    return _hold(context, Appointment, as_deputy=context.act.as_deputy)


def _grant(context: ActContext) -> Outcome:
    Administration.objects.create(since=context.day, **_common(context))
    return NOTHING_MORE


def _common(context: ActContext) -> dict[str, Any]:
    holder = context.act.holder
    return {
        "id": context.aggregate,
        "branch_id": context.entry.branch,
        "person_id": context.person or person_of(holder).pk,
        "holder": holder,
        "until": context.act.until,
        "entry_id": context.name,
    }


def _revoke(context: ActContext) -> Outcome:
    _shorten(context, Administration)
    return NOTHING_MORE


def _end(context: ActContext, model: type[OfOrgan]) -> Outcome:
    """End an office or a seat; who may fill it is told."""
    if not _shorten(context, model):
        return NOTHING_MORE
    held = model._default_manager.select_related("branch").get(pk=context.aggregate)  # noqa: SLF001 - Django's own
    return Outcome(notices=vacancy_notices(context, held))


def _shorten(context: ActContext, model: type[Holding]) -> bool:
    """Shorten what is held; a term never becomes longer. Return whether it did."""
    last_day = context.act.last_day
    rows = model._default_manager.filter(pk=context.aggregate, until__gt=last_day)  # noqa: SLF001 - Django's own
    return bool(rows.update(until=last_day))


HANDLERS: Final[Mapping[type[Any], Handler]] = {
    FoundOrganisation: _found,
    CreateBranch: _create,
    RenameBranch: _rename,
    MoveBranch: _move,
    MergeBranch: _merge,
    CloseBranch: _close,
    DeclareMandate: _declare_mandate,
    MakeAppointment: _make_appointment,
    GrantAdministration: _grant,
    EndMandate: lambda context: _end(context, Mandate),
    EndAppointment: lambda context: _end(context, Appointment),
    RevokeAdministration: _revoke,
}
