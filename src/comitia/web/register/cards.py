"""What can be done on a member's card: of each act its form, and whether it takes two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Act, Object
from comitia.law.standings import ChangeKind, possible_changes
from comitia.record.kinds import kind_of_class
from comitia.record.kinds import register as kinds
from comitia.record.kinds.values import Identifier
from comitia.web.acts.forms import ActForm, Options, form_class
from comitia.web.organisation.queries import open_branches
from comitia.web.register.access import Officer
from comitia.web.register.again import held_of, kinds_of_membership, may_ask, stands
from comitia.web.register.models import Membership, Step
from comitia.web.register.words import CHANGES

Chosen = Mapping[str, Callable[[Membership], Options]]


def _branches(row: Membership) -> Options:
    return [(one.pk, one.name) for one in open_branches().exclude(pk=row.branch_id)]


def _any_branch(row: Membership) -> Options:  # noqa: ARG001 - as the others
    return [(one.pk, one.name) for one in open_branches()]


def _entries(row: Membership) -> Options:
    """Return the changes of a membership as they are known now, the latest first."""
    steps = Step.objects.filter(membership=row, known_until=None).order_by("-day", "-pk")
    return [(one.entry, f"{date_format(one.day)}: {CHANGES[one.kind]}") for one in steps]


@dataclass(frozen=True, slots=True)
class CardAct:
    """An act on a membership. change: what it is to the standing; None where it changes none."""

    slug: str
    title: Promise
    help: Promise
    kind: type[Any]
    act: Act
    change: ChangeKind | None
    chosen: Chosen
    is_grave: bool = False
    held: Callable[[Membership], Mapping[str, Any]] = field(default=lambda _: {})
    """What the form need not ask for, because it is held of the person."""

    def takes_two(self, officer: Officer, row: Membership) -> bool:
        """Whether an officer who has a right to it may do it only together with another."""
        return not officer.roles.alone_may(self.act, _place(row))

    def form(self, data: Any, row: Membership) -> ActForm:  # noqa: ANN401 - Django's own
        """Return the form of the act, derived from its kind."""
        options = {name: of(row) for name, of in self.chosen.items()}
        return form_class(self.kind, options, without=self.held(row))(data)

    def asked(self, form: ActForm, row: Membership) -> Any:  # noqa: ANN401 - any act
        """Return the act that a valid form asks for."""
        return form.act(**self.held(row))

    def is_possible(self, row: Membership) -> bool:
        """Whether it can happen to somebody of this standing at all."""
        if row.person.erased_at is not None:
            return False
        if self.change is None:
            return bool(row.standing)
        if self.change is ChangeKind.APPLY:
            return may_ask(row)
        return self.change in possible_changes(stands(row))


CARD_ACTS: Final = (
    CardAct(
        "details",
        gettext_lazy("Correct or confirm what is held"),
        gettext_lazy("Fill in what is wrong. With nothing filled in, all of it is confirmed."),
        kinds.CorrectDetails,
        Act.PERSON_CORRECT_DETAILS,
        None,
        {},
    ),
    CardAct(
        "category",
        gettext_lazy("Set the kind of membership"),
        gettext_lazy("From now on; what was before stays in the history."),
        kinds.SetCategory,
        Act.MEMBERSHIP_SET_CATEGORY,
        None,
        {},
    ),
    CardAct(
        "transfer",
        gettext_lazy("Transfer to another branch"),
        gettext_lazy("Done by who keeps the register above both branches."),
        kinds.TransferMember,
        Act.MEMBERSHIP_TRANSFER,
        ChangeKind.TRANSFER,
        {"to": _branches},
    ),
    CardAct(
        "apply",
        gettext_lazy("Enter that somebody applies again"),
        gettext_lazy(
            "For an application on paper. It is decided as every other; who decides depends on how"
            " the membership ended, and on the rule book."
        ),
        kinds.ApplyForMembership,
        Act.MEMBERSHIP_APPLY,
        ChangeKind.APPLY,
        {"branch": _any_branch, "category": lambda _: kinds_of_membership()},
        held=held_of,
    ),
    CardAct(
        "leave",
        gettext_lazy("Enter that the member has left"),
        gettext_lazy("For a declaration on paper. Another keeper has to confirm it."),
        kinds.LeaveMembership,
        Act.MEMBERSHIP_LEAVE,
        ChangeKind.LEAVE,
        {},
        is_grave=True,
    ),
    CardAct(
        "death",
        gettext_lazy("Enter that the member has died"),
        gettext_lazy("Another keeper has to confirm it."),
        kinds.RecordDeath,
        Act.MEMBERSHIP_RECORD_DEATH,
        ChangeKind.DIE,
        {},
        is_grave=True,
    ),
    CardAct(
        "correct",
        gettext_lazy("Correct an entry"),
        gettext_lazy("What was entered stays readable. Another keeper has to confirm it."),
        kinds.CorrectMembership,
        Act.MEMBERSHIP_CORRECT,
        None,
        {"wrong": _entries, "branch": _any_branch},
        is_grave=True,
    ),
)


CARD_KINDS: Final = frozenset(kind_of_class(one.kind).name for one in CARD_ACTS)
"""Of acts that are proposed and confirmed on a card."""


def offered(officer: Officer, row: Membership) -> tuple[CardAct, ...]:
    """Return the acts for which an officer has a right there, alone or with another.

    Where an act reaches further, as a transfer does, the form's answer says so.
    """
    return tuple(
        one for one in CARD_ACTS if one.is_possible(row) and officer.roles.may(one.act, _place(row))
    )


def _place(row: Membership) -> Object:
    return Object(row.branch.steps, Identifier(row.pk))


__all__ = ["CARD_ACTS", "CARD_KINDS", "CardAct", "offered"]
