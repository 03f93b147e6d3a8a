"""Ballots changed after they were made, and signed again by their voter where that is wanted."""

from __future__ import annotations

from dataclasses import replace

from comitia.ballots.v1.equations import ballot_failures
from comitia.ballots.v1.making import derive_secret
from comitia.ballots.v1.making.encryption import _sign
from comitia.ballots.v1.model import (
    Ballot,
    Election,
    HomomorphicAnswer,
    UnsignedBallot,
    derive_ballot_record,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import Scalar
from tests.elections import Made, seeded

Failure = tuple[str, str]


def ballot_of(made: Made, number: int = 0) -> Ballot:
    """Return a ballot of an election, parsed."""
    return parse(made.ballots[number], made.election)


def parse(record: bytes, election: Election) -> Ballot:
    """Return the ballot of a record, its form alone being checked."""
    return parse_ballot(record, election.homomorphic_questions or (), election.group)


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


def with_answer(ballot: Ballot, number: int, answer: HomomorphicAnswer) -> Ballot:
    """Return a ballot with one answer replaced."""
    answers = list(ballot.answers)
    answers[number] = answer
    return replace(ballot, answers=tuple(answers))


def failures(ballot: Ballot, election: Election) -> list[Failure]:
    """Return check and subject of everything that does not hold of a ballot."""
    return [(failure.check, failure.subject) for failure in ballot_failures(ballot, election)]
