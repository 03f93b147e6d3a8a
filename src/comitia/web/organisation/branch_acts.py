"""The acts on branches that pages offer: to whom, by which form, and what is asked by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Act
from comitia.record.folding.mergers import merge
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    Level,
    MergeBranch,
    MoveBranch,
    RenameBranch,
)
from comitia.record.kinds.values import Identifier
from comitia.web.acts.forms import ActForm, form_class
from comitia.web.acts.wiring import wired
from comitia.web.organisation.appointing import AppointForm
from comitia.web.organisation.asking import Reader
from comitia.web.organisation.models import Branch, Organisation
from comitia.web.organisation.words import level_name

_A_DAY: Final = timedelta(days=1)
FormMaker = Callable[[Reader, Branch], type[forms.Form]]


@dataclass(frozen=True, slots=True)
class BranchAct:
    """One of the acts. begins: whether it begins something new; else it is about the branch.

    form: makes its form's class for a reader and a branch.
    """

    key: str
    right: Act
    label: Promise
    explained: Promise
    form: FormMaker
    begins: bool = False

    def is_offered(self, reader: Reader, branch: Branch) -> bool:
        """Whether a page of a branch leads there: the act itself is decided when it is done."""
        if not branch.is_open or (branch.parent is None and self.right in _NOT_OF_THE_WHOLE):
            return False
        place = branch.parent if self.right in _OF_THE_BRANCH_ABOVE else branch
        return reader.may(self.right, place)


_OF_THE_BRANCH_ABOVE: Final = frozenset({Act.BRANCH_MOVE, Act.BRANCH_MERGE})
_NOT_OF_THE_WHOLE: Final = _OF_THE_BRANCH_ABOVE | {Act.BRANCH_CLOSE}


def acts_on(reader: Reader, branch: Branch) -> list[BranchAct]:
    """Return the acts that a page of a branch offers to a reader."""
    return [one for one in ACTS.values() if one.is_offered(reader, branch)]


# --- Their forms ---------------------------------------------------------------------------------


def _create(reader: Reader, branch: Branch) -> type[ActForm]:  # noqa: ARG001 - as all of them
    terms = Organisation.objects.get().terms
    levels = [one for one in Level if one is not Level.WHOLE]
    names = [(one.value, level_name(one, terms)) for one in levels]
    return form_class(CreateBranch, {"level": names}, without={"parent"})


def _rename(reader: Reader, branch: Branch) -> type[ActForm]:  # noqa: ARG001 - as above
    return form_class(RenameBranch)


def _move(reader: Reader, branch: Branch) -> type[ActForm]:
    others = (one for one in _others(reader, branch) if one.pk != branch.parent_id)
    return form_class(MoveBranch, {"parent": [(one.pk, one.name) for one in others]})


def _close(reader: Reader, branch: Branch) -> type[ActForm]:  # noqa: ARG001 - as above
    return form_class(CloseBranch)


class MergeForm(ActForm):
    """Asks where to and when; what is listed follows from the register."""

    branch: Branch

    def clean_last_day(self) -> date:
        """Refuse a day that no other comes after."""
        day: date = self.cleaned_data["last_day"]
        if day == date.max:
            raise forms.ValidationError(gettext_lazy("Choose an earlier day."))
        return day

    def act(self, **given: Any) -> MergeBranch:  # noqa: ANN401, ARG002 - as that of all forms
        """Return the merger with those who would still be members after the last day."""
        own = Identifier(self.branch.pk)
        into, last_day = Identifier(self.cleaned_data["into"]), self.cleaned_data["last_day"]
        return merge(own, into, last_day, [*wired().members_on(own, last_day + _A_DAY)]).act


def _merge(reader: Reader, branch: Branch) -> type[forms.Form]:
    others = [(one.pk, one.name) for one in _others(reader, branch)]
    asked = form_class(MergeBranch, {"into": others}, without={"listed", "list_root"})
    return type("MergeBranchForm", (MergeForm, asked), {"branch": branch})


def _appoint(reader: Reader, branch: Branch) -> type[forms.Form]:
    return type("AppointBranchForm", (AppointForm,), {"reader": reader, "branch": branch})


def _others(reader: Reader, branch: Branch) -> Iterator[Branch]:
    """Yield the open branches that are neither this one nor below it, and are the reader's."""
    for one in Branch.objects.filter(last_day=None).order_by("name"):
        if branch.pk not in one.steps and reader.may(Act.BRANCH_MOVE, one):
            yield one


ACTS: Final[Mapping[str, BranchAct]] = {
    one.key: one
    for one in (
        BranchAct(
            "create",
            Act.BRANCH_CREATE,
            gettext_lazy("Create a branch below"),
            gettext_lazy("The new branch stands below this one and begins today."),
            _create,
            begins=True,
        ),
        BranchAct(
            "rename",
            Act.BRANCH_RENAME,
            gettext_lazy("Rename"),
            gettext_lazy("The old name stays in the history."),
            _rename,
        ),
        BranchAct(
            "appoint",
            Act.APPOINTMENT_MAKE,
            gettext_lazy("Appoint somebody"),
            gettext_lazy(
                "An appointment is for a stated time and is no election: whoever is appointed does"
                " not lead the branch by it."
            ),
            _appoint,
            begins=True,
        ),
        BranchAct(
            "move",
            Act.BRANCH_MOVE,
            gettext_lazy("Move"),
            gettext_lazy("The branch goes under another, with all branches below it."),
            _move,
        ),
        BranchAct(
            "merge",
            Act.BRANCH_MERGE,
            gettext_lazy("Merge"),
            gettext_lazy(
                "All members go to the other branch on the day after the last day, each by an entry"
                " of their own, and this branch closes. Applications must be decided before."
            ),
            _merge,
        ),
        BranchAct(
            "close",
            Act.BRANCH_CLOSE,
            gettext_lazy("Close"),
            gettext_lazy("Only a branch without members, applicants and branches below closes."),
            _close,
        ),
    )
}
"""By the keys in their addresses, in the order in which pages offer them."""
