"""Whole elections of a size to measure, whose ballots all cores make."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from comitia.ballots.v1.equations import ranked_rows, with_ranked_rows
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
    make_shuffle,
)
from comitia.ballots.v1.making.credentials import PrivateCredential
from comitia.ballots.v1.making.keys import TrusteeSecret
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Election,
    ElectionTemplate,
    EncryptedTally,
    EventType,
    HomomorphicQuestion,
    RankedQuestion,
    RecordKind,
    SingleTrustee,
)
from comitia.ballots.v1.parse import (
    Record,
    parse_ballot,
    parse_election,
    read_content,
    read_header,
    read_records,
)
from comitia.curve import ED25519, Group
from comitia.engine import Engine

RANKING = RankedQuestion("Who?", tuple(f"Candidate {n}" for n in range(1, 11)))
BOARD = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
MOTION = HomomorphicQuestion("Shall we?", ("Yes", "No"), 1, 1)
_Measured = HomomorphicQuestion | RankedQuestion
_AT_ONCE = 50
_CHOSEN = 5
_LARGEST_BYTES = 2**20
_RECORDS_OF_A_SETUP = 4  # of data: election, trustees, credentials, and what names the three


@dataclass(frozen=True)
class Order:
    """Some voters, who cast their votes."""

    election: Election
    credentials: tuple[PrivateCredential, ...]


def make(order: Order) -> list[bytes]:
    """Return the ballots of some voters; run by the workers."""
    (question,) = order.election.questions
    if not isinstance(question, _Measured):
        raise TypeError("questions of lists are not measured")
    return [
        make_ballot(order.election, one, [draw_vote(question)], os.urandom)
        for one in order.credentials
    ]


def draw_vote(question: _Measured) -> tuple[int, ...]:
    """Return a vote: five of the candidates or as many as may be chosen, or any order of them."""
    places = range(len(question.answers))
    if isinstance(question, HomomorphicQuestion):
        return tuple(int(n < min(_CHOSEN, question.maximum)) for n in places)
    return tuple(random.sample([n + 1 for n in places], len(places)))


def hold(question: _Measured, number: int, folder: Path, group: Group = ED25519) -> Path:
    """Hold an election with so many ballots; return its archive, alone in its folder.

    One trustee decrypts; where the question is ranked there are two, and both shuffle first.
    """
    folder.mkdir()
    uuid = generate_uuid(os.urandom)
    issued = issue_credentials([f"voter {n}" for n in range(number)], uuid, group, os.urandom)
    keys = [generate_trustee_key(group, os.urandom) for _ in range(_trustees_for(question))]
    template = ElectionTemplate("A benchmark", "whole archives", (question,))
    trustees = tuple(SingleTrustee(key) for _, key in keys)
    preparation = Preparation(template, uuid, group, trustees, issued.public_record())
    election, records = make_setup(preparation)
    path = folder / f"{uuid}.bel"
    private = tuple(credential for _, credential in issued.private)
    with path.open("xb") as stream, Engine() as engine:
        writer = ArchiveWriter(stream, ArchiveHeader(int(time.time())))
        writer.append(EventType.SETUP, *records.in_order)
        box = BallotBox(writer, election, {public.element.text: 1 for public in issued.public})
        for ballots in engine.map(make, _orders(election, private)):
            for ballot in ballots:
                box.cast(ballot, parse_ballot(ballot, (question,), group))
        tally, sized = box.close()
        election = replace(election, counted=number)
        if election.ranked_places:
            tally = _shuffle(tally, [secret for secret, _ in keys], election, writer)
        shares = {}
        for owner, (secret, _) in enumerate(keys, 1):
            shares[owner] = Decryption(tally, secret, election, os.urandom).make_share()
            writer.append_share(owner, shares[owner], election.shape)
        result = derive_result(tally, shares, trustees, sized.total_weight, election)
        writer.append_result(result, election.shape)
    return path


def _trustees_for(question: _Measured) -> int:
    return 2 if isinstance(question, RankedQuestion) else 1


def _shuffle(
    tally: EncryptedTally,
    secrets: Sequence[TrusteeSecret],
    election: Election,
    writer: ArchiveWriter,
) -> EncryptedTally:
    for owner, secret in enumerate(secrets, 1):
        shuffle = make_shuffle(ranked_rows(tally, election), election, os.urandom, secret)
        writer.append_shuffle(owner, shuffle.to_bytes())
        tally = with_ranked_rows(tally, shuffle.rows, election)
    writer.append(EventType.END_SHUFFLES)
    return tally


def _orders(election: Election, private: tuple[PrivateCredential, ...]) -> Iterator[Order]:
    for first in range(0, len(private), _AT_ONCE):
        yield Order(election, private[first : first + _AT_ONCE])


def read_sample(archive: Path, number: int) -> tuple[Election, list[bytes]]:
    """Return the election of an archive and its first ballots."""
    records = _RECORDS_OF_A_SETUP + number
    contents: list[bytes] = []
    with archive.open("rb") as stream:
        for record in read_records(stream, read_header(stream)):
            if isinstance(record, Record) and record.kind is RecordKind.DATA:
                contents.append(read_content(stream, record, _LARGEST_BYTES))
            if len(contents) == records:
                break
    return parse_election(contents[0]), contents[_RECORDS_OF_A_SETUP:]
