"""Who may be erased, and that nothing follows an erasure: whose the pseudonym was is gone.

That nothing is held any more is seen here under the same pseudonym alone; technical rights are held
under another, and nothing in a record leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from comitia.errors import CheckFailed
from comitia.law.errors import Code, RuleViolation
from comitia.law.retention import require_ended
from comitia.record.checks import Check
from comitia.record.folding.register import known_of
from comitia.record.folding.stepping import Step
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.values import Pseudonym


def erasure_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield what is wrong with an erasure, or with an entry that follows one."""
    own = step.entry.aggregate
    if not isinstance(step.entry.act, EraseDisclosures):
        if own in step.state.erased:
            yield step.failed(Check.STANDING, Code.ERASURE_DONE, "nothing more", "an act")
        return
    try:
        require_ended(known_of(step.state, own), step.day, own)
    except RuleViolation as violation:
        yield step.failed(Check.STANDING, violation.code, violation.expected, violation.found)
    for held in step.state.holdings.values():
        if held.holder == Pseudonym(own) and held.until >= step.day:
            expected, found = "nothing held", f"{held.id} until {held.until}"
            yield step.failed(Check.STANDING, Code.ERASURE_STILL_HELD, expected, found)
    for named in step.entry.act.entries:
        if named not in step.state.names:
            yield step.failed(Check.ORDER, "entries", "entries before this one", named)


def note_erasure(step: Step) -> None:
    """Note whose pseudonym leads to nobody any more."""
    if isinstance(step.entry.act, EraseDisclosures):
        step.state.erased.add(step.entry.aggregate)
