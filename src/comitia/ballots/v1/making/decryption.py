"""Shares of the decryption, their bound proofs, and the result they open."""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.equations import (
    BoundFactor,
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
    TrusteeKey,
    derive_hash,
    derive_share_hash,
    derive_tally_record,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Randomness, Scalar
from comitia.errors import CheckFailed


class Decryption:
    """One trustee's work on one encrypted tally."""

    def __init__(
        self,
        tally: EncryptedTally,
        secret: TrusteeSecret,
        election: Election,
        randomness: Randomness,
    ) -> None:
        """Take the tally and the key; nothing is computed yet."""
        self._tally = tally
        self._exponent = secret.exponent
        self._election = election
        self._group = election.group
        self._public_key = election.group.generator_power(secret.exponent)
        self._randomness = randomness

    def make_share(self) -> PartialDecryption:
        """Return the factors with their proofs (section "Partial decryptions")."""
        nonces = self._nonces("decryption")

        def prove(ciphertext: Ciphertext) -> Proof:
            mask = nonces.draw()
            commitments = (self._group.generator_power(mask), ciphertext.alpha.power(mask))
            fingerprint = self._election.fingerprint
            return self._respond(
                mask, decryption_statement(fingerprint, self._public_key, commitments)
            )

        return PartialDecryption(
            factors=tuple(tuple(c.alpha.power(self._exponent) for c in row) for row in self._tally),
            proofs=tuple(tuple(prove(c) for c in row) for row in self._tally),
        )

    def prove_bound(self, share: PartialDecryption, owner: int) -> BoundShare:
        """Return the bound proofs that go beside a share, signed with the same key."""
        payload = share.derive_record_hash()
        nonces = self._nonces(f"bound decryption|{payload}")

        def prove(i: int, j: int, alpha: Element) -> Proof:
            mask = nonces.draw()
            about = BoundFactor(i, j, self._public_key, alpha, share.factors[i][j])
            commitments = (self._group.generator_power(mask), alpha.power(mask))
            return self._respond(mask, bound_statement(self._election, about, commitments))

        proofs = tuple(
            tuple(prove(i, j, ciphertext.alpha) for j, ciphertext in enumerate(row))
            for i, row in enumerate(self._tally)
        )
        signed_hash = derive_share_hash(owner, payload, proofs)
        mask = self._nonces(f"bound share signature|{signed_hash}").draw()
        commitment = self._group.generator_power(mask)
        statement = share_statement(self._election, self._public_key, signed_hash, commitment)
        return BoundShare(owner, payload, proofs, self._respond(mask, statement))

    def _nonces(self, use: str) -> NonceSource:
        tally = derive_hash(derive_tally_record(self._tally))
        context = f"{use}|{self._election.fingerprint}|{tally}"
        return NonceSource(self._group, self._exponent.to_bytes(), context, self._randomness)

    def _respond(self, mask: Scalar, statement: str) -> Proof:
        hashed = challenge(self._group, statement)
        return Proof(hashed, mask - self._exponent * hashed)


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
