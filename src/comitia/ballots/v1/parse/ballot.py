"""Ballots from bytes: exactly the form that the election's questions demand, or a refusal."""

from __future__ import annotations

import re
from typing import Final

from comitia.ballots.v1.model import (
    Ballot,
    Fingerprint,
    HomomorphicAnswer,
    HomomorphicQuestion,
    Json,
    Signature,
    Uuid,
    derive_fingerprint,
)
from comitia.ballots.v1.model.ballot import SIGNATURE_FIELD
from comitia.ballots.v1.parse.json import expect_list, expect_object, expect_text, parse_json
from comitia.ballots.v1.parse.setup import expect_canonical
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


def largest_ballot_bytes(questions: tuple[HomomorphicQuestion, ...], group: Group) -> int:
    """Return a bound on the size of any ballot of these questions, for a look before reading."""
    scalar = len(str(group.order)) + 2
    element = group.longest_text + 2
    proof = 2 * scalar + 32
    size = _FRAME_BYTES + element
    for question in questions:
        choice = 2 * element + 32 + 2 * proof + 8
        size += 128 + question.choice_count * choice + (question.overall_proof_count + 2) * proof
    return size


def find_credential(prefix: bytes) -> str | None:
    """Return the text of the credential that a ballot's first bytes name, without parsing it all.

    The parser demands the same form, so a ballot for which this is None is malformed.
    """
    match = _CREDENTIAL_PREFIX.match(prefix)
    return None if match is None else match[1].decode()


def parse_ballot(data: bytes, questions: tuple[HomomorphicQuestion, ...], group: Group) -> Ballot:
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
    credential = reader.key(fields["credential"], "credential")
    items = expect_list(fields["answers"], "answers", len(questions))
    answers = tuple(
        _parse_answer(item, question, reader, f"answers[{i}]")
        for i, (item, question) in enumerate(zip(items, questions, strict=True))
    )
    signature = _parse_signature(fields["signature"], reader)
    reader.finish()
    return Ballot(
        election_uuid=Uuid(expect_text(fields["election_uuid"], "election_uuid")),
        election_hash=expect_fingerprint(fields["election_hash"], "election_hash"),
        credential=credential,
        answers=answers,
        signature=signature,
        signed_hash=derive_signed_hash(data),
    )


def derive_signed_hash(data: bytes) -> Fingerprint:
    """Return the hash of a canonical ballot without its signature, which is its last field."""
    return derive_fingerprint(data[: data.rindex(SIGNATURE_FIELD)] + b"}")


def _parse_answer(
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


def _parse_signature(value: Json, reader: ValueReader) -> Signature:
    fields = expect_object(value, "signature", ("hash", "proof"))
    signed_hash = expect_fingerprint(fields["hash"], "signature.hash")
    return Signature(signed_hash, reader.proof(fields["proof"], "signature.proof"))
