"""The reference's own program and ours on each other's records.

It is an oracle for archives that are sound and for single ballots; never for what must be refused.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comitia.ballots.v1.making import MemberSecret, certify_credentials, check_ballot
from comitia.ballots.v1.model import (
    Direction,
    ElectionTemplate,
    HomomorphicQuestion,
    Json,
    Language,
    SingleTrustee,
    SummedQuestion,
    arrange,
)
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048
from comitia.errors import ComitiaError
from comitia.verify import Verdict
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    CHOOSE,
    VOTES,
    YES_NO,
    Keyholders,
    Made,
    make_election,
    put_together,
    seeded,
    single_trustees,
    take_apart,
    verify_bytes,
)
from tests.verify.building import hold_again, with_setup
from tests.verify.trusteeship import group_of, together

UNICODE = HomomorphicQuestion(
    'Wer führt die « Gewerkschaft » — "quoted" \\ / \t \x7f €?',
    ("Zoë ☃", "Łukasz \U0001d518", "<b>&amp;</b>", "\u202ertl", "e\u0301 or é"),
    0,
    5,
)
ONE_OF_ONE = HomomorphicQuestion("", ("",), 1, 1)
TEMPLATE = ElectionTemplate(
    "Élection",
    "",
    (YES_NO,),
    administrator="the office",
    credential_authority="the registrar",
    language=Language("ar", Direction.RIGHT_TO_LEFT),
)


def named_trustees() -> Keyholders:
    """Return two trustees, of whom the first has a name."""
    holders = single_trustees(2, ED25519, seeded("named"))
    first, second = holders.trustees
    assert isinstance(first, SingleTrustee)
    named = SingleTrustee(replace(first.key, name='Zoë "the first"'))
    return replace(holders, trustees=(named, second))


ELECTIONS: dict[str, dict[str, Any]] = {
    "two questions": {},
    "one trustee": {"trustees": 1},
    "2048 bits": {"group": BELENIOS_2048, "votes": VOTES[:3]},
    "revotes": {"revotes": ((0, VOTES[1]), (2, VOTES[0]), (0, VOTES[2]))},
    "all blank": {"questions": (CHOOSE,), "votes": (((1, 0, 0, 0),),) * 3},
    "no ballot": {"votes": ()},
    "one ballot": {"votes": VOTES[:1]},
    "the other field": {"group": RFC_3526_2048, "votes": VOTES[:2]},
    "lists": {"questions": (BOARD,), "votes": tuple((vote,) for vote in BOARD_VOTES)},
    "lists over a field": {
        "group": BELENIOS_2048,
        "questions": (BOARD,),
        "votes": tuple((vote,) for vote in BOARD_VOTES[:2]),
    },
    "lists beside others": {
        "questions": (CHOOSE, BOARD, YES_NO, BOARD),
        "votes": tuple(
            (*vote[:1], board, *vote[1:], other)
            for vote, board, other in zip(VOTES, BOARD_VOTES, BOARD_VOTES[::-1], strict=False)
        ),
        "revotes": ((0, (VOTES[1][0], BOARD_VOTES[2], VOTES[1][1], BOARD_VOTES[0])),),
    },
    "weights": {"weights": (3, 1, 0, 999_999)},
    "large weights": {
        "weights": (2**30, 0, 2**31 + 5, 7),
        "revotes": ((3, VOTES[0]), (1, VOTES[2])),
    },
    "weights of zero": {"weights": (0, 0, 0, 0)},
    "weighted lists": {
        "questions": (BOARD, YES_NO),
        "votes": tuple((vote, (1, 0)) for vote in BOARD_VOTES),
        "weights": (2**30 - 1, 2**30, 0),
    },
    "language and names": {
        "template": TEMPLATE,
        "votes": (((1, 0),), ((0, 1),)),
        "keyholders": named_trustees(),
    },
    "a threshold group": {"keyholders": group_of(2, 3), "votes": VOTES[:2]},
    "a threshold group over a field": {
        "group": BELENIOS_2048,
        "keyholders": group_of(2, 2, BELENIOS_2048),
        "votes": VOTES[:2],
    },
    "two groups and a trustee": {
        "keyholders": together(
            group_of(1, 2, seed="one"),
            single_trustees(1, ED25519, seeded("between")),
            group_of(3, 4, seed="other"),
        ),
        "votes": VOTES[:2],
    },
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


KINDS_OF_BALLOT = (
    "two questions",
    "2048 bits",
    "the other field",
    "texts",
    "lists",
    "lists over a field",
    "lists beside others",
    "large weights",
    "weighted lists",
    "language and names",
    "a threshold group",
)
"""Elections whose ballots differ in kind, or name an election that differs in kind."""


@pytest.mark.parametrize("kind", ELECTIONS)
def test_the_reference_accepts_our_archives(kind: str, reference_tool: str, tmp_path: Path) -> None:
    made = make_election(**ELECTIONS[kind])
    done = run(reference_tool, "verify", written(made, tmp_path))
    assert "all checks passed" in done.stderr, done.stderr
    assert done.returncode == 0
    assert verify_bytes(made.archive, bound=made.bound).verdict is Verdict.VALID


@pytest.mark.parametrize("kind", ["two questions", "large weights", "2048 bits"])
def test_the_reference_accepts_our_certificate_of_the_credentials(
    kind: str, reference_tool: str, tmp_path: Path
) -> None:
    made = make_election(**ELECTIONS[kind])
    group, credentials = made.election.group, made.records.credentials
    secret = MemberSecret("1" * 22)
    certificate = certify_credentials(
        credentials, made.election.uuid, secret, group, seeded("registrar")
    )
    records = with_setup(made, certificate=certificate.to_bytes())
    archive = put_together(hold_again(made, records=records))
    done = run(reference_tool, "verify", written(replace(made, archive=archive), tmp_path))
    assert "all checks passed" in done.stderr, done.stderr
    assert verify_bytes(archive).verdict is Verdict.VALID


@pytest.mark.parametrize("kind", KINDS_OF_BALLOT)
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


@pytest.mark.parametrize("kind", KINDS_OF_BALLOT)
def test_we_accept_ballots_of_the_reference(kind: str, reference_tool: str, tmp_path: Path) -> None:
    made = make_election(**ELECTIONS[kind])
    folder = written(made, tmp_path, steps=1)
    questions = made.election.summed_questions or ()
    votes = ELECTIONS[kind].get("votes", VOTES)
    for (_, credential), vote in zip(made.credentials.private, votes, strict=True):
        (tmp_path / "credential").write_text(credential, encoding="ascii")
        (tmp_path / "choice.json").write_text(choice_of(vote, questions), encoding="ascii")
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


def choice_of(vote: Sequence[Sequence[int]], questions: Sequence[SummedQuestion]) -> str:
    """Return a vote as the reference wants it: of lists, a row a list."""
    rows: list[Json] = [
        arrange(row, question.row_shape) for row, question in zip(vote, questions, strict=True)
    ]
    return json.dumps(rows)
