from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comitia.engine import Engine, available_cores, run_apart, run_each_apart
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable


def square(number: int) -> int:
    return number * number


def slow_at_first(number: int) -> int:
    time.sleep(0.2 if number == 0 else 0)
    return number


def slow_but_first(number: int) -> int:
    time.sleep(30 if number else 0)
    return number


def where(_: int) -> tuple[int, str]:
    return os.getpid(), threading.current_thread().name


def settings_of_process(_: int) -> tuple[object, tuple[int, int], int]:
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    return signal.getsignal(signal.SIGINT), limits, os.getpid()


def fail_at_two(number: int) -> int:
    if number == 2:
        raise CheckFailed("ballot.proof", "question 1", "this", "that")
    return number


def meet(places: tuple[Path, Path]) -> bool:
    """Say that one is here, and wait for the other."""
    mine, other = places
    mine.touch()
    deadline = time.monotonic() + 30
    while not other.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return other.exists()


def wait_until(it_holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not it_holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def leave(_: int) -> int:
    os._exit(3)


def own_memory(_: int) -> int:
    return len(_KEPT)


_KEPT: list[int] = []


def children() -> set[int]:
    """Return the processes that this one has started and that have not ended."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return {int(child) for child in listed.split() if not is_resource_tracker(int(child))}


def is_resource_tracker(process: int) -> bool:
    try:
        return b"resource_tracker" in Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:  # it has ended since it was listed
        return False


def counted(numbers: range, drawn: list[int]) -> Iterator[int]:
    for number in numbers:
        drawn.append(number)
        yield number


# --- The order and the place of the work ---


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    with Engine(jobs) as engine:
        assert list(engine.map(square, range(40))) == [n * n for n in range(40)]


def test_a_slow_item_holds_back_those_after_it() -> None:
    with Engine(2) as engine:
        assert list(engine.map(slow_at_first, range(8))) == list(range(8))


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_items_give_no_results_and_start_nothing(jobs: int) -> None:
    before = children()
    with Engine(jobs) as engine:
        assert list(engine.map(square, [])) == []
        assert children() == before


def test_one_job_stays_in_its_own_process_and_thread() -> None:
    before = children()
    with Engine(1) as engine:
        assert set(engine.map(where, range(5))) == {where(0)}
        assert children() == before


def test_a_single_item_is_worked_on_right_here() -> None:
    before = children()
    with Engine(2) as engine:
        assert list(engine.map(where, [0])) == [where(0)]
        assert children() == before


def test_several_items_go_to_other_processes() -> None:
    with Engine(2) as engine:
        processes = {process for process, _ in engine.map(where, range(20))}
        assert os.getpid() not in processes
        assert len(processes) <= 2
        assert processes <= children()


def test_one_pool_serves_several_maps() -> None:
    with Engine(2) as engine:
        first = {process for process, _ in engine.map(where, range(20))}
        second = {process for process, _ in engine.map(where, range(20))}
        assert len(first | second) <= 2


def test_two_maps_may_be_under_way_at_once() -> None:
    with Engine(2) as engine:
        one, other = engine.map(square, range(20)), engine.map(square, range(20, 40))
        pairs = list(zip(one, other, strict=True))
    assert pairs == [(n * n, (n + 20) ** 2) for n in range(20)]


@pytest.mark.parametrize("jobs, ahead", [(1, 2), (2, 8), (3, 12)])
def test_items_are_drawn_only_a_little_ahead(jobs: int, ahead: int) -> None:
    drawn: list[int] = []
    with Engine(jobs) as engine:
        results = engine.map(square, counted(range(100), drawn))
        assert drawn == []
        for taken in range(30):
            assert next(results) == taken * taken
            assert len(drawn) <= taken + ahead
        results.close()  # type: ignore[attr-defined] # a generator


@pytest.mark.parametrize("jobs", [0, -1])
def test_an_engine_needs_a_job(jobs: int) -> None:
    with pytest.raises(ValueError, match="at least one job"):
        Engine(jobs)


def test_an_engine_takes_all_cores_unless_told() -> None:
    assert Engine().jobs == available_cores() == len(os.sched_getaffinity(0))
    assert Engine(3).jobs == 3


# --- Errors and endings ---


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_in_a_worker_is_raised_here_as_what_it_is(jobs: int) -> None:
    with Engine(jobs) as engine:
        results = engine.map(fail_at_two, range(5))
        assert [next(results), next(results)] == [0, 1]
        with pytest.raises(CheckFailed) as raised:
            next(results)
    error = raised.value
    assert (error.check, error.subject, error.expected, error.found) == (
        *("ballot.proof", "question 1"),
        *("this", "that"),
    )


def test_an_error_among_the_items_is_raised_here() -> None:
    def items() -> Iterator[int]:
        yield from range(4)
        raise MalformedRecord("item 4", "is none")

    with Engine(2) as engine, pytest.raises(MalformedRecord, match="item 4: is none"):
        list(engine.map(square, items()))


def test_an_engine_works_on_after_an_error() -> None:
    with Engine(2) as engine:
        with pytest.raises(CheckFailed):
            list(engine.map(fail_at_two, range(5)))
        assert list(engine.map(square, range(5))) == [0, 1, 4, 9, 16]


def test_after_an_error_nobody_waits_for_what_workers_are_at() -> None:
    before, start = children(), time.monotonic()

    def interrupted() -> None:
        with Engine(2) as engine:
            assert next(engine.map(slow_but_first, range(20))) == 0
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - start < 20
    assert children() == before


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_no_process_is_left_after_the_block(error: type[BaseException] | None) -> None:
    before = children()

    def work() -> None:
        with Engine(2) as engine:
            assert next(engine.map(square, range(100))) == 0
            assert children() > before
            if error is not None:
                raise error

    if error is None:
        work()
    else:
        with pytest.raises(error):
            work()
    assert children() == before


def test_a_worker_that_dies_is_an_error_and_not_a_wait() -> None:
    before = children()
    sentence = "a worker process was ended from outside, perhaps for want of memory"
    with Engine(2) as engine, pytest.raises(StorageUnavailable, match=sentence):
        list(engine.map(leave, range(3)))
    with pytest.raises(StorageUnavailable, match=sentence):
        run_apart(leave, 1)
    assert children() == before


def test_workers_that_die_after_a_map_was_dropped_leave_no_process() -> None:
    before, threads = children(), threading.active_count()
    with Engine(2) as engine:
        dropped = engine.map(slow_but_first, range(20))
        assert next(dropped) == 0
        dropped.close()  # type: ignore[attr-defined]  # a generator, though said to be an iterator
        for worker in children() - before:
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: children() == before)
        wait_until(lambda: threading.active_count() == threads)


def test_threads_leave_undone_what_nobody_waits_for() -> None:
    done: list[int] = []
    threads = threading.active_count()

    def note(number: int) -> int:
        time.sleep(0.05)
        done.append(number)
        return number

    with Engine(2) as engine:
        noted = engine.map_unlocked(note, range(100))
        assert next(noted) == 0
        noted.close()  # type: ignore[attr-defined]
        assert len(done) < 8
        assert threading.active_count() == threads


def test_work_apart_never_runs_in_the_callers_process() -> None:
    for jobs in (1, 2):
        with Engine(jobs, apart=True) as engine:
            assert os.getpid() not in [process for process, _ in engine.map(where, range(1))]


# --- What a worker is ---


def test_workers_ignore_interrupts_and_dump_no_core() -> None:
    with Engine(2) as engine:
        for handler, limits, process in engine.map(settings_of_process, range(4)):
            assert (handler, limits) == (signal.SIG_IGN, (0, 0))
            assert process != os.getpid()


def test_starting_workers_leaves_this_process_as_it_was() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, set())
    with Engine(2) as engine:
        list(engine.map(square, range(4)))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.pthread_sigmask(signal.SIG_BLOCK, set()) == before


def test_workers_begin_without_the_memory_of_their_parent() -> None:
    _KEPT.append(1)
    try:
        with Engine(2) as engine:
            assert set(engine.map(own_memory, range(4))) == {0}
        assert run_apart(own_memory, 0) == 0
    finally:
        _KEPT.clear()


PARENT = """
    import os, time
    from comitia.engine import Engine

    def work(number):
        if number:
            os.write(1, b"%d\\n" % os.getpid())  # in one piece: two processes write
            time.sleep(60)
        return number

    if __name__ == "__main__":
        with Engine(2) as engine:
            try:
                for _ in engine.map(work, [0, 1, 2]):
                    pass
            except KeyboardInterrupt:
                print("interrupted", flush=True)
                os.kill(os.getpid(), 9)
"""


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """Start a process with two workers that sleep; return it and the workers."""
    script = folder / "parent.py"
    script.write_text(textwrap.dedent(PARENT), encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    return parent, [int(parent.stdout.readline()) for _ in range(2)]


def wait_for_end(processes: list[int]) -> set[int]:
    """Return which of some processes are still there after a while."""
    running = set(processes)
    for _ in range(100):
        running = {p for p in running if Path(f"/proc/{p}").exists() and not is_zombie(p)}
        if not running:
            break
        time.sleep(0.05)
    return running


def is_zombie(process: int) -> bool:
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_a_parent_that_is_killed(how: signal.Signals, tmp_path: Path) -> None:
    parent, workers = start_parent(tmp_path)
    parent.send_signal(how)
    assert parent.wait(10) == -how
    assert wait_for_end(workers) == set()
    parent.communicate(timeout=10)


def test_an_interrupt_reaches_the_parent_and_no_worker(tmp_path: Path) -> None:
    parent, workers = start_parent(tmp_path)
    os.killpg(parent.pid, signal.SIGINT)
    output, errors = parent.communicate(timeout=10)
    assert output == "interrupted\n"
    assert "Traceback" not in errors
    assert wait_for_end(workers) == set()


# --- A process of its own ---


def test_what_runs_apart_runs_in_another_process_that_ends() -> None:
    before = children()
    process, _ = run_apart(where, 0)
    assert process != os.getpid()
    assert not Path(f"/proc/{process}").exists()
    assert children() == before


def test_every_run_apart_has_a_process_of_its_own() -> None:
    assert len({run_apart(where, 0)[0] for _ in range(3)}) == 3


def test_what_runs_apart_dumps_no_core_and_ignores_interrupts() -> None:
    assert run_apart(settings_of_process, 0)[:2] == (signal.SIG_IGN, (0, 0))


def test_what_fails_apart_fails_here_and_leaves_no_process() -> None:
    before = children()
    with pytest.raises(CheckFailed, match="expected this, found that"):
        run_apart(fail_at_two, 2)
    assert children() == before


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_each_of_several_runs_apart_has_a_process_of_its_own_that_ends(number: int) -> None:
    before = children()
    found = run_each_apart(where, range(number))
    processes = {process for process, _ in found}
    assert len(processes) == number
    assert not [process for process in processes if Path(f"/proc/{process}").exists()]
    assert children() == before


def test_several_runs_apart_give_their_results_in_order() -> None:
    assert run_each_apart(slow_at_first, range(5)) == [0, 1, 2, 3, 4]


def test_several_runs_apart_go_on_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for the other, which would never come if it had to end first."""
    monkeypatch.setattr("comitia.engine.available_cores", lambda: 2)
    with tempfile.TemporaryDirectory() as place:
        names = [(Path(place, mine), Path(place, other)) for mine, other in ("ab", "ba")]
        assert run_each_apart(meet, names) == [True, True]


def test_one_of_several_runs_apart_that_fails_leaves_no_process() -> None:
    before = children()
    with pytest.raises(CheckFailed, match="expected this, found that"):
        run_each_apart(fail_at_two, range(4))
    assert children() == before
