"""Runs chunks of work on this machine's cores, and secret steps in a process of their own.

Imports nothing of Comitia but its errors: whoever calls brings the work. Later a cluster stands
behind the same ``map``.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self, TypeVar

from comitia.errors import StorageUnavailable

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")

_START_METHOD: Final = "spawn"
"""Workers begin empty: nothing of the caller's memory, threads or open files is in them."""

_WORKER_LOST: Final = "a worker process was ended from outside, perhaps for want of memory"

_AHEAD: Final = 4
"""How many chunks a worker may have waiting, so that results never pile up."""


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def prepare_worker(leash: Connection) -> None:
    """Leave Ctrl-C to the parent, end with it, and keep what is in memory out of core dumps."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with_leash, args=(leash,), daemon=True).start()


def _end_with_leash(leash: Connection) -> None:
    """End at once when the other end of the leash is closed: dropped, or its holder is gone."""
    leash.poll(None)
    os._exit(1)


def _start_pool(jobs: int) -> tuple[ProcessPoolExecutor, Connection]:
    """Return a pool, and the leash that keeps its workers alive while it is open."""
    context = multiprocessing.get_context(_START_METHOD)
    leash, held = context.Pipe(duplex=False)
    return ProcessPoolExecutor(jobs, context, prepare_worker, (leash,)), held


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold Ctrl-C back: a process that starts meanwhile inherits that until it is prepared.

    The resource tracker would let Ctrl-C in again when it starts, so it starts first.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[_Input], _Output], item: _Input
) -> Future[_Output]:
    with _interrupts_held_back():
        return pool.submit(function, item)


class Engine:
    """A pool of processes that starts with the first work worth sharing, and ends with the block.

    jobs: the number of processes; 1 runs everything in the caller's own process and thread.
    apart: nothing runs in the caller's process, whatever there is to do; for work with secrets.
    """

    def __init__(self, jobs: int | None = None, *, apart: bool = False) -> None:
        """Start nothing yet. Raises ``ValueError`` for fewer jobs than one."""
        self._apart = apart
        self.jobs = available_cores() if jobs is None else jobs
        if self.jobs < 1:
            raise ValueError("an engine needs at least one job")
        self._pool: tuple[ProcessPoolExecutor, Connection] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._pool is None:
            return
        pool, leash = self._pool
        if error is not None:
            leash.close()  # nobody wants what the workers are at
        pool.shutdown(cancel_futures=True)
        leash.close()

    def map(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterator[_Output]:
        """Yield ``function(item)`` for each item, in order; an error in a worker is raised here.

        Raises StorageUnavailable where a worker was ended from outside. Items are drawn only a
        little ahead of the results. A single item is worked on right here, unless all work is to be
        apart: starting a process would take longer.
        """
        waiting = iter(items)
        first = list(islice(waiting, 2))
        if not self._apart and (self.jobs == 1 or len(first) <= 1):
            yield from map(function, chain(first, waiting))
            return
        yield from self._map_in_pool(function, chain(first, waiting))

    def map_unlocked(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterator[_Output]:
        """Yield ``function(item)`` for each item, in order, by threads of this process.

        For functions that leave Python's lock while they work: threads start at once and share
        memory. Not for secrets, which have no business in this process.
        """
        if self._apart:
            raise ValueError("this engine keeps all work out of its own process")
        waiting = iter(items)
        first = list(islice(waiting, 2))
        if self.jobs == 1 or len(first) <= 1:
            yield from map(function, chain(first, waiting))
            return
        pool = ThreadPoolExecutor(self.jobs)
        try:
            yield from _in_order(
                (pool.submit(function, item) for item in chain(first, waiting)),
                self.jobs * _AHEAD,
            )
        finally:
            pool.shutdown(cancel_futures=True)

    def _map_in_pool(
        self, function: Callable[[_Input], _Output], items: Iterator[_Input]
    ) -> Iterator[_Output]:
        pool = self._started_pool()
        try:
            yield from _in_order(
                (_submit(pool, function, item) for item in items), self.jobs * _AHEAD
            )
        except BrokenProcessPool:
            raise StorageUnavailable(_WORKER_LOST) from None

    def _started_pool(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = _start_pool(self.jobs)
        return self._pool[0]


def _in_order(futures: Iterable[Future[_Output]], ahead: int) -> Iterator[_Output]:
    """Yield the results in order, drawing (and so starting) only some futures ahead of them.

    Where the caller stops early, what was started is left to its pool to end. To cancel it here
    would race with the thread by which a process pool fails its futures when a worker is gone: in
    Python 3.11 that thread dies of a future cancelled meanwhile, and leaves processes behind.
    """
    running: deque[Future[_Output]] = deque()
    for future in futures:
        running.append(future)
        if len(running) >= ahead:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def run_apart(function: Callable[[_Input], _Output], item: _Input) -> _Output:
    """Return ``function(item)``, worked out in a fresh process that ends before this returns.

    For steps that handle a secret: what the function kept in memory is gone with its process, and
    core dumps are off. Nothing is wiped; only what the function returns comes back.
    """
    (result,) = run_each_apart(function, (item,))
    return result


def run_each_apart(function: Callable[[_Input], _Output], items: Sequence[_Input]) -> list[_Output]:
    """Return what ``run_apart`` returns for each item, as many at a time as there are cores.

    For steps that handle secrets of several parties: no process serves two of them.
    """
    results: list[_Output] = []
    cores = available_cores()
    for first in range(0, len(items), cores):
        with ExitStack() as processes:
            at_once = items[first : first + cores]
            running = [processes.enter_context(_apart(function, item)) for item in at_once]
            results += [_result_of(future) for future in running]
    return results


@contextmanager
def _apart(function: Callable[[_Input], _Output], item: _Input) -> Iterator[Future[_Output]]:
    """Have the work done in a process that ends with the block."""
    pool, leash = _start_pool(1)
    with leash, pool:
        yield _submit(pool, function, item)


def _result_of(future: Future[_Output]) -> _Output:
    try:
        return future.result()
    except BrokenProcessPool:
        raise StorageUnavailable(_WORKER_LOST) from None
