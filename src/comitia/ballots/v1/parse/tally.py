"""Encrypted tally, partial decryptions and result from bytes, in the shape that is expected.

One row a question; the rows of questions of lists are nested on the wire and flat in memory.
"""

from __future__ import annotations

from typing import Final

from comitia.ballots.v1.model import (
    Election,
    EncryptedTally,
    Json,
    Owned,
    PartialDecryption,
    RankedQuestion,
    Result,
    Shape,
    SizedTally,
    Vector,
    width_of,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_REFERENCE_BYTES,
    expect_canonical,
    expect_integer,
    expect_list,
    expect_object,
    expect_weight,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader, expect_hash
from comitia.curve import Group
from comitia.curve.embedding import LARGEST as LARGEST_NUMBER

LARGEST_RESULT_BYTES: Final = 16 * 2**20
"""Of a result whose shape is not known; the shape of every other says how large it can be."""


def largest_tally_bytes(shape: Shape, group: Group) -> int:
    """Return a bound on the size of any record of this shape: tally, decryption or result."""
    ciphertext = 2 * group.longest_text + 2 * len(str(group.order)) + 128
    lists = sum(1 if isinstance(row, int) else len(row) + 1 for row in shape)
    return 1024 + 16 * lists + sum(map(width_of, shape)) * ciphertext


def parse_encrypted_tally(data: bytes, shape: Shape, group: Group) -> EncryptedTally:
    """Return the encrypted tally of a record."""
    where = "encrypted tally"
    value = parse_json(data, where, largest_tally_bytes(shape, group))
    rows = expect_list(value, where, len(shape))
    reader = ValueReader(group)
    tally = tuple(
        reader.ciphertexts_together(row, f"[{i}]", row_shape)
        for i, (row, row_shape) in enumerate(zip(rows, shape, strict=True))
    )
    expect_canonical(data, value, where)
    reader.finish()
    return tally


def parse_sized_tally(data: bytes) -> SizedTally:
    """Return the numbers that go with an encrypted tally, and its hash."""
    where = "sized encrypted tally"
    value = parse_json(data, where, LARGEST_REFERENCE_BYTES)
    fields = expect_object(value, where, ("num_tallied", "total_weight", "encrypted_tally"))
    expect_canonical(data, value, where)
    return SizedTally(
        expect_integer(fields["num_tallied"], "num_tallied"),
        expect_weight(fields["total_weight"], "total_weight"),
        expect_hash(fields["encrypted_tally"], "encrypted_tally"),
    )


def parse_owned(data: bytes) -> Owned:
    """Return who is said to have made which record; owners count from 1."""
    where = "owned record"
    value = parse_json(data, where, LARGEST_REFERENCE_BYTES)
    fields = expect_object(value, where, ("owner", "payload"))
    expect_canonical(data, value, where)
    return Owned(
        expect_integer(fields["owner"], "owner"), expect_hash(fields["payload"], "payload")
    )


def parse_partial_decryption(data: bytes, shape: Shape, group: Group) -> PartialDecryption:
    """Return a trustee's factors and proofs."""
    where = "partial decryption"
    value = parse_json(data, where, largest_tally_bytes(shape, group))
    names = ("decryption_factors", "decryption_proofs")
    fields = expect_object(value, where, names)
    factor_rows, proof_rows = (expect_list(fields[name], name, len(shape)) for name in names)
    reader = ValueReader(group)
    factors = tuple(
        reader.elements_together(reader.row(row, f"decryption_factors[{i}]", row_shape))
        for i, (row, row_shape) in enumerate(zip(factor_rows, shape, strict=True))
    )
    proofs = tuple(
        tuple(
            reader.proof(item, place)
            for item, place in reader.row(row, f"decryption_proofs[{i}]", row_shape)
        )
        for i, (row, row_shape) in enumerate(zip(proof_rows, shape, strict=True))
    )
    expect_canonical(data, value, where)
    reader.finish()
    return PartialDecryption(factors, proofs)


def parse_result(data: bytes, election: Election) -> Result:
    """Return the votes for each choice of each question, or the ballots of a ranked question."""
    shape, group = election.shape, election.group
    value = read_result(data, largest_result_bytes(election))
    rows = expect_list(value, "result", len(shape))
    reader = ValueReader(group)
    result: list[tuple[int, ...] | tuple[Vector, ...]] = []
    for i, (row, row_shape, question) in enumerate(
        zip(rows, shape, election.questions, strict=True)
    ):
        items = reader.row(row, f"result[{i}]", row_shape)
        if isinstance(question, RankedQuestion):
            length = len(question.answers)
            result.append(tuple(_vector(item, place, length, reader) for item, place in items))
        else:
            result.append(tuple(expect_weight(item, place) for item, place in items))
    return tuple(result)


def _vector(value: Json, where: str, length: int, reader: ValueReader) -> Vector:
    items = reader.row(value, where, length)
    return tuple(expect_integer(item, place, LARGEST_NUMBER) for item, place in items)


def largest_result_bytes(election: Election) -> int:
    """Return a bound on the size of a result's record."""
    answers = sum(
        4 * len(question.answers) * election.counted
        for question in election.questions
        if isinstance(question, RankedQuestion)
    )
    return answers + largest_tally_bytes(election.shape, election.group)


def read_result(data: bytes, largest_bytes: int = LARGEST_RESULT_BYTES) -> Json:
    """Return the array in a result's record as it stands, whatever the kinds of question."""
    where = "result record"
    value = parse_json(data, where, largest_bytes)
    expect_canonical(data, value, where)
    return expect_object(value, where, ("result",))["result"]
