"""Offices end with the membership, by rule; and their holders give them up themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from comitia.record.entries import BY_RULE, Capacity
from comitia.record.folding.ending import last_day_of_offices
from comitia.record.kinds.organisation import EndAppointment, EndMandate, MakeAppointment
from comitia.record.kinds.register import (
    AdmitMember,
    CorrectDetails,
    CorrectMembership,
    LeaveMembership,
    RecordDeath,
)
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from tests.record.folding.test_balance import APPLY, BOTH_KEEPERS, appoint_keepers
from tests.record.founded import (
    ADA,
    BEN,
    CENTRAL,
    COMMITTEE,
    EVE,
    LISTED,
    MILL,
    SECRETARY,
    SECRETARY_OFFICE,
    Record,
    failures_of,
    found,
    identifier,
    with_grounds,
)

HOLDER, SELF = Capacity.MANDATE, Capacity.MEMBERSHIP
TODAY = date(2026, 1, 5)
YESTERDAY = TODAY - timedelta(days=1)
LATER = date(2026, 3, 31)
DEPUTY = identifier("deputy")
NO_RULE = [("record.right", "actors")]


@pytest.fixture
def record() -> Record:
    record = found()
    appoint_keepers(record)
    return record


def end_by_rule(
    record: Record, last_day: date, cause: EntryHash, what: Identifier = COMMITTEE
) -> list[tuple[str, str]]:
    act = EndAppointment(last_day=last_day) if what == DEPUTY else EndMandate(last_day=last_day)
    entry = replace(record.entry(act, what, (HOLDER, CENTRAL)), actors=(BY_RULE,))
    record.write(with_grounds(entry, right=None, cause=cause))
    return [one for one in failures_of(record.entries) if not is_missing(one)]


def is_missing(failure: tuple[str, str]) -> bool:
    """Whether it says that something was not ended."""
    return failure[1].startswith("what ends ")


def alone(
    record: Record,
    act: Any,  # noqa: ANN401 - any act
    who: Identifier,
    *actors: tuple[Capacity, Identifier],
) -> EntryHash:
    """Write an act without what follows from it."""
    return record.write(record.entry(act, who, *actors))


def leave(record: Record, last_day: date, who: Identifier = ADA) -> EntryHash:
    return alone(record, LeaveMembership(last_day=last_day), who, (SELF, who))


def admitted(record: Record) -> EntryHash:
    """Have Eve admitted and appointed; return the entry of her admission."""
    record.act(APPLY, EVE, (SELF, EVE))
    entry = record.act(AdmitMember(since=TODAY), EVE, (HOLDER, COMMITTEE))
    act = MakeAppointment(
        organ=SECRETARY_OFFICE,
        holder=Pseudonym(EVE),
        since=TODAY,
        until=date(2026, 6, 1),
        reason=Text("Nobody stood for election"),
    )
    record.act(act, DEPUTY, (HOLDER, COMMITTEE))
    return entry


def void(record: Record, wrong: EntryHash, who: Identifier) -> EntryHash:
    act = CorrectMembership(wrong=wrong, was_void=True, reasons=Text("A slip"))
    return alone(record, act, who, *BOTH_KEEPERS)


ENDINGS: dict[str, tuple[Callable[[Record], EntryHash], Identifier, date]] = {
    "leaving": (lambda r: leave(r, LATER), COMMITTEE, LATER),
    "leaving today": (lambda r: leave(r, TODAY), COMMITTEE, TODAY),
    "death": (
        lambda r: alone(r, RecordDeath(day=TODAY), BEN, *BOTH_KEEPERS),
        SECRETARY,
        YESTERDAY,
    ),
    "correction": (lambda r: void(r, admitted(r), EVE), DEPUTY, YESTERDAY),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_an_office_ends_with_the_membership(how: str, record: Record) -> None:
    end, what, last_day = ENDINGS[how]
    assert end_by_rule(record, last_day, end(record), what) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_it_ends_on_no_other_day(days: int, record: Record) -> None:
    cause = leave(record, LATER)
    assert end_by_rule(record, LATER + timedelta(days=days), cause) == NO_RULE


@pytest.mark.parametrize(
    "cause",
    [
        lambda r: r.rules,
        lambda r: leave(r, TODAY, ADA),
        lambda r: r.act(CorrectDetails(), BEN, (SELF, BEN)),
        lambda r: r.last(BEN),
        lambda r: void(r, leave(r, TODAY, BEN), BEN),
    ],
    ids=["a rule book", "another's leaving", "details", "a membership that goes on", "undone"],
)
def test_a_rule_removes_nobody_who_is_a_member(
    cause: Callable[[Record], EntryHash], record: Record
) -> None:
    assert end_by_rule(record, TODAY, cause(record), SECRETARY) == NO_RULE


@pytest.mark.parametrize("how", ENDINGS)
def test_what_was_held_must_be_ended(how: str, record: Record) -> None:
    end, what, last_day = ENDINGS[how]
    cause = end(record)
    missing = ("record.order", f"what ends {what[:16]}")
    assert missing in failures_of(record.entries)
    end_by_rule(record, last_day, cause, what)
    assert missing not in failures_of(record.entries)


def test_an_ending_by_another_cause_or_on_another_day_is_not_enough(record: Record) -> None:
    cause = leave(record, LATER)
    end_by_rule(record, LATER + timedelta(days=1), cause)
    assert ("record.order", f"what ends {COMMITTEE[:16]}") in failures_of(record.entries)


def test_what_was_given_up_before_need_not_be_ended(record: Record) -> None:
    resign(record, COMMITTEE, ADA)
    leave(record, LATER)
    assert ("record.order", f"what ends {COMMITTEE[:16]}") not in failures_of(record.entries)


def test_a_leaving_that_was_void_ends_nothing_any_more(record: Record) -> None:
    void(record, leave(record, LATER, BEN), BEN)
    assert failures_of(record.entries) == []


def test_of_somebody_who_is_not_on_the_register_nothing_is_asked(record: Record) -> None:
    record.write(record.entry(LeaveMembership(last_day=TODAY), EVE, (SELF, EVE)))
    assert [one for one in failures_of(record.entries) if is_missing(one)] == []


def test_a_rule_ends_nothing_that_was_never_given(record: Record) -> None:
    assert NO_RULE[0] in end_by_rule(record, TODAY, leave(record, TODAY), identifier("nothing"))


def test_an_office_of_somebody_who_is_nobody_does_not_end_by_rule() -> None:
    """A founding can declare a mandate of a pseudonym that no membership has."""
    record = found(
        [
            (one, at, replace(act, holder=Pseudonym(EVE)) if one == COMMITTEE else act)
            for one, at, act in LISTED
        ]
    )
    assert end_by_rule(record, TODAY, record.rules) == NO_RULE


def test_on_the_first_day_of_the_calendar_there_is_no_yesterday() -> None:
    assert last_day_of_offices((), date.min) == date.min


# --- Giving it up ---------------------------------------------------------------------------------


def resign(record: Record, what: Identifier, who: Identifier, of: Identifier = MILL) -> None:
    act = EndAppointment(last_day=TODAY) if what == DEPUTY else EndMandate(last_day=TODAY)
    entry = record.entry(act, what, (SELF, who), branch=of)
    record.write(with_grounds(entry, right=record.last(who)))


@pytest.mark.parametrize(
    "what, who, expected",
    [
        (COMMITTEE, ADA, []),
        (DEPUTY, EVE, []),
        (SECRETARY, BEN, []),
        (COMMITTEE, BEN, NO_RULE),
        (DEPUTY, ADA, NO_RULE),
    ],
)
def test_the_holder_gives_it_up_and_nobody_else_for_them(
    what: Identifier, who: Identifier, expected: list[tuple[str, str]], record: Record
) -> None:
    admitted(record)
    resign(record, what, who)
    assert failures_of(record.entries) == expected


def test_who_appointed_somebody_can_end_it_and_nobody_ends_a_mandate(record: Record) -> None:
    admitted(record)
    record.act(EndAppointment(last_day=TODAY), DEPUTY, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == []
    record.act(EndMandate(last_day=TODAY), SECRETARY, (HOLDER, CENTRAL))
    assert failures_of(record.entries) == NO_RULE


def test_giving_up_names_the_entry_by_which_one_is_a_member(record: Record) -> None:
    entry = record.entry(EndMandate(last_day=TODAY), COMMITTEE, (SELF, ADA))
    record.write(entry)
    assert failures_of(record.entries) == [("record.right", "right")]
