"""What people put right about themselves: where they can be reached, and not who they are."""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed
from comitia.law.errors import Code
from comitia.record.checks import Check
from comitia.record.entries import Capacity
from comitia.record.folding.stepping import Step
from comitia.record.kinds.register import CorrectDetails


def details_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where somebody gives oneself another name or date of birth.

    With both, a membership would be somebody else's by a call of its own. That there is a name is
    seen without its being disclosed.
    """
    act = step.entry.act
    if not isinstance(act, CorrectDetails) or (act.name is None and act.birth_date is None):
        return
    if any(actor.capacity is Capacity.MEMBERSHIP for actor in step.entry.actors):
        expected, found = "somebody who keeps the register", "the person concerned"
        yield step.failed(Check.RIGHT, Code.DETAILS_OWN, expected, found)
