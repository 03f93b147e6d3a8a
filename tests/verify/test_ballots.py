from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.making import make_ballot
from comitia.ballots.v1.model import (
    Check,
    Fingerprint,
    HomomorphicAnswer,
    Proof,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.parse import largest_ballot_bytes
from comitia.curve import ED25519
from comitia.errors import StorageUnavailable
from comitia.verify import Failure, Sources, Subject, Verdict, verify_election
from tests.elections import (
    CHOOSE,
    VOTES,
    YES_NO,
    Step,
    failed_checks,
    make_election,
    put_together,
    seeded,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    ballot_of,
    failures_of,
    hold_again,
    not_checked,
    one_failure,
    result_of,
    sign_again,
    small,
)

FOREIGN = "0" * 63 + "2"


def with_ballot(record: bytes) -> bytes:
    """Return the small election with another first ballot; tally and result stay as they were."""
    steps = take_apart(small().archive)
    steps[1] = Step(steps[1].type, (record,))
    return put_together(steps)


def changed(change: dict[str, Any]) -> bytes:
    return canonical_json({**json.loads(small().ballots[0]), **change})


@pytest.mark.parametrize(
    "record, found",
    [
        (b"", "ballot: not JSON at character 0: Expecting value"),
        (b"[]", "ballot: expected an object, found a list"),
        (b"\xff", "ballot: not UTF-8 at byte 0"),
        (changed({"extra": 1}), "ballot: the field 'extra' does not belong here"),
        (changed({"answers": []}), "answers: expected 1 items, found 0"),
        (
            changed({"credential": "\u202eevil"}),
            "ballot: its election or credential is not in canonical form",
        ),
        (
            changed({"signature": {"hash": "x", "proof": {}}}),
            "signature.hash: expected a SHA-256 in 43 characters of unpadded Base64",
        ),
        (small().ballots[0] + b" ", "ballot: not in its canonical form"),
    ],
)
def test_a_ballot_that_is_not_in_form_is_reported(record: bytes, found: str) -> None:
    report = verify(with_ballot(record))
    subject = Subject(1, derive_hash(record))
    assert failures_of(report)["ballot.canonical"] == (
        Failure(subject, "a ballot in canonical form", found),
    )
    assert report.verdict is Verdict.INVALID


def test_a_counted_ballot_that_cannot_be_read_leaves_the_tally_unchecked() -> None:
    record = small().ballots[0].replace(b":[", b": [", 1)
    report = verify(with_ballot(record))
    assert failed_checks(report) == {"ballot.canonical"}
    assert not_checked(report) == ["tally.ballots"]
    assert result_of(report, Check.TALLY_BALLOTS).reason == "a ballot that counts cannot be read"


def test_a_ballot_larger_than_any_is_hashed_and_not_read() -> None:
    questions = small().election.questions
    largest = largest_ballot_bytes(questions, ED25519)
    prefix = small().ballots[0]
    record = prefix + b" " * (largest + 1 - len(prefix))
    report = verify(with_ballot(record))
    found = f"{largest + 1} bytes, where no ballot has more than {largest}"
    assert failures_of(report) == one_failure(
        Check.BALLOT_CANONICAL,
        Subject(1, derive_hash(record)),
        "a ballot in canonical form",
        found,
    )


def test_a_ballot_larger_than_any_still_has_the_hash_of_its_name() -> None:
    questions = small().election.questions
    record = b" " * (largest_ballot_bytes(questions, ED25519) + 1)
    archive = with_ballot(record).replace(record, record[:-1] + b"x")
    assert failed_checks(verify(archive)) >= {"archive.hashes", "ballot.canonical"}


def test_every_foreign_element_of_a_ballot_is_named() -> None:
    value = json.loads(small().ballots[0])
    value["credential"] = ED25519.identity.text
    value["answers"][0]["choices"][0]["alpha"] = FOREIGN
    value["answers"][0]["choices"][1]["beta"] = FOREIGN.upper()[:-1] + "F"
    record = canonical_json(value)
    failures = failures_of(verify(with_ballot(record)))["ballot.element"]
    assert {failure.subject for failure in failures} == {Subject(1, derive_hash(record))}
    assert [failure.found.split(":")[0] for failure in failures] == [
        "credential",
        "answers[0].choices[0].alpha",
        "answers[0].choices[1].beta",
    ]


def test_a_ballot_for_another_election_fails_in_all_that_is_bound_to_it() -> None:
    """Its proofs refer to the other election's fingerprint, its key and its credential."""
    other = make_election(questions=(YES_NO,), votes=(((1, 0),),), seed="other")
    report = verify(with_ballot(other.ballots[0]))
    assert failed_checks(report) == {
        *("ballot.election", "ballot.credential", "ballot.proof"),
        *("tally.ballots", "tally.counts"),
    }


def test_a_ballot_that_names_another_fingerprint_fails_though_it_is_signed() -> None:
    made = small()
    record = sign_again(made, 0, fingerprint=Fingerprint("A" * 43))
    report = verify(put_together(hold_again(made, ballots=[record, made.ballots[1]])))
    election = made.election
    assert failures_of(report) == one_failure(
        Check.BALLOT_ELECTION,
        Subject(1, derive_hash(record)),
        f"election named: {election.uuid} {election.fingerprint}",
        f"{election.uuid} {'A' * 43}",
    )


def test_a_copied_vote_under_another_credential_fails() -> None:
    """A voter posts another's ciphertexts and proofs as their own, signed with their credential."""
    made = small()
    copied = sign_again(made, 1, answers=ballot_of(made, 0).answers)
    report = verify(put_together(hold_again(made, ballots=[made.ballots[0], copied])))
    assert failed_checks(report) == {"ballot.proof"}
    assert len(failures_of(report)["ballot.proof"]) == 3


def test_swapped_candidates_fail_though_their_proofs_went_along() -> None:
    made = make_election()
    answer, other = ballot_of(made, 0).answers
    assert isinstance(answer, HomomorphicAnswer)
    swapped = replace(
        answer,
        choices=(answer.choices[0], *answer.choices[:0:-1]),
        individual_proofs=(answer.individual_proofs[0], *answer.individual_proofs[:0:-1]),
    )
    record = sign_again(made, 0, answers=(swapped, other))
    report = verify(put_together(hold_again(made, ballots=[record, *made.ballots[1:]])))
    failures = failures_of(report)["ballot.proof"]
    assert failed_checks(report) == {"ballot.proof"}
    assert [failure.expected.split(":")[0] for failure in failures] == [
        "question 1, overall proof",
        "question 1, blank proof",
    ]


def test_every_false_proof_of_a_ballot_is_named_in_its_order() -> None:
    made = make_election()
    one = Proof(ED25519.scalar(1), ED25519.scalar(1))

    def falsified(proofs: tuple[Proof, ...]) -> tuple[Proof, ...]:
        return (one,) * len(proofs)

    answers = tuple(
        replace(
            answer,
            individual_proofs=tuple(map(falsified, answer.individual_proofs)),
            overall_proof=falsified(answer.overall_proof),
            blank_proof=None if answer.blank_proof is None else falsified(answer.blank_proof),
        )
        for answer in ballot_of(made, 0).answers
        if isinstance(answer, HomomorphicAnswer)
    )
    record = sign_again(made, 0, answers=answers)
    report = verify(put_together(hold_again(made, ballots=[record, *made.ballots[1:]])))
    failures = failures_of(report)["ballot.proof"]
    assert failed_checks(report) == {"ballot.proof"}
    assert {failure.subject for failure in failures} == {Subject(1, derive_hash(record))}
    assert [failure.expected.split(":")[0] for failure in failures] == [
        *(f"question 1, choice {n}" for n in range(1, 5)),
        "question 1, overall proof",
        "question 1, blank proof",
        *(f"question 2, choice {n}" for n in range(1, 3)),
        "question 2, overall proof",
    ]
    assert failures[0].found == "challenges that add up to 2"


def test_a_signature_over_another_ballot_is_seen_by_its_hash() -> None:
    made = small()
    one, other = (json.loads(record) for record in made.ballots)
    record = canonical_json({**one, "signature": other["signature"]})
    report = verify(put_together(hold_again(made, ballots=[record, made.ballots[1]])))
    assert failures_of(report) == one_failure(
        Check.BALLOT_SIGNATURE,
        Subject(1, derive_hash(record)),
        f"signed hash: {one['signature']['hash']}",
        other["signature"]["hash"],
    )


def test_the_last_ballot_of_a_voter_counts() -> None:
    made = make_election(revotes=((0, ((1, 0, 0, 0), (0, 1))), (0, ((0, 0, 0, 1), (0, 0)))))
    report = verify(made.archive)
    assert report.verdict is Verdict.VALID
    assert report.result == [[1, 1, 2, 1], [1, 1]]
    assert result_of(report, Check.BALLOT_PROOF).count == 6
    assert result_of(report, Check.TALLY_BALLOTS).count == 4


def test_a_stale_ballot_replayed_after_a_revote_is_a_duplicate() -> None:
    made = make_election(revotes=((0, ((1, 0, 0, 0), (0, 1))),))
    replayed = [*made.ballots, made.ballots[0]]
    report = verify(put_together(hold_again(made, ballots=replayed)))
    assert failed_checks(report) == {"ballot.duplicate"}


def test_a_ballot_of_nobody_on_the_list_does_not_count() -> None:
    made = make_election()
    stranger = make_election(votes=VOTES[:1], seed="stranger").credentials.private[0][1]
    record = make_ballot(made.election, stranger, VOTES[0], seeded("stranger's ballot"))
    report = verify(put_together(hold_again(made, ballots=[*made.ballots, record])))
    assert failed_checks(report) == {"ballot.credential"}
    assert result_of(report, Check.TALLY_BALLOTS).count == 4


def test_an_all_blank_election_is_valid() -> None:
    made = make_election(questions=(CHOOSE,), votes=(((1, 0, 0, 0),),) * 3)
    report = verify(made.archive)
    assert (report.verdict, report.result) == (Verdict.VALID, [[3, 0, 0, 0]])


def test_elections_of_no_ballot_and_of_one_are_valid() -> None:
    none = verify(make_election(votes=()).archive)
    one = verify(make_election(votes=VOTES[:1]).archive)
    assert (none.verdict, none.result) == (Verdict.VALID, [[0, 0, 0, 0], [0, 0]])
    assert (one.verdict, one.result) == (Verdict.VALID, [[0, 1, 0, 1], [1, 0]])


def test_voters_who_stay_away_change_nothing() -> None:
    made = make_election()
    report = verify(put_together(hold_again(made, ballots=made.ballots[:2])))
    assert (report.verdict, report.result) == (Verdict.VALID, [[1, 1, 0, 1], [1, 0]])


def test_progress_is_told_as_far_as_the_ballots_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = make_election().archive
    monkeypatch.setattr("comitia.verify.ballots._CIPHERTEXTS_A_CHUNK", 12)
    told: list[tuple[int, int]] = []
    verify_election(
        Sources(lambda: io.BytesIO(archive)), map, lambda done, total: told.append((done, total))
    )
    assert told == [(2, 4), (4, 4)]


def test_an_archive_that_changes_while_it_is_read_is_no_report() -> None:
    """Between the walk and the workers a ballot gets another voter's credential."""
    made = small()
    mine, theirs = (ballot_of(made, n).credential.text.encode() for n in (0, 1))
    other = made.archive.replace(made.ballots[0], made.ballots[0].replace(mine, theirs))
    views = iter([made.archive, other])
    with pytest.raises(StorageUnavailable, match="changed while it was being read"):
        verify_election(Sources(lambda: io.BytesIO(next(views))), map)
