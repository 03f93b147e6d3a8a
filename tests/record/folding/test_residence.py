"""Nobody is left in a branch that was closed, on whatever day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from comitia.record.entries import Capacity
from comitia.record.folding import Folding
from comitia.record.kinds.organisation import CloseBranch, CreateBranch, Level, MakeAppointment
from comitia.record.kinds.register import (
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    SetCategory,
    TransferMember,
)
from comitia.record.kinds.values import Identifier, Pseudonym, Text
from tests.record.founded import (
    ADA,
    BEN,
    CAT,
    CENTRAL,
    COMMITTEE,
    EVE,
    FIRST,
    LISTED,
    MILL,
    PORT,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
    member,
)

QUAY, DEE = identifier("quay"), identifier("dee")
LAST_DAY = date(2026, 3, 1)
SELF = (Capacity.MEMBERSHIP, EVE)


def appoint_keepers(record: Record) -> tuple[tuple[Capacity, Identifier], ...]:
    """Have two keep the register of all branches; return in which capacity they act."""
    keepers = identifier("keeper1"), identifier("keeper2")
    for keeper, holder in zip(keepers, (ADA, DEE), strict=True):
        act = MakeAppointment(
            organ=SECRETARY_OFFICE,
            holder=Pseudonym(holder),
            since=FIRST,
            until=date(2026, 6, 1),
            reason=Text("Nobody stood for election"),
        )
        record.act(act, keeper, (Capacity.MANDATE, CENTRAL), branch=WHOLE)
    return tuple((Capacity.APPOINTMENT, one) for one in keepers)


def with_dee() -> Record:
    """Return a record with one more member at the Mill."""
    return found((*LISTED, (DEE, MILL, member(MILL))))


@pytest.fixture
def record() -> Record:
    """A record with a branch that was closed, and will end later."""
    record = with_dee()
    quay = CreateBranch(name=Text("Quay"), level=Level.GROUP, parent=MILL)
    record.act(quay, QUAY, (Capacity.MANDATE, COMMITTEE))
    record.act(CloseBranch(last_day=LAST_DAY), QUAY, (Capacity.MANDATE, COMMITTEE))
    return record


def test_nobody_asks_to_be_admitted_to_it(record: Record) -> None:
    apply = ApplyForMembership(branch=QUAY, category=Category.FULL, name=Text("Eve"))
    record.act(apply, EVE, SELF, branch=QUAY)
    assert failures_of(record.entries) == [("record.order", "branch")]


def test_nobody_is_transferred_to_it(record: Record) -> None:
    move = TransferMember(to=QUAY, since=date(2026, 2, 1))
    record.act(move, ADA, (Capacity.MANDATE, CENTRAL), branch=WHOLE)
    assert ("record.order", "branch") in failures_of(record.entries)


def test_who_was_a_member_elsewhere_can_leave(record: Record) -> None:
    record.act(LeaveMembership(last_day=LAST_DAY), ADA, (Capacity.MEMBERSHIP, ADA))
    assert failures_of(record.entries) == []


def test_a_correction_into_it_is_not_written_and_not_this_check_s_to_name(record: Record) -> None:
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
    wrong = record.act(apply, EVE, SELF)
    correct = CorrectMembership(wrong=wrong, was_void=False, branch=QUAY, reasons=Text("Wrong."))
    folding = Folding()
    for content in record.entries:
        folding.take(content)
    record.act(correct, EVE, (Capacity.MANDATE, CENTRAL))
    refusals = [one.subject.rpartition(", ")[2] for one in folding.refusals(record.entries[-1])]
    taken = [one.subject.rpartition(", ")[2] for one in folding.take(record.entries[-1])]
    assert [*refusals] == [*taken, "branch"]


CLOSE = CloseBranch(last_day=LAST_DAY)
STILL_HELD = [("record.order", "branch.still_held")]


def closing(last_day: date, change: object, by: tuple[Capacity, Identifier]) -> Record:
    """Return a record in which Cat is the only member at the Port, and it closes."""
    record = found()
    branch = WHOLE if by[1] == CENTRAL else PORT
    record.act(change, CAT, by, branch=branch)
    record.act(CloseBranch(last_day=last_day), PORT, (Capacity.MANDATE, CENTRAL), branch=WHOLE)
    return record


@pytest.mark.parametrize(
    "last_day, expected",
    [(date(2026, 2, 27), STILL_HELD), (LAST_DAY - timedelta(days=1), STILL_HELD), (LAST_DAY, [])],
)
def test_a_branch_closes_when_the_last_has_left_and_not_before(
    last_day: date, expected: list[tuple[str, str]]
) -> None:
    """The leaving is known when the branch closes, and takes effect later."""
    leave = LeaveMembership(last_day=LAST_DAY)
    record = closing(last_day, leave, (Capacity.MEMBERSHIP, CAT))
    assert failures_of(record.entries) == expected


@pytest.mark.parametrize(
    "last_day, expected", [(LAST_DAY - timedelta(days=2), STILL_HELD), (LAST_DAY, [])]
)
def test_a_transfer_to_come_keeps_a_branch_open(
    last_day: date, expected: list[tuple[str, str]]
) -> None:
    record = with_dee()
    by = appoint_keepers(record)
    move = TransferMember(to=MILL, since=LAST_DAY)
    record.act(move, CAT, *by, branch=WHOLE)
    record.act(CloseBranch(last_day=last_day), PORT, (Capacity.MANDATE, CENTRAL), branch=WHOLE)
    assert failures_of(record.entries) == expected


def test_who_left_a_branch_before_it_closed_applies_to_another() -> None:
    record = closing(LAST_DAY, LeaveMembership(last_day=LAST_DAY), (Capacity.MEMBERSHIP, CAT))
    record.later(days=90)
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Cat"))
    record.act(apply, CAT, (Capacity.MEMBERSHIP, CAT))
    assert failures_of(record.entries) == []


def test_a_branch_in_which_somebody_stood_no_day_is_empty() -> None:
    """Who is transferred and leaves on one day is in the other branch for no day of it."""
    record = with_dee()
    by = appoint_keepers(record)
    leave = LeaveMembership(last_day=LAST_DAY)
    record.act(leave, CAT, (Capacity.MEMBERSHIP, CAT), branch=PORT)
    quay = CreateBranch(name=Text("Quay"), level=Level.GROUP, parent=MILL)
    record.act(quay, QUAY, (Capacity.MANDATE, COMMITTEE))
    record.act(CLOSE, QUAY, (Capacity.MANDATE, COMMITTEE))
    back = TransferMember(to=QUAY, since=LAST_DAY + timedelta(days=1))
    record.act(back, CAT, *by, branch=WHOLE)
    assert ("record.order", "branch") not in failures_of(record.entries)


def test_nobody_is_put_into_it_for_a_time_that_is_over_again(record: Record) -> None:
    """A transfer to come does not hide the days before it."""
    by = appoint_keepers(record)
    record.act(TransferMember(to=PORT, since=date(2026, 6, 1)), BEN, *by, branch=WHOLE)
    assert failures_of(record.entries) == []
    record.act(TransferMember(to=QUAY, since=date(2026, 2, 1)), BEN, *by, branch=WHOLE)
    assert failures_of(record.entries) == [("record.order", "branch")]
    record.act(LeaveMembership(last_day=date(2026, 6, 30)), BEN, (Capacity.MEMBERSHIP, BEN))
    assert failures_of(record.entries) == [("record.order", "branch")]


def test_a_branch_that_exists_to_the_last_day_of_all_has_no_day_after_it() -> None:
    record = found()
    close = CloseBranch(last_day=date.max)
    record.act(close, PORT, (Capacity.MANDATE, CENTRAL), branch=WHOLE)
    assert failures_of(record.entries) == []


@pytest.mark.parametrize(
    "since, expected",
    [(FIRST, []), (FIRST - timedelta(days=1), [("record.standing", "transfer.past")])],
)
def test_nobody_is_transferred_as_of_a_day_that_is_past(
    since: date, expected: list[tuple[str, str]], record: Record
) -> None:
    by = appoint_keepers(record)
    record.act(TransferMember(to=PORT, since=since), BEN, *by, branch=WHOLE)
    assert failures_of(record.entries) == expected


@pytest.mark.parametrize(
    "act", [TransferMember(to=PORT, since=FIRST), SetCategory(category=Category.SUPPORTING)]
)
def test_no_keeper_alone_moves_anybody_or_makes_them_less(act: object, record: Record) -> None:
    by = appoint_keepers(record)
    record.act(act, BEN, by[0], branch=WHOLE)
    assert failures_of(record.entries) == [("record.right", "actors")]
