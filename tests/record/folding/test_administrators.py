from __future__ import annotations

from datetime import date, timedelta

import pytest

from comitia.law.administrators import require_enough_administrators
from comitia.law.errors import Code, RuleViolation
from comitia.law.presets import PRESETS
from comitia.record.entries import Capacity
from comitia.record.folding import Folding
from comitia.record.kinds.organisation import GrantAdministration, RevokeAdministration
from comitia.record.kinds.values import Identifier, Pseudonym
from tests.record.founded import (
    ADMINISTRATORS,
    FIRST,
    LAST,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
)
from tests.record.rulebooks import announcement, change, found_to_change

BOTH = tuple((Capacity.APPOINTMENT, one) for one in ADMINISTRATORS)
TOO_FEW = [("record.right", "administrators.too_few")]
THIRD = identifier("third")
FEBRUARY = date(2026, 2, 1)


def with_a_third(until: date = LAST, holder: str = "h9") -> Record:
    record = found_to_change()
    grant = GrantAdministration(holder=Pseudonym(identifier(holder)), until=until)
    record.act(grant, THIRD, *BOTH, branch=WHOLE)
    return record


def too_few(record: Record) -> bool:
    """Whether the last entry is refused for want of administrators, and no other is."""
    found = [one == TOO_FEW[0] for one in failures_of(record.entries)]
    assert sum(found) <= 1
    return any(found)


def revoke(record: Record, which: Identifier, last_day: date = FEBRUARY) -> None:
    record.act(RevokeAdministration(last_day=last_day), which, *BOTH, branch=WHOLE)


def adopt(record: Record, together: int) -> None:
    change(record, announcement(date(2026, 3, 1), **{"administrators.together": together}))


def test_two_administrators_cannot_leave_one() -> None:
    record = found()
    revoke(record, ADMINISTRATORS[0])
    assert failures_of(record.entries) == TOO_FEW


def test_a_third_administrator_can_go() -> None:
    record = with_a_third()
    revoke(record, ADMINISTRATORS[0])
    assert failures_of(record.entries) == []


def test_whoever_goes_before_counts_no_more() -> None:
    record = with_a_third()
    revoke(record, THIRD)
    revoke(record, ADMINISTRATORS[0])
    assert failures_of(record.entries) == TOO_FEW


def test_a_third_whose_rights_end_before_is_not_left() -> None:
    record = with_a_third(until=FEBRUARY)
    revoke(record, ADMINISTRATORS[0], FEBRUARY)
    assert failures_of(record.entries) == TOO_FEW
    earlier = with_a_third(until=FEBRUARY)
    revoke(earlier, ADMINISTRATORS[0], FEBRUARY - timedelta(days=1))
    assert failures_of(earlier.entries) == []


def test_one_person_with_rights_twice_is_one() -> None:
    record = with_a_third(holder="h0")
    revoke(record, ADMINISTRATORS[1])
    assert failures_of(record.entries) == TOO_FEW


def test_rights_taken_as_of_a_day_that_is_past_are_missed_today() -> None:
    record = with_a_third(until=FEBRUARY)
    record.now += timedelta(days=60)
    revoke(record, ADMINISTRATORS[0], FIRST)
    assert failures_of(record.entries) == [("record.right", "term.end_past"), *TOO_FEW]


def test_a_rule_book_wants_no_more_administrators_than_there_are() -> None:
    record = found_to_change()
    adopt(record, together=3)
    assert too_few(record)
    more = with_a_third()
    adopt(more, together=3)
    assert not too_few(more)


def test_those_who_will_be_left_are_counted_by_the_rule_book_of_then() -> None:
    before, after = with_a_third(), with_a_third()
    for record, last_day in ((before, date(2026, 2, 27)), (after, date(2026, 2, 28))):
        adopt(record, together=3)
        revoke(record, THIRD, last_day)
    assert (too_few(before), too_few(after)) == (False, True)


def test_the_last_day_of_the_calendar_is_no_traceback() -> None:
    record = found()
    revoke(record, ADMINISTRATORS[0], date.max)
    assert failures_of(record.entries) == []


def test_a_state_without_a_rule_book_counts_nobody() -> None:
    record = found()
    revoke(record, ADMINISTRATORS[0])
    folding = Folding()
    folding.remember(record.entries[0])
    codes = [one.subject.rpartition(", ")[2] for one in folding.refusals(record.entries[-1])]
    assert "administrators.too_few" not in codes


def test_the_law_counts_each_person_once() -> None:
    book = PRESETS["small-association"].rule_book(FIRST)
    require_enough_administrators(["a", "b", "a"], book, "x")
    with pytest.raises(RuleViolation) as refused:
        require_enough_administrators(["a", "a"], book, "x")
    violation = refused.value
    assert (violation.code, violation.subject, violation.expected, violation.found) == (
        Code.ADMINISTRATORS_TOO_FEW,
        "x",
        "2 administrators left",
        "1",
    )
