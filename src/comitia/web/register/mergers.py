"""A merger of branches: all members of the one go to the other, each by an entry of their own."""

from __future__ import annotations

from datetime import date

from comitia.law.errors import RuleViolation
from comitia.record.checks import Check
from comitia.record.folding.mergers import merge
from comitia.record.kinds.organisation import MergeBranch
from comitia.record.kinds.values import Identifier
from comitia.web.acts.errors import Refusal
from comitia.web.acts.wiring import ActContext, Following
from comitia.web.register.models import Membership
from comitia.web.register.queries import members_of


def merger_of(branch: Identifier, into: Identifier, last_day: date) -> MergeBranch:
    """Return the act that merges a branch, with the members that it has now, into another."""
    return merge(branch, into, last_day, members_of(branch)).act


def follow_merger(context: ActContext) -> tuple[Following, ...]:
    """Return the transfers of all members, and the closing, that a merger brings.

    Raises RuleViolation where the members are others than those whom the act lists: somebody came
    or went since it was drawn up.
    """
    act: MergeBranch = context.act
    members = members_of(context.aggregate)
    try:
        merging = merge(context.aggregate, act.into, act.last_day, members)
    except OverflowError:
        found = f"{act.last_day}"
        raise RuleViolation(Check.ORDER.id, "last day", "a day behind it", found) from None
    if merging.act != act:
        expected, found = act.list_root, merging.act.list_root
        raise RuleViolation(Refusal.OVERTAKEN, context.aggregate, expected, found)
    persons = dict(Membership.objects.filter(pk__in=members).values_list("pk", "person_id"))
    return tuple(
        Following(one, aggregate, context.aggregate, persons.get(aggregate))
        for one, aggregate in merging.follows
    )
