from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.making import Decryption
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    EventType,
    Fingerprint,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Subject, Verdict
from tests.elections import Step, failed_checks, make_election, put_together, seeded, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    not_checked,
    one_failure,
    owned,
    refer_again,
    result_of,
    small,
    spoiled,
    with_solved_factor,
)

FOREIGN = "0" * 63 + "2"
TALLY, SHARE_1, SHARE_2, RESULT = 4, 5, 6, 7


def with_content(step: int, place: int, content: bytes) -> bytes:
    """Return the small election with one record changed and the references to it mended."""
    steps = take_apart(small().archive)
    steps[step] = refer_again(steps[step].with_content(place, content))
    return put_together(steps)


def with_value(step: int, change: Callable[[Any], object]) -> tuple[bytes, bytes]:
    """Return the small election with a step's first record changed as JSON, and that record."""
    value = json.loads(take_apart(small().archive)[step].contents[0])
    change(value)
    record = canonical_json(value)
    return with_content(step, 0, record), record


def with_sized(**numbers: int) -> bytes:
    value = json.loads(take_apart(small().archive)[TALLY].contents[1])
    return with_content(TALLY, 1, canonical_json({**value, **numbers}))


def shares(*owners: int) -> bytes:
    """Return the small election with its two shares under other owners."""
    steps = take_apart(small().archive)
    pairs = zip(steps[SHARE_1:RESULT], owners, strict=True)
    changed = [step.with_content(1, owned(owner, step.contents[0])) for step, owner in pairs]
    return put_together([*steps[:SHARE_1], *changed, steps[RESULT]])


# --- The encrypted tally ---


@pytest.mark.parametrize(
    "record, found",
    [
        (b"{}", "encrypted tally: expected a list, found an object"),
        (b"[]", "encrypted tally: expected 1 items, found 0"),
        (b"[[]]", "[0]: expected 2 items, found 0"),
        (b"[[{},{}]]", "[0][0]: the field alpha is missing"),
    ],
)
def test_a_tally_that_is_not_in_form_leaves_decryptions_unchecked(
    record: bytes, found: str
) -> None:
    report = verify(with_content(TALLY, 0, record), bound=small().bound)
    assert failures_of(report) == one_failure(
        Check.TALLY_BALLOTS,
        Subject(4, derive_hash(record)),
        "an encrypted tally in canonical form",
        found,
    )
    assert not_checked(report) == [
        *("decryption.present", "decryption.owner", "decryption.proof"),
        *("decryption.bound", "result.value"),
    ]
    assert {r.reason for r in report.checks if r.reason} == {"the encrypted tally cannot be read"}


def test_every_foreign_element_of_a_tally_is_named() -> None:
    def change(value: list[list[dict[str, str]]]) -> None:
        value[0][0]["alpha"] = value[0][1]["beta"] = FOREIGN

    archive, _ = with_value(TALLY, change)
    failures = failures_of(verify(archive))["tally.ballots"]
    assert [f.found.split(":")[0] for f in failures] == ["[0][0].alpha", "[0][1].beta"]


@pytest.mark.parametrize(
    "numbers",
    [
        {"num_tallied": 1},
        {"num_tallied": 3},
        {"num_tallied": 0},
        {"num_tallied": 2**30 - 1},
        {"total_weight": 1},
        {"total_weight": 7},
        {"num_tallied": 3, "total_weight": 3},
    ],
)
def test_the_numbers_beside_the_tally_are_those_of_the_ballots(numbers: dict[str, int]) -> None:
    report = verify(with_sized(**numbers))
    found = {"num_tallied": 2, "total_weight": 2, **numbers}
    assert failed_checks(report) == {"tally.counts"}
    assert [f.found for f in failures_of(report)["tally.counts"]] == [
        f"num_tallied {found['num_tallied']}, total_weight {found['total_weight']}"
    ]


def test_a_tally_may_not_be_that_of_another_election() -> None:
    other = make_election(
        seed="other",
        questions=small().election.questions,
        votes=(((1, 0),), ((0, 1),)),
    )
    record = take_apart(other.archive)[TALLY].contents[0]
    report = verify(with_content(TALLY, 0, record))
    assert failed_checks(report) == {"tally.ballots", "decryption.proof", "result.value"}
    assert len(failures_of(report)["tally.ballots"]) == 2


# --- Whose decryptions ---


@pytest.mark.parametrize("owner", [0, 3, 4, 2**30 - 1])
def test_an_owner_is_a_trustee(owner: int) -> None:
    archive = shares(1, owner)
    steps = take_apart(archive)
    report = verify(archive)
    share, result = (derive_hash(steps[n].contents[0]) for n in (SHARE_2, RESULT))
    assert failures_of(report) == {
        "decryption.present": (Failure(Subject(7, result), "a decryption by trustee 2", "none"),),
        "decryption.owner": (
            Failure(
                Subject(6, share),
                "a trustee from 1 to 2 who has no decryption yet",
                f"trustee {owner}",
            ),
        ),
    }
    assert not_checked(report) == ["result.value"]


def test_a_negative_owner_is_no_number() -> None:
    steps = take_apart(small().archive)
    record = steps[SHARE_1].contents[1].replace(b":1,", b":-1,")
    steps[SHARE_1] = steps[SHARE_1].with_content(1, record)
    report = verify(put_together(steps))
    assert failed_checks(report) == {"archive.grammar", "decryption.present"}


def test_shares_under_each_other_s_numbers_fail_their_proofs() -> None:
    report = verify(shares(2, 1))
    assert failed_checks(report) == {"decryption.proof"}
    assert [f.expected.split(":")[0] for f in failures_of(report)["decryption.proof"]] == [
        *(f"trustee 2, question 1, choice {n}" for n in (1, 2)),
        *(f"trustee 1, question 1, choice {n}" for n in (1, 2)),
    ]


def test_shares_may_come_in_any_order() -> None:
    steps = take_apart(small().archive)
    steps[SHARE_1], steps[SHARE_2] = steps[SHARE_2], steps[SHARE_1]
    report = verify(put_together(steps), bound=small().bound)
    assert report.verdict is Verdict.VALID
    assert report.warnings == ()


def test_both_shares_under_one_number_leave_the_other_missing() -> None:
    report = verify(shares(1, 1))
    assert failed_checks(report) == {"decryption.present", "decryption.owner"}


# --- The decryptions ---


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda v: v["decryption_factors"].append([]), "decryption_factors: expected 1 items, "),
        (lambda v: v["decryption_proofs"].clear(), "decryption_proofs: expected 1 items, found 0"),
        (lambda v: v["decryption_factors"][0].pop(), "decryption_factors[0]: expected 2 items, "),
        (lambda v: v["decryption_proofs"][0].pop(), "decryption_proofs[0]: expected 2 items, "),
        (lambda v: v.pop("decryption_proofs"), "partial decryption: the field decryption_proofs"),
    ],
)
def test_a_share_of_another_shape_is_not_in_form(
    change: Callable[[Any], object], found: str
) -> None:
    archive, record = with_value(SHARE_1, change)
    report = verify(archive)
    (failure,) = failures_of(report)["decryption.proof"]
    assert failed_checks(report) == {"decryption.proof"}
    assert failure.subject == Subject(5, derive_hash(record))
    assert failure.expected == "trustee 1: a partial decryption in canonical form"
    assert failure.found.startswith(found)
    assert not_checked(report) == ["result.value"]


def test_every_foreign_factor_is_named() -> None:
    archive, _ = with_value(SHARE_2, lambda v: v.update(decryption_factors=[[FOREIGN, FOREIGN]]))
    failures = failures_of(verify(archive))["decryption.proof"]
    assert [f.found.split(":")[0] for f in failures] == [
        "decryption_factors[0][0]",
        "decryption_factors[0][1]",
    ]


def test_a_false_factor_is_seen_by_its_proof_and_in_the_result() -> None:
    one = ED25519.generator.text
    archive, record = with_value(SHARE_1, lambda v: v["decryption_factors"][0].__setitem__(1, one))
    report = verify(archive)
    subject = Subject(5, derive_hash(record))
    result = Subject(7, derive_hash(b'{"result":[[1,1]]}'))
    assert [
        (f.subject, f.expected.split(":")[0]) for f in failures_of(report)["decryption.proof"]
    ] == [(subject, "trustee 1, question 1, choice 2")]
    assert failures_of(report)["result.value"] == (
        Failure(
            result,
            "question 1, choice 2: a number from 0 to 2",
            "a ciphertext that holds no such number",
        ),
    )


def test_a_share_of_the_same_trustee_in_another_election_fails() -> None:
    """Its proof is bound to the other election's fingerprint."""
    made = small()
    other = replace(made.election, fingerprint=Fingerprint("A" * 43))
    share = Decryption(made.tally, made.secrets[0], other, seeded("other")).make_share()
    report = verify(with_content(SHARE_1, 0, share.derive_record(made.election.shape)))
    assert failed_checks(report) == {"decryption.proof"}


def test_a_missing_share_is_missing_even_where_the_result_is_not_readable() -> None:
    steps = take_apart(small().archive)
    del steps[SHARE_2]
    steps[-1] = replace(steps[-1], contents=(b"{}",))
    report = verify(put_together(steps))
    assert failed_checks(report) == {"decryption.present", "result.value"}
    assert report.result is None


def test_a_missing_share_is_a_failure_where_the_result_s_record_is_missing_too() -> None:
    steps = take_apart(small().archive)
    archive = put_together([*steps[:SHARE_2], steps[RESULT]])
    report = verify(archive.replace(b'{"result":', b'{"resulT":'))
    assert failed_checks(report) >= {"archive.hashes", "decryption.present"}


# --- The result ---


def result_report(record: bytes) -> Report:
    return verify(
        put_together([*take_apart(small().archive)[:RESULT], Step(EventType.RESULT, (record,))])
    )


@pytest.mark.parametrize(
    "record, found",
    [
        (b"{}", "result record: the field result is missing"),
        (b"[[1,1]]", "result record: expected an object, found a list"),
        (b'{"result":{}}', "result: expected a list, found an object"),
        (b'{"result":[]}', "result: expected 1 items, found 0"),
        (b'{"result":[[1]]}', "result[0]: expected 2 items, found 1"),
        (b'{"result":[[1,1,0]]}', "result[0]: expected 2 items, found 3"),
        (b'{"result":[[1,1],[0]]}', "result: expected 1 items, found 2"),
        (b'{"result":[[1,"1"]]}', "result[0][1]: expected a number, as text only above 1073741823"),
        (b'{"result":[[1,["1"]]]}', "result[0][1]: expected an integer, found a list"),
        (b'{"result":[[1,true]]}', "result[0][1]: expected an integer, found a boolean"),
        (
            b'{"result":[[-1,1]]}',
            "result[0][0]: expected an integer from 0 to 1073741823, found -1",
        ),
        (
            b'{"result":[[1,1073741824]]}',
            "result[0][1]: expected an integer from 0 to 1073741823, found 1073741824",
        ),
        (b'{"result":[[1,1.0]]}', "result record: the number '1.0' has a fraction or an exponent"),
        (
            b'{"result":[[1,01]]}',
            "result record: not JSON at character 15: Expecting ',' delimiter",
        ),
        (b'{"result":[[1,1]]}\n', "result record: not in its canonical form"),
        (b'{"result": [[1,1]]}', "result record: not in its canonical form"),
        (
            b'{"result":[[1,1]],"result":[[1,1]]}',
            "result record: the field 'result' appears twice in one object",
        ),
        (b'{"result":[[1,1]],"extra":1}', "result record: the field 'extra' does not belong here"),
    ],
)
def test_a_result_has_one_form(record: bytes, found: str) -> None:
    report = result_report(record)
    assert failures_of(report) == one_failure(
        Check.RESULT_VALUE, Subject(7, derive_hash(record)), "a result in canonical form", found
    )


@pytest.mark.parametrize(
    "result, failures",
    [
        ("[[0,1]]", [("question 1, choice 1: 1", "0")]),
        ("[[1,3]]", [("question 1, choice 2: 1", "3")]),
        ("[[2,0]]", [("question 1, choice 1: 1", "2"), ("question 1, choice 2: 1", "0")]),
        ("[[1073741823,1]]", [("question 1, choice 1: 1", "1073741823")]),
    ],
)
def test_a_result_is_what_the_decryptions_open(
    result: str, failures: list[tuple[str, str]]
) -> None:
    report = result_report(f'{{"result":{result}}}'.encode())
    assert failed_checks(report) == {"result.value"}
    assert [(f.expected, f.found) for f in failures_of(report)["result.value"]] == failures
    assert report.result == json.loads(result)


def test_a_recorded_result_is_repeated_as_it_stands_even_where_it_is_false() -> None:
    assert result_report(b'{"result":["anything",{"at":"all"}]}').result == [
        "anything",
        {"at": "all"},
    ]


# --- The bound proofs beside the archive ---


def bound_report(bound: bytes) -> Report:
    report = verify(small().archive, bound=bound)
    assert failed_checks(report) <= {"decryption.bound"}
    assert report.warnings == ()
    return report


def proofs() -> BoundProofs:
    return parse_bound_proofs(small().bound, (2,), ED25519)


def test_without_bound_proofs_there_is_a_warning_and_no_check() -> None:
    report = verify(small().archive)
    assert report.verdict is Verdict.VALID
    assert Check.DECRYPTION_BOUND not in {result.check for result in report.checks}
    (warning,) = report.warnings
    assert (warning.id, warning.subject, warning.text) == (
        "decryption.bound",
        Subject(),
        (
            "No bound decryption proofs were published beside the archive: "
            "that every share is right rests on the trustees' honesty."
        ),
    )


def test_right_bound_proofs_pass() -> None:
    report = bound_report(small().bound)
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.DECRYPTION_BOUND).count == 2


@pytest.mark.parametrize(
    "content, found",
    [
        (b"", "bound proofs: not JSON at character 0: Expecting value"),
        (b"[]", "bound proofs: expected an object, found a list"),
        (small().bound.replace(b":1,", b":2,", 1), "version: expected 1, found 2"),
        (small().bound + b"\n", "bound proofs: not in its canonical form"),
        (
            replace(proofs(), shares=proofs().shares[::-1]).to_bytes(),
            "shares: their owners are not in ascending order",
        ),
        (
            replace(proofs(), shares=proofs().shares[:1] * 2).to_bytes(),
            "shares: their owners are not in ascending order",
        ),
        (
            replace(
                proofs(), shares=(replace(proofs().shares[0], proofs=()), *proofs().shares[1:])
            ).to_bytes(),
            "shares[0].proofs: expected 1 items, found 0",
        ),
    ],
)
def test_a_file_of_bound_proofs_has_one_form(content: bytes, found: str) -> None:
    assert failures_of(bound_report(content)) == one_failure(
        Check.DECRYPTION_BOUND, Subject(), "a file of bound proofs", found
    )


def test_bound_proofs_of_another_election_fail() -> None:
    other = replace(proofs(), election_hash=Fingerprint("A" * 43)).to_bytes()
    assert failures_of(bound_report(other)) == one_failure(
        Check.DECRYPTION_BOUND,
        Subject(),
        f"election_hash {small().election.fingerprint}",
        "A" * 43,
    )


def test_bound_proofs_made_in_another_election_fail_in_every_proof() -> None:
    made = small()
    other = replace(made.election, fingerprint=Fingerprint("A" * 43))
    decryption = Decryption(made.tally, made.secrets[0], other, seeded("other"))
    share = decryption.prove_bound(made.shares[0], 1)
    bound = replace(proofs(), shares=(share, proofs().shares[1])).to_bytes()
    failures = failures_of(bound_report(bound))["decryption.bound"]
    assert [f.expected.split(":")[0] for f in failures] == [
        "trustee 1, signature",
        "trustee 1, question 1, choice 1",
        "trustee 1, question 1, choice 2",
    ]


def test_a_bound_share_of_nobody_who_decrypted_fails() -> None:
    extra = replace(proofs().shares[0], owner=3)
    bound = replace(proofs(), shares=(*proofs().shares, extra)).to_bytes()
    assert failures_of(bound_report(bound)) == one_failure(
        Check.DECRYPTION_BOUND,
        Subject(),
        "shares of trustees who have decrypted",
        "a share of trustee 3",
    )


def test_a_bound_share_of_a_trustee_without_decryption_fails() -> None:
    steps = take_apart(small().archive)
    report = verify(put_together([*steps[:SHARE_2], steps[RESULT]]), bound=small().bound)
    assert failed_checks(report) == {"decryption.present", "decryption.bound"}
    assert [f.found for f in failures_of(report)["decryption.bound"]] == ["a share of trustee 2"]


def test_a_file_without_shares_lacks_them_all() -> None:
    failures = failures_of(bound_report(replace(proofs(), shares=()).to_bytes()))
    assert [(f.subject.height, f.expected) for f in failures["decryption.bound"]] == [
        (5, "a bound share of trustee 1"),
        (6, "a bound share of trustee 2"),
    ]


def test_bound_shares_under_each_other_s_numbers_fail_wholly() -> None:
    one, two = proofs().shares
    swapped = replace(proofs(), shares=(replace(two, owner=1), replace(one, owner=2))).to_bytes()
    failures = failures_of(bound_report(swapped))["decryption.bound"]
    assert [f.expected.split(":")[0] for f in failures] == [
        f"trustee {owner}, {part}"
        for owner in (1, 2)
        for part in (
            "record proved",
            "signature",
            "question 1, choice 1",
            "question 1, choice 2",
        )
    ]


@pytest.mark.parametrize(
    "part, named",
    [
        ("payload", ["record proved", "signature"]),
        ("signature", ["signature"]),
        ("proof 1", ["signature", "question 1, choice 1"]),
        ("proof 2", ["signature", "question 1, choice 2"]),
    ],
)
def test_every_part_of_a_bound_share_is_checked(part: str, named: list[str]) -> None:
    share = proofs().shares[0]
    first, second = share.proofs[0]
    changed = {
        "payload": replace(share, payload=derive_hash(b"other")),
        "signature": replace(share, signature=spoiled(share.signature)),
        "proof 1": replace(share, proofs=((spoiled(first), second),)),
        "proof 2": replace(share, proofs=((first, spoiled(second)),)),
    }[part]
    bound = replace(proofs(), shares=(changed, proofs().shares[1])).to_bytes()
    failures = failures_of(bound_report(bound))["decryption.bound"]
    subject = Subject(5, small().shares[0].derive_record_hash(small().election.shape))
    assert {failure.subject for failure in failures} == {subject}
    assert [f.expected.split(":")[0] for f in failures] == [f"trustee 1, {n}" for n in named]


def test_bound_proofs_name_a_false_factor_that_the_first_proof_lets_pass() -> None:
    made = small()
    forged = with_solved_factor(made, 1)
    assert forged.factors != made.shares[0].factors
    archive = with_content(SHARE_1, 0, forged.derive_record(made.election.shape))
    alone = verify(archive)
    assert failed_checks(alone) == {"result.value"}
    decryption = Decryption(made.tally, made.secrets[0], made.election, seeded("forger"))
    bound = replace(
        proofs(), shares=(decryption.prove_bound(forged, 1), proofs().shares[1])
    ).to_bytes()
    report = verify(archive, bound=bound)
    assert failed_checks(report) == {"result.value", "decryption.bound"}
    (failure,) = failures_of(report)["decryption.bound"]
    assert failure.expected.startswith("trustee 1, question 1, choice 1: ")
