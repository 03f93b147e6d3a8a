"""Doing an act from a page: first what would come of it is shown, then it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Actor, Role
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.performing import Asked, Done, perform, preview
from comitia.web.notices import outbox
from comitia.web.notices.values import Rendered, Way
from comitia.web.organisation.models import Branch
from comitia.web.register.models import Membership

CAPACITIES: Final[dict[Actor, Promise]] = {
    Actor.ANYBODY: gettext_lazy("the person concerned"),
    Actor.APPLICATION_DECIDER: gettext_lazy("decider of applications"),
    Actor.REGISTER_KEEPER: gettext_lazy("keeper of the register"),
    Actor.EXECUTIVE: gettext_lazy("executive"),
    Actor.PANEL: gettext_lazy("panel"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as somebody will read it."""

    to: str
    rendered: Rendered

    @property
    def is_letter(self) -> bool:
        return self.rendered.way is Way.LETTER


@dataclass(frozen=True, slots=True)
class Consequences:
    """What would come of an act. rights: by which capacity, held where, each person acts."""

    entries: int
    rights: tuple[tuple[str, str], ...]
    told: tuple[Told, ...]


def asked_of(
    act: Any,  # noqa: ANN401 - any act
    membership: Membership,
    by: Sequence[UUID],
    seen: EntryHash | None = None,
) -> Asked:
    """Return the wish to do something with a membership, in its branch."""
    own, branch = Identifier(membership.pk), Identifier(membership.branch_id)
    return Asked(act, own, branch, tuple(by), membership.person_id, seen)


def foresee(asked: Asked) -> Consequences:
    """Return what doing an act would bring, and do nothing. Raises as ``perform``."""
    done = preview(asked)
    told = tuple(Told(one.recipient.name, outbox.preview(one)) for one in done.notices)
    return Consequences(len(done.entries), _rights(done.roles), told)


def do(asked: Asked) -> Done:
    """Do an act. Raises as ``perform``."""
    return perform(asked)


def _rights(roles: Sequence[Role]) -> tuple[tuple[str, str], ...]:
    ids = [role.branch[-1] for role in roles if role.branch]
    names = dict(Branch.objects.filter(pk__in=ids).values_list("pk", "name"))
    return tuple(
        (str(CAPACITIES.get(role.actor, role.actor)), names.get(role.branch[-1], ""))
        for role in roles
        if role.branch
    )
