"""What acts on the register mean to the law: changes of a membership, and corrections of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from comitia.errors import CheckFailed
from comitia.law.errors import RuleViolation
from comitia.law.standings import (
    NO_MEMBERSHIP,
    Change,
    ChangeKind,
    Correction,
    Happening,
    Membership,
    derive_happenings,
    derive_steps,
)
from comitia.law.standings import Entry as MembershipEntry
from comitia.record.checks import Check
from comitia.record.folding.state import Registered, State
from comitia.record.folding.stepping import Step
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    CorrectMembership,
    DeclareMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    RefuseApplication,
    TransferMember,
    WithdrawApplication,
)
from comitia.record.kinds.values import Identifier

_FAR: date = date.max


def happening_of(act: Any, day: date) -> Happening | None:  # noqa: ANN401, PLR0911 - any act; one return a kind
    """Return what an act on the register says; None for an act on something else.

    day: on which it was done, which counts where the act names no other.
    """
    match act:
        case DeclareMembership():
            return Happening(ChangeKind.FOUND, act.since, act.branch, declared=act.standing)
        case ApplyForMembership():
            return Happening(ChangeKind.APPLY, day, act.branch)
        case WithdrawApplication():
            return Happening(ChangeKind.WITHDRAW, day)
        case AdmitMember():
            return Happening(ChangeKind.ADMIT, act.since)
        case RefuseApplication():
            return Happening(ChangeKind.REFUSE, day)
        case TransferMember():
            return Happening(ChangeKind.TRANSFER, act.since, act.to)
        case LeaveMembership():
            return Happening(ChangeKind.LEAVE, act.last_day + timedelta(days=1))
        case RecordDeath():
            return Happening(ChangeKind.DIE, act.day)
        case ReadmitMember():
            return Happening(ChangeKind.READMIT, act.since, act.branch)
        case _:
            return None


def known_of(state: State, pseudonym: Identifier) -> tuple[MembershipEntry, ...]:
    """Return all that is known of a membership so far."""
    registered = state.register.get(pseudonym)
    return () if registered is None else registered.entries


def membership_of(state: State, pseudonym: Identifier) -> Membership:
    """Return where a membership stands by all that is known of it."""
    registered = state.register.get(pseudonym)
    return NO_MEMBERSHIP if registered is None else registered.membership


def last_branch(state: State, pseudonym: Identifier) -> Identifier | None:
    """Return the branch in which somebody was, or was to be: also of who belongs to none now."""
    happened = derive_happenings(known_of(state, pseudonym))
    named = [one.branch for _, one in happened if one.branch is not None]
    return Identifier(named[-1]) if named else None


def membership_entry(step: Step) -> MembershipEntry | None:
    """Return what an entry adds to what is known of a membership; None where it adds nothing.

    Raises ValueError for what no register can say.
    """
    act = step.entry.act
    if isinstance(act, CorrectMembership):
        instead = None if act.was_void else _corrected(step, act)
        return Correction(step.name, step.known_at, act.wrong, instead)
    happening = happening_of(act, step.day)
    return None if happening is None else Change(step.name, step.known_at, happening)


def _corrected(step: Step, act: CorrectMembership) -> Happening:
    """Return what should have been entered: the wrong change with another day or branch."""
    wrong = next(
        (
            one.happening
            for one in known_of(step.state, step.entry.aggregate)
            if isinstance(one, Change) and one.id == act.wrong
        ),
        None,
    )
    if wrong is None:
        raise ValueError("it corrects no change of this membership")
    branch = wrong.branch if act.branch is None else act.branch
    return Happening(wrong.kind, act.since or wrong.day, branch, wrong.case, wrong.declared)


def register(step: Step) -> tuple[Registered | None, tuple[CheckFailed, ...]]:
    """Return a membership with what an entry adds, and a failure where that cannot be.

    None where the entry is about no membership, and where it is impossible: then that stays as it
    was.
    """
    try:
        return _registered(step), ()
    except RuleViolation as violation:
        expected, found = violation.expected, violation.found
        return None, (step.failed(Check.STANDING, violation.code, expected, found),)
    except (ValueError, OverflowError) as error:
        return None, (step.failed(Check.STANDING, "membership", "a change that can be", error),)


def _registered(step: Step) -> Registered | None:
    added = membership_entry(step)
    if added is None:
        return None
    entries = (*known_of(step.state, step.entry.aggregate), added)
    membership = NO_MEMBERSHIP
    for one in derive_steps(entries, _FAR):
        membership = one.after
    return Registered(entries, membership, step.name)
