"""A person's standing as at a day, from dated changes, as known at a time and as corrected.

- What leads from which standing to which stands in ``TRANSITIONS`` and nowhere else.
- A change has a day on which it takes effect and a time from which the record knows it. Nothing is
  deleted: what was entered wrongly is replaced by a correction that names the change. Of several
  corrections of one change the last one known holds; a correction names a change, never another
  correction.
- Changes of one day follow one another in the order of the record.
- Nobody is made a member again without asking. A former member who applies again is an applicant;
  what the membership was before is kept with it, and holds again where the application is refused
  or taken back: no expulsion is lost by a new application.

Who may decide a change is not looked at here: that is ``permissions`` and ``deciders``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from comitia.law.errors import Code, RuleViolation


class Standing(StrEnum):
    """What somebody is to the organisation; who is nothing to it has no standing."""

    APPLICANT = "applicant"
    MEMBER = "member"
    SUSPENDED = "suspended"
    LEFT = "left"
    STRUCK_OFF = "struck_off"
    EXPELLED = "expelled"
    DECEASED = "deceased"


class ChangeKind(StrEnum):
    """What changes a membership."""

    FOUND = "found"
    APPLY = "apply"
    ADMIT = "admit"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    TRANSFER = "transfer"
    LEAVE = "leave"
    READMIT = "readmit"
    SUSPEND = "suspend"
    STRIKE_OFF = "strike_off"
    EXPEL = "expel"
    REINSTATE = "reinstate"
    DIE = "die"


COUNTED: Final = frozenset({Standing.MEMBER, Standing.SUSPENDED})
"""Who counts as a member: a suspension takes rights, not membership."""

_MEMBERS: Final = (Standing.MEMBER, Standing.SUSPENDED)
_FORMER: Final = (Standing.LEFT, Standing.STRUCK_OFF, Standing.EXPELLED)
_AGAIN: Final = "applicant who was a member before"
_LIVING: Final = (Standing.APPLICANT, *_MEMBERS, *_FORMER)

TRANSITIONS: Final[Mapping[ChangeKind, Mapping[Standing | None, Standing | None]]] = {
    ChangeKind.FOUND: {None: Standing.MEMBER},
    ChangeKind.APPLY: dict.fromkeys((None, *_FORMER), Standing.APPLICANT),
    ChangeKind.ADMIT: {Standing.APPLICANT: Standing.MEMBER},
    ChangeKind.REFUSE: {Standing.APPLICANT: None},
    ChangeKind.WITHDRAW: {Standing.APPLICANT: None},
    ChangeKind.TRANSFER: {one: one for one in _MEMBERS},
    ChangeKind.LEAVE: dict.fromkeys(_MEMBERS, Standing.LEFT),
    ChangeKind.READMIT: {Standing.APPLICANT: Standing.MEMBER},
    ChangeKind.SUSPEND: {Standing.MEMBER: Standing.SUSPENDED},
    ChangeKind.STRIKE_OFF: dict.fromkeys(_MEMBERS, Standing.STRUCK_OFF),
    ChangeKind.EXPEL: dict.fromkeys(_MEMBERS, Standing.EXPELLED),
    ChangeKind.REINSTATE: dict.fromkeys(
        (Standing.SUSPENDED, Standing.STRUCK_OFF, Standing.EXPELLED), Standing.MEMBER
    ),
    ChangeKind.DIE: dict.fromkeys(_LIVING, Standing.DECEASED),
}
"""Of each change, from which standing it leads to which; None is no standing at all.

Of applicants those who were members before are readmitted, the others admitted; to refuse the
former, or to let them withdraw, leads back to what they were.
"""

NEEDS_CASE: Final = frozenset(
    {ChangeKind.SUSPEND, ChangeKind.STRIKE_OFF, ChangeKind.EXPEL, ChangeKind.REINSTATE}
)
"""Changes that only a decided case can bring (R23)."""

NAMES_BRANCH: Final = frozenset(
    {ChangeKind.FOUND, ChangeKind.APPLY, ChangeKind.TRANSFER, ChangeKind.READMIT}
)
"""Changes that say in which branch the membership is from then on; the others keep it."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What a change says. day: on which it takes effect. case: the decided case that brings it.

    declared: with which standing somebody is on the register that a founding states, if not as a
    member. Raises ValueError where a branch is missing, or where one, a case or a declared
    standing has no place.
    """

    kind: ChangeKind
    day: date
    branch: str | None = None
    case: str | None = None
    declared: Standing | None = None

    def __post_init__(self) -> None:
        """See that it says neither too much nor too little."""
        if self.declared is not None and self.kind is not ChangeKind.FOUND:
            raise ValueError(f"{self.kind} declares no standing")
        if self.declared is Standing.APPLICANT:
            raise ValueError("a founding states no applicants: they apply afterwards")
        if (self.branch is None) == (self.kind in NAMES_BRANCH):
            raise ValueError(f"{self.kind} names a branch if and only if it can change it")
        if self.case is not None and self.kind not in NEEDS_CASE:
            raise ValueError(f"{self.kind} rests on no case")


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that changes a membership. known_at: aware, when it was entered."""

    id: str
    known_at: datetime
    happening: Happening


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry that says what should have been entered. instead: None where nothing happened."""

    id: str
    known_at: datetime
    corrects: str
    instead: Happening | None


Entry = Change | Correction


@dataclass(frozen=True, slots=True)
class Membership:
    """Standing and branch: of a former member the last one, of an applicant the one asked.

    former: of an applicant who was a member before, the membership that had ended.
    """

    standing: Standing | None = None
    branch: str | None = None
    former: Membership | None = None

    @property
    def counts(self) -> bool:
        """Whether it is in the number of members."""
        return self.standing in COUNTED


NO_MEMBERSHIP: Final = Membership()


@dataclass(frozen=True, slots=True)
class Step:
    """A change as it now stands, with the membership before and after it. id: of the change."""

    id: str
    happening: Happening
    before: Membership
    after: Membership


def possible_changes(membership: Membership) -> tuple[ChangeKind, ...]:
    """Return what can happen to somebody where the membership stands."""
    return _possible(membership.standing, membership.former is not None)


@cache
def _possible(standing: Standing | None, was_member: bool) -> tuple[ChangeKind, ...]:  # noqa: FBT001
    kinds = (kind for kind, ways in TRANSITIONS.items() if standing in ways)
    if standing is not Standing.APPLICANT:
        return tuple(kinds)
    others = ChangeKind.ADMIT if was_member else ChangeKind.READMIT
    return tuple(kind for kind in kinds if kind is not others)


def change_membership(before: Membership, happening: Happening, subject: str) -> Membership:
    """Return the membership after a change. subject: the change's id, for the violation.

    Raises RuleViolation where the standing cannot change so, where a case is needed and none is
    named, where somebody is readmitted who did not ask this branch, and for a transfer to the same
    branch.
    """
    kind = happening.kind
    if kind is ChangeKind.READMIT:
        _require_asked_again(before, happening, subject)
    if kind not in possible_changes(before):
        wanted = " or ".join(one or "none" for one in TRANSITIONS[kind])
        raise RuleViolation(Code.STANDING_NOT_POSSIBLE, subject, wanted, _told(before))
    if kind in NEEDS_CASE and happening.case is None:
        raise RuleViolation(Code.STANDING_NEEDS_CASE, subject, "a decided case", "none")
    if kind is ChangeKind.TRANSFER and happening.branch == before.branch:
        raise RuleViolation(
            Code.BRANCH_SAME, subject, "another branch", f"{happening.branch} again"
        )
    return _changed(before, happening)


def _told(membership: Membership) -> str:
    return _AGAIN if membership.former is not None else membership.standing or "none"


def _require_asked_again(before: Membership, happening: Happening, subject: str) -> None:
    """Refuse to readmit a former member who has not applied to this branch."""
    expected = f"an application to {happening.branch}"
    if before.standing in _FORMER:
        raise RuleViolation(Code.READMISSION_NOT_ASKED, subject, expected, "none")
    if before.former is None:
        raise RuleViolation(Code.STANDING_NOT_POSSIBLE, subject, _AGAIN, _told(before))
    if before.branch != happening.branch:
        found = f"an application to {before.branch}"
        raise RuleViolation(Code.READMISSION_NOT_ASKED, subject, expected, found)


def _changed(before: Membership, happening: Happening) -> Membership:
    """Return the membership after a change that is possible."""
    standing = happening.declared or TRANSITIONS[happening.kind][before.standing]
    if standing is None:
        return before.former or NO_MEMBERSHIP
    branch = happening.branch or before.branch
    asks_again = standing is Standing.APPLICANT and before.standing is not None
    return Membership(standing, branch, before if asks_again else None)


def derive_happenings(
    entries: Sequence[Entry], known_at: datetime | None = None
) -> tuple[tuple[str, Happening], ...]:
    """Return what happened to one person, by day, with the ids of the changes, as corrected.

    entries: of one person, in the order of the record, in which their times do not descend.
    known_at: entries after it are not looked at; None looks at all.

    Raises RuleViolation for a correction of what is no earlier change, ValueError for two changes
    with one id.
    """
    known: dict[str, Happening | None] = {}
    for entry in entries:
        if known_at is not None and entry.known_at > known_at:
            break
        if isinstance(entry, Change):
            if entry.id in known:
                raise ValueError(f"two changes have the id {entry.id}")
            known[entry.id] = entry.happening
        elif entry.corrects in known:
            known[entry.corrects] = entry.instead
        else:
            raise RuleViolation(
                Code.CORRECTION_UNKNOWN, entry.id, "an earlier change", entry.corrects
            )
    found = [(id_, happening) for id_, happening in known.items() if happening is not None]
    return tuple(sorted(found, key=lambda pair: pair[1].day))


def derive_steps(
    entries: Sequence[Entry], until: date, known_at: datetime | None = None
) -> Iterator[Step]:
    """Yield every change up to a day and on it, with the membership before and after.

    Raises RuleViolation at the first change that was not possible.
    """
    membership = NO_MEMBERSHIP
    for id_, happening in derive_happenings(entries, known_at):
        if happening.day > until:
            return
        before, membership = membership, change_membership(membership, happening, id_)
        yield Step(id_, happening, before, membership)


def derive_membership(
    entries: Sequence[Entry], day: date, known_at: datetime | None = None
) -> Membership:
    """Return a person's membership as at the end of a day, as known at a time (None: by now)."""
    membership = NO_MEMBERSHIP
    for step in derive_steps(entries, day, known_at):
        membership = step.after
    return membership


@dataclass(frozen=True, slots=True)
class Stay:
    """From which day to which a membership stood so. last: None where nothing known ends it."""

    membership: Membership
    first: date
    last: date | None

    def reaches_beyond(self, day: date) -> bool:
        """Whether it stands so on any later day."""
        return day < date.max if self.last is None else self.last > day


def derive_stays(entries: Sequence[Entry], known_at: datetime | None = None) -> Iterator[Stay]:
    """Yield where a membership stands, from its first day on; what lasts no day is left out.

    Raises RuleViolation at the first change that was not possible.
    """
    now, first = NO_MEMBERSHIP, date.min
    for step in derive_steps(entries, date.max, known_at):
        day = step.happening.day
        if now != NO_MEMBERSHIP and first < day:
            yield Stay(now, first, day - timedelta(days=1))
        now, first = step.after, day
    if now != NO_MEMBERSHIP:
        yield Stay(now, first, None)


def derive_end(entries: Sequence[Entry]) -> date | None:
    """Return the last day on which somebody is counted; None where nothing known ends it.

    Of who never was, the first day of the calendar.
    """
    end: date | None = date.min
    for stay in derive_stays(entries):
        if stay.membership.counts:
            end = stay.last
    return end
