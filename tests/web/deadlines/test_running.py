from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import override_settings

from comitia.law import rules
from comitia.law.errors import RuleViolation
from comitia.law.rulebook import RuleBook, setting
from comitia.law.values import days, months
from comitia.web.deadlines.awaiting import awaiting, erase_person, overdue, undone
from comitia.web.deadlines.feeds import find_feed, make_feed
from comitia.web.deadlines.models import Deadline, State
from comitia.web.deadlines.running import (
    ALREADY_RUNNING,
    EXTENDED_ONCE,
    NOT_RUNNING,
    TOO_LONG,
    Kind,
    extend,
    limit_after,
    meet,
    note_missed,
    start_deadline,
)

pytestmark = [pytest.mark.django_db]

REPLY = Kind("cases.reply", "Answer the charge")
REPORT = Kind("mandates.report", "Report to your branch")
CASE = "0c" * 16
ANNA, BERTA = UUID(int=1), UUID(int=2)
MONDAY = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
END = datetime(2026, 12, 8, tzinfo=UTC)  # the 7th is a Monday and within the time
DAY = timedelta(days=1)
HASH = "ab" * 32


def start(kind: Kind = REPLY, person: UUID | None = ANNA, at: datetime = MONDAY) -> Deadline:
    return start_deadline(kind, CASE, at, days(14), person, book=None)


def test_a_deadline_ends_as_the_law_counts() -> None:
    made = start()
    assert (made.last_day, made.ends_at) == (date(2026, 12, 7), END)
    assert (made.kind, made.title, made.subject) == ("cases.reply", "Answer the charge", CASE)
    assert (made.person, made.state, made.starts_at) == (ANNA, State.OPEN, MONDAY)
    assert str(made) == "cases.reply until 2026-12-07"


@override_settings(TIME_ZONE="Europe/Berlin", HOLIDAYS="DE-BE")
def test_it_counts_where_the_organisation_is_and_by_its_holidays() -> None:
    # There it is the 24th already: Christmas Eve, a Thursday.
    end = limit_after(MONDAY, months(1), None)
    assert (end.last_day, end.over_at) == (
        date(2026, 12, 24),
        datetime(2026, 12, 24, 23, tzinfo=UTC),
    )
    assert limit_after(date(2026, 11, 25), months(1), None).last_day == date(2026, 12, 28)


def book_that_moves(*, moves: bool) -> RuleBook:
    return RuleBook(1, date(2026, 1, 1), (setting(rules.DEADLINES_MOVE, moves),))


@override_settings(TIME_ZONE="Europe/Berlin", HOLIDAYS="DE-BE")
def test_it_ends_on_any_day_where_the_rule_book_says_so() -> None:
    christmas, monday = date(2026, 12, 25), date(2026, 12, 28)
    event = date(2026, 11, 25)
    silent = RuleBook(1, date(2026, 1, 1), ())
    ends = [
        limit_after(event, months(1), book).last_day
        for book in (book_that_moves(moves=True), book_that_moves(moves=False), silent, None)
    ]
    assert ends == [monday, christmas, monday, monday]
    unmoved = book_that_moves(moves=False)
    begun = datetime(2026, 11, 25, 12, tzinfo=UTC)
    made = start_deadline(REPLY, CASE, begun, months(1), book=unmoved)
    assert made.last_day == christmas
    longer = extend(made.pk, days(1), "Anna was ill", begun, book=unmoved)
    assert longer.last_day == date(2026, 12, 26)


@pytest.mark.parametrize("subject", ["", "0C" * 16, "0c" * 17, "x" * 32])
def test_a_subject_is_an_identifier(subject: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        start_deadline(REPLY, subject, MONDAY, days(1), book=None)


@pytest.mark.parametrize("name,title", [("reply", "x"), ("a.b", ""), ("a.b", "x" * 201)])
def test_a_kind_is_named_by_its_room_and_has_a_title(name: str, title: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Kind(name, title)


@pytest.mark.parametrize("person", [ANNA, None])
def test_what_runs_is_not_started_twice(person: UUID | None) -> None:
    start(person=person)
    with pytest.raises(RuleViolation) as refused:
        start(person=person)
    assert refused.value.code == ALREADY_RUNNING
    start(person=BERTA)
    start(kind=REPORT, person=person)


def test_the_database_itself_lets_one_run() -> None:
    made = start()
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.create(
            kind=made.kind,
            subject=CASE,
            person=ANNA,
            starts_at=MONDAY,
            last_day=made.last_day,
            ends_at=END,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Deadline.objects.update(ends_at=MONDAY)


@pytest.mark.parametrize("marked", [False, True])
def test_the_clock_alone_says_whether_what_is_done_is_late(*, marked: bool) -> None:
    late, in_time = start(), start(person=BERTA)
    assert meet(in_time.pk, END - timedelta(microseconds=1), HASH) is State.MET
    if marked:
        assert note_missed(END) == 1
    assert meet(late.pk, END) is State.MISSED
    assert set(Deadline.objects.values_list("person", "state", "met_at", "entry")) == {
        (ANNA, "missed", END, ""),
        (BERTA, "met", END - timedelta(microseconds=1), HASH),
    }
    assert not undone().exists()


def test_what_is_done_is_not_done_again() -> None:
    made = start()
    meet(made.pk, MONDAY)
    with pytest.raises(RuleViolation) as refused:
        meet(made.pk, MONDAY)
    assert (refused.value.code, refused.value.found) == (NOT_RUNNING, "met")
    with pytest.raises(ValueError, match="no such deadline"):
        meet(made.pk + 1, MONDAY)


def test_an_extension_counts_from_the_last_day_and_keeps_the_old_one() -> None:
    old = start()
    new = extend(old.pk, days(7), "Anna was ill", MONDAY, HASH, book=None)
    old.refresh_from_db()
    assert (old.state, old.reason, old.entry, old.last_day) == (
        *("extended", "Anna was ill", HASH),
        date(2026, 12, 7),
    )
    assert (new.state, new.last_day, new.starts_at, new.extends) == (
        *("open", date(2026, 12, 14), MONDAY),
        old,
    )
    with pytest.raises(RuleViolation):
        meet(old.pk, MONDAY)
    assert meet(new.pk, MONDAY) is State.MET


def test_an_extension_names_the_office_that_gave_it_and_is_the_only_one() -> None:
    old = start()
    new = extend(old.pk, days(7), "Anna was ill", MONDAY, book=None, by="ab" * 16)
    old.refresh_from_db()
    assert (old.extended_by, new.extended_by) == ("ab" * 16, "")
    with pytest.raises(RuleViolation) as refused:
        extend(new.pk, days(1), "still ill", MONDAY, book=None)
    assert refused.value.code == EXTENDED_ONCE
    assert Deadline.objects.get(pk=new.pk).state == "open"


def test_an_extension_is_no_longer_than_the_time_that_there_was() -> None:
    made = start()
    with pytest.raises(RuleViolation) as refused:
        extend(made.pk, days(15), "why", MONDAY, book=None)
    assert refused.value.code == TOO_LONG
    assert extend(made.pk, days(14), "why", MONDAY, book=None).last_day == date(2026, 12, 21)


def test_the_law_may_give_more_time_than_there_was() -> None:
    later = extend(start().pk, days(40), "why", MONDAY, book=None, by_law=True)
    assert later.last_day == date(2027, 1, 18)


def test_of_a_kind_that_is_not_single_several_run_for_one_subject() -> None:
    several = Kind("tests.several", "Answer each", is_single=False)
    both = {start(kind=several, person=None).pk, start(kind=several, person=None).pk}
    assert {one.pk for one in undone()} == both


def test_a_deadline_goes_with_the_one_that_took_its_place() -> None:
    old = start()
    extend(old.pk, days(7), "Anna was ill", MONDAY, book=None)
    Deadline.objects.filter(person=ANNA).delete()
    assert not Deadline.objects.exists()


def test_an_extension_has_a_reason() -> None:
    made = start()
    with pytest.raises(ValueError, match="for a reason"):
        extend(made.pk, days(1), " \n", MONDAY, book=None)


@pytest.mark.parametrize("marked", [False, True])
def test_what_is_over_or_done_is_not_extended(*, marked: bool) -> None:
    late, done = start(), start(person=BERTA)
    meet(done.pk, MONDAY)
    if marked:
        note_missed(END)
    for made, at, found in ((late, END, "missed"), (done, MONDAY, "met")):
        with pytest.raises(RuleViolation) as refused:
            extend(made.pk, days(1), "why", at, book=None)
        assert (refused.value.code, refused.value.found) == (NOT_RUNNING, found)
    assert Deadline.objects.count() == 2


def test_what_awaits_a_person_comes_soonest_first_and_late_ones_stay() -> None:
    second, first = start(), start(kind=REPORT, at=MONDAY - 4 * DAY)
    other = start(person=BERTA)
    meet(start(kind=REPORT, person=BERTA).pk, MONDAY)
    extended = start(kind=REPORT, person=None)
    nobody = extend(extended.pk, days(1), "why", MONDAY, book=None)
    for _ in range(2):
        assert [list(awaiting(ANNA)), list(awaiting(BERTA))] == [[first, second], [other]]
        note_missed(END + DAY)
    assert list(undone()) == [first, second, other, nobody]


def test_overdue_is_what_the_clock_says_marked_or_not() -> None:
    made = start()
    start(kind=REPORT, at=MONDAY + DAY)
    assert list(overdue(END - DAY)) == []
    for _ in range(2):
        assert list(overdue(END)) == [made]
        note_missed(END)
    assert [note_missed(END), note_missed(END + DAY)] == [0, 1]


def test_an_erased_person_s_deadlines_are_nobody_s() -> None:
    start()
    meet(start(kind=REPORT).pk, MONDAY)
    start(person=BERTA)
    token = make_feed(ANNA, "en", MONDAY)
    erase_person(ANNA)
    erase_person(ANNA)
    assert sorted(str(p) for p in Deadline.objects.values_list("person", flat=True)) == [
        *(str(BERTA), "None"),
    ]
    assert list(undone()) == list(awaiting(BERTA))
    assert find_feed(token) is None


@pytest.mark.parametrize("person", [ANNA, None])
def test_a_second_one_that_runs_is_not_even_written(person: UUID | None) -> None:
    made = start(person=person)
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
    assert Deadline.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_do_what_is_due_one_does() -> None:
    if connection.vendor == "sqlite":
        return  # one writer at a time
    made = start()
    begin = threading.Barrier(2, timeout=20)
    found: list[str] = []

    def work() -> None:
        begin.wait()
        try:
            with transaction.atomic():
                found.append(meet(made.pk, MONDAY))
        except RuleViolation as refused:
            found.append(refused.code)
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(found) == [NOT_RUNNING, "met"]
