"""Shares and the result that they open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import bound_failures, decryption_failures
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import Decryption, derive_result
from comitia.ballots.v1.model import Ciphertext, Proof
from comitia.curve import ED25519, Element
from comitia.errors import CheckFailed
from tests.ballots.v1.samples import FIELD, SMALL
from tests.elections import VOTES, Made, make_election, seeded

SHARES = dict(enumerate(SMALL.shares, 1))
BOTH = pytest.mark.parametrize(
    "made", [pytest.param(SMALL, id="Ed25519"), pytest.param(FIELD, id="BELENIOS-2048")]
)


@BOTH
def test_a_share_holds_the_tally_raised_to_the_key_with_proofs_that_hold(made: Made) -> None:
    for owner, secret in enumerate(made.secrets, 1):
        decryption = Decryption(made.tally, secret, made.election, seeded("share"))
        share, key = decryption.make_share(), made.keys[owner - 1].public_key
        assert share.factors == tuple(
            tuple(ciphertext.alpha.power(secret.exponent) for ciphertext in row)
            for row in made.tally
        )
        assert list(decryption_failures(share, made.tally, key, made.election)) == []
        bound = decryption.prove_bound(share, owner)
        assert (bound.owner, bound.payload) == (
            owner,
            share.derive_record_hash(made.election.shape),
        )
        assert list(bound_failures(bound, share, made.tally, key, made.election)) == []


def test_the_tally_of_no_ballots_can_be_opened() -> None:
    neutral = Ciphertext(ED25519.identity, ED25519.identity)
    tally = ((neutral,) * 4, (neutral,) * 2)
    shares = {
        owner: Decryption(tally, secret, SMALL.election, seeded("nothing")).make_share()
        for owner, secret in enumerate(SMALL.secrets, 1)
    }
    result = derive_result(tally, shares, SMALL.trustees, 0, SMALL.election)
    assert result == ((0, 0, 0, 0), (0, 0))


def test_the_result_is_the_sum_of_the_votes() -> None:
    expected = tuple(
        tuple(sum(vote[i][j] for vote in VOTES) for j in range(len(VOTES[0][i]))) for i in (0, 1)
    )
    result = derive_result(SMALL.tally, SHARES, SMALL.trustees, 4, SMALL.election)
    assert result == expected == SMALL.result


def test_the_first_false_share_is_refused_with_its_trustee() -> None:
    one = ED25519.scalar(1)
    share = SMALL.shares[1]
    proof = share.proofs[1][0]
    false = replace(
        share,
        proofs=(
            share.proofs[0],
            (Proof(proof.challenge + one, proof.response), share.proofs[1][1]),
        ),
    )
    with pytest.raises(CheckFailed) as caught:
        derive_result(SMALL.tally, {**SHARES, 2: false}, SMALL.trustees, 4, SMALL.election)
    failure = caught.value
    assert (failure.check, failure.subject) == (
        "decryption.proof",
        "trustee 2, question 2, choice 1",
    )
    assert failure.found == (proof.challenge + one).text
    assert failure.expected.startswith("the challenge ")


def test_shares_in_another_order_than_their_keys_are_refused() -> None:
    exchanged = {1: SHARES[2], 2: SHARES[1]}
    with pytest.raises(CheckFailed, match=r"^decryption.proof: trustee 1, question 1, choice 1: "):
        derive_result(SMALL.tally, exchanged, SMALL.trustees, 4, SMALL.election)


@pytest.mark.parametrize(
    "owners, found",
    [((1,), "trustees 1"), ((2,), "trustees 2"), ((), "trustees none")],
)
def test_without_a_share_of_every_single_trustee_nothing_is_opened(
    owners: tuple[int, ...], found: str
) -> None:
    some = {owner: SHARES[owner] for owner in owners}
    with pytest.raises(CheckFailed) as caught:
        derive_result(SMALL.tally, some, SMALL.trustees, 4, SMALL.election)
    needed = "trustee 1's and trustee 2's"
    expected = ("decryption.present", "decryptions", needed, f"those of {found}")
    assert caught.value.args == expected


def test_a_share_of_a_trustee_whom_there_is_not_is_a_callers_mistake() -> None:
    with pytest.raises(IndexError):
        derive_result(SMALL.tally, {**SHARES, 3: SHARES[1]}, SMALL.trustees, 4, SMALL.election)


def test_more_votes_than_ballots_are_refused() -> None:
    with pytest.raises(CheckFailed) as caught:
        derive_result(SMALL.tally, SHARES, SMALL.trustees, 1, SMALL.election)
    assert caught.value.args == (
        "result.value",
        "question 1, choice 2",
        "a number from 0 to 1",
        "a ciphertext that holds no such number",
    )


# A generator that repeats itself


def stuck(size: int) -> bytes:
    return bytes(size)


def commitments(made: Made, owner: int) -> list[Element]:
    """Return every commitment of a trustee's share, bound proofs and signature."""
    secret, key = made.secrets[owner - 1], made.keys[owner - 1].public_key
    decryption = Decryption(made.tally, secret, made.election, stuck)
    share = decryption.make_share()
    bound = decryption.prove_bound(share, owner)
    proofs = [
        *(proof for row in share.proofs for proof in row),
        *(proof for row in bound.proofs for proof in row),
        bound.signature,
    ]
    return [commitment(made.election.group, proof, key) for proof in proofs]


def test_with_a_stuck_generator_share_and_bound_proofs_share_no_commitment() -> None:
    found = [item for owner in (1, 2) for item in commitments(SMALL, owner)]
    assert len(set(found)) == len(found) == 2 * (6 + 6 + 1)


def test_with_a_stuck_generator_two_tallies_share_no_commitment() -> None:
    """Two proofs with one commitment and two challenges would give the key away."""
    again = replace(SMALL, tally=(SMALL.tally[0][::-1], SMALL.tally[1]))
    found = [*commitments(SMALL, 1), *commitments(again, 1)]
    assert len(set(found)) == len(found) == 26


def test_with_a_stuck_generator_two_elections_share_no_commitment() -> None:
    other = make_election(seed="another election").election.fingerprint
    again = replace(SMALL, election=replace(SMALL.election, fingerprint=other))
    found = [*commitments(SMALL, 1), *commitments(again, 1)]
    assert len(set(found)) == len(found) == 26


def test_what_a_decryption_knows_is_in_no_repr() -> None:
    secret = SMALL.secrets[0]
    decryption = Decryption(SMALL.tally, secret, SMALL.election, stuck)
    assert secret.exponent.text not in f"{decryption!r} {secret!r} {secret.exponent!r}"
