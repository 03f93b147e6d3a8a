"""What can be done on a member's card: of each act its form, and whether it takes two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Act, Object
from comitia.law.rights import TABLE
from comitia.law.standings import ChangeKind, Standing, possible_changes
from comitia.record.kinds import register as kinds
from comitia.record.kinds.values import Identifier
from comitia.web.acts.forms import ActForm, Options, form_class
from comitia.web.organisation.queries import open_branches
from comitia.web.register.access import Officer
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

    @property
    def takes_two(self) -> bool:
        """Whether nobody does it to another alone."""
        return all(one.together > 1 or one.actor == "anybody" for one in TABLE.of(self.act))

    def form(self, data: Any, row: Membership) -> ActForm:  # noqa: ANN401 - Django's own
        """Return the form of the act, derived from its kind."""
        options = {name: of(row) for name, of in self.chosen.items()}
        return form_class(self.kind, options)(data)

    def is_possible(self, row: Membership) -> bool:
        """Whether it can happen to somebody of this standing at all."""
        if self.change is None:
            return bool(row.standing)
        return self.change in possible_changes(Standing(row.standing) if row.standing else None)


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
        gettext_lazy(
            "From now on; what was before stays in the history. Another keeper has to confirm it."
        ),
        kinds.SetCategory,
        Act.MEMBERSHIP_SET_CATEGORY,
        None,
        {},
    ),
    CardAct(
        "transfer",
        gettext_lazy("Transfer to another branch"),
        gettext_lazy(
            "From today or later, by two who keep the register above both branches. For an earlier"
            " day, correct the entry."
        ),
        kinds.TransferMember,
        Act.MEMBERSHIP_TRANSFER,
        ChangeKind.TRANSFER,
        {"to": _branches},
    ),
    CardAct(
        "readmit",
        gettext_lazy("Readmit"),
        gettext_lazy("Who decides depends on how the membership ended, and on the rule book."),
        kinds.ReadmitMember,
        Act.MEMBERSHIP_READMIT,
        ChangeKind.READMIT,
        {"branch": _any_branch},
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


def offered(officer: Officer, row: Membership) -> tuple[CardAct, ...]:
    """Return the acts for which an officer has a right there, alone or with another.

    Where an act reaches further, as a transfer does, the form's answer says so.
    """
    place = Object(row.branch.steps, Identifier(row.pk))
    return tuple(
        one for one in CARD_ACTS if one.is_possible(row) and officer.roles.may(one.act, place)
    )


__all__ = ["CARD_ACTS", "CardAct", "offered"]
