"""Voters and server's workers of the demonstration, each in a process of their own.

Registrar and trustees are those of ``comitia election``. What passes between the parties is a file
or a public record. An order is what a party is asked to do; a secret stays in the party's private
file and is never part of an answer.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from comitia.ballots.v1.making import check_ballot, make_ballot, parse_private_credential
from comitia.ballots.v1.model import Ballot
from comitia.ballots.v1.parse import parse_election
from comitia.cli.election.steps import PRIVATE_CREDENTIALS


@dataclass(frozen=True, slots=True, repr=False)
class VoteOrder:
    """To some voters: make these ballots. Votes as the protocol writes them, one a voter."""

    folder: Path
    election: bytes
    votes: tuple[tuple[str, tuple[int, ...]], ...]


def vote(order: VoteOrder) -> list[bytes]:
    """Return the voters' ballots, each made with the credential that the registrar sent them."""
    election = parse_election(order.election)
    letters = json.loads((order.folder / PRIVATE_CREDENTIALS).read_bytes())
    return [
        make_ballot(election, parse_private_credential(letters[voter]), [choices], os.urandom)
        for voter, choices in order.votes
    ]


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """To the server's workers: check these ballots before they are accepted."""

    election: bytes
    records: tuple[bytes, ...]


def check(order: CheckOrder) -> list[tuple[bytes, Ballot]]:
    """Return the ballots with their records; raise for the first that does not hold."""
    election = parse_election(order.election)
    return [(record, check_ballot(record, election)) for record in order.records]
