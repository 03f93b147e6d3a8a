"""Offices that end before their term: with the holder's membership, or because they are given up.

What ended so is not given back where the membership is later found to have gone on: that takes an
appointment, or an election. Technical rights are under a pseudonym of their own, so that nobody
sees whose they are; administrators take them away, two together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from comitia.record.folding.ending import last_day_of_offices
from comitia.record.kinds.organisation import EndAppointment, EndMandate
from comitia.record.kinds.values import Identifier
from comitia.web.acts.wiring import ActContext, Following
from comitia.web.organisation.models import Appointment, Mandate, OfOrgan


def end_offices(context: ActContext) -> tuple[Following, ...]:
    """Return the endings that follow where an act on a membership has ended it."""
    known = context.state.register[context.aggregate]
    last_day = last_day_of_offices(known.entries, context.day)
    if last_day is None:
        return ()
    return tuple(
        Following(ending_of(row, last_day), Identifier(row.pk), place_of(row, context.day))
        for row in _held_after(context.aggregate, last_day)
    )


def _held_after(membership: Identifier, last_day: date) -> Iterator[OfOrgan]:
    for model in (Mandate, Appointment):
        rows = model.objects.filter(holder=membership, until__gt=last_day)
        yield from rows.select_related("branch").order_by("pk")


def ending_of(row: OfOrgan, last_day: date) -> EndMandate | EndAppointment:
    """Return the act that ends a mandate, or an appointment."""
    if isinstance(row, Mandate):
        return EndMandate(last_day=last_day)
    return EndAppointment(last_day=last_day)


def place_of(row: OfOrgan, day: date) -> Identifier | None:
    """Return where an ending is done: in the branch, unless that has closed."""
    closed = row.branch.last_day is not None and row.branch.last_day < day
    return None if closed else Identifier(row.branch_id)
