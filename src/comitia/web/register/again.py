"""Applying again: what a former member, or a keeper who has the letter, is asked.

Who it is is known. What is held of the person goes into the application as it is.
"""

from __future__ import annotations

from typing import Any

from comitia.law.standings import ChangeKind, Membership, Standing, possible_changes
from comitia.record.kinds.register import APPLIED_FOR, ApplyForMembership
from comitia.record.kinds.values import Text
from comitia.web.acts.forms import ActForm, Options, form_class
from comitia.web.acts.words import name_of_choice
from comitia.web.organisation.queries import open_branches
from comitia.web.register import models


def stands(row: models.Membership) -> Membership:
    """Return where a membership stands by its row: it is not told whether an applicant was one."""
    return Membership(Standing(row.standing) if row.standing else None, row.branch_id)


def may_ask(row: models.Membership) -> bool:
    """Whether somebody can apply who has a membership already; who was erased is nobody's."""
    return row.person.erased_at is None and ChangeKind.APPLY in possible_changes(stands(row))


def held_of(row: models.Membership) -> dict[str, Any]:
    """Return what an application says of a person, as it is held."""
    person = row.person
    address = Text(person.postal_address) if person.postal_address else None
    return {"name": Text(person.name), "birth_date": person.birth_date, "address": address}


def kinds_of_membership() -> Options:
    """Return the kinds of membership that one can apply for."""
    return [(one.value, name_of_choice(one)) for one in APPLIED_FOR]


def again_form(row: models.Membership) -> type[ActForm]:
    """Return the form in which somebody applies again."""
    branches = [(one.pk, one.name) for one in open_branches()]
    choices = {"branch": branches, "category": kinds_of_membership()}
    return form_class(ApplyForMembership, choices, without=held_of(row))
