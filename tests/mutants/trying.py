"""Try mutants one after the other: each in a fork that has imported nothing of ours before.

So what runs while test modules are imported runs mutated as well. The tests nearest to the code
come first, the quickest of them before the others, and the first that fails ends the try.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

import hypothesis  # noqa: F401 - once, so that no fork has to
import pytest

from tests.mutants.making import Mutant

FOLDERS: Final = ("curve", "ballots", "verify", "attacks", "law", "record")
"""Folders of tests in this order: those of each also run the code that the ones before it test.

But for the last two, which run no code of the others: what they test is not to wait for theirs.
"""

_PYTEST: Final = (
    *("-q", "--tb=no", "--no-header", "--no-summary"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # it is imported before the fork
    "--hypothesis-profile=mutants",
    # It finds its way by the text of the verifier, which is another with all mutants in it.
    "--ignore=tests/attacks/test_checks_are_run.py",
)
_MOST_MEMORY_BYTES: Final = 4 * 2**30
_ERROR: Final = 70
_PATIENCE: Final = 4
_PATIENCE_SECONDS: Final = 3


Step = tuple[Callable[[], int], float | None]
"""Something to do, with 0 for a good end, and how many seconds of work it may take."""


class Outcome(StrEnum):
    """What became of a mutant. TIMEOUT: some test took far longer, which is noticed too."""

    KILLED = "killed"
    TIMEOUT = "timeout"
    SURVIVED = "survived"


class CannotTryError(Exception):
    """The tests fail without any mutant."""


@dataclass(frozen=True)
class Result:
    """What became of a mutant, in how many seconds, with which tests (a digest)."""

    outcome: Outcome
    seconds: float
    tests: str


@dataclass(eq=False)
class Timings:
    """How long each test takes without a mutant, by its id; pytest runs the quickest first."""

    seconds: dict[str, float] = field(default_factory=dict)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration

    def of(self, places: Sequence[str]) -> float:
        """Return how long the tests in some files or folders take."""
        return sum(
            seconds
            for test, seconds in self.seconds.items()
            if any(test.startswith((f"{place}/", f"{place}::")) for place in places)
        )


@dataclass(frozen=True)
class Bench:
    """A folder with a copy of the tests, beside the mutated code, where mutants are tried."""

    folder: Path

    @property
    def code(self) -> Path:
        return self.folder / "src"

    def copy_tests(self, project: Path) -> str:
        """Take tests, settings, pages and the kernel's source as they are; digest the tests."""
        ignored = shutil.ignore_patterns("__pycache__")
        for name in ("tests", "docs", "native"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            if not (project / name).is_dir():
                continue
            shutil.copytree(project / name, self.folder / name, ignore=ignored)
        shutil.copy(project / "pyproject.toml", self.folder)
        return digest_of(self.folder / "tests", FOLDERS)

    def stages(self, module: str) -> list[list[str]]:
        """Return the tests of a module's own file, or near it, then whole folders from its own on.

        A module without tests of its own name is tested beside the other modules of its package.
        """
        _, package, *inner = module.split(".")
        path = Path("tests", package, *inner)
        near = [path.with_name(f"test_{path.name}.py"), path, path.parent]
        nearest = [str(each) for each in near if (self.folder / each).exists()][:1]
        folders = (f"tests/{name}" for name in FOLDERS[FOLDERS.index(package) :])
        return [[place] for place in dict.fromkeys((*nearest, *folders))]

    def time_tests(self, tests: str) -> Timings:
        """Run all tests without a mutant, unless these were run with this code before.

        Raises CannotTryError where one fails.
        """
        state = f"{tests} {digest_of(self.code, ())}"
        kept = self.folder / "timings.json"
        if kept.exists():
            known, seconds = json.loads(kept.read_text(encoding="utf-8"))
            if known == state:
                return Timings(seconds)
        timings = Timings()
        places = [f"tests/{name}" for name in FOLDERS]

        def run() -> int:
            status = run_pytest(places, timings, stop=False)
            if status == 0:
                kept.write_text(json.dumps([state, timings.seconds]), encoding="utf-8")
            return status

        if in_fork(self, "", [(run, None)]) != Outcome.SURVIVED:
            raise CannotTryError(f"the tests fail without a mutant: see {self.folder / 'log'}")
        return Timings(json.loads(kept.read_text(encoding="utf-8"))[1])

    def try_mutant(self, mutant: Mutant, timings: Timings, tests: str) -> Result:
        """Run tests with a mutant until one of them fails."""
        module = mutant.name.partition(".x")[0]
        started = time.monotonic()
        steps: list[Step] = []
        for places in self.stages(module):
            seconds = _PATIENCE * timings.of(places) + _PATIENCE_SECONDS
            steps.append((partial(run_pytest, places, timings), seconds))
        outcome = in_fork(self, mutant.name, steps)
        return Result(outcome, round(time.monotonic() - started, 2), tests)


def run_pytest(places: Sequence[str], timings: Timings, *, stop: bool = True) -> int:
    return int(pytest.main([*_PYTEST, *(["-x"] if stop else []), *places], plugins=[timings]))


def in_fork(bench: Bench, mutant: str, steps: Sequence[Step]) -> Outcome:
    """Run steps in a process of their own, until one gives another status than 0."""
    child = os.fork()
    if child == 0:
        status = _ERROR
        try:
            status = _child(bench, mutant, steps)
        except BaseException:  # noqa: BLE001 - a fork never goes on as if it were its parent
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    try:
        _, ended = os.waitpid(child, 0)
    finally:
        _end_group(child)
    if os.WIFSIGNALED(ended):
        return Outcome.TIMEOUT
    return Outcome.KILLED if os.WEXITSTATUS(ended) else Outcome.SURVIVED


def _end_group(child: int) -> None:
    """End the child and what it has started and left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _child(bench: Bench, mutant: str, steps: Sequence[Step]) -> int:
    os.setsid()
    log = os.open(bench.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    os.chdir(bench.folder)
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    sys.path[:0] = [str(bench.code), str(bench.folder)]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    os.environ["MUTANT_UNDER_TEST"] = mutant
    for step, seconds in steps:
        if seconds is not None:
            signal.setitimer(signal.ITIMER_PROF, seconds)
            signal.alarm(int(_PATIENCE * seconds))
        if status := step():
            return status
    return 0


def digest_of(folder: Path, packages: Collection[str]) -> str:
    """Return a digest of a folder's files, of its folders only those named where any are."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        wanted = not packages or len(name.parts) == 1 or name.parts[0] in packages
        if wanted and path.is_file() and "__pycache__" not in name.parts:
            digest.update(f"{name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
