"""Doing an act from a page: first what would come of it is shown, then it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Actor, Role
from comitia.record.kinds import kind_of
from comitia.record.kinds.register import ApplyForMembership
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.performing import Asked, Done, perform, preview
from comitia.web.acts.wiring import wired
from comitia.web.acts.words import label_of, say_value
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
    """Return the wish to do something with a membership, in its branch or the one that is asked."""
    own = Identifier(membership.pk)
    asked = act.branch if isinstance(act, ApplyForMembership) else membership.branch_id
    return Asked(act, own, Identifier(asked), tuple(by), membership.person_id, seen)


def foresee(asked: Asked) -> Consequences:
    """Return what doing an act would bring, and do nothing. Raises as ``perform``."""
    return consequences_of(preview(asked))


def consequences_of(done: Done) -> Consequences:
    """Return what readers are shown of something that was done, or only tried."""
    told = tuple(Told(one.recipient.name, outbox.preview(one)) for one in done.notices)
    return Consequences(len(done.entries), _rights(done.roles), told)


def fields_of(act: object) -> list[tuple[str, str]]:
    """Return what an act says, in the reader's words."""
    values = [(one, getattr(act, one.name)) for one in kind_of(act).fields]
    names = wired().names_of([value for _, value in values if isinstance(value, str)])
    organ = wired().organ_name
    return [
        (str(label_of(one.about)), say_value(value, names, organ))
        for one, value in values
        if value is not None
    ]


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
