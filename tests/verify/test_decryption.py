"""Who must have decrypted, and what becomes of a decryption that does not hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from comitia.ballots.v1.model import Check, canonical_json, derive_hash
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Status, Subject, Verdict
from tests.elections import (
    YES_NO,
    Keyholders,
    Made,
    Step,
    failed_checks,
    make_election,
    put_together,
    seeded,
    single_trustees,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    not_checked,
    one_failure,
    result_of,
    share_step,
    spoiled,
)
from tests.verify.trusteeship import group_of, together

FIRST_SHARE = 5
FOREIGN = "0" * 63 + "2"
Shares = Iterable[tuple[int, bytes]]


def held_by(*parts: Keyholders) -> Made:
    """Return an election of two ballots."""
    votes = (((1, 0),), ((0, 1),))
    return make_election(questions=(YES_NO,), votes=votes, keyholders=together(*parts))


def alone() -> Made:
    """Return an election held by a group of three, of whom two are needed."""
    return held_by(group_of(2, 3))


def beside() -> Made:
    """Return an election held by a single trustee, 1, and a group of three, 2 to 4."""
    return held_by(single_trustees(1, ED25519, seeded("single")), group_of(2, 3))


def record_of(made: Made, owner: int) -> bytes:
    return made.shares[owner - 1].derive_record(made.election.shape)


def given(made: Made, *owners: int) -> list[tuple[int, bytes]]:
    """Return the true shares of these trustees."""
    return [(owner, record_of(made, owner)) for owner in owners]


def archive_of(made: Made, shares: Shares, *, open_: bool = False) -> bytes:
    """Return the election with these shares in this order, and its result unless it is open."""
    *before, result = take_apart(made.archive)
    steps = [share_step(owner, record) for owner, record in shares]
    return put_together([*before[:FIRST_SHARE], *steps, *([] if open_ else [result])])


def report_of(made: Made, shares: Shares, *, open_: bool = False) -> Report:
    return verify(archive_of(made, shares, open_=open_))


def result_place(made: Made, shares: int) -> Subject:
    """Return how a report names the result after so many shares."""
    record = take_apart(made.archive)[-1].contents[0]
    return Subject(FIRST_SHARE + shares, derive_hash(record))


def warnings_of(report: Report) -> list[tuple[str, Subject, str]]:
    """Return the warnings but for the one that no bound proofs lie beside the archive."""
    return [(w.id, w.subject, w.text) for w in report.warnings if w.subject != Subject()]


def false_factor(made: Made, owner: int) -> bytes:
    """Return a trustee's share with a false factor, and the proof of the true one."""
    share = made.shares[owner - 1]
    first, *others = share.factors[0]
    false = replace(share, factors=((first * ED25519.generator, *others),))
    return false.derive_record(made.election.shape)


def false_proof(made: Made, owner: int) -> bytes:
    """Return a trustee's share with true factors and a false proof of the first."""
    share = made.shares[owner - 1]
    first, *others = share.proofs[0]
    false = replace(share, proofs=((spoiled(first), *others),))
    return false.derive_record(made.election.shape)


def foreign(made: Made, owner: int) -> bytes:
    value = json.loads(record_of(made, owner))
    value["decryption_factors"][0][1] = FOREIGN
    return canonical_json(value)


def too_short(made: Made, owner: int) -> bytes:
    value = json.loads(record_of(made, owner))
    value["decryption_factors"][0].pop()
    return canonical_json(value)


def too_large(made: Made, owner: int) -> bytes:
    return record_of(made, owner) + b" " * 5000


def of_another_group(made: Made, owner: int) -> bytes:
    """Return the share of a member of another group, of the same place."""
    other = held_by(group_of(2, 3, seed="other"))
    return record_of(other, owner if len(made.shares) == 3 else owner - 1)


FALSE = [false_factor, false_proof, of_another_group]
UNREADABLE = [foreign, too_short, too_large, lambda *_: b"{}", lambda *_: b"", lambda *_: b"\xff"]


# --- Who is needed ---


@pytest.mark.parametrize("owners", [(1, 2), (1, 3), (2, 3)])
def test_any_two_of_three_suffice(owners: tuple[int, ...]) -> None:
    report = report_of(alone(), given(alone(), *owners))
    assert (report.verdict, report.result) == (Verdict.VALID, [[1, 1]])
    assert result_of(report, Check.DECRYPTION_PRESENT).count == 2
    assert result_of(report, Check.DECRYPTION_PROOF).count == 2
    assert warnings_of(report) == []


@pytest.mark.parametrize("owners", list(permutations((1, 2, 3))))
def test_more_than_are_needed_may_decrypt_in_any_order(owners: tuple[int, ...]) -> None:
    report = report_of(alone(), given(alone(), *owners))
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.DECRYPTION_PRESENT).count == 2
    assert result_of(report, Check.DECRYPTION_PROOF).count == 3
    assert warnings_of(report) == []


@pytest.mark.parametrize("members", [(2, 3), (2, 4), (3, 4), (2, 3, 4)])
def test_a_single_trustee_and_enough_of_a_group_suffice(members: tuple[int, ...]) -> None:
    report = report_of(beside(), given(beside(), *members, 1))
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.DECRYPTION_PRESENT).count == 3


@pytest.mark.parametrize("owner", [1, 2, 3])
def test_one_of_three_is_too_few(owner: int) -> None:
    made = alone()
    report = report_of(made, given(made, owner))
    assert failures_of(report) == one_failure(
        Check.DECRYPTION_PRESENT,
        result_place(made, 1),
        "decryptions by 2 of the trustees 1 to 3",
        str(owner),
    )
    assert not_checked(report) == ["result.value"]


def test_a_group_is_not_complete_by_a_single_trustee_nor_the_other_way_round() -> None:
    made = beside()
    too_few = failures_of(report_of(made, given(made, 1, 3)))
    assert too_few == one_failure(
        Check.DECRYPTION_PRESENT,
        result_place(made, 2),
        "decryptions by 2 of the trustees 2 to 4",
        "3",
    )
    no_single = failures_of(report_of(made, given(made, 2, 3, 4)))
    assert no_single == one_failure(
        Check.DECRYPTION_PRESENT, result_place(made, 3), "a decryption by trustee 1", "none"
    )


def test_all_that_is_missing_is_named() -> None:
    made = beside()
    report = report_of(made, given(made, 4))
    place = result_place(made, 1)
    assert failures_of(report) == {
        "decryption.present": (
            Failure(place, "a decryption by trustee 1", "none"),
            Failure(place, "decryptions by 2 of the trustees 2 to 4", "4"),
        )
    }


def test_one_group_is_not_complete_by_another() -> None:
    made = held_by(group_of(1, 2, seed="one"), group_of(2, 3))
    assert report_of(made, given(made, 2, 3, 5)).verdict is Verdict.VALID
    (failure,) = failures_of(report_of(made, given(made, 1, 2, 4)))["decryption.present"]
    assert (failure.expected, failure.found) == ("decryptions by 2 of the trustees 3 to 5", "4")
    (failure,) = failures_of(report_of(made, given(made, 3, 4, 5)))["decryption.present"]
    assert (failure.expected, failure.found) == ("decryptions by 1 of the trustees 1 to 2", "none")


@pytest.mark.parametrize("owners", [(), (2,), (1, 2), (2, 3, 4)])
def test_an_open_election_with_too_few_decryptions_is_incomplete(owners: tuple[int, ...]) -> None:
    report = report_of(beside(), given(beside(), *owners), open_=True)
    assert report.verdict is Verdict.INCOMPLETE
    assert not_checked(report) == ["decryption.present", "result.value"]
    assert {r.reason for r in report.checks if r.reason} == {"the election is still open"}


def test_an_open_election_with_enough_decryptions_lacks_the_result_only() -> None:
    report = report_of(beside(), given(beside(), 1, 2, 4), open_=True)
    assert not_checked(report) == ["result.value"]
    assert result_of(report, Check.DECRYPTION_PRESENT).status is Status.PASSED


# --- Whose they are ---


def test_a_member_cannot_decrypt_for_another_by_decrypting_twice() -> None:
    made = alone()
    report = report_of(made, given(made, 2, 2))
    subject = Subject(6, derive_hash(record_of(made, 2)))
    expected = "a trustee from 1 to 3 who has no decryption yet"
    assert failures_of(report) == {
        "decryption.present": (
            Failure(result_place(made, 2), "decryptions by 2 of the trustees 1 to 3", "2"),
        ),
        "decryption.owner": (Failure(subject, expected, "trustee 2"),),
    }


def test_a_second_decryption_fails_though_enough_others_hold() -> None:
    made = alone()
    report = report_of(made, given(made, 1, 3, 3))
    assert failed_checks(report) == {"decryption.owner"}
    assert result_of(report, Check.DECRYPTION_OWNER).count == 3


@pytest.mark.parametrize("owner", [0, 5, 2**30 - 1])
def test_an_owner_beyond_the_trustees_fails_though_enough_others_hold(owner: int) -> None:
    made = beside()
    report = report_of(made, [*given(made, 1, 2, 3), (owner, record_of(made, 4))])
    expected = "a trustee from 1 to 4 who has no decryption yet"
    subject = Subject(8, derive_hash(record_of(made, 4)))
    assert failures_of(report) == one_failure(
        Check.DECRYPTION_OWNER, subject, expected, f"trustee {owner}"
    )


def test_members_under_each_other_s_numbers_fail_their_proofs() -> None:
    made = alone()
    report = report_of(made, [(1, record_of(made, 2)), (2, record_of(made, 1))])
    assert failed_checks(report) == {"decryption.proof", "result.value"}


# --- What does not hold, and is not needed ---


@pytest.mark.parametrize("make", FALSE)
@pytest.mark.parametrize("owner", [1, 2, 3])
def test_a_false_share_that_is_not_needed_is_one_warning_that_names_its_trustee(
    owner: int, make: Callable[[Made, int], bytes]
) -> None:
    made = alone()
    record = make(made, owner)
    shares = [(n, record if n == owner else share) for n, share in given(made, 1, 2, 3)]
    report = report_of(made, shares)
    ((id_, subject, text),) = warnings_of(report)
    assert (report.verdict, report.result) == (Verdict.VALID, [[1, 1]])
    assert (id_, subject) == ("decryption.proof", Subject(4 + owner, derive_hash(record)))
    assert text.startswith(
        f"The decryption of trustee {owner} does not hold, and is not needed: "
        f"expected trustee {owner}, question 1, choice 1: the challenge "
    )


@pytest.mark.parametrize("make", UNREADABLE)
@pytest.mark.parametrize("owner", [1, 2, 3])
def test_a_share_that_cannot_be_read_and_is_not_needed_is_one_warning(
    owner: int, make: Callable[[Made, int], bytes]
) -> None:
    made = alone()
    record = make(made, owner)
    shares = [(n, record if n == owner else share) for n, share in given(made, 1, 2, 3)]
    report = report_of(made, shares)
    ((id_, subject, text),) = warnings_of(report)
    assert report.verdict is Verdict.VALID
    assert (id_, subject) == ("decryption.proof", Subject(4 + owner, derive_hash(record)))
    assert text.startswith(
        f"The decryption of trustee {owner} does not hold, and is not needed: "
        f"expected trustee {owner}: a partial decryption in canonical form, found "
    )


def test_several_that_are_not_needed_are_a_warning_each_in_the_order_of_the_archive() -> None:
    made = held_by(group_of(1, 3, seed="one of three"), group_of(2, 3))
    shares = dict(given(made, 1, 2, 3, 4, 5, 6))
    shares |= {1: false_factor(made, 1), 3: b"{}", 5: false_proof(made, 5)}
    report = report_of(made, [(owner, shares[owner]) for owner in (5, 4, 3, 2, 1, 6)])
    named = [text.split(" does")[0].split()[-1] for _, _, text in warnings_of(report)]
    assert report.verdict is Verdict.VALID
    assert named == ["5", "3", "1"]


def test_a_false_result_is_seen_beside_a_false_share_that_is_not_needed() -> None:
    made = alone()
    steps = take_apart(archive_of(made, [(1, false_factor(made, 1)), *given(made, 2, 3)]))
    steps[-1] = Step(steps[-1].type, (b'{"result":[[2,0]]}',))
    report = verify(put_together(steps))
    assert failed_checks(report) == {"result.value"}
    assert [id_ for id_, *_ in warnings_of(report)] == ["decryption.proof"]


# --- What does not hold, and is needed ---


@pytest.mark.parametrize("make", FALSE)
def test_a_false_share_that_is_needed_fails(make: Callable[[Made, int], bytes]) -> None:
    made = alone()
    record = make(made, 3)
    report = report_of(made, [*given(made, 2), (3, record)])
    failures = failures_of(report)["decryption.proof"]
    assert failed_checks(report) - {"result.value"} == {"decryption.proof"}
    assert {f.subject for f in failures} == {Subject(6, derive_hash(record))}
    assert failures[0].expected.startswith("trustee 3, question 1, choice 1: the challenge ")
    assert warnings_of(report) == []


def test_a_false_factor_that_is_needed_shows_in_the_result_and_a_false_proof_does_not() -> None:
    made = alone()
    factor = report_of(made, [*given(made, 2), (3, false_factor(made, 3))])
    proof = report_of(made, [*given(made, 2), (3, false_proof(made, 3))])
    assert failed_checks(factor) == {"decryption.proof", "result.value"}
    assert failed_checks(proof) == {"decryption.proof"}
    assert result_of(proof, Check.RESULT_VALUE).status is Status.PASSED


@pytest.mark.parametrize("make", UNREADABLE)
def test_a_share_that_cannot_be_read_and_is_needed_fails(
    make: Callable[[Made, int], bytes],
) -> None:
    made = alone()
    record = make(made, 1)
    report = report_of(made, [(1, record), *given(made, 3)])
    (failure,) = failures_of(report)["decryption.proof"]
    assert failed_checks(report) == {"decryption.proof"}
    assert failure.subject == Subject(5, derive_hash(record))
    assert failure.expected == "trustee 1: a partial decryption in canonical form"
    assert not_checked(report) == ["result.value"]
    assert warnings_of(report) == []


def test_two_false_shares_of_three_both_fail() -> None:
    made = alone()
    shares = [(1, false_proof(made, 1)), *given(made, 2), (3, false_factor(made, 3))]
    failures = failures_of(report_of(made, shares))["decryption.proof"]
    assert [f.expected.split(",")[0] for f in failures] == ["trustee 1", "trustee 3"]


def test_a_false_share_of_a_single_trustee_fails_however_many_others_there_are() -> None:
    made = beside()
    report = report_of(made, [(1, false_proof(made, 1)), *given(made, 2, 3, 4)])
    (failure,) = failures_of(report)["decryption.proof"]
    assert failure.expected.startswith("trustee 1, question 1, choice 1: ")
    assert warnings_of(report) == []


def test_a_false_share_counts_for_who_has_decrypted_and_not_for_who_is_needed() -> None:
    """Nobody is missing; what is there is false."""
    made = alone()
    report = report_of(made, [(1, false_factor(made, 1)), (2, false_factor(made, 2))])
    assert result_of(report, Check.DECRYPTION_PRESENT).status is Status.PASSED
    failures = failures_of(report)["decryption.proof"]
    assert [f.expected.split(",")[0] for f in failures] == ["trustee 1", "trustee 2"]


def test_what_is_false_in_an_open_election_fails_until_enough_others_have_decrypted() -> None:
    made = alone()
    shares = [(1, false_factor(made, 1)), *given(made, 2)]
    assert failed_checks(report_of(made, shares, open_=True)) == {"decryption.proof"}
    later = report_of(made, [*shares, *given(made, 3)], open_=True)
    assert (later.verdict, not_checked(later)) == (Verdict.INCOMPLETE, ["result.value"])
    assert [id_ for id_, *_ in warnings_of(later)] == ["decryption.proof"]
