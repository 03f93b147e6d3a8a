from __future__ import annotations

import json
import string
from typing import Any

import pytest

from comitia.ballots.v1.making import SetupRecords
from comitia.ballots.v1.model import Check, canonical_json, derive_hash
from comitia.curve import ED25519
from comitia.verify import Failure, Subject, Verdict
from comitia.verify.credentials import CredentialChunk, check_credentials
from tests.elections import Step, failed_checks, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    hold_again,
    not_checked,
    one_failure,
    result_of,
    small,
    with_setup,
)

IDENTITY = ED25519.identity.text
FOREIGN = "0" * 63 + "2"


def opened(records: SetupRecords) -> bytes:
    """Return the small election with other records at its beginning, the rest as it was."""
    steps = take_apart(small().archive)
    return put_together([Step(steps[0].type, records.in_order), *steps[1:]])


def without_ballots(records: SetupRecords) -> bytes:
    """Return an election that has just been opened."""
    return put_together([Step(take_apart(small().archive)[0].type, records.in_order)])


def subject_of(record: bytes) -> Subject:
    return Subject(0, derive_hash(record))


def why(text: str) -> str:
    """Return why a text is no element, as the group says it."""
    fault = check_credentials(CredentialChunk(ED25519, (text,))).faults[0]
    assert fault is not None
    return fault


# --- The election ---


@pytest.mark.parametrize(
    "change, found",
    [
        ({"version": 2}, "version: expected 1, found 2"),
        ({"uuid": "short"}, "uuid: expected at least 14 Base58 characters"),
        ({"group": "Ed448"}, "group: not a group of this protocol"),
        ({"questions": {}}, "questions: expected a list, found an object"),
        ({"public_key": IDENTITY}, "public_key: the identity, which is no key"),
        ({"public_key": FOREIGN}, f"public_key: {why(FOREIGN)}"),
    ],
)
def test_an_election_that_is_not_in_form_fails_and_leaves_the_rest_unchecked(
    change: dict[str, Any], found: str
) -> None:
    election = canonical_json({**json.loads(small().records.election), **change})
    report = verify(opened(with_setup(small(), election=election)))
    assert failures_of(report) == one_failure(
        Check.SETUP_ELECTION, subject_of(election), "a well-formed election", found
    )
    assert not_checked(report) == [
        *("setup.trustees", "setup.credentials"),
        *("ballot.canonical", "ballot.election", "ballot.element", "ballot.credential"),
        *("ballot.proof", "ballot.signature", "tally.ballots", "tally.counts"),
        *("decryption.present", "decryption.owner", "decryption.proof", "result.value"),
    ]
    assert {r.reason for r in report.checks if r.reason} == {"the election's record cannot be read"}
    assert (report.uuid, report.election_hash) == (None, None)


def test_an_election_larger_than_any_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.verify.setup.LARGEST_SETUP_BYTES", 100)
    report = verify(small().archive)
    failure = failures_of(report)["setup.election"][0]
    size = len(small().records.election)
    assert failure.found == f"record: {size} bytes, where at most 100 are allowed"


def test_a_product_of_other_keys_fails_for_the_election_alone() -> None:
    made, other = small(), make_election(seed="other")
    trustees = other.records.trustees
    report = verify(opened(with_setup(made, trustees=trustees)))
    assert "setup.election" in failed_checks(report)
    assert result_of(report, Check.SETUP_ELECTION).failures == (
        Failure(
            subject_of(made.records.election),
            f"public_key {other.election.public_key.text}, the product of the trustees' keys",
            made.election.public_key.text,
        ),
    )


# --- The trustees ---


@pytest.mark.parametrize(
    "record, found",
    [
        (b"[]", "trustees: expected at least one trustee"),
        (b'[["Single"]]', "trustees[0]: expected 2 items, found 1"),
        (b'[["Triple",{}]]', "trustees[0]: not a kind of trustee of this protocol"),
        (b"{}", "trustees: expected a list, found an object"),
        (small().records.trustees + b"\n", "trustees: not in its canonical form"),
    ],
)
def test_trustees_that_are_not_in_form_leave_decryptions_unchecked(
    record: bytes, found: str
) -> None:
    report = verify(opened(with_setup(small(), trustees=record)), bound=small().bound)
    assert failures_of(report) == one_failure(
        Check.SETUP_TRUSTEES, subject_of(record), "a well-formed list of trustees", found
    )
    assert not_checked(report) == [
        *("decryption.present", "decryption.owner", "decryption.proof"),
        *("decryption.bound", "result.value"),
    ]
    assert {r.reason for r in report.checks if r.reason} == {"the trustees' keys cannot be read"}


def test_every_key_that_is_none_is_named() -> None:
    value = json.loads(small().records.trustees)
    value[0][1]["public_key"], value[1][1]["public_key"] = IDENTITY, FOREIGN
    trustees = canonical_json(value)
    report = verify(opened(with_setup(small(), trustees=trustees)))
    subject = subject_of(trustees)
    expected = "a key of the group"
    assert failures_of(report) == {
        "setup.trustees": (
            Failure(subject, expected, "trustees[0].public_key: the identity, which is no key"),
            Failure(subject, expected, f"trustees[1].public_key: {why(FOREIGN)}"),
        )
    }


def test_a_rogue_key_that_cancels_the_others_has_no_proof() -> None:
    """The second trustee publishes y / X1, so that the election's key is y, theirs alone."""
    made = small()
    value = json.loads(made.records.trustees)
    wanted = made.keys[1].public_key
    value[1][1]["public_key"] = (wanted / made.keys[0].public_key).text
    trustees = canonical_json(value)
    election = canonical_json({**json.loads(made.records.election), "public_key": wanted.text})
    records = with_setup(made, election=election, trustees=trustees)
    report = verify(without_ballots(records))
    assert failed_checks(report) == {"setup.trustees"}
    failures = result_of(report, Check.SETUP_TRUSTEES).failures
    assert [f.expected.split(":")[0] for f in failures] == ["trustee 2"]


def test_every_trustee_without_proof_is_named() -> None:
    value = json.loads(small().records.trustees)
    for item in value:
        item[1]["pok"]["response"] = "1"
    trustees = canonical_json(value)
    report = verify(opened(with_setup(small(), trustees=trustees)))
    failures = failures_of(report)["setup.trustees"]
    assert [failure.expected.split(":")[0] for failure in failures] == ["trustee 1", "trustee 2"]
    assert [failure.found for failure in failures] == [i[1]["pok"]["challenge"] for i in value]


# --- The credentials ---


def credentials_report(texts: list[str]) -> tuple[Subject, Any]:
    record = canonical_json([*texts])
    report = verify(without_ballots(with_setup(small(), credentials=record)))
    return subject_of(record), report


def test_every_fault_of_the_list_of_credentials_is_found_in_its_order() -> None:
    good = json.loads(make_election().records.credentials)
    texts = [good[0], FOREIGN, good[0], IDENTITY, FOREIGN, good[1]]
    subject, report = credentials_report(texts)
    member = "a member of the group, not the identity"
    once = "each credential once"
    assert failures_of(report) == {
        "setup.credentials": (
            Failure(subject, member, f"credentials[1]: {why(FOREIGN)}"),
            Failure(subject, once, f"credentials[2]: {good[0]} again"),
            Failure(subject, member, "credentials[3]: the identity, which is no key"),
            Failure(subject, once, f"credentials[4]: {FOREIGN} again"),
            Failure(subject, member, f"credentials[4]: {why(FOREIGN)}"),
        )
    }
    assert result_of(report, Check.SETUP_CREDENTIALS).count == 6


@pytest.mark.parametrize(
    "end, problem",
    [
        (b",]", "credentials[2]: expected a public credential"),
        (b', "a"]', "credentials[2]: expected a public credential"),
        (b',""]', "credentials[2]: expected a public credential"),
        (b"]]", "credentials: bytes after the end of the list"),
        (b"]\n", "credentials: bytes after the end of the list"),
    ],
)
def test_credentials_before_a_place_that_is_not_in_form_are_checked(
    end: bytes, problem: str
) -> None:
    good = json.loads(small().records.credentials)
    record = f'["{FOREIGN}","{good[0]}"'.encode() + end
    report = verify(without_ballots(with_setup(small(), credentials=record)))
    subject = subject_of(record)
    assert failures_of(report) == {
        "setup.credentials": (
            Failure(
                subject,
                "a member of the group, not the identity",
                f"credentials[0]: {why(FOREIGN)}",
            ),
            Failure(subject, "a well-formed list of credentials", problem),
        )
    }
    assert result_of(report, Check.SETUP_CREDENTIALS).count == 2


@pytest.mark.parametrize("end", [b"", b";"])
def test_a_credential_that_nothing_follows_is_in_no_form(end: bytes) -> None:
    good = json.loads(small().records.credentials)
    record = f'["{good[0]}","{good[1]}"'.encode() + end
    report = verify(without_ballots(with_setup(small(), credentials=record)))
    assert failures_of(report) == one_failure(
        Check.SETUP_CREDENTIALS,
        subject_of(record),
        "a well-formed list of credentials",
        "credentials[1]: expected a public credential",
    )


@pytest.mark.parametrize("record", [b"", b"{}", b"x", b"["])
def test_a_list_of_credentials_is_a_list(record: bytes) -> None:
    report = verify(without_ballots(with_setup(small(), credentials=record)))
    assert failed_checks(report) == {"setup.credentials"}


def test_an_empty_list_of_credentials_is_in_form() -> None:
    _, report = credentials_report([])
    assert failed_checks(report) == set()
    assert result_of(report, Check.SETUP_CREDENTIALS).count == 0
    assert report.warnings == ()


def test_a_list_out_of_order_is_a_warning_that_changes_no_verdict() -> None:
    made = small()
    credentials = canonical_json(json.loads(made.records.credentials)[::-1])
    archive = put_together(hold_again(made, records=with_setup(made, credentials=credentials)))
    report = verify(archive, bound=None)
    assert report.verdict is Verdict.VALID
    order, bound = sorted(report.warnings, key=lambda w: w.id != "setup.credentials")
    assert (order.id, order.subject) == ("setup.credentials", subject_of(credentials))
    assert order.text == (
        "The list of credentials is not in the order of its elements, "
        "so its order may say something about the roll."
    )
    assert bound.id == "decryption.bound"


@pytest.mark.parametrize("size", [1, 2, 3])
def test_the_order_of_the_list_is_seen_across_chunks(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comitia.verify.credentials._CHUNK", size)
    texts = json.loads(make_election().records.credentials)
    _, sorted_report = credentials_report(texts)
    _, report = credentials_report([texts[0], texts[2], texts[1], texts[3]])
    _, rotated = credentials_report([texts[3], *texts[:3]])
    _, with_foreign = credentials_report([texts[0], FOREIGN, FOREIGN[1:] + "0", texts[1]])
    assert [len(r.warnings) for r in (sorted_report, report, rotated, with_foreign)] == [0, 1, 1, 0]


def test_upper_case_is_another_text_and_no_credential() -> None:
    good = json.loads(small().records.credentials)
    assert set(good[0]) & set(string.ascii_lowercase)
    _, report = credentials_report([good[0].upper()])
    assert failures_of(report)["setup.credentials"][0].found == (
        "credentials[0]: expected a public credential"
    )


def test_an_archive_without_setup_says_so_of_every_check() -> None:
    report = verify(put_together([]))
    reason = "the archive has no complete Setup event"
    assert [(r.check, r.reason) for r in report.checks if r.check.id.startswith("setup.")] == [
        (Check.SETUP_ELECTION, reason),
        (Check.SETUP_TRUSTEES, reason),
        (Check.SETUP_CREDENTIALS, reason),
    ]
