"""The handlers of acts on the register: a membership's row follows from what the law derives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.applications import require_old_enough
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.standings import Standing, derive_happenings
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    CorrectDetails,
    CorrectMembership,
    DeclareMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    SetCategory,
    TransferMember,
    WithdrawApplication,
)
from comitia.web.accounts.models import Person
from comitia.web.acts.errors import Refusal
from comitia.web.acts.wiring import ActContext, Handler, Outcome
from comitia.web.register.finding import index_anew, index_person
from comitia.web.register.limits import end_decision, move_decision, start_decision
from comitia.web.register.models import Membership
from comitia.web.register.notifying import notices_of
from comitia.web.register.steps import write_steps

CONFIRMED_TODAY: Final = "details.confirmed_today"
REFUSALS: Final[Mapping[str, Promise]] = {
    CONFIRMED_TODAY: gettext_lazy(
        "All of this was confirmed today already. Nothing more needs to be entered."
    )
}
_DECIDES: Final = (
    *(AdmitMember, ReadmitMember, RefuseApplication),
    *(WithdrawApplication, RecordDeath),
)
"""Acts after which an application waits no more."""


def _begin(context: ActContext) -> Outcome:
    """Write the row of a membership that is declared or applied for, for the first time or again.

    What the act says of the person is what is held from now on: entry and register agree.
    """
    act: DeclareMembership | ApplyForMembership = context.act
    if context.person is None:
        raise RuleViolation(Refusal.NOT_THERE, context.aggregate, "somebody's", "nobody's")
    if isinstance(act, ApplyForMembership) and context.book is not None:
        _expect_old_enough(act, context.day, context.book, context.aggregate)
        start_decision(context.aggregate, act.branch, context.at, context.book)
    person = Person.objects.get(pk=context.person)
    _write_details(person, act)
    values = {"branch_id": act.branch, "category": act.category, **_standing(context)}
    if act.address is not None:
        values["confirmed_on"] = context.day
    row, is_new = Membership.objects.update_or_create(
        id=context.aggregate, defaults=values, create_defaults={**values, "person": person}
    )
    index = index_person if is_new else index_anew
    index(row, person)
    write_steps(context.aggregate, context.state.register[context.aggregate].entries)
    return Outcome(notices=notices_of(context, row))


def _expect_old_enough(act: ApplyForMembership, day: date, book: RuleBook, subject: str) -> None:
    """Raise RuleViolation for who is too young: no verifier sees the date, so it is asked here."""
    born = act.birth_date if isinstance(act.birth_date, date) else None
    require_old_enough(born, day, book, subject)


def _change(context: ActContext) -> Outcome:
    """Bring the row of a membership up to what is known now."""
    row = _row(context)
    known = context.state.register[context.aggregate]
    row.branch_id = known.membership.branch or row.branch_id
    for name, value in _standing(context).items():
        setattr(row, name, value)
    row.save()
    write_steps(context.aggregate, known.entries)
    if isinstance(context.act, _DECIDES):
        end_decision(context.aggregate, context.at, context.name)
    elif known.membership.standing is Standing.APPLICANT:
        move_decision(context.aggregate, row.branch_id)
    return Outcome(notices=notices_of(context, row))


def _correct_details(context: ActContext) -> Outcome:
    """Write what is right; whatever was said, the rest is confirmed with it.

    Raises RuleViolation for what only confirms what was confirmed that day: an entry is for ever.
    """
    act: CorrectDetails = context.act
    row = _row(context)
    says_nothing = act.name is None and act.birth_date is None and act.address is None
    if says_nothing and row.confirmed_on == context.day:
        raise RuleViolation(CONFIRMED_TODAY, row.pk, "something new", "nothing")
    is_other = _write_details(row.person, act)
    row.confirmed_on, row.entry_id = context.day, context.name
    row.save(update_fields=["confirmed_on", "entry"])
    index_anew(row, row.person)
    return Outcome(notices=notices_of(context, row) if is_other else ())


def _write_details(
    person: Person, act: DeclareMembership | ApplyForMembership | CorrectDetails
) -> bool:
    """Write what an act says of a person; return whether it says anything."""
    said = {"name": act.name, "birth_date": act.birth_date, "postal_address": act.address}
    given = {name: value for name, value in said.items() if value is not None}
    other = {name: value for name, value in given.items() if getattr(person, name) != value}
    for name, value in other.items():
        setattr(person, name, value)
    if other:
        person.save(update_fields=[*other])
    return bool(given)


def _set_category(context: ActContext) -> Outcome:
    row = _row(context)
    row.category, row.entry_id = context.act.category, context.name
    row.save(update_fields=["category", "entry"])
    return Outcome(notices=notices_of(context, row))


def _row(context: ActContext) -> Membership:
    return Membership.objects.select_related("person", "branch").get(pk=context.aggregate)


def _standing(context: ActContext) -> dict[str, Any]:
    known = context.state.register[context.aggregate]
    happened = derive_happenings(known.entries)
    since = happened[-1][1].day if happened else context.day
    standing = known.membership.standing or ""
    return {"standing": standing, "since": since, "entry_id": context.name}


HANDLERS: Final[Mapping[type[Any], Handler]] = {
    DeclareMembership: _begin,
    ApplyForMembership: _begin,
    CorrectDetails: _correct_details,
    SetCategory: _set_category,
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
