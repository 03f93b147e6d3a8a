"""For every check an archive that fails it and no other, so that no check can be lost unseen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest

from comitia.ballots.v1.model import (
    Check,
    EventType,
    HomomorphicAnswer,
    Sha256Hex,
    Uuid,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.parse import (
    parse_bound_proofs,
    parse_partial_decryption,
    parse_signed_shuffles,
)
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Subject, Verdict
from comitia.verify.reasons import MISSING_REASON
from comitia.verify.report import Place, ReportBuilder
from tests.elections import Made, Step, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Happening,
    ballot_of,
    failures_of,
    hold_again,
    items_of,
    last_ballots,
    not_checked,
    owned,
    ranked,
    result_of,
    shuffle_again,
    sign_again,
    small,
    spoiled,
    tally_of,
    with_setup,
    write_items,
)

OF_NO_ARCHIVE = {
    Check.BALLOT_AUDITED: "made where ballots are cast: what was opened is in no archive",
    Check.AUDIT_OPENING: "made of an audited ballot, which is a file of its voter",
}
"""Checks that no report of an archive can have, and why."""


@dataclass(frozen=True)
class Case:
    """An archive that fails one check, and what the report says of it."""

    archive: bytes
    failures: tuple[Failure, ...]
    bound: bytes | None = None
    earlier: bytes | None = None
    signed: bytes | None = None

    def report(self) -> Report:
        """Verify it."""
        return verify(self.archive, bound=self.bound, signed=self.signed, earlier=self.earlier)


CASES: dict[Check, Callable[[], Case]] = {}


def case(check: Check) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    """Enter a maker of an archive that fails this check."""

    def enter(make: Callable[[], Case]) -> Callable[[], Case]:
        CASES[check] = cache(make)
        return CASES[check]

    return enter


def failing(archive: bytes, subject: Subject, expected: str, found: str) -> Case:
    """Return the usual case: one failure."""
    return Case(archive, (Failure(subject, expected, found),))


def revoting(first: bytes | None = None) -> tuple[Made, tuple[bytes, ...]]:
    """Return an election whose first voter voted twice; only the second ballot counts."""
    made = make_election(
        questions=small().election.questions,
        votes=(((1, 0),), ((0, 1),)),
        revotes=((0, ((0, 1),)),),
    )
    return made, (made.ballots[0] if first is None else first, *made.ballots[1:])


@case(Check.ARCHIVE_READABLE)
def another_mode_in_a_header() -> Case:
    made = small()
    altered = bytearray(made.archive)
    altered[1024 + 106] = ord("5")
    record = derive_hash(made.records.election)
    fault = "the header of the record is not in its canonical form"
    return failing(bytes(altered), Subject(None, record), "a record in its canonical form", fault)


@case(Check.ARCHIVE_TRAILING)
def two_zero_blocks() -> Case:
    archive = small().archive + bytes(1024)
    expected, found = "a record or the end of the file", "zero bytes after the last record"
    return failing(archive, Subject(), expected, found)


@case(Check.ARCHIVE_HASHES)
def a_result_filed_under_another_name() -> Case:
    made = small()
    *items, result, happening = items_of(made.archive)
    assert not isinstance(result, Happening)
    assert isinstance(happening, Happening)
    name = Sha256Hex("0" * 64)
    event = replace(happening.event, payload=name)
    archive = write_items([*items, replace(result, name=name), Happening(event)])
    return failing(archive, Subject(7, name), name, derive_hash(result.content))


@case(Check.ARCHIVE_CHAIN)
def a_height_left_out() -> Case:
    *items, last = items_of(small().archive)
    assert isinstance(last, Happening)
    event = replace(last.event, height=8)
    archive = write_items([*items, Happening(event, keep=True)])
    subject = Subject(7, derive_hash(event.to_bytes()))
    parent = f"parent {event.parent}"
    return failing(archive, subject, f"height 7, {parent}", f"height 8, {parent}")


@case(Check.ARCHIVE_GRAMMAR)
def the_end_of_ballots_twice() -> Case:
    steps = take_apart(small().archive)
    archive = put_together([*steps[:3], steps[3], *steps[3:]])
    event = [i.event for i in items_of(archive) if isinstance(i, Happening)][4]
    subject = Subject(4, derive_hash(event.to_bytes()))
    return failing(archive, subject, "EncryptedTally", "EndBallots")


@case(Check.ARCHIVE_EXTENDS)
def an_earlier_view_with_the_ballots_the_other_way_round() -> Case:
    made = small()
    earlier = put_together(hold_again(made, ballots=made.ballots[::-1]))
    now, then = (
        [i.event for i in items_of(archive) if isinstance(i, Happening)][1]
        for archive in (made.archive, earlier)
    )
    found = derive_hash(now.to_bytes())
    failure = Failure(Subject(1, found), derive_hash(then.to_bytes()), found)
    return Case(made.archive, (failure,), earlier=earlier)


@case(Check.SETUP_ELECTION)
def a_key_that_is_not_the_product() -> Case:
    """With ballots it would also be wrong in the result; there are none."""
    made = make_election(questions=small().election.questions, votes=())
    key = made.keys[0].public_key
    value = {**json.loads(made.records.election), "public_key": key.text}
    election = canonical_json(value)
    steps = hold_again(made, records=with_setup(made, election=election))
    expected = f"public_key {made.election.public_key.text}, the product of the trustees' keys"
    subject = Subject(0, derive_hash(election))
    return failing(put_together(steps), subject, expected, key.text)


@case(Check.SETUP_TRUSTEES)
def a_key_without_its_proof() -> Case:
    made = small()
    value = json.loads(made.records.trustees)
    right = value[1][1]["pok"]["challenge"]
    wrong = ED25519.parse_scalar(right) + ED25519.scalar(1)
    value[1][1]["pok"]["challenge"] = wrong.text
    trustees = canonical_json(value)
    archive = put_together(hold_again(made, records=with_setup(made, trustees=trustees)))
    report = verify(archive)
    found = failures_of(report)["setup.trustees"][0]
    assert found.expected.startswith("trustee 2: the challenge ")
    assert found.expected.removeprefix("trustee 2: the challenge ") not in {right, wrong.text}
    return failing(archive, Subject(0, derive_hash(trustees)), found.expected, wrong.text)


@case(Check.SETUP_CREDENTIALS)
def a_credential_twice() -> Case:
    made = small()
    first, second = json.loads(made.records.credentials)
    credentials = canonical_json([first, second, second])
    archive = put_together(hold_again(made, records=with_setup(made, credentials=credentials)))
    subject = Subject(0, derive_hash(credentials))
    return failing(archive, subject, "each credential once", f"credentials[2]: {second} again")


@case(Check.BALLOT_CANONICAL)
def spaces_in_a_ballot_that_is_replaced() -> Case:
    """Were it the ballot that counts, the tally could not be compared."""
    spaced = revoting()[0].ballots[0].replace(b'"challenge":', b'"challenge": ', 1)
    made, ballots = revoting(spaced)
    archive = put_together(hold_again(made, ballots=ballots))
    subject = Subject(1, derive_hash(spaced))
    found = "ballot: not in its canonical form"
    return failing(archive, subject, "a ballot in canonical form", found)


@case(Check.BALLOT_ELECTION)
def a_ballot_signed_for_another_identifier() -> Case:
    made = small()
    other = Uuid("1" * 14)
    ballot = sign_again(made, 0, uuid=other)
    archive = put_together(hold_again(made, ballots=[ballot, made.ballots[1]]))
    election = made.election
    expected = f"election named: {election.uuid} {election.fingerprint}"
    subject = Subject(1, derive_hash(ballot))
    return failing(archive, subject, expected, f"{other} {election.fingerprint}")


@case(Check.BALLOT_ELEMENT)
def a_ciphertext_outside_the_group() -> Case:
    """The identity's sign bit set: a second encoding. The ballot is replaced by a later one."""
    foreign = "8" + "0" * 62 + "1"
    value = json.loads(revoting()[0].ballots[0])
    value["answers"][0]["choices"][1]["beta"] = foreign
    made, ballots = revoting(canonical_json(value))
    with pytest.raises(ValueError, match=r".") as refusal:
        ED25519.parse_element(foreign)
    archive = put_together(hold_again(made, ballots=ballots))
    subject = Subject(1, derive_hash(ballots[0]))
    found = f"answers[0].choices[1].beta: {refusal.value}"
    return failing(archive, subject, "a member of the group", found)


@case(Check.BALLOT_CREDENTIAL)
def a_voter_who_is_not_on_the_list() -> Case:
    made = small()
    stranger = ballot_of(made, 0).credential.text
    credentials = canonical_json(
        [text for text in json.loads(made.records.credentials) if text != stranger]
    )
    archive = put_together(hold_again(made, records=with_setup(made, credentials=credentials)))
    subject = Subject(1, derive_hash(made.ballots[0]))
    return failing(archive, subject, "a credential on the list", stranger)


@case(Check.BALLOT_DUPLICATE)
def the_same_ballot_recorded_twice() -> Case:
    made = small()
    archive = put_together(hold_again(made, ballots=[*made.ballots, made.ballots[1]]))
    digest = derive_hash(made.ballots[1])
    return failing(archive, Subject(3, digest), "a ballot that is not recorded before", digest)


@case(Check.BALLOT_PROOF)
def a_false_proof_that_is_signed() -> Case:
    made = small()
    answer = ballot_of(made, 0).answers[0]
    assert isinstance(answer, HomomorphicAnswer)
    false = (answer.individual_proofs[0][0], spoiled(answer.individual_proofs[0][1]))
    individual = (false, *answer.individual_proofs[1:])
    ballot = sign_again(made, 0, answers=(replace(answer, individual_proofs=individual),))
    archive = put_together(hold_again(made, ballots=[ballot, made.ballots[1]]))
    found = failures_of(verify(archive))["ballot.proof"][0]
    total = false[0].challenge + false[1].challenge
    assert found.expected.startswith("question 1, choice 1: challenges that add up to ")
    assert not found.expected.endswith(total.text)
    subject = Subject(1, derive_hash(ballot))
    return failing(archive, subject, found.expected, f"challenges that add up to {total.text}")


@case(Check.BALLOT_SIGNATURE)
def a_signature_with_another_response() -> Case:
    made = small()
    ballot = ballot_of(made, 0)
    value = json.loads(made.ballots[0])
    value["signature"]["proof"] = spoiled(ballot.signature.proof).to_json()
    record = canonical_json(value)
    archive = put_together(hold_again(made, ballots=[record, made.ballots[1]]))
    found = failures_of(verify(archive))["ballot.signature"][0]
    assert found.expected.startswith("signature: the challenge ")
    subject = Subject(1, derive_hash(record))
    return failing(archive, subject, found.expected, ballot.signature.proof.challenge.text)


@case(Check.TALLY_BALLOTS)
def a_tally_of_a_ballot_that_was_replaced() -> Case:
    made, ballots = revoting()
    listed = json.loads(made.records.credentials)
    false = tally_of(last_ballots(ballots[:2], listed, made.election), made.election)
    true = tally_of(last_ballots(ballots, listed, made.election), made.election)
    steps = hold_again(made, tally=false)
    subject = Subject(5, derive_hash(steps[5].contents[0]))
    failures = tuple(
        Failure(subject, f"question 1, choice {number}: {expected.text}", found.text)
        for number, (expected, found) in enumerate(zip(true[0], false[0], strict=True), 1)
    )
    return Case(put_together(steps), failures)


@case(Check.TALLY_COUNTS)
def one_ballot_too_many_stated() -> Case:
    steps = take_apart(small().archive)
    value = {**json.loads(steps[4].contents[1]), "num_tallied": 3}
    steps[4] = steps[4].with_content(1, canonical_json(value))
    subject = Subject(4, derive_hash(steps[4].contents[1]))
    expected, found = "num_tallied 2, total_weight 2", "num_tallied 3, total_weight 2"
    return failing(put_together(steps), subject, expected, found)


@case(Check.DECRYPTION_PRESENT)
def a_trustee_who_did_not_decrypt() -> Case:
    """The result is recorded and right, and cannot be checked: see the test for it below."""
    steps = take_apart(small().archive)
    archive = put_together([*steps[:5], *steps[6:]])
    subject = Subject(6, derive_hash(steps[7].contents[0]))
    return failing(archive, subject, "a decryption by trustee 1", "none")


@case(Check.DECRYPTION_OWNER)
def a_trustee_with_two_decryptions() -> Case:
    steps = take_apart(small().archive)
    archive = put_together([*steps[:7], steps[5], steps[7]])
    subject = Subject(7, derive_hash(steps[5].contents[0]))
    expected = "a trustee from 1 to 2 who has no decryption yet"
    return failing(archive, subject, expected, "trustee 1")


@case(Check.DECRYPTION_PROOF)
def a_decryption_with_a_false_proof() -> Case:
    made = small()
    steps = take_apart(made.archive)
    share = parse_partial_decryption(steps[6].contents[0], (2,), ED25519)
    proofs = ((share.proofs[0][0], spoiled(share.proofs[0][1])),)
    record = replace(share, proofs=proofs).derive_record((2,))
    steps[6] = Step(EventType.PARTIAL_DECRYPTION, (record, owned(2, record)))
    archive = put_together(steps)
    found = failures_of(verify(archive))["decryption.proof"][0]
    assert found.expected.startswith("trustee 2, question 1, choice 2: the challenge ")
    subject = Subject(6, derive_hash(record))
    return failing(archive, subject, found.expected, share.proofs[0][1].challenge.text)


@case(Check.DECRYPTION_BOUND)
def bound_proofs_of_one_trustee_only() -> Case:
    made = small()
    proofs = parse_bound_proofs(made.bound, (2,), ED25519)
    bound = replace(proofs, shares=proofs.shares[:1]).to_bytes()
    subject = Subject(6, made.shares[1].derive_record_hash(made.election.shape))
    failure = Failure(subject, "a bound share of trustee 2", "none")
    return Case(made.archive, (failure,), bound=bound)


@case(Check.RESULT_VALUE)
def another_number_of_votes() -> Case:
    steps = take_apart(small().archive)
    record = b'{"result":[[1,0]]}'
    steps[7] = Step(EventType.RESULT, (record,))
    subject = Subject(7, derive_hash(record))
    return failing(put_together(steps), subject, "question 1, choice 2: 1", "0")


@case(Check.SHUFFLE_PRESENT)
def no_shuffle_at_all() -> Case:
    steps = hold_again(ranked(), shuffles=())
    subject = Subject(5, derive_hash(steps[5].contents[0]))
    return failing(put_together(steps), subject, "at least 1 shuffles", "0")


@case(Check.SHUFFLE_OWNER)
def a_shuffle_by_somebody_who_is_no_trustee() -> Case:
    made = ranked()
    election = made.election
    steps = hold_again(made, shuffles=shuffle_again(made.tally, election, (3,)))
    subject = Subject(6, derive_hash(steps[6].contents[0]))
    return failing(put_together(steps), subject, "a trustee from 1 to 2", "trustee 3")


@case(Check.SHUFFLE_PROOF)
def a_shuffle_with_a_false_proof() -> Case:
    made = ranked()
    one, (owner, two) = shuffle_again(made.tally, made.election, (1, 2))
    (proof,) = two.proofs
    responses = replace(proof.responses, s1=proof.responses.s1 + ED25519.scalar(1))
    false = replace(two, proofs=(replace(proof, responses=responses),))
    archive = put_together(hold_again(made, shuffles=[one, (owner, false)]))
    (found,) = failures_of(verify(archive))["shuffle.proof"]
    t1 = proof.commitments.t1
    expected = f"trustee 2, question 1, t1: {(t1 * ED25519.generator).text}"
    assert found.expected == expected
    return failing(archive, Subject(7, false.derive_record_hash()), expected, t1.text)


@case(Check.SHUFFLE_SIGNATURE)
def a_signature_of_one_shuffle_only() -> Case:
    made = ranked()
    signed = parse_signed_shuffles(made.signed, ED25519)
    one = replace(signed, shuffles=signed.shuffles[:1]).to_bytes()
    subject = Subject(7, made.shuffles[1].derive_record_hash())
    failure = Failure(subject, "a signature of trustee 2", "none")
    return Case(made.archive, (failure,), signed=one)


BESIDE = {"decryption.bound", "shuffle.signature"}
"""Warnings that say only that nothing lies beside the archive."""


@pytest.mark.parametrize("check", CASES, ids=lambda check: check.id)
def test_an_archive_fails_exactly_this_check(check: Check) -> None:
    made = CASES[check]()
    report = made.report()
    assert failures_of(report) == {check.id: made.failures}
    assert report.verdict is Verdict.INVALID
    assert {warning.id for warning in report.warnings} <= BESIDE


@pytest.mark.parametrize("check", CASES, ids=lambda check: check.id)
def test_without_this_check_its_archive_would_pass(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail = ReportBuilder.fail

    def fail_others(
        builder: ReportBuilder, failed: Check, place: Place, expected: str, found: str
    ) -> None:
        if failed is not check:
            fail(builder, failed, place, expected, found)

    made = CASES[check]()
    monkeypatch.setattr(ReportBuilder, "fail", fail_others)
    report = made.report()
    if check is Check.DECRYPTION_PRESENT:
        # A result cannot be checked without all decryptions, whoever looks for them.
        assert not_checked(report) == ["result.value"]
        assert result_of(report, Check.RESULT_VALUE).reason == MISSING_REASON
        assert report.verdict is Verdict.INCOMPLETE
    else:
        assert report.verdict is Verdict.VALID


def test_every_check_has_an_archive_that_fails_it() -> None:
    assert set(CASES) == set(Check) - OF_NO_ARCHIVE.keys()


def test_checks_of_no_archive_are_in_no_report() -> None:
    reported = {result.check for make in CASES.values() for result in make().report().checks}
    assert reported == set(CASES)


def test_every_check_passes_where_nothing_is_wrong() -> None:
    made = make_election()
    report = verify(made.archive, bound=made.bound, earlier=made.archive)
    passed = {result.check: result.count for result in report.checks}
    assert report.verdict is Verdict.VALID
    assert report.warnings == ()
    assert passed == {
        Check.ARCHIVE_READABLE: 25,
        Check.ARCHIVE_TRAILING: 0,
        Check.ARCHIVE_HASHES: 25,
        Check.ARCHIVE_CHAIN: 10,
        Check.ARCHIVE_GRAMMAR: 10,
        Check.ARCHIVE_EXTENDS: 10,
        Check.SETUP_ELECTION: 1,
        Check.SETUP_TRUSTEES: 2,
        Check.SETUP_CREDENTIALS: 4,
        Check.BALLOT_CANONICAL: 4,
        Check.BALLOT_ELECTION: 4,
        Check.BALLOT_ELEMENT: 4,
        Check.BALLOT_CREDENTIAL: 4,
        Check.BALLOT_DUPLICATE: 4,
        Check.BALLOT_PROOF: 4,
        Check.BALLOT_SIGNATURE: 4,
        Check.TALLY_BALLOTS: 4,
        Check.TALLY_COUNTS: 1,
        Check.DECRYPTION_PRESENT: 2,
        Check.DECRYPTION_OWNER: 2,
        Check.DECRYPTION_PROOF: 2,
        Check.DECRYPTION_BOUND: 2,
        Check.RESULT_VALUE: 1,
    }


def test_every_check_of_ranked_ballots_passes_where_nothing_is_wrong() -> None:
    made = ranked()
    report = verify(made.archive, bound=made.bound, signed=made.signed, least_shuffles=2)
    passed = {result.check: result.count for result in report.checks}
    assert report.verdict is Verdict.VALID
    assert report.warnings == ()
    assert {check: count for check, count in passed.items() if check.id > "decryption"} == {
        Check.SETUP_ELECTION: 1,
        Check.SETUP_TRUSTEES: 2,
        Check.SETUP_CREDENTIALS: 3,
        Check.TALLY_BALLOTS: 3,
        Check.TALLY_COUNTS: 1,
        Check.SHUFFLE_PRESENT: 2,
        Check.SHUFFLE_OWNER: 2,
        Check.SHUFFLE_PROOF: 2,
        Check.SHUFFLE_SIGNATURE: 2,
        Check.DECRYPTION_PRESENT: 2,
        Check.DECRYPTION_OWNER: 2,
        Check.DECRYPTION_PROOF: 2,
        Check.DECRYPTION_BOUND: 2,
        Check.RESULT_VALUE: 1,
    }
