"""Whole elections of a size to measure, whose ballots all cores make."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    Preparation,
    derive_result,
    generate_trustee_key,
    generate_uuid,
    issue_credentials,
    make_ballot,
    make_setup,
)
from comitia.ballots.v1.making.credentials import PrivateCredential
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Election,
    ElectionTemplate,
    EventType,
    HomomorphicQuestion,
    SingleTrustee,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import ED25519
from comitia.engine import Engine

BOARD = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
MOTION = HomomorphicQuestion("Shall we?", ("Yes", "No"), 1, 1)
_AT_ONCE = 50


@dataclass(frozen=True)
class Order:
    """Some voters, and the votes that they cast."""

    election: Election
    credentials: tuple[PrivateCredential, ...]
    vote: tuple[int, ...]


def make(order: Order) -> list[bytes]:
    """Return the ballots of some voters; run by the workers."""
    return [make_ballot(order.election, one, [order.vote], os.urandom) for one in order.credentials]


def hold(question: HomomorphicQuestion, number: int, folder: Path) -> Path:
    """Hold an election with so many ballots; return its archive."""
    folder.mkdir()
    uuid = generate_uuid(os.urandom)
    voters = [f"voter {n}" for n in range(number)]
    issued = issue_credentials(voters, uuid, ED25519, os.urandom)
    secret, key = generate_trustee_key(ED25519, os.urandom)
    template = ElectionTemplate("A benchmark", "whole archives", (question,))
    trustees = (SingleTrustee(key),)
    preparation = Preparation(template, uuid, ED25519, trustees, issued.public_record())
    election, records = make_setup(preparation)
    path = folder / f"{uuid}.bel"
    vote = tuple(int(n < min(5, question.maximum)) for n in range(len(question.answers)))
    private = tuple(credential for _, credential in issued.private)
    with path.open("xb") as stream, Engine() as engine:
        writer = ArchiveWriter(stream, ArchiveHeader(int(time.time())))
        writer.append(EventType.SETUP, *records.in_order)
        box = BallotBox(writer, election, {public.element.text: 1 for public in issued.public})
        orders = _orders(election, private, vote)
        for ballots in engine.map(make, orders):
            for ballot in ballots:
                box.cast(ballot, parse_ballot(ballot, (question,), ED25519))
        tally, sized = box.close()
        share = Decryption(tally, secret, election, os.urandom).make_share()
        writer.append_share(1, share, election.shape)
        result = derive_result(tally, {1: share}, trustees, sized.total_weight, election)
        writer.append_result(result, election.shape)
    return path


def _orders(
    election: Election, private: tuple[PrivateCredential, ...], vote: tuple[int, ...]
) -> Iterator[Order]:
    for first in range(0, len(private), _AT_ONCE):
        yield Order(election, private[first : first + _AT_ONCE], vote)
