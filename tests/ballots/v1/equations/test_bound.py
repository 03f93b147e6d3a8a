"""Bound decryption proofs: what version 1 leaves open is closed, and nothing else is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import bound_failures, decryption_failures, share_statement
from comitia.ballots.v1.equations.statements import challenge, decryption_statement
from comitia.ballots.v1.making import Decryption, derive_result
from comitia.ballots.v1.model import BoundShare, PartialDecryption, Proof, Sha256Hex
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.errors import CheckFailed
from tests.ballots.v1.samples import FIELD, SMALL
from tests.elections import Made, make_election, seeded

BOTH = pytest.mark.parametrize(
    "made", [pytest.param(SMALL, id="Ed25519"), pytest.param(FIELD, id="BELENIOS-2048")]
)
BOUND = "decryption.bound"
Failure = tuple[str, str]


def bound_of(made: Made, owner: int = 1) -> BoundShare:
    return parse_bound_proofs(made.bound, made.election.shape, made.election.group).shares[
        owner - 1
    ]


def failed(
    bound: BoundShare, made: Made, *, share: PartialDecryption | None = None, owner: int = 1
) -> list[Failure]:
    found = bound_failures(
        bound,
        share or made.shares[owner - 1],
        made.tally,
        made.keys[owner - 1].public_key,
        made.election,
    )
    return [(failure.check, failure.subject) for failure in found]


def signed_again(bound: BoundShare, made: Made, owner: int = 1) -> BoundShare:
    """Return a changed share with its trustee's signature over what it now says."""
    decryption = Decryption(made.tally, made.secrets[owner - 1], made.election, seeded("again"))
    mask = decryption._nonces("again").draw()
    group, key = made.election.group, made.keys[owner - 1].public_key
    statement = share_statement(
        made.election, key, bound.derive_signed_hash(), group.generator_power(mask)
    )
    return replace(bound, signature=decryption._respond(mask, statement))


@BOTH
def test_sound_bound_proofs_have_no_failures(made: Made) -> None:
    assert [failed(bound_of(made, n), made, owner=n) for n in range(1, len(made.keys) + 1)] == [
        [] for _ in made.keys
    ]


def changed_proofs(bound: BoundShare, i: int, j: int, made: Made) -> list[BoundShare]:
    one, proof = made.election.group.scalar(1), bound.proofs[i][j]
    changed = []
    for new in (
        replace(proof, challenge=proof.challenge + one),
        replace(proof, response=proof.response + one),
        Proof(proof.response, proof.challenge),
    ):
        rows = [list(row) for row in bound.proofs]
        rows[i][j] = new
        changed.append(replace(bound, proofs=tuple(map(tuple, rows))))
    return changed


@BOTH
def test_every_scalar_of_every_bound_proof_is_held_by_exactly_its_equation(made: Made) -> None:
    bound = bound_of(made)
    for i, row in enumerate(made.tally):
        for j in range(len(row)):
            subject = (BOUND, f"question {i + 1}, choice {j + 1}")
            for changed in changed_proofs(bound, i, j, made):
                assert failed(signed_again(changed, made), made) == [subject]
                assert failed(changed, made) == [(BOUND, "signature"), subject]


@BOTH
def test_the_signature_changed_anywhere_fails_alone(made: Made) -> None:
    bound, one = bound_of(made), made.election.group.scalar(1)
    signature = bound.signature
    for new in (
        replace(signature, challenge=signature.challenge + one),
        replace(signature, response=signature.response + one),
    ):
        assert failed(replace(bound, signature=new), made) == [(BOUND, "signature")]


def test_the_signature_covers_owner_and_record() -> None:
    bound = bound_of(SMALL)
    assert failed(replace(bound, owner=2), SMALL) == [(BOUND, "signature")]
    other = replace(bound, payload=Sha256Hex("0" * 64))
    assert failed(other, SMALL) == [(BOUND, "record proved"), (BOUND, "signature")]
    assert failed(signed_again(other, SMALL), SMALL) == [(BOUND, "record proved")]


def test_a_failed_payload_states_both_hashes() -> None:
    other = Sha256Hex("0" * 64)
    bound = replace(bound_of(SMALL), payload=other)
    share, key = SMALL.shares[0], SMALL.keys[0].public_key
    first = next(bound_failures(bound, share, SMALL.tally, key, SMALL.election))
    expected = (BOUND, "record proved", share.derive_record_hash(SMALL.election.shape), other)
    assert (first.check, first.subject, first.expected, first.found) == expected


def test_the_bound_proofs_of_one_trustee_are_none_for_another() -> None:
    everything = [
        (BOUND, "record proved"),
        (BOUND, "signature"),
        *((BOUND, f"question 1, choice {n}") for n in (1, 2, 3, 4)),
        *((BOUND, f"question 2, choice {n}") for n in (1, 2)),
    ]
    assert failed(bound_of(SMALL, 2), SMALL, owner=1) == everything


def test_the_bound_proofs_of_one_election_are_none_for_another() -> None:
    bound = bound_of(SMALL)
    other = make_election(seed="another election")
    election = replace(SMALL.election, fingerprint=other.election.fingerprint)
    found = failed(bound, replace(SMALL, election=election))
    assert [subject for _, subject in found] == [
        "signature",
        *(f"question 1, choice {n}" for n in (1, 2, 3, 4)),
        *(f"question 2, choice {n}" for n in (1, 2)),
    ]


def test_a_bound_proof_belongs_to_its_place() -> None:
    bound = bound_of(SMALL)
    swapped = replace(bound, proofs=(bound.proofs[0], bound.proofs[1][::-1]))
    assert failed(signed_again(swapped, SMALL), SMALL) == [
        (BOUND, "question 2, choice 1"),
        (BOUND, "question 2, choice 2"),
    ]


def false_share(made: Made, i: int, j: int) -> PartialDecryption:
    """Return a share with a false factor for which version 1's proof holds.

    Its challenge hashes neither the ciphertext nor the factor: whoever holds the key chooses both
    commitments first, and solves for the factor last.
    """
    group, share, exponent = made.election.group, made.shares[0], made.secrets[0].exponent
    alpha, key = made.tally[i][j].alpha, made.keys[0].public_key
    mask, b = group.scalar(12345), group.generator_power(group.scalar(67890))
    statement = decryption_statement(
        made.election.fingerprint, key, (group.generator_power(mask), b)
    )
    hashed = challenge(group, statement)
    response = mask - exponent * hashed
    inverse = group.scalar(pow(int(hashed), -1, group.order))
    factor = (b / alpha.power(response)).power(inverse)
    factors = [list(row) for row in share.factors]
    proofs = [list(row) for row in share.proofs]
    factors[i][j], proofs[i][j] = factor, Proof(hashed, response)
    return PartialDecryption(tuple(map(tuple, factors)), tuple(map(tuple, proofs)))


@BOTH
def test_attacks_1_2_and_22_a_false_factor_passes_version_1_and_fails_the_bound_proof(
    made: Made,
) -> None:
    last = len(made.tally) - 1
    share = false_share(made, last, 0)
    assert share.factors != made.shares[0].factors
    key = made.keys[0].public_key
    assert list(decryption_failures(share, made.tally, key, made.election)) == [], "the limit"
    decryption = Decryption(made.tally, made.secrets[0], made.election, seeded("false"))
    bound = decryption.prove_bound(share, 1)
    assert failed(bound, made, share=share) == [(BOUND, f"question {last + 1}, choice 1")]


def test_a_false_factor_makes_a_result_undecodable_with_nobody_to_blame() -> None:
    shares = {1: false_share(SMALL, 1, 0), 2: SMALL.shares[1]}
    with pytest.raises(CheckFailed) as caught:
        derive_result(SMALL.tally, shares, SMALL.trustees, 4, SMALL.election)
    assert caught.value.args == (
        "result.value",
        "question 2, choice 1",
        "a number from 0 to 4",
        "a ciphertext that holds no such number",
    )
