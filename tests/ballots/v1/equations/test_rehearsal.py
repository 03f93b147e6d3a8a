"""Rehearsals: a key that works is told from one that does not, and nothing of a vote is told."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations

import pytest

from comitia.ballots.v1.equations import (
    bound_failures,
    can_open,
    decryption_failures,
    derive_rehearsal,
    encrypt,
    rehearsal_failures,
)
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.making import Decryption, rehearse
from comitia.ballots.v1.model import (
    Fingerprint,
    Opening,
    Proof,
    RehearsalShare,
    Trustees,
    derive_fingerprint,
)
from comitia.curve import ED25519
from tests.ballots.v1.samples import FIELD, LISTED, SMALL
from tests.elections import Keyholders, Made, make_election, seeded
from tests.verify.trusteeship import group_of, together

BOTH = pytest.mark.parametrize(
    "made", [pytest.param(SMALL, id="Ed25519"), pytest.param(FIELD, id="BELENIOS-2048")]
)
CHECK = "trustee.rehearsal"


def share_of(made: Made, owner: int = 1) -> RehearsalShare:
    return rehearse(made.secrets[owner - 1], owner, made.election, seeded("rehearsed"))


def failed(share: RehearsalShare, made: Made, trustees: Trustees | None = None) -> list[str]:
    """Return the subjects of what fails of a trustee's share."""
    found = list(rehearsal_failures(share, made.election, trustees or made.trustees))
    assert {failure.check for failure in found} <= {CHECK}
    return [failure.subject for failure in found]


@BOTH
def test_the_share_of_every_trustee_holds_and_all_open_the_test_tally(made: Made) -> None:
    shares = {owner: share_of(made, owner) for owner in range(1, len(made.keys) + 1)}
    assert [failed(share, made) for share in shares.values()] == [[] for _ in shares]
    assert can_open(shares, made.election, made.trustees)


@BOTH
def test_anybody_computes_the_test_tally_with_its_randomness(made: Made) -> None:
    election, group = made.election, made.election.group
    tag = f"comitia-rehearsal-v1|{election.fingerprint}"
    openings = [Opening(challenge(group, f"{tag}|{value}"), value) for value in (0, 1, 2)]
    rehearsal = derive_rehearsal(election)
    assert rehearsal.tally == (tuple(encrypt(opening, election) for opening in openings),)
    assert rehearsal.election.fingerprint == derive_fingerprint(tag.encode())
    (row,) = rehearsal.tally
    assert {(c.alpha, c.beta) for c in row}.isdisjoint(
        {(c.alpha, c.beta) for row_ in made.tally for c in row_}
    )


def test_every_election_has_a_test_tally_of_its_own() -> None:
    other = replace(SMALL.election, fingerprint=Fingerprint("b" * 43))
    alphas = {
        ciphertext.alpha
        for election in (SMALL.election, other)
        for ciphertext in derive_rehearsal(election).tally[0]
    }
    assert len(alphas) == 6


def test_the_test_tally_has_one_shape_whatever_the_questions() -> None:
    assert derive_rehearsal(LISTED.election).election.shape == (3,)
    assert failed(share_of(LISTED), LISTED) == []


def plus_one(proof: Proof) -> list[Proof]:
    one = ED25519.scalar(1)
    return [
        replace(proof, challenge=proof.challenge + one),
        replace(proof, response=proof.response + one),
    ]


def test_every_value_of_a_share_is_held_and_its_trustee_named() -> None:
    share = share_of(SMALL, 2)
    for place in range(3):
        where = f"trustee 2, question 1, choice {place + 1}"
        factors, proofs = list(share.share.factors[0]), list(share.share.proofs[0])
        factors[place] = factors[place] * ED25519.generator
        changed = replace(share, share=replace(share.share, factors=(tuple(factors),)))
        assert failed(changed, SMALL) == [where, "trustee 2, record proved", where]
        for proof in plus_one(share.share.proofs[0][place]):
            proofs[place] = proof
            changed = replace(share, share=replace(share.share, proofs=(tuple(proofs),)))
            assert failed(changed, SMALL) == [where, "trustee 2, record proved"]
        for proof in plus_one(share.bound.proofs[0][place]):
            row = list(share.bound.proofs[0])
            row[place] = proof
            bound = replace(share.bound, proofs=(tuple(row),))
            assert failed(replace(share, bound=bound), SMALL) == ["trustee 2, signature", where]
    for signature in plus_one(share.bound.signature):
        bound = replace(share.bound, signature=signature)
        assert failed(replace(share, bound=bound), SMALL) == ["trustee 2, signature"]


def test_what_fails_of_a_share_is_said_as_of_a_decryption() -> None:
    share, rehearsal = share_of(SMALL), derive_rehearsal(SMALL.election)
    key = SMALL.keys[0].public_key
    proofs = (plus_one(share.share.proofs[0][0])[0], *share.share.proofs[0][1:])
    changed = replace(share, share=replace(share.share, proofs=(proofs,)))
    tally, election = rehearsal.tally, rehearsal.election
    expected = [
        *decryption_failures(changed.share, tally, key, election),
        *bound_failures(share.bound, changed.share, tally, key, election),
    ]
    found = list(rehearsal_failures(changed, SMALL.election, SMALL.trustees))
    assert [(f.expected, f.found) for f in found] == [(f.expected, f.found) for f in expected]
    assert len(found) == 2


@pytest.mark.parametrize("owner", [0, 3, 2**30 - 1])
def test_a_share_of_a_trustee_whom_there_is_not_fails(owner: int) -> None:
    share = share_of(SMALL)
    stranger = replace(share, bound=replace(share.bound, owner=owner))
    (failure,) = rehearsal_failures(stranger, SMALL.election, SMALL.trustees)
    assert failure.args == (CHECK, "owner", "a trustee from 1 to 2", f"trustee {owner}")


def test_a_share_of_one_trustee_is_none_of_another() -> None:
    share = share_of(SMALL)
    claimed = replace(share, bound=replace(share.bound, owner=2))
    choices = [f"trustee 2, question 1, choice {n}" for n in (1, 2, 3)]
    assert failed(claimed, SMALL) == [*choices, "trustee 2, signature", *choices]
    other = rehearse(SMALL.secrets[0], 2, SMALL.election, seeded("a wrong key"))
    assert failed(other, SMALL) == [*choices, "trustee 2, signature", *choices]


def test_a_share_of_another_election_fails() -> None:
    other = make_election(seed="another election")
    made = replace(SMALL, election=replace(SMALL.election, fingerprint=other.election.fingerprint))
    found = list(rehearsal_failures(share_of(made), SMALL.election, SMALL.trustees))
    assert found[0].args == (
        CHECK,
        "trustee 1, election_hash",
        SMALL.election.fingerprint,
        other.election.fingerprint,
    )
    assert len(found) == 1 + 3 + 1 + 3
    renamed = replace(share_of(made), election_hash=SMALL.election.fingerprint)
    assert len(failed(renamed, SMALL)) == 3 + 1 + 3


def test_proofs_of_a_rehearsal_are_worth_nothing_in_the_election() -> None:
    share, key = share_of(SMALL), SMALL.keys[0].public_key
    rehearsal = derive_rehearsal(SMALL.election)
    found = list(decryption_failures(share.share, rehearsal.tally, key, rehearsal.election))
    assert found == []
    stolen = replace(rehearsal.election, fingerprint=SMALL.election.fingerprint)
    assert len(list(decryption_failures(share.share, rehearsal.tally, key, stolen))) == 3


def test_with_a_stuck_generator_rehearsal_and_decryption_share_no_commitment() -> None:
    secret, key = SMALL.secrets[0], SMALL.keys[0].public_key
    rehearsed = rehearse(secret, 1, SMALL.election, bytes)
    decryption = Decryption(SMALL.tally, secret, SMALL.election, bytes)
    share = decryption.make_share()
    bound = decryption.prove_bound(share, 1)
    proofs = [
        *rehearsed.share.proofs[0],
        *rehearsed.bound.proofs[0],
        rehearsed.bound.signature,
        *chain.from_iterable(share.proofs),
        *chain.from_iterable(bound.proofs),
        bound.signature,
    ]
    found = {commitment(ED25519, proof, key) for proof in proofs}
    assert len(found) == len(proofs) == (3 + 3 + 1) + (6 + 6 + 1)


GROUPED = make_election(
    keyholders=together(Keyholders(SMALL.trustees[:1], SMALL.secrets[:1]), group_of(2, 3)),
    seed="rehearsed by a group",
)


def test_a_group_rehearses_with_any_members_that_suffice() -> None:
    shares = {owner: share_of(GROUPED, owner) for owner in (1, 2, 3, 4)}
    assert [failed(share, GROUPED) for share in shares.values()] == [[]] * 4
    for size in range(5):
        for owners in combinations((1, 2, 3, 4), size):
            some = {owner: shares[owner] for owner in owners}
            enough = 1 in owners and len(owners) >= 3
            assert can_open(some, GROUPED.election, GROUPED.trustees) == enough


def test_shares_that_do_not_hold_open_something_else() -> None:
    shares = {owner: share_of(SMALL, owner) for owner in (1, 2)}
    *others, last = shares[2].share.factors[0]
    factors = ((*others, last * ED25519.generator),)
    false = replace(shares[2], share=replace(shares[2].share, factors=factors))
    assert not can_open({**shares, 2: false}, SMALL.election, SMALL.trustees)
