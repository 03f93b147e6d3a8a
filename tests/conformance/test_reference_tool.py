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
    Election,
    ElectionTemplate,
    EventType,
    HomomorphicQuestion,
    Json,
    Language,
    Question,
    RankedQuestion,
    SingleTrustee,
    arrange,
)
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048
from comitia.errors import ComitiaError
from comitia.verify import Verdict
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    CHOOSE,
    GRADE,
    RANK,
    RANK_VOTES,
    RANKED_VOTES,
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
    "ranked": {
        "questions": (RANK, YES_NO, GRADE),
        "votes": RANKED_VOTES,
        "revotes": ((0, RANKED_VOTES[2]),),
    },
    "ranked over a field": {
        "group": RFC_3526_2048,
        "questions": (GRADE,),
        "votes": (((1, 2),), ((2, 2),)),
        "trustees": 1,
    },
    "ranked beside lists": {
        "questions": (BOARD, RANK),
        "votes": tuple(zip(BOARD_VOTES, RANK_VOTES[:3], strict=True)),
    },
    "one ranked ballot": {"questions": (RANK,), "votes": ((RANK_VOTES[0],),)},
    "no ranked ballot": {"questions": (RANK, YES_NO), "votes": ()},
    "ranked ballots and a threshold group": {
        "questions": (RANK,),
        "votes": tuple((vote,) for vote in RANK_VOTES[:3]),
        "keyholders": group_of(2, 3),
    },
    "thirty answers ranked": {
        "questions": (RankedQuestion("?", tuple(str(n) for n in range(30))),),
        "votes": ((tuple(range(1, 31)),), ((255,) * 30,), ((0,) * 30,)),
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
    "ranked",
    "ranked over a field",
    "ranked beside lists",
    "thirty answers ranked",
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
    questions = made.election.questions
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


RANKED_KINDS = ("ranked", "ranked over a field", "ranked beside lists", "no ranked ballot")


@pytest.mark.parametrize("kind", RANKED_KINDS)
def test_the_reference_shuffles_and_decrypts_what_we_began(
    kind: str, reference_tool: str, tmp_path: Path
) -> None:
    """A shuffle of ours first where there are two trustees, then one of the reference's."""
    made = make_election(**ELECTIONS[kind])
    steps = take_apart(made.archive)
    first = next(n for n, step in enumerate(steps) if step.type is EventType.SHUFFLE)
    begun = first + len(made.secrets) - 1
    folder = written(made, tmp_path, steps=begun)
    owner = len(made.secrets)
    add(reference_tool, folder, "Shuffle", shuffled(reference_tool, folder, owner))
    add(reference_tool, folder, "EndShuffles", "")
    for number, secret in enumerate(made.secrets, 1):
        (folder / "private.key").write_bytes(secret.private_file())
        done = subprocess.run(
            [
                *(reference_tool, "election", "decrypt", f"--dir={folder}"),
                *(f"--privkey={folder / 'private.key'}", f"--trustee-id={number}"),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        add(reference_tool, folder, "PartialDecryption", done.stdout)
    done = run(reference_tool, "compute-result", folder)
    assert done.returncode == 0, done.stderr
    add(reference_tool, folder, "Result", done.stdout)
    archive = (folder / f"{made.election.uuid}.bel").read_bytes()
    report = verify_bytes(archive)
    assert report.verdict is Verdict.VALID
    expected = json.loads(take_apart(made.archive)[-1].contents[0])["result"]
    assert with_sorted_ballots(report.result, made.election) == with_sorted_ballots(
        expected, made.election
    )


def with_sorted_ballots(result: Any, election: Election) -> list[Any]:  # noqa: ANN401 - JSON
    """Return a result as it is but for the order that a shuffle gave to ranked ballots."""
    places = election.ranked_places
    return [sorted(row) if place in places else row for place, row in enumerate(result)]


def shuffled(tool: str, folder: Path, owner: int) -> str:
    """Return what the reference prints for a shuffle of the archive in a folder."""
    done = subprocess.run(
        [tool, "election", "shuffle", f"--dir={folder}", f"--trustee-id={owner}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add(tool: str, folder: Path, event: str, payload: str) -> None:
    """Append an event to the archive in a folder with the reference's program."""
    done = subprocess.run(
        [tool, "archive", "add-event", f"--dir={folder}", f"--type={event}"],
        input=payload,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def choice_of(vote: Sequence[Sequence[int]], questions: Sequence[Question]) -> str:
    """Return a vote as the reference wants it: of lists, a row a list."""
    rows: list[Json] = [
        list(row) if isinstance(question, RankedQuestion) else arrange(row, question.row_shape)
        for row, question in zip(vote, questions, strict=True)
    ]
    return json.dumps(rows)
