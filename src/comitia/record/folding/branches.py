"""Whether a change of the tree of branches can be: one whole, no branch below itself, none lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from comitia.errors import CheckFailed
from comitia.law.errors import Code
from comitia.law.standings import COUNTED, Change, Standing, derive_stays
from comitia.law.standings import Entry as MembershipEntry
from comitia.record.checks import Check
from comitia.record.folding.state import Branch, Merger, Path, Registered, State
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    Level,
    MergeBranch,
    MoveBranch,
)
from comitia.record.kinds.values import Identifier

_KEEP_OPEN: Final = COUNTED | {Standing.APPLICANT}
"""Whose branch does not close: nobody could answer an applicant there any more."""


def branch_failures(step: Step) -> Iterator[CheckFailed]:
    """Yield what is wrong with a change of the tree."""
    match step.entry.act:
        case CreateBranch() as act:
            yield from _created(step, act)
        case MoveBranch() as act:
            above = step.state.path_of(act.parent)
            if not above or step.entry.aggregate in above:
                yield step.failed(Check.ORDER, "parent", "another branch, not below", act.parent)
        case MergeBranch() as act:
            yield from _merged(step, act)
        case CloseBranch() as act:
            yield from _closed(step, act)
        case _:
            pass


def _created(step: Step, act: CreateBranch) -> Iterator[CheckFailed]:
    if (act.level is Level.WHOLE) != (act.parent is None):
        yield step.failed(Check.ORDER, "parent", "none of the whole alone", act.parent)
    elif act.parent is None and step.state.branches:
        yield step.failed(Check.ORDER, "level", "one whole", "a second one")
    elif act.parent is not None and not step.state.path_of(act.parent):
        yield step.failed(Check.ORDER, "parent", "a branch of the organisation", act.parent)


def _merged(step: Step, act: MergeBranch) -> Iterator[CheckFailed]:
    """That it is empty and has none below is the business of the closing that follows."""
    into = step.state.branches.get(act.into)
    if into is None or into.last_day is not None or step.entry.aggregate in into.path:
        yield step.failed(Check.ORDER, "into", "another open branch, not below", act.into)
    if act.last_day < step.day:
        yield step.failed(Check.ORDER, "last_day", f"{step.day} or later", act.last_day)


def _closed(step: Step, act: CloseBranch) -> Iterator[CheckFailed]:
    """Nobody may be there on any later day: who has declared to leave is a member until then."""
    state, branch = step.state, step.entry.aggregate
    if act.last_day < step.day:
        yield step.failed(Check.ORDER, "last_day", f"{step.day} or later", act.last_day)
    below = [one for one in state.branches.values() if _is_open_below(one, branch)]
    if below:
        yield step.failed(Check.ORDER, "branch", "no branches below", len(below))
    held = sum(
        _was_ever_in(one.entries, branch) and _is_there_after(one.entries, branch, act.last_day)
        for one in state.register.values()
    )
    if held:
        yield step.failed(Check.ORDER, Code.BRANCH_STILL_HELD, "no members or applicants", held)


def _was_ever_in(entries: Sequence[MembershipEntry], branch: str) -> bool:
    """Whether any entry names a branch: asked first, as it derives nothing."""
    happened = (one.happening if isinstance(one, Change) else one.instead for one in entries)
    return any(one is not None and one.branch == branch for one in happened)


def _is_there_after(entries: Sequence[MembershipEntry], branch: str, last_day: date) -> bool:
    return any(
        one.membership.branch == branch
        and one.membership.standing in _KEEP_OPEN
        and one.reaches_beyond(last_day)
        for one in derive_stays(entries)
    )


def _is_open_below(one: Branch, branch: str) -> bool:
    return branch in one.path[:-1] and one.last_day is None


def residence_failures(step: Step, registered: Registered | None) -> Iterator[CheckFailed]:
    """Yield a failure where an act puts somebody into a branch on a day after its last.

    registered: the membership with what the act adds. Who was there before the act is not named
    again: an act that leads out of there must be possible.
    """
    if registered is None:
        return
    known = step.state.register.get(step.entry.aggregate)
    before = _stranded(step.state, () if known is None else known.entries)
    for branch in sorted(_stranded(step.state, registered.entries) - before):
        last_day = step.state.branches[branch].last_day
        yield step.failed(Check.ORDER, "branch", "a branch that was not closed", last_day)


def _stranded(state: State, entries: Sequence[MembershipEntry]) -> frozenset[Identifier]:
    """Return the branches in which somebody is after their last days.

    Where no entry leads into one that is closed, as almost always, nothing is derived.
    """
    if not any(_is_closed(state, _led_to(one)) for one in entries):
        return frozenset()
    return frozenset(_strandings(state, entries))


def _led_to(one: MembershipEntry) -> str | None:
    happening = one.happening if isinstance(one, Change) else one.instead
    return None if happening is None else happening.branch


def _is_closed(state: State, branch: str | None) -> bool:
    found = state.branches.get(Identifier(branch or ""))
    return found is not None and found.last_day is not None


def _strandings(state: State, entries: Sequence[MembershipEntry]) -> Iterator[Identifier]:
    for one in derive_stays(entries):
        branch = state.branches.get(Identifier(one.membership.branch or ""))
        if branch is None or branch.last_day is None or one.membership.standing not in _KEEP_OPEN:
            continue
        if one.reaches_beyond(branch.last_day):
            yield branch.id


def change_branches(step: Step) -> None:
    """Carry out a change of the tree."""
    state, entry = step.state, step.entry
    known = state.branches.get(entry.aggregate)
    match entry.act:
        case CreateBranch() as act:
            path = (*state.path_of(act.parent), entry.aggregate)
            state.branches[entry.aggregate] = Branch(entry.aggregate, act.level, path)
        case MoveBranch() as act if known is not None:
            _move(state, known, (*state.path_of(act.parent), known.id))
        case MergeBranch() as act:
            merger = Merger(entry.aggregate, act.into, act.last_day)
            state.mergers[step.name] = merger
        case CloseBranch() as act if known is not None:
            state.branches[known.id] = replace(known, last_day=act.last_day)
        case _:
            pass


def _move(state: State, moved: Branch, to: Path) -> None:
    depth = len(moved.path)
    for one in list(state.branches.values()):
        if one.path[:depth] == moved.path:
            state.branches[one.id] = replace(one, path=(*to, *one.path[depth:]))
