"""Whether an entry stands where it may: after what it follows, in time, on branches that exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from comitia.errors import CheckFailed
from comitia.record.checks import Check
from comitia.record.folding.stepping import Step
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import CreateBranch, FoundOrganisation

LARGEST_DISORDER: Final = timedelta(seconds=60)
"""How much earlier than the latest time before it an entry's may be: clocks of several servers."""


def order_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield what is wrong with an entry's place among the others."""
    yield from _follows(step)
    yield from _time(step)
    yield from _references(step)
    yield from _branch(step)


def _follows(step: Step) -> Iterator[CheckFailed]:
    state, entry = step.state, step.entry
    last = state.last.get(entry.aggregate)
    if entry.grounds.follows != last:
        yield step.failed(Check.ORDER, "follows", last, entry.grounds.follows)
    begun = state.begun.get(entry.aggregate, entry.kind.aggregate)
    if begun != entry.kind.aggregate:
        yield step.failed(Check.ORDER, "aggregate", f"a {begun}", f"a {entry.kind.aggregate}")
    if entry.kind.begins is not Begins.PERHAPS:
        begins = entry.kind.begins is Begins.ALWAYS
        if begins != (last is None):
            expected = "nothing of it before" if begins else f"a {entry.kind.aggregate} begun"
            yield step.failed(Check.ORDER, "aggregate", expected, last)


def _time(step: Step) -> Iterator[CheckFailed]:
    latest = step.state.latest_at
    if latest is not None and latest - step.entry.at > LARGEST_DISORDER:
        expected = f"at most {LARGEST_DISORDER.seconds} seconds before {latest:%Y-%m-%dT%H:%M:%SZ}"
        yield step.failed(Check.ORDER, "at", expected, f"{step.entry.at:%Y-%m-%dT%H:%M:%SZ}")


def _references(step: Step) -> Iterator[CheckFailed]:
    grounds = step.entry.grounds
    for what in ("right", "rules", "cause"):
        named = getattr(grounds, what)
        if named is not None and named not in step.state.names:
            yield step.failed(Check.ORDER, what, "an entry before this one", named)


def _branch(step: Step) -> Iterator[CheckFailed]:
    named = step.entry.branch
    if named is None or isinstance(step.entry.act, CreateBranch):
        return
    branch = step.state.branches.get(named)
    if branch is None:
        yield step.failed(Check.ORDER, "branch", "a branch of the organisation", named)
    elif branch.last_day is not None and branch.last_day < step.day:
        yield step.failed(Check.ORDER, "branch", f"a branch until {branch.last_day}", step.day)


def rules_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield a failure unless an entry names the version of the rule book that is in force."""
    if isinstance(step.entry.act, FoundOrganisation):
        return
    version = step.state.book_on(step.day)
    expected = None if version is None else version.entry
    if step.listed_by and step.entry.kind.name == "rulebook.adopt":
        expected = None  # the first rule book rests on the founding alone
    if step.entry.grounds.rules != expected:
        yield step.failed(Check.RULES, "rules", expected, step.entry.grounds.rules)
