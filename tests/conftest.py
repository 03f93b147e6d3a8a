"""What all tests share: Hypothesis profiles, the reference data, no skipping in CI."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI", "") not in {"", "0", "false"}
REFERENCE_DATA = Path(os.environ.get("COMITIA_REFERENCE_DATA") or ROOT.parent / "shared")
REFERENCE_TOOL_VARIABLE = "COMITIA_REFERENCE_TOOL"

# No deadlines: curve arithmetic in pure Python on a busy machine is slow, not wrong.
settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
# For mutants: the same examples for each, and none made shorter once a test has failed.
settings.register_profile(
    "mutants", deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("ci" if CI else "dev")


@pytest.fixture(scope="session", autouse=True)
def interrupts_are_heard() -> None:
    """Let the programs that tests start hear Ctrl-C, however the tests themselves were started.

    What a shell starts in the background ignores it, and so does everything that this starts.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Give the folder of real elections and counts that the project is compared with.

    It is the folder that COMITIA_REFERENCE_DATA names, else `shared` beside the project.
    """
    if REFERENCE_DATA.is_dir():
        return REFERENCE_DATA
    if "COMITIA_REFERENCE_DATA" in os.environ:
        pytest.fail(f"COMITIA_REFERENCE_DATA names {REFERENCE_DATA}, which is no folder")
    pytest.skip("no reference data: COMITIA_REFERENCE_DATA is not set and ../shared is no folder")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    refuse_skip(report)
    return report


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skipped test a failed one where everything that it could need must be there.

    In CI the reference data lies beside the project; only the tool that made it may be missing.
    Without this, a data set that was moved would quietly take its tests with it.
    """
    must_run = CI and REFERENCE_DATA.is_dir()
    if must_run and report.skipped and REFERENCE_TOOL_VARIABLE not in report.longreprtext:
        report.outcome = "failed"
        report.longrepr = f"in CI nothing may be skipped: {report.longreprtext}"
