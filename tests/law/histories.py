"""Histories of memberships that are possible, drawn at random."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from comitia.law.standings import (
    NAMES_BRANCH,
    NEEDS_CASE,
    NO_MEMBERSHIP,
    Change,
    ChangeKind,
    Correction,
    Entry,
    Happening,
    Membership,
    change_membership,
    possible_changes,
)

DAY_0 = date(2026, 1, 1)
NOON_0 = datetime(2026, 1, 1, 12, tzinfo=UTC)
BRANCHES = ("harbour", "mill", "north", "south")


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def noon(number: int) -> datetime:
    return NOON_0 + timedelta(days=number)


def happening(kind: ChangeKind, number: int, branch: str | None = None) -> Happening:
    """Return what happens on a day, with the case that it needs."""
    return Happening(kind, day(number), branch, "case-1" if kind in NEEDS_CASE else None)


@st.composite
def _next_happening(draw: st.DrawFn, before: Membership, earliest: int) -> tuple[Happening, int]:
    kind = draw(st.sampled_from(possible_changes(before)))
    number = draw(st.integers(earliest, earliest + 9))
    others = [branch for branch in BRANCHES if branch != before.branch]
    branch = draw(st.sampled_from(others)) if kind in NAMES_BRANCH else None
    if kind is ChangeKind.READMIT:
        branch = before.branch  # the one that was asked
    return happening(kind, number, branch), number


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Draw a person's entries: changes as they happened, some known late, some corrected.

    A correction moves a change by a day or takes it back where the history stays possible for
    whoever looks at any time; what is left out otherwise is only the correction.
    """
    entries: list[Entry] = []
    membership, number = NO_MEMBERSHIP, 0
    for place in range(draw(st.integers(0, 8))):
        if not possible_changes(membership):
            break
        what, number = draw(_next_happening(membership, number))
        membership = change_membership(membership, what, "drawn")
        entries.append(Change(f"change-{place}", noon(number + draw(st.integers(0, 5))), what))
    last = entries[-1] if entries else None
    if isinstance(last, Change) and draw(st.integers(0, 1)):
        moved = Happening(
            last.happening.kind,
            last.happening.day + timedelta(days=draw(st.integers(0, 9))),
            last.happening.branch,
            last.happening.case,
        )
        instead = draw(st.sampled_from([None, moved]))
        at = last.known_at + timedelta(days=draw(st.integers(0, 20)))
        entries.append(Correction("correction", at, last.id, instead))
    return _in_order_of_the_record(entries)


def _in_order_of_the_record(entries: list[Entry]) -> list[Entry]:
    """Make the times of entries ascend with their places."""
    ordered: list[Entry] = []
    latest = NOON_0
    for entry in entries:
        latest = max(latest, entry.known_at)
        if isinstance(entry, Change):
            ordered.append(Change(entry.id, latest, entry.happening))
        else:
            ordered.append(Correction(entry.id, latest, entry.corrects, entry.instead))
    return ordered
