"""Which decryptions need a bound proof, and what becomes of one that does not hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from comitia.ballots.v1.model import BoundProofs, BoundShare, Check, derive_hash, width_of
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Status, Subject, Verdict
from comitia.verify.reasons import MISSING_REASON
from tests.elections import BOARD, BOARD_VOTES, YES_NO, Made, failed_checks, make_election
from tests.elections import verify_bytes as verify
from tests.verify.building import failures_of, one_failure, result_of, spoiled, with_solved_factor
from tests.verify.test_decryption import (
    Shares,
    alone,
    archive_of,
    beside,
    false_factor,
    false_proof,
    foreign,
    given,
    record_of,
    warnings_of,
)
from tests.verify.trusteeship import group_of


def bound_of(made: Made) -> BoundProofs:
    return parse_bound_proofs(made.bound, made.election.shape, ED25519)


def bound_for(made: Made, *owners: int) -> bytes:
    """Return the file with the bound shares of these trustees."""
    proofs = bound_of(made)
    shares = tuple(share for share in proofs.shares if share.owner in owners)
    return replace(proofs, shares=shares).to_bytes()


def with_share(made: Made, changed: BoundShare, *owners: int) -> bytes:
    """Return the file for these trustees with one share replaced."""
    proofs = bound_of(made)
    shares = tuple(
        changed if share.owner == changed.owner else share
        for share in proofs.shares
        if share.owner in owners
    )
    return replace(proofs, shares=shares).to_bytes()


def report_of(made: Made, shares: Shares, bound: bytes, *, open_: bool = False) -> Report:
    return verify(archive_of(made, shares, open_=open_), bound=bound)


def bad_signature(share: BoundShare) -> BoundShare:
    return replace(share, signature=spoiled(share.signature))


def bad_proof(share: BoundShare) -> BoundShare:
    """Return a share whose first proof, and so its signature too, does not hold."""
    first, *others = share.proofs[0]
    return replace(share, proofs=((spoiled(first), *others), *share.proofs[1:]))


def bad_payload(share: BoundShare) -> BoundShare:
    return replace(share, payload=derive_hash(b"another record"))


BAD = [bad_signature, bad_proof, bad_payload]


@pytest.mark.parametrize("owners", [(1, 2), (1, 3), (2, 3), (1, 2, 3)])
def test_whoever_has_decrypted_may_be_bound(owners: tuple[int, ...]) -> None:
    made = alone()
    report = report_of(made, given(made, *owners), bound_for(made, *owners))
    assert (report.verdict, report.warnings) == (Verdict.VALID, ())
    assert result_of(report, Check.DECRYPTION_BOUND).count == len(owners)


def test_questions_of_lists_are_bound_choice_by_choice() -> None:
    made = make_election(
        questions=(YES_NO, BOARD),
        votes=tuple(((1, 0), vote) for vote in BOARD_VOTES),
        keyholders=group_of(2, 2),
    )
    assert [width_of(row) for row in made.election.shape] == [2, 6]
    assert [len(row) for row in bound_of(made).shares[0].proofs] == [2, 6]
    report = verify(made.archive, bound=made.bound)
    assert (report.verdict, report.warnings) == (Verdict.VALID, ())
    one = bound_of(made).shares[1]
    row = one.proofs[1]
    false = replace(one, proofs=(one.proofs[0], (*row[:4], spoiled(row[4]), row[5])))
    failures = failures_of(verify(made.archive, bound=with_share(made, false, 1, 2)))
    assert [f.expected.split(":")[0] for f in failures["decryption.bound"]] == [
        "trustee 2, signature",
        "trustee 2, question 2, list 2, candidate 1",
    ]


@pytest.mark.parametrize("unbound", [1, 3])
def test_a_needed_share_without_a_bound_one_fails(unbound: int) -> None:
    made = alone()
    others = {1, 3} - {unbound}
    report = report_of(made, given(made, 1, 3), bound_for(made, *others))
    place = 5 if unbound == 1 else 6
    assert failures_of(report) == one_failure(
        Check.DECRYPTION_BOUND,
        Subject(place, derive_hash(record_of(made, unbound))),
        f"a bound share of trustee {unbound}",
        "none",
    )
    assert report.warnings == ()


@pytest.mark.parametrize("unbound", [1, 2, 3])
def test_a_share_without_a_bound_one_that_is_not_needed_is_a_warning(unbound: int) -> None:
    made = alone()
    others = {1, 2, 3} - {unbound}
    report = report_of(made, given(made, 1, 2, 3), bound_for(made, *others))
    assert report.verdict is Verdict.VALID
    text = (
        f"The decryption of trustee {unbound} does not hold, and is not needed: "
        f"expected a bound share of trustee {unbound}, found none."
    )
    subject = Subject(4 + unbound, derive_hash(record_of(made, unbound)))
    assert warnings_of(report) == [("decryption.bound", subject, text)]


def test_two_of_three_without_a_bound_share_both_fail() -> None:
    made = alone()
    report = report_of(made, given(made, 1, 2, 3), bound_for(made, 2))
    assert [f.expected for f in failures_of(report)["decryption.bound"]] == [
        "a bound share of trustee 1",
        "a bound share of trustee 3",
    ]


def test_a_single_trustee_s_share_is_needed_however_many_others_there_are() -> None:
    made = beside()
    report = report_of(made, given(made, 1, 2, 3, 4), bound_for(made, 2, 3, 4))
    (failure,) = failures_of(report)["decryption.bound"]
    assert failure.expected == "a bound share of trustee 1"


@pytest.mark.parametrize("spoil", BAD)
@pytest.mark.parametrize("owner", [1, 2, 3])
def test_a_false_bound_share_that_is_not_needed_is_one_warning(
    owner: int, spoil: Callable[[BoundShare], BoundShare]
) -> None:
    made = alone()
    false = spoil(bound_of(made).shares[owner - 1])
    report = report_of(made, given(made, 1, 2, 3), with_share(made, false, 1, 2, 3))
    ((id_, subject, text),) = warnings_of(report)
    assert report.verdict is Verdict.VALID
    assert (id_, subject) == (
        "decryption.bound",
        Subject(4 + owner, derive_hash(record_of(made, owner))),
    )
    assert text.startswith(f"The decryption of trustee {owner} does not hold, and is not needed: ")


@pytest.mark.parametrize("spoil", BAD)
def test_a_false_bound_share_that_is_needed_fails(
    spoil: Callable[[BoundShare], BoundShare],
) -> None:
    made = alone()
    false = spoil(bound_of(made).shares[2])
    report = report_of(made, given(made, 2, 3), with_share(made, false, 2, 3))
    failures = failures_of(report)["decryption.bound"]
    assert failed_checks(report) == {"decryption.bound"}
    assert {f.subject for f in failures} == {Subject(6, derive_hash(record_of(made, 3)))}
    assert {f.expected.split(",")[0] for f in failures} == {"trustee 3"}
    assert report.warnings == ()


def test_a_bound_share_of_a_member_who_did_not_decrypt_fails() -> None:
    made = alone()
    report = report_of(made, given(made, 1, 2), bound_for(made, 1, 2, 3))
    assert failures_of(report) == one_failure(
        Check.DECRYPTION_BOUND,
        Subject(),
        "shares of trustees who have decrypted",
        "a share of trustee 3",
    )


@pytest.mark.parametrize("make", [false_factor, false_proof])
def test_a_share_that_is_false_twice_and_not_needed_is_one_warning(
    make: Callable[[Made, int], bytes],
) -> None:
    """Its own proof does not hold, nor does its bound one, which is about another record."""
    made = alone()
    shares = [(1, make(made, 1)), *given(made, 2, 3)]
    report = report_of(made, shares, bound_for(made, 1, 2, 3))
    assert report.verdict is Verdict.VALID
    assert [(w.id, w.subject.height) for w in report.warnings] == [("decryption.proof", 5)]


def test_a_false_share_that_is_not_needed_needs_no_bound_one() -> None:
    made = alone()
    shares = [(1, false_factor(made, 1)), *given(made, 2, 3)]
    report = report_of(made, shares, bound_for(made, 2, 3))
    assert report.verdict is Verdict.VALID
    assert [w.id for w in report.warnings] == ["decryption.proof"]


@pytest.mark.parametrize("bound", [(1, 2, 3), (2, 3)])
@pytest.mark.parametrize("make", [foreign, lambda *_: b"{}"])
def test_a_share_that_cannot_be_read_and_is_not_needed_is_one_warning_bound_or_not(
    make: Callable[[Made, int], bytes], bound: tuple[int, ...]
) -> None:
    """Its trustee has decrypted, if not in a form that anybody can read."""
    made = alone()
    shares = [(1, make(made, 1)), *given(made, 2, 3)]
    report = report_of(made, shares, bound_for(made, *bound))
    assert failures_of(report) == {}
    assert report.verdict is Verdict.VALID
    assert [w.id for w in report.warnings] == ["decryption.proof"]


def test_of_a_needed_share_that_cannot_be_read_the_bound_proof_is_not_checked() -> None:
    made = alone()
    report = report_of(made, [(1, b"{}"), *given(made, 2)], bound_for(made, 1, 2))
    assert failed_checks(report) == {"decryption.proof"}
    bound = result_of(report, Check.DECRYPTION_BOUND)
    assert (bound.status, bound.reason) == (
        Status.NOT_CHECKED,
        "a decryption that is needed is missing or cannot be read",
    )


def test_of_three_shares_one_false_and_one_without_a_bound_share_leave_too_few() -> None:
    """Of each kind one is too many only together."""
    made = alone()
    shares = [(1, false_factor(made, 1)), *given(made, 2, 3)]
    report = report_of(made, shares, bound_for(made, 1, 2))
    failures = failures_of(report)["decryption.bound"]
    assert failed_checks(report) == {"decryption.bound"}
    assert {f.expected.split(":")[0] for f in failures} >= {"a bound share of trustee 3"}
    assert [w.id for w in report.warnings] == ["decryption.proof"]


@pytest.mark.parametrize("bound", [(1, 2, 3), (2, 3)])
def test_the_result_is_opened_with_shares_that_are_bound(bound: tuple[int, ...]) -> None:
    """The first share passes its own check, and only bound proofs tell that it is false."""
    made = alone()
    false = with_solved_factor(made, 1).derive_record(made.election.shape)
    shares = [(1, false), *given(made, 2, 3)]
    report = report_of(made, shares, bound_for(made, *bound))
    assert report.verdict is Verdict.VALID
    assert [(w.id, w.subject.height) for w in report.warnings] == [("decryption.bound", 5)]
    unbound = verify(archive_of(made, shares))
    assert failed_checks(unbound) == {"result.value"}


def test_bound_shares_are_checked_of_an_open_election_too() -> None:
    made = alone()
    false = bad_signature(bound_of(made).shares[1])
    one = report_of(made, given(made, 2), with_share(made, false, 2), open_=True)
    assert failed_checks(one) == {"decryption.bound"}
    all_ = report_of(made, given(made, 1, 2, 3), with_share(made, false, 1, 2, 3), open_=True)
    assert all_.verdict is Verdict.INCOMPLETE
    assert [w.id for w in all_.warnings] == ["decryption.bound"]


def test_members_cannot_prove_for_each_other() -> None:
    made = alone()
    first, second, third = bound_of(made).shares
    exchanged = (replace(second, owner=1), replace(first, owner=2), third)
    bound = replace(bound_of(made), shares=exchanged).to_bytes()
    report = report_of(made, given(made, 1, 2, 3), bound)
    assert failed_checks(report) == {"decryption.bound"}
    failures: tuple[Failure, ...] = failures_of(report)["decryption.bound"]
    assert {f.expected.split(",")[0] for f in failures} == {"trustee 1", "trustee 2"}


def test_where_too_few_shares_can_be_read_bound_proofs_are_not_checked_either() -> None:
    made = alone()
    report = report_of(made, [(1, b"{}"), *given(made, 2)], bound_for(made, 1, 2))
    assert failed_checks(report) == {"decryption.proof"}
    bound = result_of(report, Check.DECRYPTION_BOUND)
    assert (bound.status, bound.reason) == (Status.NOT_CHECKED, MISSING_REASON)
