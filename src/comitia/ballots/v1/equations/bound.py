"""What must hold of a bound decryption proof (``docs/reference/bound-decryption-proofs.md``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comitia.ballots.v1.equations.proofs import commitment, commitment_for, expect_challenge
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import (
    BoundShare,
    Election,
    EncryptedTally,
    PartialDecryption,
    Proof,
    Sha256Hex,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element
from comitia.errors import CheckFailed


def bound_statement(
    election: Election,
    position: tuple[int, int],
    public_key: Element,
    alpha: Element,
    factor: Element,
    commitments: Sequence[Element],
) -> str:
    """Return what a bound proof's challenge hashes: every public value that it is about.

    position: the ciphertext's question and choice in the encrypted tally, both from 0.
    """
    question, choice = position
    a, b = commitments
    return (
        f"comitia-bound-decryption-v1|{election.group.name}|{election.fingerprint}"
        f"|{question},{choice}|{public_key.text}|{alpha.text}|{factor.text}|{a.text},{b.text}"
    )


def share_statement(
    election: Election, public_key: Element, signed_hash: Sha256Hex, commitment_: Element
) -> str:
    """Return what the challenge of a share's signature hashes."""
    return (
        f"comitia-bound-share-v1|{election.group.name}|{election.fingerprint}"
        f"|{public_key.text}|{signed_hash}|{commitment_.text}"
    )


def bound_failures(
    bound: BoundShare,
    share: PartialDecryption,
    payload: Sha256Hex,
    tally: EncryptedTally,
    public_key: Element,
    election: Election,
) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of a trustee's bound share.

    payload: the hash of the record in the archive that holds ``share``.
    """
    check, group = Check.DECRYPTION_BOUND, election.group
    if bound.payload != payload:
        yield CheckFailed(check.id, "record proved", payload, bound.payload)
    signature = bound.signature
    statement = share_statement(
        election,
        public_key,
        bound.derive_signed_hash(),
        commitment(group, signature, public_key),
    )
    yield from _unless(check, election, statement, signature, "signature")
    for i, row in enumerate(tally):
        for j, ciphertext in enumerate(row):
            factor, proof = share.factors[i][j], bound.proofs[i][j]
            commitments = (
                commitment(group, proof, public_key),
                commitment_for(ciphertext.alpha, proof, factor),
            )
            statement = bound_statement(
                election, (i, j), public_key, ciphertext.alpha, factor, commitments
            )
            subject = f"question {i + 1}, choice {j + 1}"
            yield from _unless(check, election, statement, proof, subject)


def _unless(
    check: Check, election: Election, statement: str, proof: Proof, subject: str
) -> Iterator[CheckFailed]:
    try:
        expect_challenge(check, challenge(election.group, statement), proof, subject)
    except CheckFailed as failure:
        yield failure
