"""Shares of the decryption, their bound proofs, and the result they open."""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.equations import (
    bound_statement,
    decryption_failures,
    find_exponent,
    open_tally,
    share_statement,
)
from comitia.ballots.v1.equations.statements import challenge, decryption_statement
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    BoundShare,
    Ciphertext,
    Election,
    EncryptedTally,
    PartialDecryption,
    Proof,
    Result,
    Sha256Hex,
    TrusteeKey,
    canonical_json,
    derive_share_hash,
    derive_tally_record,
    derive_hash,
)
from comitia.curve import Element, Randomness
from comitia.errors import CheckFailed
from comitia.ballots.v1.model.checks import Check


def decrypt_tally(
    tally: EncryptedTally, secret: TrusteeSecret, election: Election, randomness: Randomness
) -> PartialDecryption:
    """Return a trustee's factors with their proofs (section "Partial decryptions")."""
    group, exponent = election.group, secret.exponent
    public_key = group.generator_power(exponent)
    tally_hash = derive_hash(derive_tally_record(tally))
    context = f"decryption|{election.fingerprint}|{tally_hash}"
    nonces = NonceSource(group, exponent.to_bytes(), context, randomness)

    def prove(ciphertext: Ciphertext) -> Proof:
        mask = nonces.draw()
        commitments = (group.generator_power(mask), ciphertext.alpha.power(mask))
        statement = decryption_statement(election.fingerprint, public_key, commitments)
        hashed = challenge(group, statement)
        return Proof(hashed, mask - exponent * hashed)

    return PartialDecryption(
        factors=tuple(tuple(c.alpha.power(exponent) for c in row) for row in tally),
        proofs=tuple(tuple(prove(c) for c in row) for row in tally),
    )


def prove_bound(
    share: PartialDecryption,
    owner: int,
    tally: EncryptedTally,
    secret: TrusteeSecret,
    election: Election,
    randomness: Randomness,
) -> BoundShare:
    """Return the bound proofs that a trustee publishes beside a share, signed with the same key."""
    group, exponent = election.group, secret.exponent
    public_key = group.generator_power(exponent)
    payload = derive_hash(canonical_json(share.to_json()))
    context = f"bound decryption|{election.fingerprint}|{payload}"
    nonces = NonceSource(group, exponent.to_bytes(), context, randomness)

    def prove(i: int, j: int, alpha: Element) -> Proof:
        mask = nonces.draw()
        commitments = (group.generator_power(mask), alpha.power(mask))
        factor = share.factors[i][j]
        statement = bound_statement(election, (i, j), public_key, alpha, factor, commitments)
        hashed = challenge(group, statement)
        return Proof(hashed, mask - exponent * hashed)

    proofs = tuple(
        tuple(prove(i, j, ciphertext.alpha) for j, ciphertext in enumerate(row))
        for i, row in enumerate(tally)
    )
    signed_hash = derive_share_hash(owner, payload, proofs)
    signature_context = f"bound share signature|{signed_hash}"
    mask = NonceSource(group, exponent.to_bytes(), signature_context, randomness).draw()
    statement = share_statement(election, public_key, signed_hash, group.generator_power(mask))
    hashed = challenge(group, statement)
    return BoundShare(owner, payload, proofs, Proof(hashed, mask - exponent * hashed))


def derive_result(
    tally: EncryptedTally,
    shares: Sequence[PartialDecryption],
    keys: Sequence[TrusteeKey],
    ballots: int,
    election: Election,
) -> Result:
    """Return the result that the shares of all single trustees open, in order of owner.

    ballots: how many were tallied, the most votes that any choice can have.
    Raises CheckFailed, naming the trustee by number, for the first share that is false; nothing is
    opened then.
    """
    for owner, (share, key) in enumerate(zip(shares, keys, strict=True), 1):
        for failure in decryption_failures(share, tally, key.public_key, election):
            subject = f"trustee {owner}, {failure.subject}"
            raise CheckFailed(failure.check, subject, failure.expected, failure.found)
    return tuple(
        tuple(_votes(element, ballots, election, i, j) for j, element in enumerate(row))
        for i, row in enumerate(open_tally(tally, shares))
    )


def _votes(element: Element, ballots: int, election: Election, i: int, j: int) -> int:
    votes = find_exponent(element, election.group, ballots)
    if votes is None:
        raise CheckFailed(
            Check.RESULT_VALUE.id,
            f"question {i + 1}, choice {j + 1}",
            f"a number from 0 to {ballots}",
            "a ciphertext that holds no such number",
        )
    return votes
