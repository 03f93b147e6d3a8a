"""Whether a change of the tree of branches can be: one whole, no branch below itself, none lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from comitia.errors import CheckFailed
from comitia.law.standings import COUNTED, Standing
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
        case CloseBranch():
            yield from _closed(step)
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


def _closed(step: Step) -> Iterator[CheckFailed]:
    state, branch = step.state, step.entry.aggregate
    below = [one for one in state.branches.values() if _is_open_below(one, branch)]
    if below:
        yield step.failed(Check.ORDER, "branch", "no branches below", len(below))
    members = sum(
        one.membership.standing in _KEEP_OPEN and one.membership.branch == branch
        for one in state.register.values()
    )
    if members:
        yield step.failed(Check.ORDER, "branch", "no members or applicants", members)


def _is_open_below(one: Branch, branch: str) -> bool:
    return branch in one.path[:-1] and one.last_day is None


def residence_failures(step: Step, registered: Registered | None) -> Iterator[CheckFailed]:
    """Yield a failure where an act leaves somebody in a branch that was closed.

    registered: the membership with what the act adds.
    """
    if registered is None or registered.membership.standing not in _KEEP_OPEN:
        return
    branch = step.state.branches.get(Identifier(registered.membership.branch or ""))
    if branch is not None and branch.last_day is not None:
        yield step.failed(Check.ORDER, "branch", "a branch that was not closed", branch.last_day)


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
