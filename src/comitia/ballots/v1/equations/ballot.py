"""What must hold of a ballot (specification sections "Encrypted answers" and "Signatures").

The obligations of a ballot, each a check with its own id:

1. it names this election (``ballot.election``);
2. each choice is 0 or 1; where blank is not allowed, their sum is permitted; where it is allowed,
   blank excludes every choice, and not blank demands a permitted sum; of lists exactly one is
   chosen, no candidate of another, and at least one candidate; of a ranked answer only that its
   maker knows what it holds (``ballot.proof``);
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
    verify_list,
    verify_nonzero,
    verify_plaintext,
)
from comitia.ballots.v1.equations.statements import (
    answer_context,
    challenge,
    signature_statement,
    voter_context,
)
from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Election,
    HomomorphicAnswer,
    HomomorphicQuestion,
    ListsAnswer,
    ListsQuestion,
    Question,
    RankedAnswer,
    RankedQuestion,
    UnsignedBallot,
    name_choice,
)
from comitia.ballots.v1.model.checks import Check
from comitia.curve import Element, Group
from comitia.errors import CheckFailed


@dataclass(frozen=True, slots=True)
class AnswerProofs:
    """One answer with all that its proofs refer to.

    question, answer: of one kind, as the parser sees to.
    """

    group: Group
    key: Element
    voter: str
    question: Question
    answer: Answer
    subject: str

    def failures(self) -> Iterator[CheckFailed]:
        """Yield a failure for each proof of the answer that does not hold, in order."""
        match self.question, self.answer:
            case HomomorphicQuestion() as question, HomomorphicAnswer() as sums:
                yield from self._individual_failures(sums)
                yield from self._sum_failures(question, sums)
            case ListsQuestion(), ListsAnswer() as lists:
                yield from self._individual_failures(lists)
                yield from self._list_failures(lists)
            case RankedQuestion(), RankedAnswer() as ranked:
                context = self._context(self.voter, "proof of knowledge")
                yield from _failure(partial(verify_plaintext, context, ranked.choice, ranked.proof))
            case _:
                raise TypeError("an answer of another kind than its question")

    def _individual_failures(
        self, answer: HomomorphicAnswer | ListsAnswer
    ) -> Iterator[CheckFailed]:
        pairs = zip(answer.choices, answer.individual_proofs, strict=True)
        for place, (choice, proofs) in enumerate(pairs):
            context = self._context(self.voter, name_choice(place, self.question.row_shape))
            yield from _failure(partial(verify_interval, context, choice, (0, 1), proofs))

    def _sum_failures(
        self, question: HomomorphicQuestion, answer: HomomorphicAnswer
    ) -> Iterator[CheckFailed]:
        """Yield the failures of the proofs of how many were chosen."""
        text = answer_context(self.voter, answer.choices)
        overall = self._context(text, "overall proof")
        total = multiply(answer.choices[question.blank :], self.group)
        values = range(question.minimum, question.maximum + 1)
        if answer.blank_proof is None:
            verify = partial(verify_interval, overall, total, values, answer.overall_proof)
            yield from _failure(verify)
            return
        blank, proofs = answer.choices[0], answer.overall_proof
        yield from _failure(partial(verify_blank_overall, overall, blank, total, values, proofs))
        context = self._context(text, "blank proof")
        yield from _failure(partial(verify_blank, context, blank, total, answer.blank_proof))

    def _list_failures(self, answer: ListsAnswer) -> Iterator[CheckFailed]:
        """Yield the failures of the proofs that one list was chosen and a candidate on it."""
        text = answer_context(self.voter, answer.choices)
        lists = answer.choices_by_list
        chosen = multiply([choices[0] for choices in lists], self.group)
        overall, proofs = self._context(text, "overall proof"), (answer.overall_proof,)
        yield from _failure(partial(verify_interval, overall, chosen, (1,), proofs))
        for number, (choices, list_proofs) in enumerate(
            zip(lists, answer.list_proofs, strict=True), 1
        ):
            context = self._context(text, f"proof of list {number}")
            yield from _failure(partial(verify_list, context, choices, list_proofs))
        candidates = multiply([c for choices in lists for c in choices[1:]], self.group)
        context = self._context(text, "proof of a candidate")
        yield from _failure(partial(verify_nonzero, context, candidates, answer.nonzero_proof))

    def _context(self, text: str, part: str) -> ProofContext:
        return ProofContext(self.group, self.key, text, f"{self.subject}, {part}")


def _failure(verify: Callable[[], None]) -> Iterator[CheckFailed]:
    try:
        verify()
    except CheckFailed as failure:
        yield failure


def proof_failures(ballot: Ballot | UnsignedBallot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for each proof of a ballot that does not hold, in the ballot's order."""
    voter = voter_context(election.fingerprint, ballot.credential)
    for number, (question, answer) in enumerate(
        zip(election.questions, ballot.answers, strict=True), 1
    ):
        subject = f"question {number}"
        proofs = AnswerProofs(election.group, election.public_key, voter, question, answer, subject)
        yield from proofs.failures()


def ballot_failures(ballot: Ballot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure for each obligation of a ballot that does not hold."""
    yield from election_failures(ballot, election)
    yield from proof_failures(ballot, election)
    yield from _failure(partial(verify_signature, ballot, election.group))


def election_failures(ballot: Ballot | UnsignedBallot, election: Election) -> Iterator[CheckFailed]:
    """Yield a failure where a ballot was not made for this election."""
    yield from _failure(partial(verify_names_election, ballot, election))


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


def verify_names_election(ballot: Ballot | UnsignedBallot, election: Election) -> None:
    """Check that a ballot was made for this election: by identifier and by fingerprint."""
    expected = f"{election.uuid} {election.fingerprint}"
    found = f"{ballot.election_uuid} {ballot.election_hash}"
    if found != expected:
        raise CheckFailed(Check.BALLOT_ELECTION.id, "election named", expected, found)
