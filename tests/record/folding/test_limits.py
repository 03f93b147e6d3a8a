"""Nobody in an office changes something for more people in a day than the rule book allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from comitia.law.jobs import PERIOD
from comitia.record.entries import Capacity, Entry
from comitia.record.folding import Folding
from comitia.record.folding.order import LARGEST_DISORDER
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    Category,
    LeaveMembership,
    RefuseApplication,
    WithdrawApplication,
)
from comitia.record.kinds.values import Identifier, Text
from tests.record.founded import (
    CENTRAL,
    COMMITTEE,
    FOUNDED,
    LISTED,
    MILL,
    SECRETARY,
    Record,
    failures_of,
    found,
    identifier,
    member,
)

MOST: Final = 20
"""What the rule book of these records says."""
HOLDER = Capacity.MANDATE
ADMIT = AdmitMember(since=date(2026, 2, 1))
REFUSE = RefuseApplication(reasons=Text("no"))
TOO_MANY = [("record.rules", "job.too_many")]


def applied(number: int) -> tuple[Record, list[Identifier]]:
    """Return a record in which so many people have applied at the Mill, within a minute."""
    record, people = found(), [identifier(f"eve{n}") for n in range(number)]
    apply = ApplyForMembership(branch=MILL, category=Category.FULL, name=Text("Eve"))
    for one in people:
        record.write(at(record.entry(apply, one, (Capacity.MEMBERSHIP, one)), FOUNDED))
    record.now = FOUNDED
    return record, people


def at(entry: Entry, moment: datetime) -> Entry:
    return replace(entry, at=moment)


def admit(record: Record, people: Sequence[Identifier], minutes: float = 1) -> None:
    """Let the committee admit people, so many minutes apart."""
    for one in people:
        record.now += timedelta(minutes=minutes) - timedelta(hours=1)
        record.act(ADMIT, one, (HOLDER, COMMITTEE))


def test_as_many_as_the_rule_book_says_and_no_more() -> None:
    record, people = applied(MOST + 1)
    admit(record, people[:MOST])
    assert failures_of(record.entries) == []
    admit(record, people[MOST:])
    assert failures_of(record.entries) == TOO_MANY


def test_a_day_is_a_day_whatever_the_calendar_says() -> None:
    record, people = applied(MOST + 1)
    admit(record, people[:MOST])
    for early, expected in ((timedelta(seconds=1), TOO_MANY), (timedelta(0), [])):
        record.now = FOUNDED + timedelta(minutes=1) + PERIOD - timedelta(hours=1) - early
        entry = record.entry(ADMIT, people[MOST], (HOLDER, COMMITTEE))
        record.write(entry)
        assert failures_of(record.entries) == expected
        record.take_back(people[MOST])


def test_offices_and_kinds_of_act_are_counted_apart() -> None:
    record, people = applied(MOST + 2)
    admit(record, people[:MOST])
    record.act(REFUSE, people[MOST], (HOLDER, COMMITTEE))
    record.act(ADMIT, people[MOST + 1], (HOLDER, CENTRAL))
    assert failures_of(record.entries) == []


def test_each_of_those_who_act_together_is_counted() -> None:
    """What two do together counts for both: neither goes on with a third."""
    listed = [*LISTED]
    people = [identifier(f"max{n}") for n in range(MOST + 1)]
    listed += [(one, MILL, member(MILL)) for one in people]
    record = found(tuple(listed))
    leave = LeaveMembership(last_day=date(2026, 6, 30))
    other = identifier("secretary2")
    for one in people:
        record.now -= timedelta(minutes=59)
        record.act(leave, one, (HOLDER, SECRETARY), (HOLDER, other))
    failures = failures_of(record.entries)
    assert failures[-1] == ("record.rules", "job.too_many")
    assert failures.count(("record.rules", "job.too_many")) == 2


def test_a_person_is_counted_once() -> None:
    record, people = applied(1)
    for _ in range(MOST + 1):
        record.now -= timedelta(minutes=59)
        record.act(REFUSE, people[0], (HOLDER, COMMITTEE))
    assert ("record.rules", "job.too_many") not in failures_of(record.entries)


def test_what_people_do_for_themselves_is_not_counted() -> None:
    record, people = applied(MOST + 1)
    for one in people:
        record.now -= timedelta(minutes=59)
        record.act(WithdrawApplication(), one, (Capacity.MEMBERSHIP, one))
    assert failures_of(record.entries) == []


def test_what_a_founding_lists_is_not_counted() -> None:
    people = tuple((identifier(f"max{n}"), MILL, member(MILL)) for n in range(MOST + 1))
    assert failures_of(found((*LISTED, *people)).entries) == []


@examples(max_examples=40)
@given(st.lists(st.integers(-59, 200), min_size=1, max_size=60))
def test_those_of_a_day_are_counted_whatever_the_clocks_say(minutes: list[int]) -> None:
    """Clocks of several servers differ by a little: what is recalled is what is remembered."""
    record, people = applied(len(minutes))
    moment = FOUNDED + timedelta(hours=1)
    times: list[datetime] = []
    for one, by in zip(people, minutes, strict=True):
        moment += timedelta(seconds=by) if by < 0 else timedelta(minutes=by)
        moment = max(moment, max(times, default=moment) - LARGEST_DISORDER)
        times.append(moment)
        record.write(at(record.entry(ADMIT, one, (HOLDER, COMMITTEE)), moment))
    expected = [
        sum(now - PERIOD < then for then in times[: n + 1]) > MOST for n, now in enumerate(times)
    ]
    folding = Folding()
    found_out = [bool(folding.take(content)) for content in record.entries]
    assert found_out[-len(times) :] == expected
    recalled = Folding()
    for content in record.entries[: -len(times)]:
        recalled.remember(content)
    for content, now in zip(record.entries[-len(times) : -1], times, strict=False):
        if now > times[-1] - PERIOD:
            recalled.recall(content)
    refusals = recalled.refusals(record.entries[-1])
    assert any("job.too_many" in one.subject for one in refusals) == expected[-1]


def test_whoever_is_long_past_is_forgotten() -> None:
    record, people = applied(30)
    admit(record, people, minutes=120)
    folding = Folding()
    for content in record.entries:
        assert folding.take(content) == []
    kept = folding.state.changes[COMMITTEE, "membership.admit"]
    assert [*kept] == people[-13:]  # of the last 24 hours, both ends among them


@pytest.mark.parametrize("missing", [True, False])
def test_a_rule_book_without_the_rule_limits_nothing(*, missing: bool) -> None:
    record, people = applied(MOST + 1)
    admit(record, people)
    folding = Folding()
    for content in record.entries[:-1]:
        folding.remember(content)
    if missing:
        folding.state.books.clear()
    found_out = {one.subject.rpartition(", ")[2] for one in folding.refusals(record.entries[-1])}
    assert ("job.too_many" in found_out) is not missing
