"""For how many people whoever holds an office changes something within a day, by one kind of act.

The rule ``job.most_people`` binds everybody: what a program could do to a whole branch in a minute,
and a patient officer in an hour, takes a decided act that lists those people. What somebody does
for oneself is not counted, nor what a founding declares or a rule brings by itself.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comitia.errors import CheckFailed
from comitia.law import rules
from comitia.law.errors import Code
from comitia.law.jobs import PERIOD, most_people
from comitia.record.checks import Check
from comitia.record.entries import Capacity
from comitia.record.folding.order import LARGEST_DISORDER
from comitia.record.folding.stepping import Step
from comitia.record.kinds.values import Identifier

_OFFICIAL: Final = frozenset({Capacity.MANDATE, Capacity.APPOINTMENT})


def limit_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where an entry is about one person too many that day."""
    version = step.state.book_on(step.day)
    if version is None or rules.JOB_MOST_PEOPLE.key not in version.book.values:
        return
    most, at, person = most_people(version.book), step.entry.at, step.entry.aggregate
    for one in _counted(step):
        number = len({person, *_people_of_the_day(step.state.changes.get(one), at, most)})
        if number > most:
            yield step.failed(Check.RULES, Code.JOB_TOO_MANY, f"{most} people at most", number)


def note_changes(step: Step) -> None:
    """Note for whom an entry changes something, by whose office; forget who is long past."""
    at = step.entry.at
    for one in _counted(step):
        people = step.state.changes.setdefault(one, OrderedDict())
        before = people.get(step.entry.aggregate, at)
        people[step.entry.aggregate] = max(at, before)
        people.move_to_end(step.entry.aggregate)
        while at - next(iter(people.values())) >= PERIOD + LARGEST_DISORDER:
            people.popitem(last=False)


def _counted(step: Step) -> Iterator[tuple[Identifier | None, str]]:
    """Yield under what an entry is counted: each office that somebody used, with the kind."""
    if step.entry.kind.aggregate == "membership" and step.listed_by is None:
        for actor in step.entry.actors:
            if actor.capacity in _OFFICIAL:
                yield actor.id, step.entry.kind.name


def _people_of_the_day(
    people: OrderedDict[Identifier, datetime] | None, at: datetime, most: int
) -> Iterator[Identifier]:
    """Yield whom the last day was about, the latest first, until it is one too many.

    They stand in the order of their entries, whose times are out of order by little.
    """
    found = 0
    for person, then in reversed((people or OrderedDict()).items()):
        if found > most or at - then >= PERIOD + LARGEST_DISORDER:
            return
        if at - then < PERIOD:
            found += 1
            yield person
