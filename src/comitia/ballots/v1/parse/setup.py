"""The records that open an election: the election itself, trustees, credentials, setup data."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from comitia.ballots.v1.model import (
    Election,
    HomomorphicQuestion,
    Json,
    OtherQuestion,
    Question,
    QuestionKind,
    SetupData,
    SingleTrustee,
    ThresholdTrustees,
    TrusteeKey,
    Trustees,
    Uuid,
    canonical_json,
    derive_election_fingerprint,
    is_uuid,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_REFERENCE_BYTES,
    expect_boolean,
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader, expect_hash
from comitia.curve import GROUPS, Group
from comitia.errors import MalformedRecord

LARGEST_SETUP_BYTES: Final = 16 * 2**20
OTHER_GROUPS: Final = frozenset({"RFC-3526-2048"})
"""Groups of the protocol whose elections can be named but not yet checked."""


LONGEST_UUID: Final = 128
"""The reference knows no limit; a file beside the archive is named by it."""

MOST_CHOICES: Final = 10_000
"""Choices and permitted sums of an election; without a limit one line could ask for any work."""


class NotSupported(MalformedRecord):
    """A record of a kind that the protocol knows and this version cannot check."""


def parse_election(data: bytes) -> Election:
    """Return the election of a record.

    Raises ForeignElements for a public key that is no key, NotSupported for what the protocol knows
    and this version cannot check, MalformedRecord for everything else.
    """
    where = "election"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    required = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    optional = ("administrator", "credential_authority", "language")
    names = required + optional
    fields = expect_object(value, where, names, optional=optional, in_order=False)
    if (version := expect_integer(fields["version"], "version")) != 1:
        raise MalformedRecord("version", f"expected 1, found {version}")
    _expect_descriptions(fields)
    uuid = _parse_uuid(fields["uuid"])
    questions = _parse_questions(fields["questions"])
    group = _parse_group(fields["group"])
    reader = ValueReader(group)
    public_key = reader.key(fields["public_key"], "public_key")
    reader.finish()
    return Election(
        uuid=uuid,
        name=expect_text(fields["name"], "name"),
        description=expect_text(fields["description"], "description"),
        group=group,
        public_key=public_key,
        questions=questions,
        fingerprint=derive_election_fingerprint(data),
    )


def _expect_descriptions(fields: dict[str, Json]) -> None:
    """Check the form of what an election says to people and to their programs."""
    for name in ("description", "name", "administrator", "credential_authority"):
        if name in fields:
            expect_text(fields[name], name)
    if "language" in fields:
        language, direction = expect_list(fields["language"], "language", 2)
        expect_text(language, "language[0]")
        if direction not in {"ltr", "rtl"}:
            raise MalformedRecord("language[1]", "expected ltr or rtl")


def _parse_uuid(value: Json) -> Uuid:
    uuid = expect_text(value, "uuid")
    if not is_uuid(uuid):
        raise MalformedRecord("uuid", "expected at least 14 Base58 characters")
    if len(uuid) > LONGEST_UUID:
        raise NotSupported("uuid", f"this version takes up to {LONGEST_UUID} characters")
    return Uuid(uuid)


def _parse_group(value: Json) -> Group:
    name = expect_text(value, "group")
    if name in OTHER_GROUPS:
        raise NotSupported("group", f"{name} cannot be checked by this version")
    if name not in GROUPS:
        raise MalformedRecord("group", "not a group of this protocol")
    return GROUPS[name]


def _parse_questions(value: Json) -> tuple[Question, ...]:
    items = expect_list(value, "questions")
    questions = tuple(_parse_question(item, f"questions[{i}]") for i, item in enumerate(items))
    known = [question for question in questions if isinstance(question, HomomorphicQuestion)]
    if sum(q.choice_count + q.overall_proof_count for q in known) > MOST_CHOICES:
        problem = f"this version takes up to {MOST_CHOICES} choices and permitted sums"
        raise NotSupported("questions", problem)
    return questions


def _parse_question(value: Json, where: str) -> Question:
    if not (isinstance(value, dict) and "type" in value):
        return _parse_homomorphic(value, where)
    names = ("type", "value", "extra")
    fields = expect_object(value, where, names, optional=("extra",), in_order=False)
    kind = expect_text(fields["type"], f"{where}.type")
    if kind not in set(QuestionKind):
        raise MalformedRecord(f"{where}.type", "not a kind of question of this protocol")
    if kind == QuestionKind.HOMOMORPHIC:
        return _parse_homomorphic(fields["value"], f"{where}.value")
    return OtherQuestion(QuestionKind(kind))


def _parse_homomorphic(value: Json, where: str) -> HomomorphicQuestion:
    """Return a question with min <= max, which is all that the reference demands of one."""
    names = ("answers", "blank", "min", "max", "question")
    fields = expect_object(value, where, names, optional=("blank",), in_order=False)
    answers = expect_list(fields["answers"], f"{where}.answers")
    if isinstance(minimum := fields["min"], int) and minimum < 0:
        raise NotSupported(f"{where}.min", "this version takes no negative numbers of choices")
    question = HomomorphicQuestion(
        text=expect_text(fields["question"], f"{where}.question"),
        answers=tuple(expect_text(a, f"{where}.answers[{i}]") for i, a in enumerate(answers)),
        minimum=expect_integer(fields["min"], f"{where}.min"),
        maximum=expect_integer(fields["max"], f"{where}.max"),
        blank=expect_boolean(fields.get("blank", False), f"{where}.blank"),
    )
    if question.minimum > question.maximum:
        bounds = f"min {question.minimum}, max {question.maximum}"
        raise MalformedRecord(where, f"expected min <= max, found {bounds}")
    return question


def check_question(question: HomomorphicQuestion, where: str) -> None:
    """Refuse a question that nobody could answer; for makers of elections."""
    if not question.answers:
        raise MalformedRecord(where, "expected at least one answer")
    if not 0 <= question.minimum <= question.maximum <= len(question.answers):
        bounds = f"min {question.minimum}, max {question.maximum}, {len(question.answers)} answers"
        raise MalformedRecord(where, f"expected min <= max <= number of answers, found {bounds}")


def parse_trustees(data: bytes, group: Group) -> Trustees:
    """Return the trustees of a record, in order of owner number where all are single.

    Raises ForeignElements for keys that are none, MalformedRecord for everything else, spaces and
    other forms of the same values included.
    """
    value = parse_json(data, "trustees", LARGEST_SETUP_BYTES)
    items = expect_list(value, "trustees")
    if not items:
        raise MalformedRecord("trustees", "expected at least one trustee")
    reader = ValueReader(group)
    trustees = tuple(_parse_trustee(item, reader, f"trustees[{i}]") for i, item in enumerate(items))
    expect_canonical(data, value, "trustees")
    reader.finish()
    return trustees


def _parse_trustee(
    value: Json, reader: ValueReader, where: str
) -> SingleTrustee | ThresholdTrustees:
    kind, content = expect_list(value, where, 2)
    match expect_text(kind, where):
        case "Single":
            return SingleTrustee(_parse_key(content, reader, where))
        case "Pedersen" if isinstance(content, dict):
            return ThresholdTrustees()
        case _:
            raise MalformedRecord(where, "not a kind of trustee of this protocol")


def _parse_key(value: Json, reader: ValueReader, where: str) -> TrusteeKey:
    """Return a single trustee's key; a signature belongs to threshold trustees only."""
    fields = expect_object(value, where, ("pok", "public_key", "name"), optional=("name",))
    if "name" in fields:
        expect_text(fields["name"], f"{where}.name")
    proof = reader.proof(fields["pok"], f"{where}.pok")
    return TrusteeKey(reader.key(fields["public_key"], f"{where}.public_key"), proof)


def parse_trustee_key(data: bytes, group: Group) -> TrusteeKey:
    """Return the public key that a trustee hands over, as a file of its own."""
    where = "trustee's key"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    reader = ValueReader(group)
    key = _parse_key(value, reader, where)
    expect_canonical(data, value, where)
    reader.finish()
    return key


def parse_setup_data(data: bytes) -> SetupData:
    """Return the references to the records that open an election."""
    where = "setup data"
    value = parse_json(data, where, LARGEST_REFERENCE_BYTES)
    required = ("election", "trustees", "credentials")
    certificate_name = "credentials_certificate"
    names = (*required, certificate_name)
    fields = expect_object(value, where, names, optional=(certificate_name,))
    expect_canonical(data, value, where)
    hashes = [expect_hash(fields[name], name) for name in names if name in fields]
    return SetupData(*hashes)


def expect_canonical(data: bytes, value: Json, where: str) -> None:
    """Refuse a record whose bytes are not the one form of its value."""
    if canonical_json(value) != data:
        raise MalformedRecord(where, "not in its canonical form")


@dataclass(frozen=True, slots=True)
class CredentialEntry:
    """One line of the list of credentials: the text of an element, and whether it has a weight."""

    text: str
    weighted: bool


class Readable(Protocol):
    """Something to read bytes from."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; none at the end."""
        ...


_BLOCK: Final = 2**16
_LONGEST_ENTRY: Final = 2048


def read_credentials(stream: Readable, size: int, group: Group) -> Iterator[CredentialEntry]:
    """Yield the public credentials of a record of ``size`` bytes, reading it in blocks.

    The form is strict: a list of strings without spaces, each with the form of an element's text.
    Membership in the group is for the caller, who can share that work out. Raises MalformedRecord
    at the first place that is not in form.
    """
    entry_form = re.compile(rf'"({group.text_form})(,(?:0|[1-9][0-9]{{0,63}}))?"([,\]])'.encode())
    if size < len(b"[]") or stream.read(1) != b"[":
        raise MalformedRecord("credentials", "expected a list")
    window, place, unread, number, ended = b"", 0, size - 1, 0, False
    while not ended:
        if len(window) - place < _LONGEST_ENTRY and unread:
            block = stream.read(min(_BLOCK, unread))
            window, place, unread = window[place:] + block, 0, unread - len(block)
        if number == 0 and window == b"]" and not unread:
            return
        entry = entry_form.match(window, place)
        if entry is None:
            raise MalformedRecord(f"credentials[{number}]", "expected a public credential")
        yield CredentialEntry(entry[1].decode(), weighted=entry[2] is not None)
        place, ended = entry.end(), entry[3] == b"]"
        number += 1
    if place < len(window) or unread:
        raise MalformedRecord("credentials", "bytes after the end of the list")


def parse_credentials(data: bytes, group: Group) -> tuple[str, ...]:
    """Return the texts of a list of credentials that fits into memory."""
    return tuple(entry.text for entry in read_credentials(io.BytesIO(data), len(data), group))
