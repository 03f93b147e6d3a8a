"""A clock that leaps ahead: nothing is entered by it, and downtime is no leap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from comitia.law.errors import RuleViolation
from comitia.record.kinds.register import AdmitMember
from comitia.web.acts import clock, leaps
from comitia.web.acts.errors import Refusal
from comitia.web.acts.models import ClockSeen, Entry
from comitia.web.acts.performing import Asked, do_by_rule, perform
from comitia.web.acts.wiring import Following
from tests.web.founded import FIRST, Founded, an_organisation

pytestmark = pytest.mark.django_db
ADMIT = AdmitMember(since=FIRST)
LEAP = timedelta(days=3650)
OTHER_CLOCK = 500.0


class Machine:
    """Its clock shows what the organisation's does; the other one only runs."""

    def __init__(self, world: Founded) -> None:
        self.world = world
        self.running = OTHER_CLOCK

    def runs(self, **by: int) -> None:
        """Let time pass, on both clocks."""
        self.world.later(**by)
        self.running += timedelta(**by).total_seconds()

    def starts(self) -> None:
        """Begin anew, as a process does: what it knew is gone."""
        leaps.begin()
        leaps.note(self.world.now)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as founded:
        yield founded


@pytest.fixture
def machine(world: Founded, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(world)
    monkeypatch.setattr(clock, "running_seconds", lambda: made.running)
    made.starts()
    return made


def has_leapt(machine: Machine) -> bool:
    return leaps.has_leapt(machine.world.now)


def seen() -> tuple[object, object]:
    row = ClockSeen.objects.get()
    return row.at, row.leapt_to


def test_after_a_leap_nothing_is_entered_and_all_is_as_before_once_it_is_set_right(
    machine: Machine,
) -> None:
    world = machine.world
    own = world.apply("Eve")
    asked = Asked(ADMIT, own, None, (world.people["Ada"].pk,))
    entries = Entry.objects.count()
    world.now += LEAP
    with pytest.raises(RuleViolation) as refused:
        perform(asked)
    assert (refused.value.code, Entry.objects.count()) == (Refusal.CLOCK_AHEAD, entries)
    world.now -= LEAP
    perform(asked)
    assert Entry.objects.count() == entries + 1


def test_what_a_rule_does_by_itself_waits_too(machine: Machine) -> None:
    own = machine.world.apply("Eve")
    entry = Entry.objects.latest("number")
    machine.world.now += LEAP
    with pytest.raises(RuleViolation) as refused:
        do_by_rule(Following(ADMIT, own, None, None), entry.hash)  # type: ignore[arg-type] # a name
    assert refused.value.code == Refusal.CLOCK_AHEAD


def test_no_organisation_is_founded_by_a_clock_that_leapt() -> None:
    world = Founded()
    with clock.showing(lambda: world.now):
        Machine(world).starts()
        world.now += LEAP
        with pytest.raises(RuleViolation) as refused:
            world.found()
    assert refused.value.code == Refusal.CLOCK_AHEAD


def test_an_hour_more_than_the_other_clock_is_no_leap_and_a_second_more_is(
    machine: Machine,
) -> None:
    machine.runs(days=400)
    machine.world.later(seconds=3600)
    assert not has_leapt(machine)
    machine.world.later(seconds=1)
    assert has_leapt(machine)


def test_small_leaps_add_up(machine: Machine) -> None:
    machine.world.later(minutes=31)
    assert not has_leapt(machine)
    machine.world.later(minutes=31)
    assert has_leapt(machine)


def test_a_machine_that_slept_has_not_leapt(machine: Machine) -> None:
    machine.runs(days=90)
    assert not has_leapt(machine)


def test_a_clock_set_back_is_no_leap_when_it_comes_back(machine: Machine) -> None:
    machine.world.later(days=-10)
    assert not has_leapt(machine)
    leaps.note(machine.world.now)
    machine.world.later(days=10)
    assert not has_leapt(machine)


@pytest.mark.parametrize("days, expected", [(7, False), (30, False), (31, True)])
def test_downtime_explains_thirty_days(machine: Machine, days: int, *, expected: bool) -> None:
    machine.world.later(days=days)
    machine.running = 0.0  # another machine, or the same after it was off
    machine.starts()
    assert has_leapt(machine) is expected


def test_starting_anew_is_no_answer_to_a_leap_that_was_seen(machine: Machine) -> None:
    before = machine.world.now
    machine.world.later(days=3)
    leaps.note(machine.world.now)
    leapt_to = machine.world.now
    assert seen() == (before, leapt_to)
    machine.runs(minutes=5)
    machine.starts()
    assert has_leapt(machine)
    assert seen() == (before, leapt_to)
    machine.world.later(days=-3)
    machine.starts()
    assert not has_leapt(machine)
    assert seen() == (machine.world.now, None)


def test_a_leap_that_is_smaller_by_now_is_one_still(machine: Machine) -> None:
    before = machine.world.now
    machine.world.later(days=9)
    leaps.note(machine.world.now)
    machine.world.later(days=-5)
    leaps.note(machine.world.now)
    assert seen() == (before, machine.world.now)
    machine.starts()
    assert has_leapt(machine)


def test_an_operator_s_word_ends_it_for_who_runs_and_who_starts(machine: Machine) -> None:
    machine.world.now += LEAP
    leaps.note(machine.world.now)
    assert leaps.is_known_to_leap(machine.world.now)
    machine.runs(minutes=2)
    leaps.confirm(machine.world.now)
    assert not leaps.is_known_to_leap(machine.world.now)
    machine.runs(minutes=2)
    assert not has_leapt(machine)
    leaps.note(machine.world.now)
    machine.starts()
    assert not has_leapt(machine)
    assert seen() == (machine.world.now, None)


def test_a_word_for_one_leap_is_none_for_the_next(machine: Machine) -> None:
    machine.world.later(days=2)
    leaps.confirm(machine.world.now)
    assert not has_leapt(machine)
    machine.world.later(days=2)
    assert has_leapt(machine)
    ClockSeen.objects.all().delete()
    assert has_leapt(machine)


def test_a_leap_before_the_first_look_was_kept_is_seen_by_all(machine: Machine) -> None:
    ClockSeen.objects.all().delete()
    machine.world.later(days=2)
    leaps.note(machine.world.now)
    assert seen() == (machine.world.now, machine.world.now)
    assert has_leapt(machine)


def test_a_clock_that_runs_asks_the_database_nothing(
    machine: Machine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    machine.runs(days=1)
    with django_assert_num_queries(0):
        assert not has_leapt(machine)


def test_what_watches_is_told(machine: Machine) -> None:
    assert Client().get("/healthz").status_code == 200
    machine.world.now += LEAP
    answer = Client().get("/healthz")
    told = (answer.status_code, answer.content)
    assert told == (503, b"the clock has leapt ahead: nothing is entered\n")


def test_the_other_clock_only_runs() -> None:
    first = clock.running_seconds()
    assert 0 < first <= clock.running_seconds()
