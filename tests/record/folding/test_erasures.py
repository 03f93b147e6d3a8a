"""Two keepers erase who belongs no more; afterwards nothing more is said of that pseudonym."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from comitia.record.entries import BY_RULE, Capacity
from comitia.record.kinds.organisation import MakeAppointment
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    RefuseApplication,
    SetCategory,
    WithdrawApplication,
)
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from tests.record.founded import (
    ADA,
    CAT,
    CENTRAL,
    COMMITTEE,
    DAN,
    EVE,
    MILL,
    PORT,
    SECRETARY,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
    with_grounds,
)

SELF, APPOINTED, HOLDER = Capacity.MEMBERSHIP, Capacity.APPOINTMENT, Capacity.MANDATE
DEPUTY = identifier("deputy")
KEEPERS = ((HOLDER, SECRETARY), (APPOINTED, DEPUTY))
FIRST_DAY = date(2026, 1, 5)
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))


def erasing(*entries: EntryHash) -> EraseDisclosures:
    return EraseDisclosures(entries=entries)


@pytest.fixture
def record() -> Record:
    """Found, with a second keeper of the whole's register."""
    record = found()
    deputy = MakeAppointment(
        organ=SECRETARY_OFFICE,
        holder=Pseudonym(CAT),
        since=FIRST_DAY,
        until=date(2026, 12, 31),
        reason=Text("Two must act together"),
    )
    record.act(deputy, DEPUTY, (HOLDER, CENTRAL), branch=WHOLE)
    return record


def refused(record: Record) -> EntryHash:
    """Have Eve apply, and be refused; return the entry with her name."""
    name = record.act(APPLY, EVE, (SELF, EVE))
    record.act(RefuseApplication(reasons=Text("Too young")), EVE, (HOLDER, COMMITTEE))
    return name


def test_two_keepers_erase_a_former_member(record: Record) -> None:
    record.act(erasing(), DAN, *KEEPERS, branch=None)
    assert failures_of(record.entries) == []


def test_two_keepers_erase_who_was_refused_where_that_was(record: Record) -> None:
    record.act(erasing(refused(record)), EVE, *KEEPERS, branch=None)
    assert failures_of(record.entries) == []


def test_keepers_of_another_branch_do_not_erase(record: Record) -> None:
    own = identifier("fay")
    record.act(replace(APPLY, branch=PORT), own, (SELF, own), branch=PORT)
    record.act(WithdrawApplication(), own, (SELF, own), branch=PORT)
    record.act(erasing(), own, *KEEPERS, branch=None)
    assert failures_of(record.entries) == [("record.right", "actors")]


@pytest.mark.parametrize("keepers", [KEEPERS[:1], KEEPERS[1:], ((HOLDER, CENTRAL), KEEPERS[1])])
def test_nobody_erases_but_two_keepers(
    record: Record, keepers: tuple[tuple[Capacity, Identifier], ...]
) -> None:
    record.act(erasing(), DAN, *keepers, branch=None)
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_no_rule_erases_by_itself(record: Record) -> None:
    entry = record.entry(erasing(), DAN, (SELF, DAN), branch=None)
    grounds = {"right": None, "cause": record.rules}
    record.write(with_grounds(replace(entry, actors=(BY_RULE,)), **grounds))
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_who_belongs_is_not_erased(record: Record) -> None:
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(erasing(), EVE, *KEEPERS, branch=None)
    assert failures_of(record.entries) == [("record.standing", "erasure.still_member")]


def test_who_has_not_left_yet_is_not_erased(record: Record) -> None:
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(AdmitMember(since=FIRST_DAY), EVE, (HOLDER, COMMITTEE))
    leave = LeaveMembership(last_day=record.now.date())
    record.act(leave, EVE, (SELF, EVE))
    record.act(erasing(), EVE, *KEEPERS, branch=None)
    assert failures_of(record.entries) == [("record.standing", "erasure.still_member")]


def test_who_holds_something_is_not_erased(record: Record) -> None:
    leave = LeaveMembership(last_day=record.now.date())
    record.write(record.entry(leave, ADA, (SELF, ADA)))  # without the ending of what Ada holds
    record.now += timedelta(days=2)
    record.act(erasing(), ADA, *KEEPERS, branch=None)
    assert failures_of(record.entries)[0] == ("record.standing", "erasure.still_held")


def test_an_erasure_names_entries_before_it(record: Record) -> None:
    record.act(erasing(EntryHash("0" * 64)), DAN, *KEEPERS, branch=None)
    assert failures_of(record.entries) == [("record.order", "entries")]


AFTER: list[tuple[Any, tuple[tuple[Capacity, Identifier], ...]]] = [
    (SetCategory(category=Category.REDUCED), KEEPERS[:1]),
    (CorrectMembership(wrong=EntryHash("0" * 64), was_void=True, reasons=Text("x")), KEEPERS),
]


@pytest.mark.parametrize("act, by", AFTER)
def test_nothing_follows_an_erasure(
    record: Record, act: object, by: tuple[tuple[Capacity, Identifier], ...]
) -> None:
    refused(record)
    record.act(erasing(), EVE, *KEEPERS, branch=None)
    record.act(act, EVE, *by)
    assert ("record.standing", "erasure.done") in failures_of(record.entries)


def test_who_was_erased_does_not_apply_again(record: Record) -> None:
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(AdmitMember(since=FIRST_DAY), EVE, (HOLDER, COMMITTEE))
    record.act(LeaveMembership(last_day=FIRST_DAY), EVE, (SELF, EVE))
    record.now += timedelta(days=2)
    record.act(erasing(), EVE, *KEEPERS, branch=None)
    record.act(APPLY, EVE, (SELF, EVE))
    assert ("record.standing", "erasure.done") in failures_of(record.entries)


def test_an_erasure_can_be_said_again(record: Record) -> None:
    record.act(erasing(), DAN, *KEEPERS, branch=None)
    record.act(erasing(), DAN, *KEEPERS, branch=None)
    assert failures_of(record.entries) == []
