"""Ballots that are copied, moved, forged or signed by others, one check at a time: rows 3 to 17."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import verify_knowledge, verify_signature
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import check_ballot, generate_trustee_key
from comitia.ballots.v1.model import (
    Ballot,
    HomomorphicQuestion,
    Json,
    Proof,
    TrusteeKey,
    derive_ballot_record,
)
from comitia.ballots.v1.parse import parse_election
from comitia.curve import ED25519
from comitia.errors import CheckFailed
from tests.ballots.v1.forging import (
    ballot_of,
    failures,
    forged_answer,
    signed_again,
    sum_answer,
    unsigned,
    with_answer,
)
from tests.ballots.v1.samples import SAMPLES, SMALL, Path
from tests.elections import make_election, seeded

ELECTION = SMALL.election
PROOF = "ballot.proof"
ALL_PROOFS = [
    *((PROOF, f"question 1, choice {n}") for n in (1, 2, 3, 4)),
    (PROOF, "question 1, overall proof"),
    (PROOF, "question 1, blank proof"),
    *((PROOF, f"question 2, choice {n}") for n in (1, 2)),
    (PROOF, "question 2, overall proof"),
]


def credential_of(voter: int) -> Ballot:
    """Return another ballot of which only the credential is of interest."""
    return ballot_of(SMALL, voter)


def test_attack_3_a_ballot_posted_again_by_another_voter_fails_every_proof() -> None:
    copied = replace(ballot_of(SMALL), credential=credential_of(1).credential)
    assert failures(signed_again(copied, SMALL, voter=1), ELECTION) == ALL_PROOFS


def test_attack_3_without_the_other_voters_secret_the_signature_fails_as_well() -> None:
    copied = replace(ballot_of(SMALL), credential=credential_of(1).credential)
    found = failures(signed_again(copied, SMALL, voter=0), ELECTION)
    assert found == [*ALL_PROOFS, ("ballot.signature", "signature")]


def test_attack_4_candidates_exchanged_with_their_proofs_fail_the_whole_answer() -> None:
    ballot = ballot_of(SMALL)
    answer = sum_answer(ballot)
    order = (0, 2, 1, 3)
    exchanged = replace(
        answer,
        choices=tuple(answer.choices[i] for i in order),
        individual_proofs=tuple(answer.individual_proofs[i] for i in order),
    )
    forged = signed_again(with_answer(ballot, 0, exchanged), SMALL)
    assert failures(forged, ELECTION) == [
        (PROOF, "question 1, overall proof"),
        (PROOF, "question 1, blank proof"),
    ]


def test_attack_4_one_ciphertext_used_twice_fails_the_whole_answer() -> None:
    ballot = ballot_of(SMALL)
    answer = sum_answer(ballot)
    order = (0, 1, 1, 3)
    doubled = replace(
        answer,
        choices=tuple(answer.choices[i] for i in order),
        individual_proofs=tuple(answer.individual_proofs[i] for i in order),
    )
    forged = signed_again(with_answer(ballot, 0, doubled), SMALL)
    assert failures(forged, ELECTION) == [
        (PROOF, "question 1, overall proof"),
        (PROOF, "question 1, blank proof"),
    ]


def test_attack_4_a_ciphertext_of_another_voter_with_its_proof_fails() -> None:
    ballot, other = ballot_of(SMALL), ballot_of(SMALL, 1)
    answer, stolen = sum_answer(ballot, 1), sum_answer(other, 1)
    mixed = replace(
        answer,
        choices=(stolen.choices[0], answer.choices[1]),
        individual_proofs=(stolen.individual_proofs[0], answer.individual_proofs[1]),
    )
    forged = signed_again(with_answer(ballot, 1, mixed), SMALL)
    assert failures(forged, ELECTION) == [
        (PROOF, "question 2, choice 1"),
        (PROOF, "question 2, overall proof"),
    ]


def test_attack_4_an_answer_moved_to_another_question_of_its_form_shows_in_the_signature() -> None:
    """The protocol's proofs name no question: two of one form are held apart by the signature."""
    question = HomomorphicQuestion("?", ("A", "B"), 0, 1)
    made = make_election(
        questions=(question, question), votes=(((1, 0), (0, 1)),), trustees=1, seed="two alike"
    )
    ballot = ballot_of(made)
    swapped = replace(ballot, answers=ballot.answers[::-1])
    record = derive_ballot_record(unsigned(swapped), ballot.signature)
    with pytest.raises(CheckFailed, match=r"^ballot.signature: signed hash: "):
        check_ballot(record, made.election)


def test_attack_6_no_ballot_is_valid_for_two_credentials() -> None:
    records = [ballot_of(SMALL, voter) for voter in range(4)]
    assert len({ballot.credential for ballot in records}) == 4
    for voter in (1, 2, 3):
        clash = replace(records[0], credential=records[voter].credential)
        assert failures(signed_again(clash, SMALL, voter=voter), ELECTION) == ALL_PROOFS


def test_attack_15_a_signature_does_not_pass_to_a_related_key() -> None:
    """A signature's challenge does not hash the key itself: the ballot that it covers names it.

    For the key times g^shift, the response less shift times the challenge gives the same
    commitment, so the equation alone would hold for the hash that was signed.
    """
    group, ballot, shift = ELECTION.group, ballot_of(SMALL), ELECTION.group.scalar(7)
    proof = ballot.signature.proof
    related = ballot.credential * group.generator_power(shift)
    adapted = Proof(proof.challenge, proof.response - shift * proof.challenge)
    assert commitment(group, adapted, related) == commitment(group, proof, ballot.credential)
    forged = replace(ballot, credential=related, signature=replace(ballot.signature, proof=adapted))
    verify_signature(forged, group)  # with the hash that the first ballot has: the limit
    record = derive_ballot_record(unsigned(forged), forged.signature)
    with pytest.raises(CheckFailed, match=r"^ballot.signature: signed hash: "):
        check_ballot(record, ELECTION)


@pytest.mark.parametrize(
    "path, value",
    [
        pytest.param(("uuid",), "9" * 14, id="identifier"),
        pytest.param(("name",), "Another election", id="name"),
        pytest.param(("description",), "", id="description"),
        pytest.param(("questions", 0, "question"), "Who not?", id="question"),
        pytest.param(("questions", 0, "answers"), ["Bo", "Ada", "Cy"], id="order of answers"),
        pytest.param(("questions", 0, "answers", 0), "Adam", id="answer"),
        pytest.param(("questions", 0, "min"), 0, id="min"),
        pytest.param(("public_key",), SMALL.keys[0].public_key.text, id="key"),
    ],
)
def test_attack_14_no_proof_survives_a_change_of_the_election(path: Path, value: Json) -> None:
    changed = parse_election(SAMPLES["election"].replaced(path, value))
    ballot = ballot_of(SMALL)
    if path[-1] == "min":  # one more value is permitted: one more proof is asked for
        answer = sum_answer(ballot)
        longer = (*answer.overall_proof, answer.overall_proof[0])
        ballot = with_answer(ballot, 0, replace(answer, overall_proof=longer))
    found = failures(ballot, changed)
    assert found[0] == ("ballot.election", "election named")
    assert found[1 : 1 + len(ALL_PROOFS)] == ALL_PROOFS
    renamed = replace(ballot, election_uuid=changed.uuid, election_hash=changed.fingerprint)
    remade = SMALL.election if path[-1] != "min" else changed
    again = signed_again(renamed, replace(SMALL, election=replace(remade, uuid=ELECTION.uuid)))
    assert failures(again, changed) == ALL_PROOFS


# Ballots worth more, or less, than they may be


@pytest.mark.parametrize(
    "values, subjects",
    [
        pytest.param((1, 0), [], id="a permitted vote"),
        pytest.param((11, 0), ["choice 1", "overall proof"], id="eleven votes"),
        pytest.param((2, 0), ["choice 1", "overall proof"], id="two votes"),
        pytest.param((1, 1), ["overall proof"], id="too many choices"),
        pytest.param((2, -1), ["choice 1", "choice 2"], id="a vote taken from another"),
        pytest.param((0, -1), ["choice 2", "overall proof"], id="a vote taken away"),
    ],
)
def test_a_ballot_that_is_worth_another_number_of_votes_fails(
    values: tuple[int, ...], subjects: list[str]
) -> None:
    question = ELECTION.questions[1]
    assert isinstance(question, HomomorphicQuestion)
    answer = forged_answer(SMALL, question, values)
    forged = signed_again(with_answer(ballot_of(SMALL), 1, answer), SMALL)
    assert failures(forged, ELECTION) == [(PROOF, f"question 2, {s}") for s in subjects]


def test_proofs_of_simulated_branches_alone_fail() -> None:
    """Any challenge and response are a simulated branch; that they add up is what is hard."""
    ballot, randomness = ballot_of(SMALL), seeded("simulated")

    def simulated(proofs: tuple[Proof, ...]) -> tuple[Proof, ...]:
        return tuple(
            Proof(ED25519.reduce(randomness(64)), ED25519.reduce(randomness(64))) for _ in proofs
        )

    answers = tuple(
        replace(
            answer,
            individual_proofs=tuple(map(simulated, answer.individual_proofs)),
            overall_proof=simulated(answer.overall_proof),
            blank_proof=answer.blank_proof and simulated(answer.blank_proof),
        )
        for answer in (sum_answer(ballot, 0), sum_answer(ballot, 1))
    )
    forged = signed_again(replace(ballot, answers=answers), SMALL)
    assert failures(forged, ELECTION) == ALL_PROOFS


# Keys of trustees


def test_attack_17_a_key_computed_from_the_others_has_no_proof() -> None:
    victim = SMALL.keys[0]
    secret, own = generate_trustee_key(ED25519, seeded("rogue"))
    rogue = own.public_key / victim.public_key
    assert rogue * victim.public_key == own.public_key, "the product would be the attacker's alone"
    assert secret is not None
    for proof in (own.proof, victim.proof):
        with pytest.raises(CheckFailed, match=r"^setup.trustees: trustee 2: "):
            verify_knowledge(TrusteeKey(rogue, proof), ED25519, "trustee 2")
