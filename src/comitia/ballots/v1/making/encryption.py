"""Ballots: prepared (encrypted and proved), and then either signed or opened for an audit.

A prepared ballot has a hash, which its voter notes before deciding. Who signs it casts exactly what
the hash covers; who opens it gives away the randomness of its ciphertexts, never a nonce of a proof
or of a signature, and must not sign it any more: an opened ballot tells how its voter voted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations.statements import (
    challenge,
    signature_statement,
    voter_context,
)
from comitia.ballots.v1.making.answers import AnswerMaker, check_vote
from comitia.ballots.v1.making.credentials import PrivateCredential, derive_secret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    AnyOpening,
    AuditedBallot,
    Election,
    Fingerprint,
    Proof,
    Signature,
    UnsignedBallot,
    derive_ballot_record,
)
from comitia.curve import Group, Randomness, Scalar


@dataclass(frozen=True, slots=True, repr=False)
class PreparedBallot:
    """A ballot before its voter has decided whether to cast it or to audit it.

    openings: in the shape of the ballot's answers, one row a question.
    """

    unsigned: UnsignedBallot
    openings: tuple[tuple[AnyOpening, ...], ...]

    @property
    def hash(self) -> Fingerprint:
        """What the voter notes: it will stand in the signature, or in the audit."""
        return self.unsigned.derive_signed_hash()

    def open(self) -> AuditedBallot:
        """Return the ballot with the randomness of its ciphertexts; it must not be signed then."""
        return AuditedBallot(self.unsigned, self.openings)


def prepare_ballot(
    election: Election,
    credential: PrivateCredential,
    votes: Sequence[Sequence[int]],
    randomness: Randomness,
) -> PreparedBallot:
    """Return an encrypted and proved ballot.

    votes: for each question a 0 or 1 for each answer, with one for blank in front of them where the
    question allows blank; of lists, each list's own and then its candidates', in one row.
    Raises ``ValueError``, naming the question, for votes that the questions do not permit.
    """
    questions = election.questions
    if len(questions) != len(votes):
        raise ValueError("expected one vote for each question")
    for number, (question, vote) in enumerate(zip(questions, votes, strict=True), 1):
        check_vote(question, vote, number)
    secret = derive_secret(credential, election.uuid, election.group)
    public = election.group.generator_power(secret)
    context = f"ballot|{election.fingerprint}|{public.text}|{[list(vote) for vote in votes]}"
    nonces = NonceSource(election.group, secret.to_bytes(), context, randomness)
    voter = voter_context(election.fingerprint, public)
    maker = AnswerMaker(election.group, election.public_key, voter, nonces)
    encrypted = [
        maker.answer(question, vote) for question, vote in zip(questions, votes, strict=True)
    ]
    unsigned = UnsignedBallot(
        election_uuid=election.uuid,
        election_hash=election.fingerprint,
        credential=public,
        answers=tuple(each.answer for each in encrypted),
    )
    return PreparedBallot(unsigned, tuple(each.openings for each in encrypted))


def sign_ballot(
    unsigned: UnsignedBallot,
    credential: PrivateCredential,
    election: Election,
    randomness: Randomness,
) -> bytes:
    """Return the record of a ballot, signed with the credential that it names.

    Raises ``ValueError`` for another credential, or another election, than the ballot's.
    """
    secret = derive_secret(credential, election.uuid, election.group)
    named = (unsigned.election_uuid, unsigned.election_hash)
    if named != (election.uuid, election.fingerprint):
        raise ValueError("the ballot was prepared for another election")
    if unsigned.credential != election.group.generator_power(secret):
        raise ValueError("the ballot was prepared with another credential")
    return derive_ballot_record(unsigned, _sign(unsigned, secret, election.group, randomness))


def make_ballot(
    election: Election,
    credential: PrivateCredential,
    votes: Sequence[Sequence[int]],
    randomness: Randomness,
) -> bytes:
    """Return the record of a signed ballot; votes and errors as of ``prepare_ballot``."""
    prepared = prepare_ballot(election, credential, votes, randomness)
    return sign_ballot(prepared.unsigned, credential, election, randomness)


def _sign(
    unsigned: UnsignedBallot, secret: Scalar, group: Group, randomness: Randomness
) -> Signature:
    """Sign a ballot; the nonce depends on the signed hash, so two ballots never share it."""
    signed_hash = unsigned.derive_signed_hash()
    context = f"ballot signature|{signed_hash}"
    nonce = NonceSource(group, secret.to_bytes(), context, randomness).draw()
    hashed = challenge(group, signature_statement(signed_hash, group.generator_power(nonce)))
    return Signature(signed_hash, Proof(hashed, nonce - secret * hashed))
