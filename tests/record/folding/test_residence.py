"""Nobody is left in a branch that was closed."""

from __future__ import annotations

from datetime import date

import pytest

from comitia.record.entries import Capacity
from comitia.record.folding import Folding
from comitia.record.kinds.organisation import CloseBranch, CreateBranch, Level
from comitia.record.kinds.register import (
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    TransferMember,
)
from comitia.record.kinds.values import Text
from tests.record.founded import (
    ADA,
    CENTRAL,
    COMMITTEE,
    EVE,
    MILL,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
)

QUAY = identifier("quay")
LAST_DAY = date(2026, 3, 1)
SELF = (Capacity.MEMBERSHIP, EVE)


@pytest.fixture
def record() -> Record:
    """A record with a branch that was closed, and will end later."""
    record = found()
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
