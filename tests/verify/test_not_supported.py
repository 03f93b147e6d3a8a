"""Kinds of election that the protocol knows and this version cannot check: never valid."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comitia.ballots.v1.model import Check, EventType, canonical_json, derive_hash
from comitia.verify import Report, Status, Subject, Verdict
from tests.elections import Step, failed_checks, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import failures_of, hold_again, not_checked, small, with_setup

RANKED = {"type": "NonHomomorphic", "value": {"answers": ["Ada", "Bo"], "question": "Who?"}}
LISTS = {"type": "Lists", "value": {"answers": [["List", "Ada"]], "question": "Who?"}}
PARSED = ["ballot.canonical", "ballot.election", "ballot.element"]
PROOFS = ["ballot.proof", "ballot.signature"]
TALLY = ["tally.ballots", "tally.counts"]
SHUFFLES = ["shuffle.present", "shuffle.owner", "shuffle.proof"]
DECRYPTIONS = ["decryption.present", "decryption.owner", "decryption.proof"]


def archive_of(
    change: dict[str, Any] | None = None,
    *,
    trustees: bytes | None = None,
    ballots: tuple[bytes, ...] = small().ballots,
) -> bytes:
    """Return the small election with another election record; nothing after it is made anew."""
    election = canonical_json({**json.loads(small().records.election), **(change or {})})
    records = with_setup(small(), election=election, trustees=trustees)
    _, _, _, *after = take_apart(small().archive)
    cast = [Step(EventType.BALLOT, (ballot,)) for ballot in ballots]
    return put_together([Step(EventType.SETUP, records.in_order), *cast, *after])


def reasons(report: Report) -> set[str]:
    return {r.reason for r in report.checks if r.status is Status.NOT_CHECKED and r.reason}


QUESTIONS = "ranked questions and questions of lists cannot be checked by this version"
KINDS = {
    "ranked": ({"questions": [RANKED]}, [*PARSED, *PROOFS, *TALLY, *SHUFFLES, *DECRYPTIONS]),
    "lists": ({"questions": [LISTS]}, [*PARSED, *PROOFS, *TALLY, *DECRYPTIONS]),
    "mixed": (
        {"questions": [*json.loads(small().records.election)["questions"], RANKED]},
        [*PARSED, *PROOFS, *TALLY, *SHUFFLES, *DECRYPTIONS],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_other_kinds_of_question_leave_ballots_and_tally_unchecked(kind: str) -> None:
    change, unchecked = KINDS[kind]
    report = verify(archive_of(change), bound=small().bound)
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [*unchecked, "decryption.bound", "result.value"]
    assert reasons(report) == {QUESTIONS}
    assert report.result == [[1, 1]]


def test_a_group_that_is_not_supported_leaves_everything_after_the_structure_unchecked() -> None:
    report = verify(archive_of({"group": "RFC-3526-2048"}))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [
        *("setup.election", "setup.trustees", "setup.credentials"),
        *(*PARSED, "ballot.credential", *PROOFS, *TALLY, *DECRYPTIONS, "result.value"),
    ]
    assert reasons(report) == {"RFC-3526-2048 cannot be checked by this version"}
    assert (report.uuid, report.election_hash) == (None, None)


@pytest.mark.parametrize("beside", ["alone", "single"])
def test_threshold_trustees_leave_keys_and_decryptions_unchecked(beside: str) -> None:
    single = json.loads(small().records.trustees)[0]
    items: list[Any] = [single] if beside == "single" else []
    report = verify(archive_of(trustees=canonical_json([*items, ["Pedersen", {}]])))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [
        *("setup.election", "setup.trustees", *DECRYPTIONS, "result.value")
    ]
    assert reasons(report) == {"threshold trustees cannot be checked by this version"}


@pytest.mark.parametrize("weight", ["0", "1", "2", "999999"])
def test_weights_leave_the_tally_unchecked_and_not_the_ballots(weight: str) -> None:
    one, other = json.loads(small().records.credentials)
    credentials = canonical_json([f"{one},{weight}", other])
    records = with_setup(small(), credentials=credentials)
    _, *after = take_apart(small().archive)
    report = verify(put_together([Step(EventType.SETUP, records.in_order), *after]))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [*TALLY, *DECRYPTIONS, "result.value"]
    assert reasons(report) == {"weighted votes cannot be checked by this version"}


@pytest.mark.parametrize(
    "change", [{"group": "RFC-3526-2048"}, {"questions": [RANKED]}, {"questions": [LISTS]}]
)
def test_the_hashes_of_ballots_that_cannot_be_read_are_checked(change: dict[str, Any]) -> None:
    ballot = small().ballots[1]
    archive = archive_of(change).replace(ballot, ballot[:-1] + b" ")
    report = verify(archive)
    (failure,) = failures_of(report)["archive.hashes"]
    assert failed_checks(report) == {"archive.hashes"}
    assert failure.subject == Subject(2, derive_hash(ballot))
    assert failure.found == derive_hash(ballot[:-1] + b" ")


@pytest.mark.parametrize("change", [{"questions": [RANKED]}, {"questions": [LISTS]}])
def test_ballots_that_cannot_be_read_are_counted_and_compared(change: dict[str, Any]) -> None:
    stranger = json.loads(small().ballots[0]) | {"credential": "0" * 64}
    ballots = (*small().ballots, small().ballots[0], canonical_json(stranger))
    report = verify(archive_of(change, ballots=ballots))
    assert {n: [f.subject.height for f in fs] for n, fs in failures_of(report).items()} == {
        "ballot.credential": [4],
        "ballot.duplicate": [3],
    }
    hashed = next(r for r in report.checks if r.check is Check.ARCHIVE_HASHES)
    assert hashed.count == 25


def test_ranked_elections_with_shuffles_follow_the_grammar() -> None:
    steps = take_apart(archive_of({"questions": [RANKED]}))
    shuffle = Step(EventType.SHUFFLE, steps[5].contents)
    report = verify(
        put_together([*steps[:5], shuffle, shuffle, Step(EventType.END_SHUFFLES), *steps[5:]])
    )
    assert report.verdict is Verdict.INCOMPLETE


def test_supported_elections_are_valid_when_made_the_same_way() -> None:
    assert verify(archive_of()).verdict is Verdict.VALID
    assert verify(put_together(hold_again(small()))).verdict is Verdict.VALID
