from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.db import DatabaseError, connections

from comitia.web.acts import clock, leaps
from comitia.web.database.alone import ticking_place
from comitia.web.notices.models import OutboxMessage
from comitia.web.project import jobs
from comitia.web.project.jobs import Job, Rounds
from comitia.web.project.wiring import JOBS, WIRING
from tests.web.notices.making import NOTICE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG = 3600.0


class Free:
    """A place that nobody else wants."""

    held = True

    def hold(self) -> bool:
        return self.held

    def leave(self) -> None:
        self.held = False


@pytest.fixture(autouse=True)
def closing() -> Iterator[mock.Mock]:
    """Keep the test's own connections open, and tell what would have been closed."""
    told = mock.Mock()
    with (
        mock.patch.object(jobs, "close_old_connections", told.old),
        mock.patch.object(connections, "close_all", told.all),
    ):
        yield told


def rounds(*made_of: Job) -> Rounds:
    return Rounds(made_of, Free())


def test_jobs_are_done_in_order_and_told_the_time() -> None:
    done: list[tuple[str, datetime]] = []
    made_of = [
        Job(name, lambda now, name=name: done.append((name, now)), 0.0)  # type: ignore[misc] # kept
        for name in "ba"
    ]
    made = rounds(*made_of)
    with clock.showing(lambda: NOW):
        made.go_round(threading.Event())
    with clock.showing(lambda: NOW + timedelta(days=1)):
        made.go_round(threading.Event())
    later = NOW + timedelta(days=1)
    assert done == [("b", NOW), ("a", NOW), ("b", later), ("a", later)]


def test_a_job_is_done_no_more_often_than_it_says() -> None:
    done: list[str] = []
    made = rounds(
        Job("often", lambda _: done.append("often"), 0.0),
        Job("seldom", lambda _: done.append("seldom"), LONG),
    )
    for _ in range(3):
        made.go_round(threading.Event())
    assert done == ["often", "seldom", "often", "often"]


def test_an_error_in_one_job_is_one_line_and_stops_no_other(
    caplog: pytest.LogCaptureFixture, closing: mock.Mock
) -> None:
    def fail(_: datetime) -> None:
        raise DatabaseError("Anna Muster\nanna@union.example")

    done: list[str] = []
    made = rounds(Job("bad", fail, 0.0), Job("good", lambda _: done.append("good"), 0.0))
    with caplog.at_level(logging.INFO):
        made.go_round(threading.Event())
    assert done == ["good"]
    assert closing.mock_calls == [mock.call.all(), mock.call.old(), mock.call.old()]
    (line,) = caplog.messages
    assert line.startswith("job bad failed: django.db.utils.DatabaseError at ")
    assert f"{Path(__file__).name}:" in line
    assert "Anna" not in caplog.text
    assert "anna" not in caplog.text


def test_whoever_has_not_the_place_does_nothing() -> None:
    done: list[str] = []
    place = Free()
    made = Rounds([Job("job", lambda _: done.append("job"), 0.0)], place)
    place.held = False
    made.go_round(threading.Event())
    assert done == []


def test_the_end_comes_after_the_job_under_way_and_leaves_the_place() -> None:
    end, place = threading.Event(), Free()
    began: list[bool] = []

    def work(_: datetime) -> None:
        began.append(made.began_at is not None)
        end.set()

    made = Rounds([Job("one", work, 0.0), Job("two", work, 0.0)], place)
    made.run(end, pause_seconds=0)
    assert (began, made.began_at, place.held) == ([True], None, False)


def test_rounds_follow_one_another_until_the_end() -> None:
    end, times = threading.Event(), list[datetime]()

    def work(now: datetime) -> None:
        times.append(now)
        if len(times) == 3:
            end.set()

    rounds(Job("job", work, 0.0)).run(end, pause_seconds=0)
    assert len(times) == 3


@pytest.mark.django_db
def test_the_application_s_jobs_run_on_empty_tables(caplog: pytest.LogCaptureFixture) -> None:
    for job in JOBS:
        job.run(NOW)
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert caplog.messages == []


@pytest.mark.django_db
def test_notices_of_acts_go_into_the_outbox() -> None:
    assert WIRING.write_notices is not None
    WIRING.write_notices([NOTICE], NOW)
    assert OutboxMessage.objects.get().made_at == NOW


def test_one_at_a_time_has_the_place(database: str) -> None:
    first, second = ticking_place(database), ticking_place(database)
    assert [first.hold(), second.hold(), first.hold(), second.hold()] == [True, False, True, False]
    first.leave()
    first.leave()
    assert [second.hold(), first.hold()] == [True, False]
    second.leave()
    assert first.hold()
    first.leave()


def test_whoever_loses_the_connection_has_lost_the_place(database: str) -> None:
    if connections[database].vendor == "sqlite":
        return  # there it is the process
    first, second = ticking_place(database), ticking_place(database)
    assert first.hold()
    with connections[database].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    assert not first.hold()
    assert second.hold()
    assert not first.hold()
    second.leave()
    assert first.hold()
    first.leave()


@pytest.mark.django_db
def test_by_a_clock_that_leapt_only_the_clock_is_looked_at() -> None:
    done: list[str] = []
    made = rounds(
        Job("clock", lambda _: done.append("clock"), 0.0, is_for_any_clock=True),
        Job("purge", lambda _: done.append("purge"), 0.0),
    )
    leaps.begin()
    times = iter([NOW, NOW, NOW + timedelta(days=40), NOW + timedelta(days=40)])
    with clock.showing(lambda: next(times)):
        made.go_round(threading.Event())
        made.go_round(threading.Event())
    assert done == ["clock", "purge", "clock"]


def test_the_clock_is_the_first_job_and_alone_for_any() -> None:
    assert [job.name for job in JOBS if job.is_for_any_clock] == [JOBS[0].name] == ["clock"]
