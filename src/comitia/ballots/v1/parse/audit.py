"""What passes between a voter and a program of the voter's: votes, and an audited ballot."""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.model import (
    AnyOpening,
    AuditedBallot,
    Election,
    Json,
    Opening,
    Question,
    RankedOpening,
    RankedQuestion,
    RowShape,
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
from comitia.curve.embedding import LARGEST as LARGEST_NUMBER
from comitia.errors import MalformedRecord

_VOTE_BYTES = 64


def parse_votes(
    data: bytes, questions: Sequence[Question], group: Group
) -> tuple[tuple[int, ...], ...]:
    """Return a voter's choices from the file that the reference's program takes as well.

    One row a question, nested for questions of lists; of a ranked question a number for each
    answer. What the questions permit is no check here.
    """
    where = "votes"
    widths = [_vote_shape(question) for question in questions]
    largest = 1024 + _VOTE_BYTES * sum(map(width_of, widths))
    rows = expect_list(parse_json(data, where, largest), where, len(questions))
    reader = ValueReader(group)
    return tuple(
        tuple(
            expect_integer(item, place, _largest_number(question))
            for item, place in reader.row(row, f"{where}[{i}]", shape)
        )
        for i, (row, shape, question) in enumerate(zip(rows, widths, questions, strict=True))
    )


def _vote_shape(question: Question) -> RowShape:
    if isinstance(question, RankedQuestion):
        return len(question.answers)
    return question.row_shape


def _largest_number(question: Question) -> int:
    return LARGEST_NUMBER if isinstance(question, RankedQuestion) else 1


def parse_audited_ballot(data: bytes, election: Election) -> AuditedBallot:
    """Return a ballot that was opened instead of cast; whether the openings are true is a check."""
    where, group = "audited ballot", election.group
    questions = election.questions
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
        question = questions[i]
        openings.append(
            tuple(_read_opening(item, question, reader, place) for item, place in items)
        )
    expect_canonical(data, value, where)
    reader.finish()
    return AuditedBallot(unsigned, tuple(openings))


def _read_opening(value: Json, question: Question, reader: ValueReader, where: str) -> AnyOpening:
    if not isinstance(question, RankedQuestion):
        fields = expect_object(value, where, ("value", "randomness"))
        randomness = reader.scalar(fields["randomness"], f"{where}.randomness")
        return Opening(randomness, expect_integer(fields["value"], f"{where}.value", 1))
    fields = expect_object(value, where, ("values", "randomness"))
    values = reader.row(fields["values"], f"{where}.values", len(question.answers))
    return RankedOpening(
        reader.scalar(fields["randomness"], f"{where}.randomness"),
        tuple(expect_integer(item, place, LARGEST_NUMBER) for item, place in values),
    )
