"""The election's record, its questions, and the template that an election is made from."""

from __future__ import annotations

from typing import Final, assert_never

from comitia.ballots.v1.model import (
    Direction,
    Election,
    ElectionTemplate,
    HomomorphicQuestion,
    Json,
    Language,
    ListsQuestion,
    OtherQuestion,
    Question,
    QuestionKind,
    Uuid,
    derive_election_fingerprint,
    is_uuid,
    width_of,
)
from comitia.ballots.v1.parse.json import (
    LARGEST_SETUP_BYTES,
    NotSupported,
    expect_boolean,
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.values import ValueReader
from comitia.curve import GROUPS, Group
from comitia.errors import MalformedRecord

LONGEST_UUID: Final = 128
"""The reference knows no limit; a file beside the archive is named by it."""

MOST_CHOICES: Final = 10_000
"""Choices and permitted sums of an election; without a limit one line could ask for any work."""


_OPTIONAL: Final = ("administrator", "credential_authority", "language")


def parse_election(data: bytes) -> Election:
    """Return the election of a record.

    Raises ForeignElements for a public key that is no key, NotSupported for what the protocol knows
    and this version cannot check, MalformedRecord for everything else.
    """
    where = "election"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    required = ("version", "description", "name", "group", "public_key", "questions", "uuid")
    names = required + _OPTIONAL
    fields = expect_object(value, where, names, optional=_OPTIONAL, in_order=False)
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
    _parse_language(fields)


def _parse_language(fields: dict[str, Json]) -> Language | None:
    if "language" not in fields:
        return None
    pair = expect_list(fields["language"], "language", 2)
    name, direction = (expect_text(item, f"language[{i}]") for i, item in enumerate(pair))
    if direction not in set(Direction):
        raise MalformedRecord("language[1]", "expected ltr or rtl")
    return Language(name, Direction(direction))


def parse_template(data: bytes) -> ElectionTemplate:
    """Return what the organisers decided about an election, from the file that they wrote.

    Spaces and the order of fields are theirs; the election's record is written anew from it.
    """
    where = "template"
    value = parse_json(data, where, LARGEST_SETUP_BYTES)
    names = ("description", "name", "questions", *_OPTIONAL)
    fields = expect_object(value, where, names, optional=_OPTIONAL, in_order=False)
    _expect_descriptions(fields)
    administrator, authority = (
        expect_text(fields[name], name) if name in fields else None
        for name in ("administrator", "credential_authority")
    )
    return ElectionTemplate(
        name=expect_text(fields["name"], "name"),
        description=expect_text(fields["description"], "description"),
        questions=_parse_questions(fields["questions"]),
        administrator=administrator,
        credential_authority=authority,
        language=_parse_language(fields),
    )


def _parse_uuid(value: Json) -> Uuid:
    uuid = expect_text(value, "uuid")
    if not is_uuid(uuid):
        raise MalformedRecord("uuid", "expected at least 14 Base58 characters")
    if len(uuid) > LONGEST_UUID:
        raise NotSupported("uuid", f"this version takes up to {LONGEST_UUID} characters")
    return Uuid(uuid)


def _parse_group(value: Json) -> Group:
    name = expect_text(value, "group")
    if name not in GROUPS:
        raise MalformedRecord("group", "not a group of this protocol")
    return GROUPS[name]


def _parse_questions(value: Json) -> tuple[Question, ...]:
    items = expect_list(value, "questions")
    questions = tuple(_parse_question(item, f"questions[{i}]") for i, item in enumerate(items))
    if sum(map(_work_of, questions)) > MOST_CHOICES:
        problem = f"this version takes up to {MOST_CHOICES} choices and permitted sums"
        raise NotSupported("questions", problem)
    return questions


def _work_of(question: Question) -> int:
    """Return how many choices, lists and permitted sums a question has."""
    match question:
        case HomomorphicQuestion():
            return question.choice_count + question.overall_proof_count
        case ListsQuestion():
            return width_of(question.row_shape) + len(question.lists)
        case OtherQuestion():
            return 0
        case _:
            assert_never(question)


def _parse_question(value: Json, where: str) -> Question:
    if not (isinstance(value, dict) and "type" in value):
        return _parse_homomorphic(value, where)
    names = ("type", "value", "extra")
    fields = expect_object(value, where, names, optional=("extra",), in_order=False)
    kind = expect_text(fields["type"], f"{where}.type")
    if kind not in set(QuestionKind):
        raise MalformedRecord(f"{where}.type", "not a kind of question of this protocol")
    match question_kind := QuestionKind(kind):
        case QuestionKind.HOMOMORPHIC:
            return _parse_homomorphic(fields["value"], f"{where}.value")
        case QuestionKind.LISTS:
            return _parse_lists(fields["value"], f"{where}.value")
        case QuestionKind.NON_HOMOMORPHIC:
            return OtherQuestion(question_kind)
        case _:
            assert_never(question_kind)


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


def _parse_lists(value: Json, where: str) -> ListsQuestion:
    fields = expect_object(value, where, ("answers", "question"), in_order=False)
    lists = []
    for i, item in enumerate(expect_list(fields["answers"], f"{where}.answers")):
        place = f"{where}.answers[{i}]"
        names = expect_list(item, place)
        if not names:
            raise MalformedRecord(place, "expected the name of a list")
        lists.append(tuple(expect_text(name, f"{place}[{j}]") for j, name in enumerate(names)))
    return ListsQuestion(expect_text(fields["question"], f"{where}.question"), tuple(lists))


def check_question(question: Question, where: str) -> None:
    """Refuse a question that nobody could answer; for makers of elections."""
    if isinstance(question, ListsQuestion):
        if all(len(names) == 1 for names in question.lists):
            raise MalformedRecord(where, "expected at least one list with a candidate")
        return
    if isinstance(question, OtherQuestion):
        raise NotSupported(where, f"this version makes no questions of kind {question.kind}")
    if not question.answers:
        raise MalformedRecord(where, "expected at least one answer")
    if not 0 <= question.minimum <= question.maximum <= len(question.answers):
        bounds = f"min {question.minimum}, max {question.maximum}, {len(question.answers)} answers"
        raise MalformedRecord(where, f"expected min <= max <= number of answers, found {bounds}")
