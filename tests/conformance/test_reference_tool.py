"""The reference's own program and ours on each other's records.

It is an oracle for archives that are sound and for single ballots; never for what must be refused.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import HomomorphicQuestion
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import ComitiaError
from tests.elections import CHOOSE, VOTES, YES_NO, Made, make_election, put_together, take_apart

UNICODE = HomomorphicQuestion(
    'Wer führt die « Gewerkschaft » — "quoted" \\ / \t \x7f €?',
    ("Zoë ☃", "Łukasz \U0001d518", "<b>&amp;</b>", "\u202ertl", "e\u0301 or é"),
    0,
    5,
)
ONE_OF_ONE = HomomorphicQuestion("", ("",), 1, 1)
ELECTIONS: dict[str, dict[str, Any]] = {
    "two questions": {},
    "one trustee": {"trustees": 1},
    "2048 bits": {"group": BELENIOS_2048, "votes": VOTES[:3]},
    "revotes": {"revotes": ((0, VOTES[1]), (2, VOTES[0]), (0, VOTES[2]))},
    "all blank": {"questions": (CHOOSE,), "votes": (((1, 0, 0, 0),),) * 3},
    "no ballot": {"votes": ()},
    "one ballot": {"votes": VOTES[:1]},
    "texts": {
        "questions": (UNICODE, ONE_OF_ONE, CHOOSE, YES_NO),
        "votes": (
            ((1, 1, 1, 1, 1), (1,), (0, 1, 0, 1), (1, 0)),
            ((0, 0, 0, 0, 0), (1,), (1, 0, 0, 0), (0, 0)),
        ),
    },
}


def run(tool: str, command: str, folder: Path, **files: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the reference's program on an election's folder."""
    arguments = [f"--{name}={path}" for name, path in files.items()]
    return subprocess.run(
        [tool, "election", command, f"--dir={folder}", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def written(made: Made, folder: Path, *, steps: int | None = None) -> Path:
    """Write an election's archive, or its first steps only; return the folder."""
    archive = made.archive if steps is None else put_together(take_apart(made.archive)[:steps])
    (folder / f"{made.election.uuid}.bel").write_bytes(archive)
    return folder


@pytest.mark.parametrize("kind", ELECTIONS)
def test_the_reference_accepts_our_archives(kind: str, reference_tool: str, tmp_path: Path) -> None:
    made = make_election(**ELECTIONS[kind])
    done = run(reference_tool, "verify", written(made, tmp_path))
    assert "all checks passed" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("kind", ["two questions", "2048 bits", "texts"])
def test_the_reference_accepts_our_ballots_one_by_one(
    kind: str, reference_tool: str, tmp_path: Path
) -> None:
    made = make_election(**ELECTIONS[kind])
    folder = written(made, tmp_path, steps=1)
    for ballot in made.ballots:
        path = tmp_path / "ballot.json"
        path.write_bytes(ballot)
        done = run(reference_tool, "verify-ballot", folder, ballot=path)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_reference_refuses_what_is_no_ballot_of_ours(
    reference_tool: str, tmp_path: Path
) -> None:
    """So that what it accepts says something."""
    made = make_election()
    ballot = json.loads(made.ballots[0])
    ballot["credential"] = json.loads(made.ballots[1])["credential"]
    path = tmp_path / "ballot.json"
    path.write_text(json.dumps(ballot, separators=(",", ":")), encoding="utf-8")
    folder = written(made, tmp_path, steps=1)
    assert run(reference_tool, "verify-ballot", folder, ballot=path).returncode != 0
    with pytest.raises(ComitiaError):
        check_ballot(path.read_bytes(), made.election)


@pytest.mark.parametrize("kind", ["two questions", "2048 bits", "texts"])
def test_we_accept_ballots_of_the_reference(kind: str, reference_tool: str, tmp_path: Path) -> None:
    made = make_election(**ELECTIONS[kind])
    folder = written(made, tmp_path, steps=1)
    group = made.election.group
    assert group in {ED25519, BELENIOS_2048}
    votes = ELECTIONS[kind].get("votes", VOTES)
    for (_, credential), choice in zip(made.credentials.private, votes, strict=True):
        (tmp_path / "credential").write_text(credential, encoding="ascii")
        (tmp_path / "choice.json").write_text(json.dumps(choice), encoding="ascii")
        done = run(
            reference_tool,
            "generate-ballot",
            folder,
            privcred=tmp_path / "credential",
            choice=tmp_path / "choice.json",
        )
        assert done.returncode == 0, done.stderr
        ballot = check_ballot(done.stdout.strip().encode(), made.election)
        assert ballot.election_uuid == made.election.uuid
