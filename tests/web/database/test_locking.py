from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction
from django.db.transaction import TransactionManagementError

from comitia.web.database.locking import hold_rows, lock_rows, share_rows, take_rows
from tests.web.sample.models import Member, Right

PATIENCE_SECONDS = 20
MOMENT_SECONDS = 0.3


@pytest.fixture
def right(database: str) -> Right:
    return Right.objects.using(database).create(name="registrar of Ulm")


def in_threads(alias: str, *tasks: Callable[[], object]) -> list[object]:
    """Run each task in a thread with a connection of its own."""

    def run(task: Callable[[], object]) -> object:
        try:
            return task()
        finally:
            connections[alias].close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [done.result(PATIENCE_SECONDS) for done in [pool.submit(run, t) for t in tasks]]


@pytest.mark.parametrize("take", [lock_rows, share_rows])
def test_rows_come_as_they_are_in_the_order_of_their_keys(
    database: str, take: Callable[..., tuple[Member, ...]]
) -> None:
    made = [
        Member.objects.using(database).create(name=name, folded=name) for name in ("b", "a", "c")
    ]
    members = Member.objects.using(database).exclude(name="c")
    with transaction.atomic(using=database):
        assert take(members.order_by("name")) == (made[0], made[1])
        assert take(members.select_related("right")) == (made[0], made[1])
        assert take(members.none()) == ()


@pytest.mark.parametrize("take", [hold_rows, lock_rows, share_rows])
def test_locks_are_refused_where_they_would_hold_nothing(
    database: str, take: Callable[..., tuple[Right, ...]]
) -> None:
    with pytest.raises(TransactionManagementError, match="within `atomic` only"):
        take(Right.objects.using(database))


@pytest.mark.parametrize("take", [lock_rows, share_rows])
def test_an_act_waits_for_the_end_of_its_right_and_then_sees_it(
    database: str, right: Right, take: Callable[..., tuple[Right, ...]]
) -> None:
    rights = Right.objects.using(database).filter(pk=right.pk)
    locked = threading.Event()
    seen: list[bool] = []

    def end_right() -> None:
        with transaction.atomic(using=database):
            (row,) = lock_rows(rights)
            locked.set()
            assert not acted.wait(MOMENT_SECONDS)
            row.ended = True
            row.save()

    acted = threading.Event()

    def act() -> None:
        assert locked.wait(PATIENCE_SECONDS)
        with transaction.atomic(using=database):
            seen.extend(row.ended for row in take(rights))
            acted.set()

    in_threads(database, end_right, act)
    assert seen == [True]


def test_a_right_does_not_end_while_an_act_rests_on_it(database: str, right: Right) -> None:
    rights = Right.objects.using(database).filter(pk=right.pk)
    shared, ended = threading.Event(), threading.Event()

    def act() -> bool:
        with transaction.atomic(using=database):
            share_rows(rights)
            shared.set()
            waited = not ended.wait(MOMENT_SECONDS)
            (row,) = rights
            return waited and not row.ended

    def end_right() -> None:
        assert shared.wait(PATIENCE_SECONDS)
        with transaction.atomic(using=database):
            lock_rows(rights)
            rights.update(ended=True)
        ended.set()

    assert in_threads(database, act, end_right) == [True, None]
    assert rights.get().ended


def test_on_postgresql_two_acts_rest_on_one_right_at_the_same_time(
    database: str, right: Right
) -> None:
    if connections[database].vendor == "sqlite":
        return  # one writer at a time: the next test
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def act() -> None:
        with transaction.atomic(using=database):
            share_rows(Right.objects.using(database).filter(pk=right.pk))
            both.wait()

    assert in_threads(database, act, act) == [None, None]


def test_of_two_acts_that_exclude_one_another_one_wins(database: str, right: Right) -> None:
    """Each ends the right if it is still there: without the lock both would find it."""
    rights = Right.objects.using(database).filter(pk=right.pk)
    start = threading.Barrier(8, timeout=PATIENCE_SECONDS)

    def end_right() -> bool:
        start.wait()
        with transaction.atomic(using=database):
            (row,) = lock_rows(rights)
            if row.ended:
                return False
            row.ended = True
            row.save()
            return True

    assert sorted(in_threads(database, *[end_right] * 8), key=bool) == [*[False] * 7, True]


def test_workers_take_different_rows_and_none_waits(database: str) -> None:
    rows = Right.objects.using(database)
    made = {row.pk for row in (rows.create(name="a"), rows.create(name="b"))}
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def work() -> int:
        with transaction.atomic(using=database):
            (row,) = take_rows(rows.filter(ended=False).order_by("-name"), 1)
            if connections[database].vendor == "postgresql":
                both.wait()
            row.ended = True
            row.save()
            return row.pk

    assert set(in_threads(database, work, work)) == made


def test_rows_are_taken_in_the_order_asked_for(database: str) -> None:
    rows = Right.objects.using(database)
    made = [rows.create(name=name) for name in "bac"]
    with transaction.atomic(using=database):
        assert take_rows(rows.order_by("name"), 2) == (made[1], made[0])
    with pytest.raises(TransactionManagementError, match="within `atomic` only"):
        take_rows(rows, 1)
