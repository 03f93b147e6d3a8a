"""What passes between a voter and a program of the voter's: votes, and an audited ballot."""

from __future__ import annotations

from comitia.ballots.v1.model import (
    AuditedBallot,
    Election,
    Json,
    Opening,
    Shape,
    width_of,
)
from comitia.ballots.v1.model.audit import AUDIT_VERSION
from comitia.ballots.v1.parse.ballot import BALLOT_FIELDS, largest_ballot_bytes, read_unsigned
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader
from comitia.curve import Group
from comitia.errors import MalformedRecord

_VOTE_BYTES = 64


def parse_votes(data: bytes, shape: Shape, group: Group) -> tuple[tuple[int, ...], ...]:
    """Return a voter's choices from the file that the reference's program takes as well.

    One row a question, nested for questions of lists. What the questions permit is no check here.
    """
    where = "votes"
    largest = 1024 + _VOTE_BYTES * sum(map(width_of, shape))
    rows = expect_list(parse_json(data, where, largest), where, len(shape))
    reader = ValueReader(group)
    return tuple(
        tuple(
            expect_integer(item, place, 1)
            for item, place in reader.row(row, f"{where}[{i}]", row_shape)
        )
        for i, (row, row_shape) in enumerate(zip(rows, shape, strict=True))
    )


def parse_audited_ballot(data: bytes, election: Election) -> AuditedBallot:
    """Return a ballot that was opened instead of cast; whether the openings are true is a check."""
    where, group = "audited ballot", election.group
    questions = election.summed_questions or ()
    value = parse_json(data, where, 2 * largest_ballot_bytes(questions, group))
    fields = expect_object(value, where, ("version", "ballot", "openings"))
    if (version := expect_integer(fields["version"], "version")) != AUDIT_VERSION:
        raise MalformedRecord("version", f"expected {AUDIT_VERSION}, found {version}")
    reader = ValueReader(group)
    ballot = expect_object(fields["ballot"], "ballot", BALLOT_FIELDS[:-1])
    unsigned = read_unsigned(ballot, questions, reader, "ballot.")
    rows = expect_list(fields["openings"], "openings", len(questions))
    openings = []
    for i, (row, answer) in enumerate(zip(rows, unsigned.answers, strict=True)):
        items = reader.row(row, f"openings[{i}]", len(answer.choices))
        openings.append(tuple(_read_opening(item, reader, place) for item, place in items))
    expect_canonical(data, value, where)
    reader.finish()
    return AuditedBallot(unsigned, tuple(openings))


def _read_opening(value: Json, reader: ValueReader, where: str) -> Opening:
    fields = expect_object(value, where, ("value", "randomness"))
    randomness = reader.scalar(fields["randomness"], f"{where}.randomness")
    return Opening(randomness, expect_integer(fields["value"], f"{where}.value", 1))
