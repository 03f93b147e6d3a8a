"""Nothing is given for too long or to nobody, and nothing is ended in the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from comitia.record.entries import Capacity
from comitia.record.kinds.organisation import (
    EndAppointment,
    GrantAdministration,
    MakeAppointment,
    RevokeAdministration,
)
from comitia.record.kinds.register import ApplyForMembership, Category, LeaveMembership
from comitia.record.kinds.values import Identifier, Pseudonym, Text
from tests.record.founded import (
    ADA,
    ADMINISTRATORS,
    CAT,
    CENTRAL,
    COMMITTEE,
    DAN,
    EVE,
    LISTED,
    MILL,
    PORT,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
    with_grounds,
)

HOLDER, SELF = Capacity.MANDATE, Capacity.MEMBERSHIP
BOTH = tuple((Capacity.APPOINTMENT, one) for one in ADMINISTRATORS)
DEPUTY, THIRD = identifier("deputy"), identifier("third")
TODAY, YESTERDAY, BEFORE = date(2026, 1, 5), date(2026, 1, 4), date(2026, 1, 3)
NO_MEMBER = [("record.right", "holder.no_member")]
PAST = [("record.right", "term.end_past")]
APPOINTMENT = MakeAppointment(
    organ=SECRETARY_OFFICE,
    holder=Pseudonym(ADA),
    since=date(2026, 1, 5),
    until=date(2026, 3, 1),
    reason=Text("Ben is ill"),
)


@pytest.fixture
def record() -> Record:
    return found()


def appoint(
    record: Record, holder: Identifier, branch: Identifier = MILL, **days: date
) -> list[tuple[str, str]]:
    act = replace(APPOINTMENT, holder=Pseudonym(holder), **days)  # type: ignore[arg-type] # days alone
    record.act(act, DEPUTY, (HOLDER, CENTRAL), branch=branch)
    return failures_of(record.entries)


@pytest.mark.parametrize(
    "holder, branch, expected",
    [
        (ADA, MILL, []),
        (ADA, WHOLE, []),
        (ADA, PORT, NO_MEMBER),
        (DAN, MILL, NO_MEMBER),
        (identifier("h0"), MILL, NO_MEMBER),
        (identifier("nobody"), MILL, NO_MEMBER),
        (DEPUTY, MILL, NO_MEMBER),
    ],
    ids=["there", "below", "elsewhere", "expelled", "administrator", "nobody", "itself"],
)
def test_only_a_member_there_is_appointed(
    holder: Identifier, branch: Identifier, expected: list[tuple[str, str]], record: Record
) -> None:
    assert appoint(record, holder, branch) == expected


def test_an_applicant_is_not_appointed(record: Record) -> None:
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
    record.act(apply, EVE, (SELF, EVE))
    assert appoint(record, EVE) == NO_MEMBER


@pytest.mark.parametrize(
    "until, expected", [(date(2026, 1, 31), []), (date(2026, 2, 1), NO_MEMBER)]
)
def test_who_leaves_is_appointed_for_the_time_before(
    until: date, expected: list[tuple[str, str]], record: Record
) -> None:
    record.act(LeaveMembership(last_day=date(2026, 1, 31)), ADA, (SELF, ADA))
    assert appoint(record, ADA, until=until) == expected


def test_who_was_a_member_when_an_appointment_is_said_to_have_begun_is_one_no_more(
    record: Record,
) -> None:
    record.act(LeaveMembership(last_day=TODAY), ADA, (SELF, ADA))
    record.now = record.now.replace(day=7)
    assert appoint(record, ADA, since=TODAY) == NO_MEMBER


@pytest.mark.parametrize("until, expected", [(TODAY, []), (YESTERDAY, PAST)])
def test_nothing_is_given_for_a_time_that_is_over(
    until: date, expected: list[tuple[str, str]], record: Record
) -> None:
    assert appoint(record, ADA, since=BEFORE, until=until) == expected


@pytest.mark.parametrize("last_day, expected", [(YESTERDAY, []), (BEFORE, PAST), (date.min, PAST)])
def test_an_appointment_does_not_end_in_the_past(
    last_day: date, expected: list[tuple[str, str]], record: Record
) -> None:
    appoint(record, ADA)
    record.act(EndAppointment(last_day=last_day), DEPUTY, (HOLDER, CENTRAL))
    assert failures_of(record.entries) == expected


@pytest.mark.parametrize("last_day, expected", [(YESTERDAY, []), (BEFORE, PAST)])
def test_technical_rights_do_not_end_in_the_past(
    last_day: date, expected: list[tuple[str, str]], record: Record
) -> None:
    grant = GrantAdministration(holder=Pseudonym(identifier("h9")), until=date(2027, 1, 1))
    record.act(grant, THIRD, *BOTH, branch=WHOLE)
    record.act(RevokeAdministration(last_day=last_day), THIRD, *BOTH, branch=WHOLE)
    assert failures_of(record.entries) == expected


@pytest.mark.parametrize(
    "until, expected",
    [
        (TODAY, []),
        (date(2028, 1, 4), []),
        (date(2028, 1, 5), [("record.right", "term.too_long")]),
        (date.max, [("record.right", "term.too_long")]),
        (YESTERDAY, [*PAST, ("record.right", "until")]),
    ],
)
def test_technical_rights_last_no_longer_than_an_office(
    until: date, expected: list[tuple[str, str]], record: Record
) -> None:
    """The rule book allows two years."""
    grant = GrantAdministration(holder=Pseudonym(identifier("h9")), until=until)
    record.act(grant, THIRD, *BOTH, branch=WHOLE)
    assert failures_of(record.entries) == expected


@pytest.mark.parametrize(
    "since, until, expected",
    [
        (TODAY, date(2028, 1, 4), []),
        (date(2025, 1, 5), date(2027, 1, 4), []),
        (date(2025, 1, 5), date(2027, 1, 5), [("record.right", "term.too_long")]),
        (TODAY, YESTERDAY, [("record.right", "until")]),
    ],
)
def test_a_founding_declares_no_mandate_that_is_too_long(
    since: date, until: date, expected: list[tuple[str, str]]
) -> None:
    listed = [
        (one, at, replace(act, since=since, until=until) if one == COMMITTEE else act)
        for one, at, act in LISTED
    ]
    assert failures_of(found(listed).entries) == expected


def test_a_member_of_one_branch_is_no_member_of_none(record: Record) -> None:
    record.act(replace(APPOINTMENT, holder=Pseudonym(CAT)), DEPUTY, (HOLDER, CENTRAL), branch=None)
    assert NO_MEMBER[0] in failures_of(record.entries)


def test_an_executive_ends_no_technical_rights(record: Record) -> None:
    end = EndAppointment(last_day=date(2026, 2, 1))
    record.act(end, ADMINISTRATORS[0], (HOLDER, CENTRAL), branch=WHOLE)
    assert failures_of(record.entries) == [("record.order", "aggregate")]


def test_administrators_end_no_appointment(record: Record) -> None:
    appoint(record, ADA)
    record.act(RevokeAdministration(last_day=date(2026, 2, 1)), DEPUTY, *BOTH)
    assert failures_of(record.entries) == [("record.order", "aggregate")]


def test_nobody_gives_technical_rights_up_as_if_they_were_an_office(record: Record) -> None:
    """Else too few administrators could be left, and one alone would see to it."""
    own = identifier("h0")
    record.write(
        with_grounds(
            record.entry(EndAppointment(last_day=TODAY), ADMINISTRATORS[0], (SELF, own)),
            right=None,
        )
    )
    assert failures_of(record.entries) == [("record.order", "aggregate")]
