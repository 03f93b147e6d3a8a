"""Who holds what in a branch, and what nobody holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law import rules
from comitia.law.rulebook import RuleBook
from comitia.law.values import Organ
from comitia.record.kinds.organisation import Level
from comitia.web.organisation.models import Appointment, Branch, Mandate, OfOrgan
from comitia.web.organisation.words import organ_name

TASKS: Final[Mapping[str, Promise]] = {
    rules.BRANCH_EXECUTIVE.key: gettext_lazy("leads the branch"),
    rules.REGISTER_KEEPER.key: gettext_lazy("keeps the register"),
    rules.APPLICATION_DECIDER.key: gettext_lazy("decides applications"),
    rules.BOOK_DECIDER.key: gettext_lazy("decides on the rule book"),
}
"""What the rule book gives to bodies and offices, by the rule that names them."""

_OF_THE_WHOLE: Final = rules.BOOK_DECIDER.key
_DECLARED: Final = "mandate.declare"


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds or held. runs: on the day asked about.

    is_declared: by the founding, and not evidenced by an election in this record.
    """

    row: OfOrgan
    runs: bool
    is_declared: bool
    is_appointed: bool
    is_deputy: bool


@dataclass(frozen=True, slots=True)
class Office:
    """A body or an office of a branch. tasks: what the rule book gives to it.

    running: today's holdings and those to come; past: the others, the latest first.
    """

    organ: Organ
    tasks: tuple[Promise, ...]
    running: tuple[Held, ...]
    past: tuple[Held, ...]

    @property
    def name(self) -> str:
        """What readers call it."""
        return organ_name(self.organ)

    @property
    def is_vacant(self) -> bool:
        """Whether nobody holds it: whoever stands in as a deputy does not."""
        return not any(one.runs and not one.is_deputy for one in self.running)


def offices_of(branch: Branch, book: RuleBook | None, day: date) -> tuple[Office, ...]:
    """Return the bodies and offices of a branch: those that the rules name, and all that are held.

    A vacant one is among them, so that it is seen.
    """
    named = dict(_named(branch, book))
    held = [_held(row, day) for row in _rows(branch)]
    others = {one.row.organ for one in held} - named.keys()
    organs = [*named, *sorted(others, key=str)]
    return tuple(_office(organ, named.get(organ, ()), held, day) for organ in organs)


def _named(branch: Branch, book: RuleBook | None) -> Iterator[tuple[Organ, tuple[Promise, ...]]]:
    values = {} if book is None else book.values
    found: dict[Organ, tuple[Promise, ...]] = {}
    for key, task in TASKS.items():
        here = key != _OF_THE_WHOLE or branch.level == Level.WHOLE
        if here and (organ := values.get(key)) is not None:
            found[organ] = (*found.get(organ, ()), task)
    yield from found.items()


def _rows(branch: Branch) -> Iterator[OfOrgan]:
    for model in (Mandate, Appointment):
        rows = model.objects.filter(branch=branch).select_related("person", "entry")
        yield from rows.order_by("-since", "pk")


def _held(row: OfOrgan, day: date) -> Held:
    return Held(
        row,
        row.since <= day <= row.until,
        row.entry.kind == _DECLARED,
        isinstance(row, Appointment),
        isinstance(row, Appointment) and row.as_deputy,
    )


def _office(organ: Organ, tasks: tuple[Promise, ...], held: Iterable[Held], day: date) -> Office:
    own = [one for one in held if one.row.organ == organ]
    running = tuple(one for one in own if one.row.until >= day)
    past = tuple(one for one in own if one.row.until < day)
    return Office(organ, tasks, running, past)
