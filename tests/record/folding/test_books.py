"""A rule book is announced, word for word, before it is adopted; and what refuses any other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import pytest

from comitia.record.entries import Capacity
from comitia.record.folding import Folding
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import EntryHash, Identifier, Values
from tests.record.founded import (
    ADA,
    CENTRAL,
    COMMITTEE,
    LISTED,
    RULES,
    WHOLE,
    Record,
    failures_of,
    found,
)
from tests.record.rulebooks import (
    BOTH,
    NOTICE,
    TO_CHANGE,
    adoption,
    announce,
    announcement,
    change,
    found_to_change,
)

JUNE: Final = announcement(date(2026, 6, 1), **{"member.minimum_age": 16})
JULY: Final = announcement(date(2026, 7, 1), **{"member.minimum_age": 18})
NOT_ANNOUNCED: Final = ("record.rules", "book.not_announced")
NO_MAJORITY: Final = ("record.rules", "book.no_majority")


@pytest.fixture
def record() -> Record:
    return found_to_change()


def withdraw(record: Record, name: EntryHash) -> EntryHash:
    act = WithdrawAnnouncement(announced=name)
    return record.act(act, RULES, BOTH[1], branch=WHOLE)


def adopt(record: Record, act: AdoptRuleBook) -> EntryHash:
    return record.act(act, RULES, *BOTH, branch=WHOLE)


# --- Adopting -----------------------------------------------------------------------------------


def test_what_was_announced_for_long_enough_is_adopted(record: Record) -> None:
    change(record, JUNE)
    assert failures_of(record.entries) == []


def test_two_announced_changes_are_adopted_one_after_the_other(record: Record) -> None:
    first, second = announce(record, JUNE), announce(record, JULY)
    record.now += NOTICE
    adopt(record, adoption(JULY, second))
    adopt(record, adoption(JUNE, first, 3))
    assert failures_of(record.entries) == []


FORGED: Final[dict[str, tuple[Callable[[AdoptRuleBook], AdoptRuleBook], tuple[str, str]]]] = {
    "no announcement": (lambda act: replace(act, announced=None), NOT_ANNOUNCED),
    "what is none": (lambda act: replace(act, announced=EntryHash("0" * 64)), NOT_ANNOUNCED),
    "other rules": (lambda act: replace(act, rules=JULY.rules), NOT_ANNOUNCED),
    "another day": (lambda act: replace(act, in_force_from=date(2026, 5, 1)), NOT_ANNOUNCED),
    "no majority": (lambda act: replace(act, in_favour=2, against=1), NO_MAJORITY),
    "nobody's votes": (lambda act: replace(act, in_favour=0, against=0), NO_MAJORITY),
    "votes in favour alone": (lambda act: replace(act, against=None), NO_MAJORITY),
    "votes against alone": (lambda act: replace(act, in_favour=None), NO_MAJORITY),
    "another number": (lambda act: replace(act, number=3), ("record.rules", "book.not_next")),
}


@pytest.mark.parametrize("what", FORGED)
def test_an_adoption_with_something_else_is_refused(what: str, record: Record) -> None:
    forge, expected = FORGED[what]
    name = announce(record, JUNE)
    record.now += NOTICE
    adopt(record, forge(adoption(JUNE, name)))
    assert failures_of(record.entries) == [expected]


def test_an_adoption_before_the_time_is_over_is_refused(record: Record) -> None:
    name = announce(record, JUNE)  # on 5 January, a Monday, with two weeks of notice
    record.now = record.now.replace(day=19, hour=22)
    adopt(record, adoption(JUNE, name))
    assert failures_of(record.entries) == [NOT_ANNOUNCED]
    record.take_back(RULES)
    record.now = record.now.replace(day=20, hour=0)
    adopt(record, adoption(JUNE, name))
    assert failures_of(record.entries) == []


def test_the_version_in_force_says_how_long_and_by_what_majority() -> None:
    record = found_to_change(**{"rulebook.notice": {"days": 30}, "rulebook.majority": "9/10"})
    change(record, JUNE)
    assert failures_of(record.entries) == [NO_MAJORITY, NOT_ANNOUNCED]


def test_what_was_withdrawn_is_not_adopted_unless_it_is_announced_again(record: Record) -> None:
    name = announce(record, JUNE)
    withdraw(record, name)
    record.now += NOTICE
    adopt(record, adoption(JUNE, name))
    assert failures_of(record.entries) == [NOT_ANNOUNCED]
    record.take_back(RULES)
    change(record, JUNE)
    assert failures_of(record.entries) == []


def test_an_announcement_is_used_up_by_its_version(record: Record) -> None:
    """Else a change that was undone could be brought back without any notice."""
    name = announce(record, JUNE)
    record.now += NOTICE
    adopt(record, adoption(JUNE, name))
    adopt(record, adoption(JUNE, name, 3))
    assert failures_of(record.entries) == [NOT_ANNOUNCED]


@pytest.mark.parametrize("actors", [BOTH[:1], BOTH[1:]])
def test_nobody_adopts_alone(
    actors: tuple[tuple[Capacity, Identifier], ...], record: Record
) -> None:
    name = announce(record, JUNE)
    record.now += NOTICE
    record.act(adoption(JUNE, name), RULES, *actors, branch=WHOLE)
    assert failures_of(record.entries) == [("record.right", "actors")]


def test_one_person_with_two_mandates_is_one() -> None:
    book = Values(JUNE.rules | {"member.minimum_age": None})
    listed = [
        (one, at, replace(act, holder=LAST_HOLDER) if one == BOTH[1][1] else act)
        for one, at, act in TO_CHANGE
    ]
    record = found(
        [(one, at, replace(act, rules=book) if one == RULES else act) for one, at, act in listed]
    )
    change(record, JUNE)
    assert failures_of(record.entries) == [("record.right", "actors")]


LAST_HOLDER: Final = next(act.holder for one, _, act in LISTED if one == CENTRAL)


# --- Announcing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act, expected",
    [
        (announcement(date(2026, 1, 4)), "book.retroactive"),
        (announcement(date(2026, 6, 1), **{"no.such": 1}), "rule book.rules"),
        (
            announcement(date(2026, 6, 1), **{"job.most_people": 0}),
            "rule book.rules.job.most_people",
        ),
    ],
)
def test_what_could_not_be_adopted_is_not_announced(
    act: AnnounceRuleBook, expected: str, record: Record
) -> None:
    announce(record, act)
    assert failures_of(record.entries) == [("record.rules", expected)]
    change(record, JUNE)
    assert failures_of(record.entries) == [("record.rules", expected)]


def test_what_is_no_rule_book_is_neither_announced_nor_adopted(record: Record) -> None:
    change(record, announcement(date(2026, 6, 1), **{"no.such": 1}))
    wrong = ("record.rules", "rule book.rules")
    assert failures_of(record.entries) == [wrong, wrong]


def test_a_rule_book_that_leaves_a_rule_open_is_not_announced(record: Record) -> None:
    rules = {key: value for key, value in JUNE.rules.items() if key != "job.most_people"}
    announce(record, replace(JUNE, rules=Values(rules)))
    assert failures_of(record.entries) == [("record.rules", "book.incomplete")]


def test_the_same_change_is_announced_once(record: Record) -> None:
    name = announce(record, JUNE)
    announce(record, replace(JUNE, in_force_from=date(2026, 7, 1)))
    announce(record, JUNE)
    assert failures_of(record.entries) == [("record.rules", "book.announced_already")]
    record.take_back(RULES)
    withdraw(record, name)
    announce(record, JUNE)
    assert failures_of(record.entries) == []


def test_an_announcement_is_withdrawn_once(record: Record) -> None:
    name = announce(record, JUNE)
    first = withdraw(record, name)
    withdraw(record, name)
    withdraw(record, first)
    assert failures_of(record.entries) == [NOT_ANNOUNCED, NOT_ANNOUNCED]


@pytest.mark.parametrize("who", [COMMITTEE, ADA])
def test_who_does_not_decide_announces_nothing(who: Identifier, record: Record) -> None:
    """Neither the same body of another branch, nor a member."""
    capacity = BOTH[0][0]
    record._gave.setdefault(who, record.rules)
    record.act(JUNE, RULES, (capacity, who), branch=WHOLE)
    assert failures_of(record.entries) == [("record.right", "actors")]


# --- The founding, and calendars that end -------------------------------------------------------


def test_a_founding_states_neither_announcement_nor_votes() -> None:
    told = {"announced": EntryHash("0" * 64), "in_favour": 1, "against": 0}
    listed = [(one, at, replace(act, **told) if one == RULES else act) for one, at, act in LISTED]
    parts = [part for _, part in failures_of(found(listed).entries)]
    assert parts == ["announced", "in_favour", "against"]


def test_before_any_rule_book_is_in_force_nothing_is_adopted(record: Record) -> None:
    change(record, JUNE)
    content = record.entries[-1]
    folding = Folding()
    for one in record.entries[:-1]:
        folding.remember(one)
    folding.state.books.clear()
    codes = [one.subject.rpartition(", ")[2] for one in folding.refusals(content)]
    assert codes.count("book.not_announced") == 1


def test_the_last_days_of_the_calendar_are_no_traceback(record: Record) -> None:
    record.now = record.now.replace(year=9999, month=12, day=30)
    far = replace(JUNE, in_force_from=date.max)
    name = announce(record, far)
    record.now += timedelta(hours=1)
    adopt(record, adoption(far, name))
    found_now = failures_of(record.entries)
    assert found_now.count(NOT_ANNOUNCED) == 1
