"""What must hold of a bound decryption proof (``docs/reference/bound-decryption-proofs.md``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comitia.ballots.v1.equations.commitments import factor_commitments, factor_proofs
from comitia.ballots.v1.equations.proofs import commitment, failed_challenge
from comitia.ballots.v1.equations.statements import challenge
from comitia.ballots.v1.model import (
    BoundShare,
    Election,
    EncryptedTally,
    PartialDecryption,
    Sha256Hex,
    name_choice,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element
from comitia.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class BoundFactor:
    """A factor with everything that its bound proof is about.

    question, choice: the ciphertext's place in the encrypted tally, both from 0; the choices of a
    question of lists are counted on from list to list.
    """

    question: int
    choice: int
    public_key: Element
    alpha: Element
    factor: Element


def bound_statement(
    election: Election, bound: BoundFactor, commitments: tuple[Element, Element]
) -> str:
    """Return what a bound proof's challenge hashes: every public value that it is about."""
    a, b = commitments
    return (
        f"comitia-bound-decryption-v1|{election.group.name}|{election.fingerprint}"
        f"|{bound.question},{bound.choice}|{bound.public_key.text}"
        f"|{bound.alpha.text}|{bound.factor.text}|{a.text},{b.text}"
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
    tally: EncryptedTally,
    public_key: Element,
    election: Election,
) -> Iterator[CheckFailed]:
    """Yield a failure for everything that does not hold of a trustee's bound share.

    bound, share: with one item a ciphertext of ``tally``.
    """
    check, group, shape = Check.DECRYPTION_BOUND, election.group, election.shape
    payload = share.derive_record_hash(shape)
    if bound.payload != payload:
        yield CheckFailed(check.id, "record proved", payload, bound.payload)
    signature = bound.signature
    mask = commitment(group, signature, public_key)
    statement = share_statement(election, public_key, bound.derive_signed_hash(), mask)
    yield from failed_challenge(check, challenge(group, statement), signature, "signature")
    proofs = factor_proofs(tally, share.factors, bound.proofs)
    every = factor_commitments(group, public_key, proofs)
    for one, commitments in zip(proofs, every, strict=True):
        about = BoundFactor(one.question, one.choice, public_key, one.alpha, one.factor)
        statement = bound_statement(election, about, commitments)
        subject = f"question {one.question + 1}, {name_choice(one.choice, shape[one.question])}"
        yield from failed_challenge(check, challenge(group, statement), one.proof, subject)
