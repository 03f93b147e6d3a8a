"""Kinds of election that the protocol knows and this version cannot check: never valid."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comitia.ballots.v1.model import Check, EventType, canonical_json, derive_hash
from comitia.verify import Report, Status, Subject, Verdict
from tests.elections import Step, failed_checks, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    hold_again,
    not_checked,
    result_of,
    small,
    with_setup,
)

PARSED = ["ballot.canonical", "ballot.election", "ballot.element"]
PROOFS = ["ballot.proof", "ballot.signature"]
TALLY = ["tally.ballots", "tally.counts"]
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


MANY = {"answers": ["A"] * 9999, "min": 0, "max": 0, "question": "Who?"}
LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "a choice more": (
        {"questions": [{**MANY, "answers": ["A"] * 10_000}]},
        "this version takes up to 10000 choices and permitted sums",
    ),
    "a permitted sum more": (
        {"questions": [{**MANY, "max": 1}]},
        "this version takes up to 10000 choices and permitted sums",
    ),
    "a list more": (
        {"questions": [{"type": "Lists", "value": {"answers": [["L"]] * 5001, "question": "?"}}]},
        "this version takes up to 10000 choices and permitted sums",
    ),
    "a negative minimum": (
        {"questions": [{**MANY, "min": -1}]},
        "this version takes no negative numbers of choices",
    ),
    "a long identifier": ({"uuid": "1" * 129}, "this version takes up to 128 characters"),
}
"""Elections just beyond what this version takes, and what it says of them."""


@pytest.mark.parametrize("beyond", LIMITS)
def test_an_election_beyond_a_limit_leaves_everything_after_the_structure_unchecked(
    beyond: str,
) -> None:
    change, reason = LIMITS[beyond]
    report = verify(archive_of(change))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [
        *("setup.election", "setup.trustees", "setup.credentials"),
        *(*PARSED, "ballot.credential", *PROOFS, *TALLY, *DECRYPTIONS, "result.value"),
    ]
    assert reasons(report) == {reason}
    assert (report.uuid, report.election_hash) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"questions": [MANY]}, id="as many choices"),
        pytest.param({"uuid": "1" * 128}, id="as long an identifier"),
    ],
)
def test_an_election_at_a_limit_is_checked(change: dict[str, Any]) -> None:
    report = verify(archive_of(change))
    assert report.uuid == change.get("uuid", small().election.uuid)
    assert result_of(report, Check.SETUP_ELECTION).status is Status.PASSED
    assert result_of(report, Check.BALLOT_ELECTION).count == 2


def test_a_group_of_too_many_members_leaves_keys_and_decryptions_unchecked() -> None:
    single = json.loads(small().records.trustees)[0]
    group: dict[str, Any] = {"threshold": 1, "certs": [{}] * 1001}
    group |= {name: [] for name in ("coefexps", "signatures", "verification_keys")}
    report = verify(archive_of(trustees=canonical_json([single, ["Pedersen", group]])))
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == [
        *("setup.election", "setup.trustees", *DECRYPTIONS, "result.value")
    ]
    assert reasons(report) == {"this version takes up to 1000 members of a group"}


def test_a_group_of_as_many_members_as_are_taken_is_read() -> None:
    group: dict[str, Any] = {"threshold": 1, "certs": [{}] * 1000}
    group |= {name: [] for name in ("coefexps", "signatures", "verification_keys")}
    trustees = canonical_json([["Pedersen", group]])
    (failure,) = failures_of(verify(archive_of(trustees=trustees)))["setup.trustees"]
    assert failure.found == "trustees[0].coefexps: expected 1000 items, found 0"


def test_the_hashes_of_ballots_that_cannot_be_read_are_checked() -> None:
    ballot = small().ballots[1]
    beyond, _ = LIMITS["a long identifier"]
    archive = archive_of(beyond).replace(ballot, ballot[:-1] + b" ")
    report = verify(archive)
    (failure,) = failures_of(report)["archive.hashes"]
    assert failed_checks(report) == {"archive.hashes"}
    assert failure.subject == Subject(2, derive_hash(ballot))
    assert failure.found == derive_hash(ballot[:-1] + b" ")


def test_ballots_that_cannot_be_read_are_counted_and_compared() -> None:
    beyond, _ = LIMITS["a long identifier"]
    report = verify(archive_of(beyond, ballots=(*small().ballots, small().ballots[0])))
    assert {n: [f.subject.height for f in fs] for n, fs in failures_of(report).items()} == {
        "ballot.duplicate": [3],
    }
    hashed = next(r for r in report.checks if r.check is Check.ARCHIVE_HASHES)
    assert hashed.count == 23


def test_supported_elections_are_valid_when_made_the_same_way() -> None:
    assert verify(archive_of()).verdict is Verdict.VALID
    assert verify(put_together(hold_again(small()))).verdict is Verdict.VALID
