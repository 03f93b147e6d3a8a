"""Ballots changed after they were made, and signed again by their voter where that is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from comitia.ballots.v1.equations import ballot_failures
from comitia.ballots.v1.equations.statements import voter_context
from comitia.ballots.v1.making import derive_secret
from comitia.ballots.v1.making.answers import AnswerMaker, _Branch
from comitia.ballots.v1.making.encryption import _sign
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Ciphertext,
    Election,
    HomomorphicAnswer,
    ListsAnswer,
    Opening,
    Proof,
    Question,
    RankedAnswer,
    UnsignedBallot,
    derive_ballot_record,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import Element, Scalar
from tests.elections import Made, seeded

Failure = tuple[str, str]


def ballot_of(made: Made, number: int = 0) -> Ballot:
    """Return a ballot of an election, parsed."""
    return parse(made.ballots[number], made.election)


def parse(record: bytes, election: Election) -> Ballot:
    """Return the ballot of a record, its form alone being checked."""
    return parse_ballot(record, election.questions, election.group)


def secret_of(made: Made, voter: int) -> Scalar:
    """Return the secret behind a voter's credential."""
    credential = made.credentials.private[voter][1]
    return derive_secret(credential, made.election.uuid, made.election.group)


def unsigned(ballot: Ballot) -> UnsignedBallot:
    """Return a ballot without its signature."""
    return UnsignedBallot(
        ballot.election_uuid, ballot.election_hash, ballot.credential, ballot.answers
    )


def signed_again(ballot: Ballot, made: Made, voter: int = 0) -> Ballot:
    """Return a ballot as it stands, with the signature of a voter."""
    content = unsigned(ballot)
    secret = secret_of(made, voter)
    signature = _sign(content, secret, made.election.group, seeded("signed again"))
    return parse(derive_ballot_record(content, signature), made.election)


def sum_answer(ballot: Ballot, number: int = 0) -> HomomorphicAnswer:
    """Return a ballot's answer to a homomorphic question."""
    answer = ballot.answers[number]
    assert isinstance(answer, HomomorphicAnswer)
    return answer


def lists_answer(ballot: Ballot, number: int = 0) -> ListsAnswer:
    """Return a ballot's answer to a question of lists."""
    answer = ballot.answers[number]
    assert isinstance(answer, ListsAnswer)
    return answer


def proofs_of_the_whole(answer: Answer) -> list[str]:
    """Return the names of the proofs whose challenge hashes every ciphertext of an answer."""
    match answer:
        case HomomorphicAnswer():
            return ["overall proof"] + ["blank proof"] * (answer.blank_proof is not None)
        case ListsAnswer():
            lists = [f"proof of list {n}" for n in range(1, len(answer.lengths) + 1)]
            return ["overall proof", *lists, "proof of a candidate"]
        case RankedAnswer():
            return []


def with_choice(answer: Answer, place: int, choice: Ciphertext) -> Answer:
    """Return an answer with one of its ciphertexts replaced."""
    if isinstance(answer, RankedAnswer):
        return replace(answer, choice=choice)
    choices = (*answer.choices[:place], choice, *answer.choices[place + 1 :])
    return replace(answer, choices=choices)


def with_answer(ballot: Ballot, number: int, answer: Answer) -> Ballot:
    """Return a ballot with one answer replaced."""
    answers = list(ballot.answers)
    answers[number] = answer
    return replace(ballot, answers=tuple(answers))


class Forger(AnswerMaker):
    """Encrypts and proves any numbers, as well as anybody could.

    A proof has as many branches as its question demands; where none of its claims is true, the last
    claims the true value in place of a permitted one: the nearest thing to a proof that there is.
    """

    def _encrypt(self, opening: Opening) -> Ciphertext:
        masked = self._key.power(opening.randomness)
        value = self._group.scalar(opening.value % self._group.order)
        beta = masked * self._group.generator_power(value)
        return Ciphertext(self._group.generator_power(opening.randomness), beta)

    def _prove(
        self, branches: Sequence[_Branch], statement: Callable[[Sequence[Element]], str]
    ) -> tuple[Proof, ...]:
        if all(branch.opening.value != branch.claimed for branch in branches):
            last = branches[-1].opening
            branches = [*branches[:-1], _Branch(last, last.value)]
        return super()._prove(branches, statement)


def forged_answer(made: Made, question: Question, values: Sequence[int], voter: int = 0) -> Answer:
    """Return an answer that encrypts any numbers, permitted or not, with proofs of a cheat."""
    election = made.election
    credential = election.group.generator_power(secret_of(made, voter))
    nonces = NonceSource(election.group, b"forger", "forged", seeded("forged"))
    context = voter_context(election.fingerprint, credential)
    forger = Forger(election.group, election.public_key, context, nonces)
    return forger.answer(question, values).answer


def failures(ballot: Ballot, election: Election) -> list[Failure]:
    """Return check and subject of everything that does not hold of a ballot."""
    return [(failure.check, failure.subject) for failure in ballot_failures(ballot, election)]
