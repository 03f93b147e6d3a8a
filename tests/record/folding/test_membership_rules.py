"""What the rule book says of applications and leavings is refused where it is broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from comitia.record.canonical import Json
from comitia.record.entries import Capacity
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RefuseApplication,
    WithdrawApplication,
)
from comitia.record.kinds.values import Identifier, Text
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
    Record,
    failures_of,
    found,
    identifier,
    listed_under,
    mandate,
)

SELF, HOLDER = Capacity.MEMBERSHIP, Capacity.MANDATE
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
ADMIT = AdmitMember(since=date(2026, 2, 1))
REFUSE = RefuseApplication(reasons=Text("No."))


@pytest.mark.parametrize("act", [ADMIT, REFUSE])
@pytest.mark.parametrize(
    "level, decider, failures",
    [
        ("own", COMMITTEE, []),
        ("own", CENTRAL, []),
        ("above", COMMITTEE, [("record.right", "actors")]),
        ("above", CENTRAL, []),
        ("top", COMMITTEE, [("record.right", "actors")]),
        ("top", CENTRAL, []),
    ],
)
def test_an_application_is_decided_at_the_level_of_the_rules(
    act: AdmitMember | RefuseApplication,
    level: str,
    decider: Identifier,
    failures: list[tuple[str, str]],
) -> None:
    record = found(listed_under({"application.level": level}))
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(act, EVE, (HOLDER, decider))
    assert failures_of(record.entries) == failures


# --- Objections --------------------------------------------------------------------------------

TWO_WEEKS: Mapping[str, Json] = {"application.objections": {"days": 14}}
RUNNING = [("record.standing", "application.objections_run")]


def applied(rules: Mapping[str, Json], category: Category = Category.FULL) -> Record:
    """Return a record under some rules in which Eve applied on the 5th of January."""
    record = found(listed_under(rules))
    record.act(replace(APPLY, category=category), EVE, (SELF, EVE))
    return record


@pytest.mark.parametrize("later, failures", [(0, RUNNING), (14, RUNNING), (15, [])])
def test_nobody_is_admitted_while_members_may_object(
    later: int, failures: list[tuple[str, str]]
) -> None:
    record = applied(TWO_WEEKS)
    record.later(days=later)
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == failures


def test_an_application_is_refused_while_members_may_object() -> None:
    record = applied(TWO_WEEKS)
    record.act(REFUSE, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == []


def keepers(rules: Mapping[str, Json]) -> Record:
    """Return a record in which two keep the register of the Mill."""
    listed = (*listed_under(rules), (SECOND, MILL, mandate(SECRETARY_OFFICE, CAT)))
    return found(listed)


SECOND = identifier("second")
BOTH = ((HOLDER, SECRETARY), (HOLDER, SECOND))


def test_no_correction_of_the_day_shortens_the_time_for_objections() -> None:
    record = keepers(TWO_WEEKS)
    applied = record.act(APPLY, EVE, (SELF, EVE))
    correct = CorrectMembership(
        wrong=applied, was_void=False, since=date(2025, 6, 1), reasons=Text("It came before.")
    )
    record.act(correct, EVE, *BOTH)
    record.act(ADMIT, EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == RUNNING


def test_who_asks_again_after_a_refusal_can_be_objected_to_again() -> None:
    record = applied(TWO_WEEKS)
    record.act(REFUSE, EVE, (HOLDER, COMMITTEE))
    record.later(days=20)
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(AdmitMember(since=date(2026, 3, 1)), EVE, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == RUNNING


def test_where_no_day_is_left_to_object_the_entry_is_refused() -> None:
    record = found(listed_under(TWO_WEEKS))
    record.now = record.now.replace(year=9999, month=12, day=30)
    record.act(APPLY, EVE, (SELF, EVE))
    record.act(AdmitMember(since=date(9999, 12, 31)), EVE, (HOLDER, COMMITTEE))
    assert ("record.standing", "at") in failures_of(record.entries)


def test_nobody_applies_for_an_honour() -> None:
    failures = {one: failures_of(applied({}, one).entries) for one in Category}
    refused = [("record.standing", "category.not_applied_for")]
    sound: list[tuple[str, str]] = []
    assert failures == {one: refused if one is Category.HONORARY else sound for one in Category}


# --- Leaving -----------------------------------------------------------------------------------

A_MONTH: Mapping[str, Json] = {"leaving.notice": {"months": 1}}
EARLY = [("record.standing", "leaving.too_early")]


@pytest.mark.parametrize(
    "rules, last_day, failures",
    [
        ({}, date(2026, 1, 5), []),
        ({}, date(2026, 1, 4), EARLY),
        (A_MONTH, date(2026, 2, 5), []),
        (A_MONTH, date(2026, 2, 4), EARLY),
    ],
)
def test_a_membership_ends_when_the_notice_is_over(
    rules: Mapping[str, Json], last_day: date, failures: list[tuple[str, str]]
) -> None:
    leave = LeaveMembership(last_day=last_day)
    own, by_keepers = found(listed_under(rules)), keepers(rules)
    own.act(leave, ADA, (SELF, ADA))
    by_keepers.act(leave, ADA, *BOTH)
    assert [failures_of(one.entries) for one in (own, by_keepers)] == [failures] * 2


@pytest.mark.parametrize(
    "last_day, declared, failures",
    [
        (date(2026, 1, 20), date(2025, 12, 20), []),
        (date(2026, 1, 19), date(2025, 12, 20), EARLY),
        (date(2026, 2, 6), date(2026, 1, 5), []),
        (date(2026, 2, 6), date(2026, 1, 6), [("record.standing", "declared_on")]),
    ],
)
def test_the_notice_of_a_letter_runs_from_the_day_on_which_it_came(
    last_day: date, declared: date, failures: list[tuple[str, str]]
) -> None:
    record = keepers(A_MONTH)
    record.act(LeaveMembership(last_day=last_day, declared_on=declared), ADA, *BOTH)
    assert failures_of(record.entries) == failures


def test_nobody_dates_back_the_own_leaving() -> None:
    record = found(listed_under(A_MONTH))
    leave = LeaveMembership(last_day=date(2026, 1, 20), declared_on=date(2025, 12, 20))
    record.act(leave, ADA, (SELF, ADA))
    assert failures_of(record.entries) == [("record.standing", "declared_on")]


@pytest.mark.parametrize("notice", [{"days": 30}, {"months": 1}])
def test_where_no_day_is_left_to_leave_on_the_entry_is_refused(notice: Json) -> None:
    record = found(listed_under({"leaving.notice": notice}))
    record.now = record.now.replace(year=9999, month=12, day=20)
    record.act(LeaveMembership(last_day=date(9999, 12, 30)), ADA, (SELF, ADA))
    assert ("record.standing", "last_day") in failures_of(record.entries)


@pytest.mark.parametrize(
    "act, person, by",
    [
        (LeaveMembership(last_day=date(2025, 12, 1)), ADA, (SELF, ADA)),
        (ADMIT, EVE, (HOLDER, COMMITTEE)),
        (ADMIT, EVE, (SELF, EVE)),
    ],
)
def test_where_no_rule_book_is_in_force_that_is_named(
    act: LeaveMembership | AdmitMember, person: Identifier, by: tuple[Capacity, Identifier]
) -> None:
    """Its rules are not asked, and the entry is refused all the same."""
    record = applied({})
    before = replace(record.entry(act, person, by), at=datetime(2025, 12, 1, 9, tzinfo=UTC))
    record.write(before)
    failures = failures_of(record.entries)
    assert ("record.rules", "rules") in failures
    assert not {"leaving.too_early", "application.objections_run"} & {part for _, part in failures}


# --- Coming back -------------------------------------------------------------------------------

NOT_ASKED = [("record.standing", "readmission.not_asked")]
BACK = ReadmitMember(branch=MILL, since=date(2026, 2, 1))
BY_APPLICATION: Mapping[str, Json] = {"readmission.after_expulsion": "application"}


def test_nobody_is_readmitted_without_asking() -> None:
    record = found(listed_under(BY_APPLICATION))
    record.act(BACK, DAN, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == NOT_ASKED


def test_who_asks_one_branch_is_not_readmitted_to_another() -> None:
    record = found(listed_under(BY_APPLICATION))
    record.act(replace(APPLY, branch=PORT), DAN, (SELF, DAN), branch=PORT)
    record.act(BACK, DAN, (HOLDER, CENTRAL))
    assert failures_of(record.entries) == NOT_ASKED


@pytest.mark.parametrize("end", [REFUSE, WithdrawApplication()])
def test_an_application_that_was_answered_or_taken_back_asks_nothing(
    end: RefuseApplication | WithdrawApplication,
) -> None:
    record = found(listed_under(BY_APPLICATION))
    record.act(APPLY, DAN, (SELF, DAN))
    by = (HOLDER, COMMITTEE) if isinstance(end, RefuseApplication) else (SELF, DAN)
    record.act(end, DAN, by)
    record.act(BACK, DAN, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == NOT_ASKED


def test_a_keeper_lodges_the_application_of_a_former_member() -> None:
    record = found(listed_under(BY_APPLICATION))
    record.act(APPLY, DAN, (HOLDER, SECRETARY))
    record.act(BACK, DAN, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == []


def test_nobody_asks_for_another() -> None:
    record = found(listed_under(BY_APPLICATION))
    entry = record.entry(APPLY, DAN, (SELF, ADA))
    record.write(entry)
    wrong = [("record.right", "actors"), ("record.right", "right")]
    assert failures_of(record.entries) == wrong


def test_members_may_object_to_who_comes_back_too() -> None:
    record = found(listed_under({**BY_APPLICATION, **TWO_WEEKS}))
    record.act(APPLY, DAN, (SELF, DAN))
    record.act(BACK, DAN, (HOLDER, COMMITTEE))
    assert failures_of(record.entries) == RUNNING


def test_who_left_asks_again_when_that_is_over_and_not_before() -> None:
    record = found()
    record.act(LeaveMembership(last_day=date(2026, 1, 10)), ADA, (SELF, ADA))
    record.act(APPLY, ADA, (SELF, ADA))
    assert failures_of(record.entries) == [("record.standing", "standing.not_possible")]
