"""Each proof of a ballot: changed anywhere, exactly that equation fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import (
    ballot_failures,
    verify_names_election,
    verify_proofs,
    verify_signature,
)
from comitia.ballots.v1.model import Ciphertext, Election, Fingerprint, Uuid, derive_ballot_record
from comitia.errors import CheckFailed
from tests.ballots.v1.forging import (
    Failure,
    ballot_of,
    failures,
    parse,
    signed_again,
    unsigned,
    with_answer,
)
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    SAMPLES,
    SCALARS,
    SMALL,
    Path,
    Sample,
    walk,
)
from tests.elections import Made

BOTH = pytest.mark.parametrize(
    "made, sample",
    [
        pytest.param(SMALL, SAMPLES["ballot"], id="Ed25519"),
        pytest.param(FIELD, FIELD_SAMPLES["ballot"], id="BELENIOS-2048"),
    ],
)
PROOF, SIGNATURE = "ballot.proof", "ballot.signature"


def equation_of(path: Path) -> Failure:
    """Return check and subject of the equation that a proof's field belongs to."""
    match path:
        case ("signature", *_):
            return SIGNATURE, "signature"
        case ("answers", int(i), "individual_proofs", int(j), *_):
            return PROOF, f"question {i + 1}, choice {j + 1}"
        case ("answers", int(i), "overall_proof", *_):
            return PROOF, f"question {i + 1}, overall proof"
        case ("answers", int(i), "blank_proof", *_):
            return PROOF, f"question {i + 1}, blank proof"
        case _:
            raise ValueError(path)


@BOTH
def test_a_sound_ballot_has_no_failures(made: Made, sample: Sample) -> None:
    ballot = parse(sample.record, made.election)
    assert list(ballot_failures(ballot, made.election)) == []
    verify_names_election(ballot, made.election)
    verify_proofs(ballot, made.election)
    verify_signature(ballot, made.election.group)


@BOTH
@pytest.mark.parametrize("shift", [1, -1])
def test_every_scalar_of_every_proof_is_held_by_exactly_its_equation(
    made: Made, sample: Sample, shift: int
) -> None:
    q = made.election.group.order
    paths = [path for path, _ in walk(sample.value) if path and path[-1] in SCALARS]
    found = {}
    for path in paths:
        record = sample.changed(path, lambda text: str((int(text) + shift) % q))
        ballot = parse(record, made.election)
        if path[0] == "answers":
            ballot = signed_again(ballot, made)
        found[path] = failures(ballot, made.election)
    assert found == {path: [equation_of(path)] for path in paths}
    assert len(paths) == 2 * sum(
        2 * q.choice_count + q.overall_proof_count + 2 * q.blank
        for q in made.election.homomorphic_questions or ()
    ) + len(SCALARS)


@BOTH
def test_two_scalars_exchanged_fail_that_equation(made: Made, sample: Sample) -> None:
    paths = [path for path, part in walk(sample.value) if isinstance(part, dict)]
    proofs = [path for path in paths if sample.place(path).find("proof") > 0]
    for path in proofs:
        record = sample.changed(
            path, lambda p: {"challenge": p["response"], "response": p["challenge"]}
        )
        ballot = parse(record, made.election)
        if path[0] == "answers":
            ballot = signed_again(ballot, made)
        assert failures(ballot, made.election) == [equation_of(path)]


@BOTH
@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_a_changed_ciphertext_fails_its_own_proof_and_those_of_the_whole_answer(
    made: Made, sample: Sample, part: str
) -> None:
    generator = made.election.group.generator
    ballot = parse(sample.record, made.election)
    for i, answer in enumerate(ballot.answers):
        whole = ["overall proof"] + ["blank proof"] * (answer.blank_proof is not None)
        for j, choice in enumerate(answer.choices):
            changed = replace(choice, **{part: getattr(choice, part) * generator})
            choices = (*answer.choices[:j], changed, *answer.choices[j + 1 :])
            forged = with_answer(ballot, i, replace(answer, choices=choices))
            subjects = [f"choice {j + 1}", *whole]
            assert failures(signed_again(forged, made), made.election) == [
                (PROOF, f"question {i + 1}, {subject}") for subject in subjects
            ]


def test_a_changed_ballot_fails_its_signature_unless_it_is_signed_again() -> None:
    election = SMALL.election
    sample = SAMPLES["ballot"]
    path = ("answers", 0, "overall_proof", 0, "response")
    record = sample.changed(path, lambda text: str(int(text) ^ 1))
    ballot = parse(record, election)
    assert failures(ballot, election) == [
        (PROOF, "question 1, overall proof"),
        (SIGNATURE, "signed hash"),
    ]


def test_a_signature_over_another_hash_is_refused_with_both_hashes() -> None:
    ballot = ballot_of(SMALL)
    other = Fingerprint("a" * 43)
    forged = replace(ballot, signature=replace(ballot.signature, hash=other))
    with pytest.raises(CheckFailed) as caught:
        verify_signature(forged, SMALL.election.group)
    assert caught.value.args == (SIGNATURE, "signed hash", ballot.signed_hash, other)


def test_a_failed_proof_states_both_sums() -> None:
    ballot = ballot_of(SMALL)
    first = ballot.answers[0]
    one = SMALL.election.group.scalar(1)
    proof = first.overall_proof[0]
    wrong = (replace(proof, challenge=proof.challenge + one), *first.overall_proof[1:])
    forged = with_answer(ballot, 0, replace(first, overall_proof=wrong))
    with pytest.raises(CheckFailed, match=r"^ballot.proof: question 1, overall proof: ") as caught:
        verify_proofs(forged, SMALL.election)
    total = SMALL.election.group.scalar(0)
    for part in wrong:
        total = total + part.challenge
    assert caught.value.found == f"challenges that add up to {total.text}"
    assert caught.value.expected.startswith("challenges that add up to ")
    assert caught.value.expected != caught.value.found


def test_a_failed_signature_states_both_challenges() -> None:
    ballot = ballot_of(SMALL)
    proof = ballot.signature.proof
    wrong = replace(proof, challenge=proof.challenge + SMALL.election.group.scalar(1))
    forged = replace(ballot, signature=replace(ballot.signature, proof=wrong))
    with pytest.raises(CheckFailed) as caught:
        verify_signature(forged, SMALL.election.group)
    assert caught.value.found == wrong.challenge.text
    assert caught.value.expected.startswith("the challenge ")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(SMALL.election, uuid=Uuid("9" * 14)), id="uuid"),
        pytest.param(replace(SMALL.election, fingerprint=Fingerprint("b" * 43)), id="fingerprint"),
    ],
)
def test_a_ballot_for_another_election_is_refused_with_both_names(other: Election) -> None:
    ballot = ballot_of(SMALL)
    with pytest.raises(CheckFailed) as caught:
        verify_names_election(ballot, other)
    assert caught.value.args == (
        "ballot.election",
        "election named",
        f"{other.uuid} {other.fingerprint}",
        f"{ballot.election_uuid} {ballot.election_hash}",
    )


def test_every_failure_is_found_and_not_only_the_first() -> None:
    ballot = ballot_of(SMALL)
    neutral = SMALL.election.group.identity
    answers = tuple(
        replace(answer, choices=(Ciphertext(neutral, neutral),) * len(answer.choices))
        for answer in ballot.answers
    )
    other = replace(SMALL.election, uuid=Uuid("9" * 14))
    record = derive_ballot_record(unsigned(replace(ballot, answers=answers)), ballot.signature)
    forged = parse(record, SMALL.election)
    subjects = [
        *(f"question 1, choice {n}" for n in (1, 2, 3, 4)),
        "question 1, overall proof",
        "question 1, blank proof",
        "question 2, choice 1",
        "question 2, choice 2",
        "question 2, overall proof",
    ]
    assert failures(forged, other) == [
        ("ballot.election", "election named"),
        *((PROOF, subject) for subject in subjects),
        (SIGNATURE, "signed hash"),
    ]
