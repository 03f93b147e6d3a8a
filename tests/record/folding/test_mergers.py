"""A merger takes all members along, each by an entry, and every other way of it is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law.standings import Standing
from comitia.record.entries import BY_RULE, Capacity, Entry, Grounds
from comitia.record.folding import Folding
from comitia.record.folding.mergers import Merging, merge
from comitia.record.kinds.organisation import CloseBranch, CreateBranch, Level, MergeBranch
from comitia.record.kinds.register import (
    ApplyForMembership,
    Category,
    LeaveMembership,
    TransferMember,
)
from comitia.record.kinds.values import EntryHash, Identifier, Root, Text
from tests.record.founded import (
    ADA,
    BEN,
    CAT,
    CENTRAL,
    COMMITTEE,
    DAN,
    EVE,
    MILL,
    PORT,
    SECRETARY,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
)

LAST_DAY = date(2026, 3, 31)
HOLDER = Capacity.MANDATE
MERGING = merge(MILL, PORT, LAST_DAY, [BEN, ADA])


def begin(record: Record, act: MergeBranch = MERGING.act, by: Identifier = CENTRAL) -> EntryHash:
    return record.act(act, MILL, (HOLDER, by), branch=WHOLE)


def follow(record: Record, cause: EntryHash, follows: Sequence[tuple[Any, Identifier]]) -> None:
    """Write what follows by rule."""
    for act, aggregate in follows:
        grounds = Grounds(record.last(aggregate), None, record.rules, cause)
        record.write(Entry(act, record.now, (BY_RULE,), aggregate, MILL, grounds))


def merged(merging: Merging = MERGING) -> Record:
    record = found()
    follow(record, begin(record, merging.act), merging.follows)
    return record


def test_all_members_belong_to_the_other_branch_and_the_merged_one_closes() -> None:
    folding = Folding()
    for content in merged().entries:
        assert folding.take(content) == []
    assert folding.finish() == []
    now = {one: folding.state.register[one].membership for one in (ADA, BEN, CAT, DAN)}
    assert {one: (known.standing, known.branch) for one, known in now.items()} == {
        ADA: (Standing.MEMBER, PORT),
        BEN: (Standing.MEMBER, PORT),
        CAT: (Standing.MEMBER, PORT),
        DAN: (Standing.EXPELLED, MILL),
    }
    assert folding.state.branches[MILL].last_day == LAST_DAY


@given(st.permutations([ADA, BEN, CAT]))
def test_the_list_of_a_merger_depends_on_nobodys_order(members: list[Identifier]) -> None:
    assert merge(MILL, PORT, LAST_DAY, members) == merge(MILL, PORT, LAST_DAY, [ADA, BEN, CAT])


def test_a_merger_is_the_act_of_a_branch_above_both() -> None:
    for by, expected in ((COMMITTEE, ["record.right"]), (SECRETARY, ["record.right"])):
        record = found()
        follow(record, begin(record, by=by), MERGING.follows)
        assert [check for check, _ in failures_of(record.entries)] == expected


@pytest.mark.parametrize(
    "into, last_day, part",
    [
        (MILL, LAST_DAY, "into"),
        (identifier("nowhere"), LAST_DAY, "into"),
        (identifier("below"), LAST_DAY, "into"),
        (PORT, date(2026, 1, 4), "last_day"),
    ],
)
def test_a_merger_that_cannot_be_is_refused(into: Identifier, last_day: date, part: str) -> None:
    record = found()
    below = CreateBranch(name=Text("Below"), level=Level.GROUP, parent=MILL)
    record.act(below, identifier("below"), (HOLDER, COMMITTEE))
    begin(record, replace(MERGING.act, into=into, last_day=last_day))
    assert ("record.order", part) in failures_of(record.entries)


def test_a_branch_is_not_merged_into_one_that_has_closed() -> None:
    record, other = found(), identifier("other")
    create = CreateBranch(name=Text("Other"), level=Level.LOCAL, parent=WHOLE)
    record.act(create, other, (HOLDER, CENTRAL), branch=WHOLE)
    record.act(CloseBranch(last_day=LAST_DAY), other, (HOLDER, CENTRAL), branch=WHOLE)
    begin(record, replace(MERGING.act, into=other))
    assert failures_of(record.entries)[0] == ("record.order", "into")


def test_a_merger_is_not_over_before_all_that_it_lists_has_followed() -> None:
    record = merged()
    end = len(record.entries)
    for cut in (1, 2, 3):
        assert failures_of(record.entries[: end - cut]) == [("record.order", "record")]


def test_nobody_is_left_behind() -> None:
    assert ("record.order", "branch.still_held") in failures_of(
        merged(merge(MILL, PORT, LAST_DAY, [ADA])).entries
    )


def test_an_applicant_keeps_a_branch_from_merging() -> None:
    record = found()
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
    record.act(apply, EVE, (Capacity.MEMBERSHIP, EVE))
    follow(record, begin(record), MERGING.follows)
    assert failures_of(record.entries) == [("record.order", "branch.still_held")]


def leaving(last_day: date) -> Record:
    """Return a record in which Ada has declared at the Mill that she leaves."""
    record = found()
    record.act(LeaveMembership(last_day=last_day), ADA, (Capacity.MEMBERSHIP, ADA))
    return record


@pytest.mark.parametrize(
    "last_day, members, expected",
    [
        (date(2026, 4, 1), [ADA, BEN], []),
        (date(2026, 4, 1), [BEN], [("record.order", "branch.still_held")]),
        (LAST_DAY, [BEN], []),
        (LAST_DAY, [ADA, BEN], [("record.standing", "standing.not_possible")]),
    ],
)
def test_who_has_declared_to_leave_goes_along_if_still_a_member_then(
    last_day: date, members: list[Identifier], expected: list[tuple[str, str]]
) -> None:
    record = leaving(last_day)
    merging = merge(MILL, PORT, LAST_DAY, members)
    follow(record, begin(record, merging.act), merging.follows)
    assert failures_of(record.entries) == expected


def test_what_follows_is_what_the_root_says() -> None:
    act = replace(MERGING.act, list_root=Root("0" * 64))
    assert failures_of(merged(replace(MERGING, act=act)).entries) == [("record.order", "list_root")]


def test_nothing_comes_amidst_a_merger() -> None:
    record = found()
    cause = begin(record)
    follow(record, cause, MERGING.follows[:1])
    apply = ApplyForMembership(branch=PORT, category=Category.FULL, name=Text("Eve"))
    record.act(apply, EVE, (Capacity.MEMBERSHIP, EVE), branch=PORT)
    follow(record, cause, MERGING.follows[1:])
    assert failures_of(record.entries) == [
        ("record.order", "cause"),
        ("record.order", "list_root"),
        ("record.order", "cause"),
    ]


STRANGE: dict[str, tuple[Any, Identifier]] = {
    "somebody of another branch": (MERGING.follows[0][0], CAT),
    "into a third branch": (TransferMember(to=WHOLE, since=date(2026, 4, 1)), ADA),
    "on another day": (TransferMember(to=PORT, since=date(2026, 4, 2)), ADA),
    "another branch": (CloseBranch(last_day=LAST_DAY), PORT),
    "another last day": (CloseBranch(last_day=date(2026, 4, 1)), MILL),
    "another act": (CreateBranch(name=Text("x"), level=Level.LOCAL, parent=WHOLE), EVE),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_merger_is_no_cause_for_anything_else(name: str) -> None:
    record = found()
    follow(record, begin(record), [STRANGE[name]])
    assert ("record.right", "actors") in failures_of(record.entries)


def test_nobody_is_transferred_by_rule_without_a_merger() -> None:
    record = found()
    follow(record, record.rules, [MERGING.follows[0]])
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_there_is_no_day_after_the_last() -> None:
    record = found()
    last = replace(MERGING.act, last_day=date.max)
    transfer = TransferMember(to=PORT, since=date.max)
    follow(record, begin(record, last), [(transfer, ADA)])
    assert ("record.right", "actors") in failures_of(record.entries)
    with pytest.raises(OverflowError):
        merge(MILL, PORT, date.max, [ADA])
