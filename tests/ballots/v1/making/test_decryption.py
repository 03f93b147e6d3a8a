"""Shares and the result that they open."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from comitia.ballots.v1.equations import bound_failures, decryption_failures
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import Decryption, derive_result
from comitia.ballots.v1.model import Ciphertext, PartialDecryption, Proof, Result
from comitia.curve import ED25519, Element
from comitia.errors import CheckFailed
from tests.ballots.v1.samples import FIELD, LISTED, LISTED_FIELD, SMALL
from tests.elections import VOTES, YES_NO, Keyholders, Made, make_election, seeded
from tests.verify.trusteeship import group_of, together

SHARES = dict(enumerate(SMALL.shares, 1))
BOTH = pytest.mark.parametrize(
    "made",
    [
        pytest.param(SMALL, id="Ed25519"),
        pytest.param(FIELD, id="BELENIOS-2048"),
        pytest.param(LISTED, id="lists, Ed25519"),
        pytest.param(LISTED_FIELD, id="lists, BELENIOS-2048"),
    ],
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


# Threshold groups


def false(share: PartialDecryption) -> PartialDecryption:
    """Return a share with a false first factor."""
    first, *others = share.factors[0]
    factors = ((first * ED25519.generator, *others), *share.factors[1:])
    return replace(share, factors=factors)


GROUP: Final = make_election(
    questions=(YES_NO,),
    votes=(((1, 0),), ((0, 1),), ((1, 0),)),
    keyholders=together(Keyholders(SMALL.trustees[:1], SMALL.secrets[:1]), group_of(2, 3)),
    seed="decrypted by a group",
)
ALL = dict(enumerate(GROUP.shares, 1))


def opened_by(shares: dict[int, PartialDecryption]) -> Result:
    return derive_result(GROUP.tally, shares, GROUP.trustees, 3, GROUP.election)


def with_false(*owners: int, of: tuple[int, ...] = (1, 2, 3, 4)) -> dict[int, PartialDecryption]:
    """Return the shares of some trustees, those of ``owners`` false."""
    return {owner: false(ALL[owner]) if owner in owners else ALL[owner] for owner in of}


@pytest.mark.parametrize(
    "shares",
    [
        pytest.param(with_false(), id="all"),
        pytest.param(with_false(of=(1, 2, 3)), id="the first two"),
        pytest.param(with_false(of=(1, 4, 3)), id="the last two"),
        pytest.param(with_false(2), id="the first false"),
        pytest.param(with_false(4), id="the last false"),
    ],
)
def test_a_false_share_that_is_not_needed_is_passed_over(
    shares: dict[int, PartialDecryption],
) -> None:
    assert opened_by(shares) == GROUP.result == ((2, 1),)


@pytest.mark.parametrize(
    "shares, owner",
    [
        pytest.param(with_false(1), 1, id="a single trustee's"),
        pytest.param(with_false(3, of=(1, 2, 3)), 3, id="one of too few"),
        pytest.param(with_false(2, 4), 2, id="two of three"),
        pytest.param(with_false(4, 1), 1, id="the first of all that are false"),
        pytest.param(with_false(2, of=(2, 3, 4)), 2, id="beside one that is missing"),
    ],
)
def test_a_false_share_that_is_needed_is_refused_with_its_trustee(
    shares: dict[int, PartialDecryption], owner: int
) -> None:
    with pytest.raises(CheckFailed) as caught:
        opened_by(shares)
    failure = caught.value
    assert (failure.check, failure.subject) == (
        "decryption.proof",
        f"trustee {owner}, question 1, choice 1",
    )


@pytest.mark.parametrize(
    "owners, found",
    [
        ((1, 2), "trustees 1, 2"),
        ((4, 3, 2), "trustees 2, 3, 4"),
        ((3,), "trustees 3"),
        ((), "trustees none"),
    ],
)
def test_too_few_shares_are_refused_with_what_is_needed(
    owners: tuple[int, ...], found: str
) -> None:
    some = {owner: ALL[owner] for owner in owners}
    with pytest.raises(CheckFailed) as caught:
        opened_by(some)
    needed = "trustee 1's and 2 of trustees 2 to 4"
    expected = ("decryption.present", "decryptions", needed, f"those of {found}")
    assert caught.value.args == expected


def test_a_ciphertext_on_a_list_that_holds_no_count_is_named() -> None:
    shares = dict(enumerate(LISTED.shares, 1))
    with pytest.raises(CheckFailed) as caught:
        derive_result(LISTED.tally, shares, LISTED.trustees, 4, LISTED.election)
    assert caught.value.args == (
        "result.value",
        "question 1, list 1",
        "a number from 0 to 4",
        "a ciphertext that holds no such number",
    )


def test_a_large_weight_is_found_in_the_result() -> None:
    """Up to the most that a registrar may issue: a search of a square root of steps."""
    votes = (((1, 0),), ((0, 1),))
    made = make_election(
        questions=(YES_NO,), votes=votes, weights=(10**8, 2**20), trustees=1, seed="large weight"
    )
    assert made.result == ((10**8, 2**20),)


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
