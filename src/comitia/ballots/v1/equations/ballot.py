"""What must hold of a ballot (specification sections "Encrypted answers" and "Signatures").

The obligations of a ballot, each a check with its own id:

1. it names this election (``ballot.election``);
2. each choice is 0 or 1; where blank is not allowed, their sum is permitted; where it is allowed,
   blank excludes every choice, and not blank demands a permitted sum (``ballot.proof``);
3. whoever made it knows the secret of its credential, and signed exactly these bytes
   (``ballot.signature``).

Form and membership are the parser's. Whether the credential is on the list, and whether this ballot
counts, is for the verifier of the archive, who sees all ballots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from comitia.ballots.v1.equations.proofs import (
    ProofContext,
    commitment,
    expect_challenge,
    multiply,
    verify_blank,
    verify_blank_overall,
    verify_interval,
)
from comitia.ballots.v1.equations.statements import (
    answer_context,
    challenge,
    signature_statement,
    voter_context,
)
from comitia.ballots.v1.model import Ballot, Ciphertext, Election, HomomorphicAnswer
from comitia.ballots.v1.model.checks import Check
from comitia.ballots.v1.model.election import HomomorphicQuestion
from comitia.curve import Element, Group
from comitia.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class AnswerProofs:
    """One answer with all that its proofs refer to."""

    group: Group
    key: Element
    voter: str
    question: HomomorphicQuestion
    answer: HomomorphicAnswer
    subject: str

    def failures(self) -> Iterator[CheckFailed]:
        """Yield a failure for each proof of the answer that does not hold, in order."""
        pairs = zip(self.answer.choices, self.answer.individual_proofs, strict=True)
        for number, (choice, proofs) in enumerate(pairs, 1):
            context = self._context(self.voter, f"choice {number}")
            yield from _failure(partial(verify_interval, context, choice, (0, 1), proofs))
        text = answer_context(self.voter, self.answer.choices)
        yield from _failure(partial(self._verify_overall, self._context(text, "overall proof")))
        if self.answer.blank_proof is not None:
            yield from _failure(
                partial(
                    verify_blank,
                    self._context(text, "blank proof"),
                    self.answer.choices[0],
                    self._total,
                    self.answer.blank_proof,
                )
            )

    def _context(self, text: str, part: str) -> ProofContext:
        return ProofContext(self.group, self.key, text, f"{self.subject}, {part}")

    @property
    def _total(self) -> Ciphertext:
        """The product of all choices but blank: it encrypts how many were chosen."""
        return multiply(self.answer.choices[self.question.blank :], self.group)

    def _verify_overall(self, context: ProofContext) -> None:
        values = range(self.question.minimum, self.question.maximum + 1)
        proofs = self.answer.overall_proof
        if self.question.blank:
            blank = self.answer.choices[0]
            verify_blank_overall(context, blank, self._total, values, proofs)
        else:
            verify_interval(context, self._total, values, proofs)


def _failure(verify: Callable[[], None]) -> Iterator[CheckFailed]:
    try:
        verify()
    except CheckFailed as failure:
        yield failure


def proof_failures(ballot: Ballot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for each proof of a ballot that does not hold, in the ballot's order."""
    questions = election.homomorphic_questions or ()
    voter = voter_context(election.fingerprint, ballot.credential)
    for number, (question, answer) in enumerate(zip(questions, ballot.answers, strict=True), 1):
        subject = f"question {number}"
        proofs = AnswerProofs(election.group, election.public_key, voter, question, answer, subject)
        yield from proofs.failures()


def ballot_failures(ballot: Ballot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for each obligation of a ballot that does not hold."""
    yield from _failure(partial(verify_names_election, ballot, election))
    yield from proof_failures(ballot, election)
    yield from _failure(partial(verify_signature, ballot, election.group))


def verify_proofs(ballot: Ballot, election: Election) -> None:
    """Check all proofs of a ballot; raise CheckFailed for the first that does not hold."""
    for failure in proof_failures(ballot, election):
        raise failure


def verify_signature(ballot: Ballot, group: Group) -> None:
    """Check that the signature covers exactly this ballot and was made with its credential."""
    if ballot.signature.hash != ballot.signed_hash:
        raise CheckFailed(
            Check.BALLOT_SIGNATURE.id,
            "signed hash",
            ballot.signed_hash,
            ballot.signature.hash,
        )
    proof = ballot.signature.proof
    statement = signature_statement(
        ballot.signature.hash, commitment(group, proof, ballot.credential)
    )
    expect_challenge(Check.BALLOT_SIGNATURE, challenge(group, statement), proof, "signature")


def verify_names_election(ballot: Ballot, election: Election) -> None:
    """Check that a ballot was made for this election: by identifier and by fingerprint."""
    expected = f"{election.uuid} {election.fingerprint}"
    found = f"{ballot.election_uuid} {ballot.election_hash}"
    if found != expected:
        raise CheckFailed(Check.BALLOT_ELECTION.id, "election named", expected, found)
