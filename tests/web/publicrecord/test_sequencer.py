"""The thread that gives places when an act wakes it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from threading import Event

import pytest

from comitia.web.publicrecord import sequencer
from comitia.web.publicrecord.sequencer import Sequencer, running_sequencer, start_sequencer
from comitia.web.publicrecord.sequencing import sequence_soon

_PATIENCE_SECONDS = 20


class Rounds:
    """Counts rounds; the first one is held until it is let go."""

    def __init__(self) -> None:
        self.count = 0
        self.began = Event()
        self.go_on = Event()

    def __call__(self) -> None:
        self.count += 1
        self.began.set()
        assert self.go_on.wait(_PATIENCE_SECONDS)


@pytest.fixture
def no_thread() -> Iterator[None]:
    yield
    sequencer._running.clear()


def test_many_acts_during_a_round_are_one_more_round() -> None:
    rounds = Rounds()
    made = Sequencer(rounds, 0)
    made.wake()
    assert rounds.began.wait(_PATIENCE_SECONDS)
    for _ in range(10):
        made.wake()
    rounds.go_on.set()
    made.end()
    assert rounds.count == 2


def test_who_ends_the_thread_has_what_is_left_done_first() -> None:
    done: list[str] = []
    made = Sequencer(lambda: done.append("round"))
    made.wake()
    made.end()
    made.end()
    assert 1 <= len(done) <= 2


def test_a_round_that_fails_keeps_no_later_one_from_being_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds: list[str] = []
    second = Event()

    def fail_first() -> None:
        rounds.append("round")
        if len(rounds) == 1:
            made.wake()
            raise ValueError("secret")
        second.set()

    caplog.set_level(logging.ERROR)
    made = Sequencer(fail_first, 0)
    made.wake()
    assert second.wait(_PATIENCE_SECONDS)
    made.end()
    assert [one.getMessage() for one in caplog.records] == [
        "places were not given: builtins.ValueError"
    ]


@pytest.mark.usefixtures("no_thread")
def test_an_act_wakes_the_thread_of_its_process_and_asks_the_database_nothing() -> None:
    done = Event()
    made = start_sequencer(done.set)
    assert running_sequencer() is made
    sequence_soon()
    assert done.wait(_PATIENCE_SECONDS)
    made.end()


@pytest.mark.usefixtures("no_thread")
def test_a_thread_of_the_process_before_a_fork_is_none_here() -> None:
    made = start_sequencer(lambda: None)
    made.end()
    made.process += 1
    assert running_sequencer() is None
