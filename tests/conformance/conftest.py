"""The program under test, the reference elections, and the count at the end of the suite."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VERIFIER_VARIABLE = "COMITIA_CONFORMANCE_VERIFIER"
TOOL_VARIABLE = "COMITIA_REFERENCE_TOOL"
VERIFIER = shlex.split(os.environ.get(VERIFIER_VARIABLE, "")) or [sys.executable, "-m", "comitia"]
SECONDS = 300

Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="session")
def elections(reference_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder that holds all reference elections, unpacked."""
    folder = tmp_path_factory.mktemp("reference")
    for name in ("valid.tar.xz", "invalid.tar.xz"):
        with tarfile.open(reference_data / "vectors" / name) as archive:
            archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def verify() -> Verify:
    """Give a function that runs the verifier: its exit status, and the object that it printed."""

    def run(path: Path, *options: str | Path) -> tuple[int, dict[str, Any]]:
        command = [*VERIFIER, "verify", "--json", "--jobs", "1", *map(str, options), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        report = json.loads(done.stdout)
        assert isinstance(report, dict)
        return done.returncode, report

    return run


@pytest.fixture(scope="session")
def reference_tool() -> str:
    """Give the path of the reference's program."""
    path = os.environ.get(TOOL_VARIABLE)
    if not path:
        pytest.skip(f"{TOOL_VARIABLE} does not name the reference's belenios-tool")
    if not Path(path).is_file():
        pytest.fail(f"{TOOL_VARIABLE} names {path}, which is no file")
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many of the conformance tests passed."""
    counted = {
        outcome: sum(
            "tests/conformance/" in report.nodeid and report.when == "call"
            for report in terminalreporter.stats.get(outcome, [])
            if isinstance(report, pytest.TestReport)
        )
        for outcome in ("passed", "failed")
    }
    if total := sum(counted.values()):
        passed = counted["passed"]
        terminalreporter.write_line(f"conformance: {passed} of {total} with {shlex.join(VERIFIER)}")
