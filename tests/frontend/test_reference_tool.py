"""Where COMITIA_REFERENCE_TOOL names the reference's program, it accepts the booth's ballots."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conformance.conftest import TOOL_VARIABLE
from tests.conformance.test_reference_tool import ELECTIONS, KINDS_OF_BALLOT, run, written
from tests.elections import VOTES, make_election
from tests.frontend.conftest import Booth


@pytest.mark.parametrize("kind", KINDS_OF_BALLOT)
def test_the_reference_accepts_ballots_of_the_booth(
    kind: str, booth: Booth, tmp_path: Path
) -> None:
    tool = os.environ.get(TOOL_VARIABLE)
    if not tool:
        pytest.skip(f"{TOOL_VARIABLE} does not name the reference's belenios-tool")
    made = make_election(**ELECTIONS[kind])
    folder, path = written(made, tmp_path, steps=1), tmp_path / "ballot.json"
    for number, votes in enumerate(ELECTIONS[kind].get("votes", VOTES)[:2]):
        ballot = booth.ask(
            "make",
            election=made.records.election.decode(),
            credential=made.credentials.private[number][1],
            votes=votes,
            seed=None,
        )["ballot"]
        path.write_text(ballot, encoding="utf-8")
        done = run(tool, "verify-ballot", folder, ballot=path)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
