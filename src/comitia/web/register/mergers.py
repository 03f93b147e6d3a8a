"""A merger of branches: all members of the one go to the other, each by an entry of their own."""

from __future__ import annotations

from datetime import date, timedelta

from comitia.law.errors import Code, RuleViolation
from comitia.record.folding.mergers import merge
from comitia.record.kinds.organisation import MergeBranch
from comitia.record.kinds.values import Identifier
from comitia.web.acts.errors import Refusal
from comitia.web.acts.wiring import ActContext, Following
from comitia.web.register.models import Membership
from comitia.web.register.queries import members_on


def merger_of(branch: Identifier, into: Identifier, last_day: date) -> MergeBranch:
    """Return the act that merges a branch, with its members after the last day, into another.

    Raises RuleViolation for the last day of the calendar.
    """
    return merge(branch, into, last_day, _members_after(branch, last_day)).act


def _members_after(branch: Identifier, last_day: date) -> tuple[Identifier, ...]:
    """Return who would still be there: also who has declared to leave on a later day."""
    if last_day == date.max:
        raise RuleViolation(Code.BRANCH_STILL_HELD, branch, "a day after the last", "none")
    return members_on(branch, last_day + timedelta(days=1))


def follow_merger(context: ActContext) -> tuple[Following, ...]:
    """Return the transfers of all members, and the closing, that a merger brings.

    Raises RuleViolation where the members are others than those whom the act lists: somebody came
    or went since it was drawn up.
    """
    act: MergeBranch = context.act
    members = _members_after(context.aggregate, act.last_day)
    merging = merge(context.aggregate, act.into, act.last_day, members)
    if merging.act != act:
        expected, found = act.list_root, merging.act.list_root
        raise RuleViolation(Refusal.OVERTAKEN, context.aggregate, expected, found)
    persons = dict(Membership.objects.filter(pk__in=members).values_list("pk", "person_id"))
    return tuple(
        Following(one, aggregate, context.aggregate, persons.get(aggregate))
        for one, aggregate in merging.follows
    )
