"""Balances from the table of steps are what the law derives from the entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from comitia.law.balance import Column, derive_balance
from comitia.record.folding.order import LARGEST_DISORDER
from comitia.record.kinds.register import (
    AdmitMember,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RecordDeath,
    TransferMember,
)
from comitia.record.kinds.values import EntryHash, Identifier, Text
from comitia.web.acts.reading import registered
from comitia.web.register.balances import (
    Asked,
    causes_of,
    count,
    count_once,
    members_on,
    steps_of,
)
from comitia.web.register.models import Membership, Step
from tests.web.founded import Founded
from tests.web.register.organised import appoint_second_keeper, with_keepers

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[Founded]:
    with with_keepers() as world:
        live(world)
        yield world


def live(world: Founded) -> None:
    """Let much happen to several people, and some of it be corrected later."""
    own = world.memberships
    eve = world.apply("Eve")
    world.later(days=15)
    admitted = world.do(AdmitMember(since=date(2026, 1, 20)), eve, "Ada", person="Eve").entries[0]
    world.apply("Fay")
    world.do(LeaveMembership(last_day=date(2026, 2, 28)), own["Max"], "Max", person="Max")
    world.later(days=60)
    correct(world, "Eve", admitted, date(2026, 2, 5))
    correct(world, "Ben", Step.objects.get(membership=own["Ben"]).entry, date(2025, 6, 1))
    world.apply("Max")
    back = ReadmitMember(branch=world.branches["Mill"], since=date(2026, 3, 22))
    world.do(back, own["Max"], "Ada", person="Max")
    move = TransferMember(to=world.branches["Port"], since=date(2026, 3, 24))
    appoint_second_keeper(world)
    world.do(move, eve, "Lea", "Cat", person="Eve")
    world.do(RecordDeath(day=date(2026, 3, 3)), own["Ada"], "Kit", "Lea", person="Ada")


def correct(world: Founded, name: str, wrong: str, since: date) -> None:
    act = CorrectMembership(
        wrong=EntryHash(wrong), was_void=False, since=since, reasons=Text("A slip.")
    )
    world.do(act, world.memberships[name], "Kit", "Lea", person=name)


DAYS = [date(2025, 1, 1), date(2026, 1, 5), date(2026, 1, 31), date(2026, 2, 5), date(2026, 3, 1)]
DAYS += [date(2026, 3, 23), date(2026, 12, 31)]
TIMES = [datetime(2026, 1, day, tzinfo=UTC) for day in (4, 6, 21)]
_QUESTIONS = 3
"""Of one balance; so many are asked by `count` itself, and none of what was kept."""
TIMES += [datetime(2026, 3, 22, 9, 30, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)]


def people() -> list[Any]:
    found = (registered(Identifier(pk)) for pk in Membership.objects.values_list("pk", flat=True))
    return [one.entries for one in found if one is not None]


@pytest.mark.parametrize("known", range(len(TIMES)))
def test_any_balance_is_the_one_that_the_law_derives(world: Founded, known: int) -> None:
    everybody = people()
    branches = list(world.branches.values())
    groups = list(chain.from_iterable(combinations(branches, size) for size in (1, 2, 3)))
    for first, last in combinations(DAYS, 2):
        for stated in TIMES[: known + 1]:
            counts = count(Asked(first, last, TIMES[known], stated))
            for group in groups:
                wanted = derive_balance(everybody, group, (first, last), stated, TIMES[known])
                found = counts.balance(group, causes_of(counts.asked, group))
                assert sorted(found.causes, key=str) == sorted(wanted.causes, key=str)
                assert (found.start, found.counts, found.end, found.difference) == (
                    wanted.start,
                    wanted.counts,
                    wanted.end,
                    wanted.difference,
                )


@pytest.mark.parametrize("stated", [0, 2])
def test_what_was_known_once_is_counted_once(world: Founded, stated: int) -> None:
    """A correction made later says nothing else of that time."""
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), TIMES[2], TIMES[stated])
    first = count_once(asked, world.now)
    assert first == count(asked)
    world.apply("Gus")
    with CaptureQueriesContext(connection) as asked_anew:
        assert count_once(asked, world.now) == count(asked)
    assert sum("register_step" in one["sql"] for one in asked_anew) == _QUESTIONS


@pytest.mark.parametrize("late", [timedelta(0), LARGEST_DISORDER])
def test_what_entries_may_still_be_added_to_is_not_kept(world: Founded, late: timedelta) -> None:
    """An entry's time may be somewhat earlier than that of another."""
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), world.now - late, TIMES[2])
    before = count_once(asked, world.now)
    Step.objects.filter(membership=world.memberships["Ben"]).update(branch=world.branches["Port"])
    assert (count_once(asked, world.now) == before, before == count(asked)) == (False, False)


def test_there_was_something_to_count(world: Founded) -> None:
    asked = Asked(date(2026, 1, 6), date(2026, 12, 31), TIMES[-1], TIMES[2])
    balance = count(asked).balance([world.branches["Mill"]])
    assert (balance.start, balance.end, balance.difference) == (4, 3, 0)
    assert {column: number for column, number in balance.counts.items() if number} == {
        Column.JOINED: 1,
        Column.READMITTED: 1,
        Column.LEFT: 1,
        Column.TRANSFERRED_OUT: 1,
        Column.DIED: 1,
    }


def test_each_number_leads_to_its_changes(world: Founded) -> None:
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), TIMES[-1], TIMES[-1])
    counts = count(asked)
    for branches in ([world.branches["Mill"]], list(world.branches.values())):
        balance = counts.balance(branches)
        assert {
            column: steps_of(asked, column, branches).count() for column in Column
        } == balance.counts


def test_a_balance_takes_three_questions(
    world: Founded,
    django_assert_num_queries: Any,  # noqa: ANN401
) -> None:
    asked = Asked(date(2026, 1, 1), date(2026, 12, 31), TIMES[-1], TIMES[-1])
    with django_assert_num_queries(3):
        counts = count(asked)
        for branch in world.branches.values():
            counts.balance([branch])
        assert causes_of(asked, list(world.branches.values())) == ()


def test_who_is_a_member_now_is_counted_from_an_index_alone() -> None:
    if connection.vendor != "sqlite":
        return  # PostgreSQL reads a table this small from end to end
    counted = members_on(date(2026, 6, 1), None).values_list("branch")
    plan = counted.annotate(number=Count("pk")).order_by().explain()
    assert "USING COVERING INDEX register_step_now" in plan
