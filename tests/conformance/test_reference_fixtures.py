"""The small elections of the reference in this repository, through the command line.

What they cover, and what ``expected.json`` states of each, is told in their README.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.conftest import Verify

FOLDER = Path(__file__).parent.parent / "vectors" / "reference"
FIXTURES = sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))
STATUSES = {"valid": 0, "invalid": 1}
NOTHING_BESIDE = {"decryption.bound", "shuffle.signature"}
"""Warnings that only say that nothing of ours lies beside the archive."""


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_is_judged_as_stated(name: str, verify: Verify) -> None:
    expected = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))
    status, report = verify(FOLDER / name)
    statuses = {check["id"]: check["status"] for check in report["checks"]}
    failed = {id_ for id_, outcome in statuses.items() if outcome == "failed"}
    warnings = [warning["id"] for warning in report["warnings"]]
    assert (status, report["verdict"]) == (STATUSES[expected["verdict"]], expected["verdict"])
    assert failed >= set(expected["failed"])
    if expected["verdict"] == "valid":
        assert set(statuses.values()) == {"passed"}
    assert [id_ for id_ in warnings if id_ not in NOTHING_BESIDE] == expected["warnings"]
    assert report["result"] == expected["result"]


def test_every_fixture_is_told_of() -> None:
    """A folder without an expectation, or without a line in the README, would test nothing."""
    folders = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert folders == FIXTURES
    assert [name for name in folders if f"`{name}`" not in text] == []
