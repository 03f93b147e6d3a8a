"""Ballots from bytes: exactly the form that the election's questions demand, or a refusal."""

from __future__ import annotations

import re
from typing import Final, assert_never

from comitia.ballots.v1.model import (
    Answer,
    Ballot,
    Fingerprint,
    HomomorphicAnswer,
    HomomorphicQuestion,
    Json,
    ListsAnswer,
    ListsQuestion,
    NonzeroProof,
    Question,
    RankedAnswer,
    RankedQuestion,
    Signature,
    UnsignedBallot,
    Uuid,
    derive_fingerprint,
    width_of,
)
from comitia.ballots.v1.model.ballot import SIGNATURE_FIELD
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader, expect_fingerprint
from comitia.curve import Group
from comitia.errors import MalformedRecord

BALLOT_FIELDS: Final = ("election_uuid", "election_hash", "credential", "answers", "signature")
_FRAME_BYTES: Final = 1024
_CREDENTIAL_PREFIX: Final = re.compile(
    rb'\{"election_uuid":"[0-9A-Za-z]{1,512}","election_hash":"[0-9A-Za-z+/]{43}",'
    rb'"credential":"([0-9a-f]{1,1024})"'
)
CREDENTIAL_PREFIX_BYTES: Final = 2048
"""How many bytes of a ballot hold its credential, if it is a ballot at all."""


def largest_ballot_bytes(questions: tuple[Question, ...], group: Group) -> int:
    """Return a bound on the size of any ballot of these questions, for a look before reading."""
    scalar = len(str(group.order)) + 2
    element = group.longest_text + 2
    proof = 2 * scalar + 32
    size = _FRAME_BYTES + element
    for question in questions:
        choice = 2 * element + 32 + 2 * proof + 8
        size += 256 + element + width_of(question.row_shape) * choice
        size += (_other_proofs(question) + 2) * (proof + 8)
    return size


def _other_proofs(question: Question) -> int:
    """Return how many proofs of an answer are about more than one choice."""
    match question:
        case HomomorphicQuestion():
            return question.overall_proof_count
        case ListsQuestion():
            return 2 * len(question.lists)
        case RankedQuestion():
            return 0
        case _:
            assert_never(question)


def find_credential(prefix: bytes) -> str | None:
    """Return the text of the credential that a ballot's first bytes name, without parsing it all.

    The parser demands the same form, so a ballot for which this is None is malformed.
    """
    match = _CREDENTIAL_PREFIX.match(prefix)
    return None if match is None else match[1].decode()


def parse_ballot(data: bytes, questions: tuple[Question, ...], group: Group) -> Ballot:
    """Return the ballot of a record.

    Whether it is for this election, from somebody on the list, proved and signed, are checks of
    their own (equations). Raises ForeignElements, naming every element that is not a member, or
    MalformedRecord for any form but the one that the questions demand.
    """
    value = parse_json(data, "ballot", largest_ballot_bytes(questions, group))
    fields = expect_object(value, "ballot", BALLOT_FIELDS)
    expect_canonical(data, value, "ballot")
    if find_credential(data) is None:
        raise MalformedRecord("ballot", "its election or credential is not in canonical form")
    reader = ValueReader(group)
    unsigned = read_unsigned(fields, questions, reader)
    signature = _parse_signature(fields["signature"], reader)
    reader.finish()
    return Ballot(
        election_uuid=unsigned.election_uuid,
        election_hash=unsigned.election_hash,
        credential=unsigned.credential,
        answers=unsigned.answers,
        signature=signature,
        signed_hash=derive_signed_hash(data),
    )


def read_unsigned(
    fields: dict[str, Json],
    questions: tuple[Question, ...],
    reader: ValueReader,
    where: str = "",
) -> UnsignedBallot:
    """Return what a ballot holds besides its signature.

    where: the place of the ballot in its record, ending in a full stop, or nothing.
    """
    credential = reader.key(fields["credential"], f"{where}credential")
    items = expect_list(fields["answers"], f"{where}answers", len(questions))
    answers = tuple(
        _parse_answer(item, question, reader, f"{where}answers[{i}]")
        for i, (item, question) in enumerate(zip(items, questions, strict=True))
    )
    return UnsignedBallot(
        election_uuid=Uuid(expect_text(fields["election_uuid"], f"{where}election_uuid")),
        election_hash=expect_fingerprint(fields["election_hash"], f"{where}election_hash"),
        credential=credential,
        answers=answers,
    )


def derive_signed_hash(data: bytes) -> Fingerprint:
    """Return the hash of a canonical ballot without its signature, which is its last field."""
    return derive_fingerprint(data[: data.rindex(SIGNATURE_FIELD)] + b"}")


def _parse_answer(value: Json, question: Question, reader: ValueReader, where: str) -> Answer:
    match question:
        case HomomorphicQuestion():
            return _parse_homomorphic(value, question, reader, where)
        case ListsQuestion():
            return _parse_lists(value, question, reader, where)
        case RankedQuestion():
            return _parse_ranked(value, reader, where)
        case _:
            assert_never(question)


def _parse_homomorphic(
    value: Json, question: HomomorphicQuestion, reader: ValueReader, where: str
) -> HomomorphicAnswer:
    names = ("choices", "individual_proofs", "overall_proof", "blank_proof")
    expected = names if question.blank else names[:-1]
    fields = expect_object(value, where, expected)
    count = question.choice_count
    individual = expect_list(fields["individual_proofs"], f"{where}.individual_proofs", count)
    blank_proof = None
    if question.blank:
        blank_proof = reader.proofs(fields["blank_proof"], f"{where}.blank_proof", 2)
    return HomomorphicAnswer(
        choices=reader.ciphertexts(fields["choices"], f"{where}.choices", count),
        individual_proofs=tuple(
            reader.proofs(proofs, f"{where}.individual_proofs[{i}]", 2)
            for i, proofs in enumerate(individual)
        ),
        overall_proof=reader.proofs(
            fields["overall_proof"], f"{where}.overall_proof", question.overall_proof_count
        ),
        blank_proof=blank_proof,
    )


def _parse_lists(
    value: Json, question: ListsQuestion, reader: ValueReader, where: str
) -> ListsAnswer:
    names = ("choices", "individual_proofs", "overall_proof", "list_proofs", "nonzero_proof")
    fields = expect_object(value, where, names)
    lengths = tuple(len(names) for names in question.lists)
    individual = reader.row(fields["individual_proofs"], f"{where}.individual_proofs", lengths)
    list_proofs = reader.row(fields["list_proofs"], f"{where}.list_proofs", len(lengths))
    return ListsAnswer(
        lengths=lengths,
        choices=reader.ciphertexts(fields["choices"], f"{where}.choices", lengths),
        individual_proofs=tuple(reader.proofs(item, place, 2) for item, place in individual),
        overall_proof=reader.proof(fields["overall_proof"], f"{where}.overall_proof"),
        list_proofs=tuple(reader.proofs(item, place, 2) for item, place in list_proofs),
        nonzero_proof=_parse_nonzero(fields["nonzero_proof"], reader, f"{where}.nonzero_proof"),
    )


def _parse_ranked(value: Json, reader: ValueReader, where: str) -> RankedAnswer:
    fields = expect_object(value, where, ("choices", "proof"))
    return RankedAnswer(
        reader.ciphertext(fields["choices"], f"{where}.choices"),
        reader.proof(fields["proof"], f"{where}.proof"),
    )


def _parse_nonzero(value: Json, reader: ValueReader, where: str) -> NonzeroProof:
    fields = expect_object(value, where, ("commitment", "challenge", "response"))
    first, second = (
        reader.scalar(item, place)
        for item, place in reader.row(fields["response"], f"{where}.response", 2)
    )
    return NonzeroProof(
        reader.element(fields["commitment"], f"{where}.commitment"),
        reader.scalar(fields["challenge"], f"{where}.challenge"),
        (first, second),
    )


def _parse_signature(value: Json, reader: ValueReader) -> Signature:
    fields = expect_object(value, "signature", ("hash", "proof"))
    signed_hash = expect_fingerprint(fields["hash"], "signature.hash")
    return Signature(signed_hash, reader.proof(fields["proof"], "signature.proof"))
