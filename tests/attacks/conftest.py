"""The count at the end of the suite: how many rows of the list held."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.offices import Office
from tests.attacks.rows import numbers_in, read_rows


def rows_of(reports: list[object]) -> set[int]:
    """Return the rows that some tests' reports are about."""
    rows: set[int] = set()
    for report in reports:
        if isinstance(report, pytest.TestReport):
            name = report.nodeid.rpartition("::")[2].partition("[")[0]
            rows.update(numbers_in(name) or ())
    return rows


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give a folder in which the command's parties work, their secret steps in this process."""
    for party in ("ceremony", "trustee", "voter"):
        monkeypatch.setattr(
            f"comitia.cli.election.{party}.run_apart", lambda function, item: function(item)
        )
    return Office(tmp_path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say for how many rows a test passed and none failed."""
    outcomes = terminalreporter.stats
    failed = rows_of([*outcomes.get("failed", []), *outcomes.get("error", [])])
    held = rows_of(outcomes.get("passed", [])) - failed
    if held or failed:
        terminalreporter.write_line(f"attacks: {len(held)} of {len(read_rows())} rows")
