from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client
from icalendar import Calendar

from comitia.law.values import days
from comitia.web.acts import clock
from comitia.web.deadlines.feeds import MOST_EVENTS, end_feed, find_feed, make_feed, write_calendar
from comitia.web.deadlines.models import Deadline, Feed
from comitia.web.deadlines.running import Kind, start_deadline

pytestmark = pytest.mark.django_db
ANNA, BERTA = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REPLY = Kind("cases.reply", "Answer the charge")


def start(person: UUID = ANNA, title: str = REPLY.title) -> Deadline:
    return start_deadline(Kind("cases.reply", title), "0c" * 16, NOW, days(14), person, book=None)


def get(token: str) -> str:
    answer = Client().get(f"/calendars/{token}.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="deadlines.ics"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    return str(answer.text)


def test_a_feed_is_the_person_s_deadlines() -> None:
    made, _ = start(), start(BERTA)
    with clock.showing(lambda: NOW):
        text = get(make_feed(ANNA, "en", NOW))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert {name: event.decoded(name) for name in ("dtstart", "dtend", "dtstamp")} == {
        "dtstart": date(2026, 12, 7),
        "dtend": date(2026, 12, 8),
        "dtstamp": NOW,
    }
    assert (str(event["summary"]), str(event["description"]), str(event["uid"])) == (
        "Answer the charge",
        "Until the end of this day, in the time of UTC.",
        f"deadline-{made.pk}@testserver",
    )
    assert str(Calendar.from_ical(text)["x-wr-calname"]) == "Deadlines: Union of Examples"


def test_what_is_overdue_says_so_in_the_person_s_language() -> None:
    start()
    with clock.showing(lambda: NOW + timedelta(days=30)):
        text = get(make_feed(ANNA, "de", NOW))
    assert "SUMMARY:Überfällig: Answer the charge" in text
    assert "X-WR-CALNAME:Fristen: Union of Examples" in text


def test_no_title_begins_a_line_of_its_own() -> None:
    start(title="x\r\nBEGIN:VALARM\nä;,\\")
    text = write_calendar(Deadline.objects.all(), "host", NOW)
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event.subcomponents == []
    assert b"\nBEGIN:VALARM" not in text


def test_an_address_is_known_by_its_token_alone_and_the_database_has_none() -> None:
    token = make_feed(ANNA, "en", NOW)
    assert len(token) == 43
    found = find_feed(token)
    assert found is not None
    assert found.person == ANNA
    assert token not in str(Feed.objects.values().get())
    assert str(found) == f"a calendar {found.pk}"


def test_a_new_address_ends_the_old_one_and_it_can_be_ended() -> None:
    first = make_feed(ANNA, "en", NOW)
    second = make_feed(ANNA, "en", NOW)
    assert find_feed(first) is None
    assert find_feed(second) is not None
    end_feed(ANNA)
    assert find_feed(second) is None


@pytest.mark.parametrize("token", ["x", "a" * 3000, "\udcff"])
def test_any_other_token_is_not_found(token: str) -> None:
    make_feed(ANNA, "en", NOW)
    assert find_feed(token) is None
    if token.isascii():
        assert Client().get(f"/calendars/{token}.ics").status_code == 404


def test_a_calendar_is_read_and_not_written() -> None:
    assert Client().post(f"/calendars/{make_feed(ANNA, 'en', NOW)}.ics").status_code == 405


def test_a_calendar_has_an_end() -> None:
    row = start()
    Deadline.objects.bulk_create(
        Deadline(
            kind="cases.reply",
            title="x",
            subject=f"{number:032x}",
            person=ANNA,
            starts_at=row.starts_at,
            last_day=row.last_day,
            ends_at=row.ends_at,
        )
        for number in range(MOST_EVENTS)
    )
    assert get(make_feed(ANNA, "en", NOW)).count("BEGIN:VEVENT") == MOST_EVENTS
