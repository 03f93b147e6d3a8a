"""Ballots: encryption, every proof, and the signature.

Every exponent in a voter's own ciphertexts is known to their maker. The commitments of a branch of
a disjunction, true or simulated, are therefore one formula: for a ciphertext (g^r, y^r g^m), a
branch that claims the value M with challenge c and mask w has A = g^w and
B = y^w g^((m - M) c), and its response is w - r c. For the true branch m = M. Only fixed bases are
raised, and the same powers are computed whichever branch is true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from comitia.ballots.v1.equations.proofs import multiply
from comitia.ballots.v1.equations.statements import (
    answer_context,
    blank_overall_statement,
    blank_statement,
    challenge,
    interval_statement,
    signature_statement,
    voter_context,
)
from comitia.ballots.v1.making.credentials import PrivateCredential, derive_secret
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Ciphertext,
    Election,
    HomomorphicAnswer,
    HomomorphicQuestion,
    Proof,
    Signature,
    UnsignedBallot,
    derive_ballot_record,
)
from comitia.curve import Element, Group, Randomness, Scalar


@dataclass(frozen=True, slots=True, repr=False)
class _Opening:
    """What the maker of a ciphertext knows: its randomness and its value."""

    randomness: Scalar
    value: int


@dataclass(frozen=True, slots=True, repr=False)
class _Branch:
    """A claim that a ciphertext holds a value."""

    opening: _Opening
    claimed: int


def make_ballot(
    election: Election,
    credential: PrivateCredential,
    votes: Sequence[Sequence[int]],
    randomness: Randomness,
) -> bytes:
    """Return the record of a signed ballot.

    votes: for each question a 0 or 1 for each answer, with one for blank in front of them where the
    question allows blank.
    Raises ``ValueError``, naming the question, for votes that the questions do not permit.
    """
    questions = election.homomorphic_questions
    if questions is None or len(questions) != len(votes):
        raise ValueError("expected one vote for each question, all of them homomorphic")
    for number, (question, vote) in enumerate(zip(questions, votes, strict=True), 1):
        check_vote(question, vote, number)
    secret = derive_secret(credential, election.uuid, election.group)
    public = election.group.generator_power(secret)
    context = f"ballot|{election.fingerprint}|{public.text}|{[list(vote) for vote in votes]}"
    nonces = NonceSource(election.group, secret.to_bytes(), context, randomness)
    voter = voter_context(election.fingerprint, public)
    maker = _AnswerMaker(election.group, election.public_key, voter, nonces)
    unsigned = UnsignedBallot(
        election_uuid=election.uuid,
        election_hash=election.fingerprint,
        credential=public,
        answers=tuple(
            maker.answer(question, vote) for question, vote in zip(questions, votes, strict=True)
        ),
    )
    return derive_ballot_record(unsigned, _sign(unsigned, secret, election.group, randomness))


def check_vote(question: HomomorphicQuestion, vote: Sequence[int], number: int) -> None:
    """Refuse a vote that its question does not permit, before any of it is encrypted."""
    if len(vote) != question.choice_count or any(bit not in {0, 1} for bit in vote):
        raise ValueError(f"question {number}: expected {question.choice_count} times 0 or 1")
    chosen = sum(vote[question.blank :])
    if question.blank and vote[0] == 1:
        if chosen:
            raise ValueError(f"question {number}: a blank vote chooses nothing")
    elif not question.minimum <= chosen <= question.maximum:
        bounds = f"from {question.minimum} to {question.maximum}"
        raise ValueError(f"question {number}: expected {bounds} choices, found {chosen}")


class _AnswerMaker:
    """Encrypts and proves the answers of one ballot."""

    def __init__(self, group: Group, key: Element, voter: str, nonces: NonceSource) -> None:
        self._group = group
        self._key = key
        self._voter = voter
        self._nonces = nonces

    def answer(self, question: HomomorphicQuestion, vote: Sequence[int]) -> HomomorphicAnswer:
        """Return an encrypted answer with all its proofs."""
        openings = [_Opening(self._nonces.draw(), bit) for bit in vote]
        choices = tuple(self._encrypt(opening) for opening in openings)
        individual = tuple(
            self._prove_interval(self._voter, choice, opening, range(2))
            for choice, opening in zip(choices, openings, strict=True)
        )
        context = answer_context(self._voter, choices)
        total = self._total(openings[question.blank :])
        values = range(question.minimum, question.maximum + 1)
        if not question.blank:
            product = multiply(choices, self._group)
            overall = self._prove_interval(context, product, total, values)
            return HomomorphicAnswer(choices, individual, overall, None)
        blank = openings[0]
        overall = self._prove(
            [_Branch(blank, 1), *(_Branch(total, value) for value in values)],
            lambda commitments: blank_overall_statement(context, commitments),
        )
        blank_proof = self._prove(
            [_Branch(blank, 0), _Branch(total, 0)],
            lambda commitments: blank_statement(context, commitments),
        )
        return HomomorphicAnswer(choices, individual, overall, blank_proof)

    def _encrypt(self, opening: _Opening) -> Ciphertext:
        masked = self._key.power(opening.randomness)
        value = self._group.generator if opening.value else self._group.identity
        return Ciphertext(self._group.generator_power(opening.randomness), masked * value)

    def _total(self, openings: Sequence[_Opening]) -> _Opening:
        randomness = self._group.scalar(0)
        for opening in openings:
            randomness = randomness + opening.randomness
        return _Opening(randomness, sum(opening.value for opening in openings))

    def _prove_interval(
        self, context: str, ciphertext: Ciphertext, opening: _Opening, values: range
    ) -> tuple[Proof, ...]:
        return self._prove(
            [_Branch(opening, value) for value in values],
            lambda commitments: interval_statement(context, ciphertext, commitments),
        )

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        """Prove that one of the claims holds, hiding which."""
        group = self._group
        masks = [self._nonces.draw() for _ in branches]
        challenges = [self._nonces.draw() for _ in branches]
        true = next(i for i, b in enumerate(branches) if b.opening.value == b.claimed)
        commitments: list[Element] = []
        for branch, mask, simulated in zip(branches, masks, challenges, strict=True):
            # A claim that holds has no shift. One is computed all the same and left out, so that
            # the time does not tell at which place the truth stands.
            distance = branch.opening.value - branch.claimed
            power = group.generator_power(group.scalar((distance or 1) % group.order) * simulated)
            shift = power if distance else group.identity
            commitments += [group.generator_power(mask), self._key.power(mask) * shift]
        others = group.scalar(0)
        for i, simulated in enumerate(challenges):
            others = others if i == true else others + simulated
        challenges[true] = challenge(group, statement(commitments)) - others
        return tuple(
            Proof(c, mask - branch.opening.randomness * c)
            for branch, mask, c in zip(branches, masks, challenges, strict=True)
        )


def _sign(
    unsigned: UnsignedBallot, secret: Scalar, group: Group, randomness: Randomness
) -> Signature:
    """Sign a ballot; the nonce depends on the signed hash, so two ballots never share it."""
    signed_hash = unsigned.derive_signed_hash()
    context = f"ballot signature|{signed_hash}"
    nonce = NonceSource(group, secret.to_bytes(), context, randomness).draw()
    hashed = challenge(group, signature_statement(signed_hash, group.generator_power(nonce)))
    return Signature(signed_hash, Proof(hashed, nonce - secret * hashed))
