"""Members come, go and move in every branch and year, and nobody is where no branch is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from comitia.law.balance import Balance, Cause, Column
from comitia.record.entries import Capacity
from comitia.record.folding import Folding
from comitia.record.folding.balance import balance_failures, balance_of_last_year, yearly_of
from comitia.record.kinds.organisation import CloseBranch, CreateBranch, Level, MakeAppointment
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    CorrectMembership,
    LeaveMembership,
    RecordDeath,
)
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text
from tests.record.folding.test_mergers import merged
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
    PORT_COMMITTEE,
    SECRETARY_OFFICE,
    WHOLE,
    Record,
    failures_of,
    found,
    identifier,
    member,
    rewritten,
)

SELF, HOLDER = Capacity.MEMBERSHIP, Capacity.MANDATE
GROUP, NOWHERE = identifier("group"), identifier("nowhere")
KEEPERS = (identifier("keeper1"), identifier("keeper2"))
BOTH_KEEPERS = tuple((Capacity.APPOINTMENT, one) for one in KEEPERS)
NOTHING = dict.fromkeys(Column, 0)
APPLY = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Somebody"))


def folded(record: Record) -> Folding:
    folding = Folding()
    for content in record.entries:
        folding.take(content)
    return folding


def unbalanced(record: Record) -> list[tuple[EntryHash, str, str, str]]:
    """Return what does not add up: the entry, the branch's and year's name, expected, found."""
    failures = balance_failures(yearly_of(folded(record).state))
    return [(name, error.subject, error.expected, error.found) for name, error in failures]


def days_later(record: Record, days: int) -> None:
    """Let time pass, and somebody apply, so that the record has an entry of that day."""
    record.now += timedelta(days=days)
    who = identifier(f"later {days}")
    record.act(APPLY, who, (SELF, who))


def appoint_keepers(record: Record, since: date = FIRST) -> None:
    """Correcting the register, or noting a death, takes two: for all branches, that is."""
    for keeper, holder in zip(KEEPERS, (ADA, CAT), strict=True):
        appointment = MakeAppointment(
            organ=SECRETARY_OFFICE,
            holder=Pseudonym(holder),
            since=since,
            until=since.replace(year=since.year + 1) - timedelta(days=1),
            reason=Text("One alone could take an opponent off the roll"),
        )
        record.act(appointment, keeper, (HOLDER, CENTRAL), branch=WHOLE)


def correct(record: Record, who: Identifier, wrong: EntryHash, **fields: object) -> EntryHash:
    act = CorrectMembership(
        **{"wrong": wrong, "was_void": False, "reasons": Text("A slip"), **fields}  # type: ignore[arg-type] # of the act
    )
    return record.act(act, who, *BOTH_KEEPERS)


def listed_in(branch: Identifier) -> Record:
    return found([(one, at, member(branch) if one == ADA else act) for one, at, act in LISTED])


def test_a_sound_record_adds_up_in_every_branch() -> None:
    record = found()
    years = yearly_of(folded(record).state)
    period = date(2026, 1, 1), date(2026, 1, 5)
    assert years == {
        (MILL, 2026): Balance(*period, 0, {**NOTHING, Column.JOINED: 2}, 2),
        (PORT, 2026): Balance(*period, 0, {**NOTHING, Column.JOINED: 1}, 1),
    }
    assert unbalanced(record) == []


def test_a_merger_leaves_nobody_between_two_branches() -> None:
    """The branch closes on one day, and its members belong to the other from the next day on."""
    record = merged()
    days_later(record, 365)
    assert unbalanced(record) == []
    years = yearly_of(folded(record).state)
    moved = {
        branch: (balance.counts[Column.TRANSFERRED_OUT], balance.counts[Column.TRANSFERRED_IN])
        for (branch, _), balance in years.items()
    }
    assert moved == {MILL: (2, 0), PORT: (0, 2)}


# --- What no other check notices ------------------------------------------------------------------


def declared_in_no_branch() -> tuple[Record, EntryHash, str]:
    """The founding counts somebody who is nowhere."""
    record = listed_in(NOWHERE)
    last = record.last(ADA)
    assert last is not None
    return record, last, NOWHERE


def corrected_into_a_closed_branch() -> tuple[Record, EntryHash, str]:
    """Whoever corrects an application can name any branch, also one that is no more."""
    record = found()
    appoint_keepers(record)
    group = CreateBranch(name=Text("Group"), level=Level.GROUP, parent=PORT)
    record.act(group, GROUP, (HOLDER, PORT_COMMITTEE), branch=PORT)
    close = CloseBranch(last_day=date(2026, 1, 5))
    record.act(close, GROUP, (HOLDER, PORT_COMMITTEE), branch=PORT)
    applied = record.act(APPLY, EVE, (SELF, EVE))
    record.now += timedelta(days=30)
    record.act(AdmitMember(since=date(2026, 2, 1)), EVE, (HOLDER, COMMITTEE))
    correct(record, EVE, applied, branch=GROUP)
    admitted = next(iter(folded(record).state.register[EVE].entries[1:]))
    return record, EntryHash(admitted.id), GROUP


UNBALANCED: list[Callable[[], tuple[Record, EntryHash, str]]] = [
    declared_in_no_branch,
    corrected_into_a_closed_branch,
]


@pytest.mark.parametrize("make", UNBALANCED, ids=lambda make: make.__name__)
def test_a_member_where_no_branch_is_fails_this_check_alone(
    make: Callable[[], tuple[Record, EntryHash, str]],
) -> None:
    record, cause, branch = make()
    assert failures_of(record.entries) == []
    assert unbalanced(record) == [(cause, f"branch {branch}, 2026", "1 members at the end", "0")]


def test_a_correction_that_puts_it_right_leaves_nothing() -> None:
    record, _, _ = corrected_into_a_closed_branch()
    applied = folded(record).state.register[EVE].entries[0]
    correct(record, EVE, EntryHash(applied.id), branch=MILL)
    assert (failures_of(record.entries), unbalanced(record)) == ([], [])


# --- The last year: as known then, and as corrected -------------------------------------------


def test_in_the_year_of_the_founding_the_start_is_what_is_known() -> None:
    assert balance_of_last_year(folded(found()).state) == Balance(
        date(2026, 1, 1), date(2026, 1, 5), 0, {**NOTHING, Column.JOINED: 3}, 3
    )


def in_the_next_year() -> Record:
    record = found()
    appoint_keepers(record, date(2026, 2, 1))
    days_later(record, 365)
    return record


def test_what_was_entered_late_is_named_with_its_effect() -> None:
    record = in_the_next_year()
    died = record.act(RecordDeath(day=date(2026, 12, 31)), BEN, *BOTH_KEEPERS)
    found_now = balance_of_last_year(folded(record).state)
    period = date(2027, 1, 1), date(2027, 1, 5)
    assert found_now == Balance(*period, 3, NOTHING, 2, (Cause((died,), -1),))
    assert unbalanced(record) == []


def test_a_correction_moves_a_person_into_another_period() -> None:
    record = in_the_next_year()
    died = record.act(RecordDeath(day=date(2027, 1, 5)), BEN, *BOTH_KEEPERS)
    moved = correct(record, BEN, died, since=date(2026, 12, 30))
    found_now = balance_of_last_year(folded(record).state)
    period = date(2027, 1, 1), date(2027, 1, 5)
    assert found_now == Balance(*period, 3, NOTHING, 2, (Cause((moved,), -1),))
    assert failures_of(record.entries) == []
    years = yearly_of(folded(record).state)
    assert years[MILL, 2026].counts == {**NOTHING, Column.JOINED: 2, Column.DIED: 1}
    assert (MILL, 2027) not in years


def test_a_clock_that_goes_back_a_little_changes_nothing_that_was_known() -> None:
    """Of two entries within a minute the one that stands later is known later."""
    record = found()
    record.now = datetime(2026, 12, 31, 22, 0, 30, tzinfo=UTC)
    record.act(APPLY, EVE, (SELF, EVE))
    record.now = datetime(2027, 1, 1, 0, 0, 20, tzinfo=UTC) - timedelta(hours=1)
    late = record.act(AdmitMember(since=date(2026, 12, 31)), EVE, (HOLDER, COMMITTEE))
    record.now = datetime(2026, 12, 31, 23, 59, 40, tzinfo=UTC) - timedelta(hours=1)
    record.act(LeaveMembership(last_day=date(2026, 12, 31)), EVE, (SELF, EVE))
    assert failures_of(record.entries) == []
    entries = folded(record).state.register[EVE].entries
    known = datetime(2027, 1, 1, 0, 0, 20, tzinfo=UTC)
    assert [entry.known_at for entry in entries][1:] == [known, known]
    found_now = balance_of_last_year(folded(record).state)
    assert found_now is not None
    assert (found_now.end, found_now.causes) == (3, (Cause((late,), 1),))


# --- Records that are none ------------------------------------------------------------------------


def test_of_no_entries_there_is_no_balance() -> None:
    state = Folding().state
    assert (yearly_of(state), balance_of_last_year(state)) == ({}, None)


@pytest.mark.parametrize(
    "zone", ["Nowhere/Land", "../../etc/passwd", "Europe", "x" * 5000, "Ünsinn"]
)
def test_a_time_zone_that_is_none_fails_the_founding(zone: str) -> None:
    record = found()
    changed = record.entries[0].replace(b"Europe/London", zone.encode())
    (failure,) = Folding().take(changed)
    assert (failure.check, failure.expected) == ("record.founding", "a time zone")
    folding = Folding()
    for content in [changed, *record.entries[1:]]:
        folding.take(content)
    assert folding.state.time_zone == "UTC"


@pytest.mark.parametrize(
    "at, year", [("0001-01-01T00:00:00Z", None), ("9999-12-31T23:59:59Z", 9999)]
)
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_first_and_the_last_moment_of_all_calendars_are_days(
    at: str, year: int | None, zone: str
) -> None:
    folding = Folding()
    for content in found().entries:
        moved = rewritten(content, at=at).replace(b"Europe/London", zone.encode())
        folding.take(moved)
    balance = balance_of_last_year(folding.state)
    assert (None if balance is None else balance.last.year) == year
    assert list(balance_failures(yearly_of(folding.state))) == []
