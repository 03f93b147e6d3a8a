"""The election's record, its questions, and the template that an election is made from."""

from __future__ import annotations

from typing import Final, assert_never

from comitia.ballots.v1.model import (
    CountingMethod,
    Direction,
    Election,
    ElectionTemplate,
    HomomorphicQuestion,
    Json,
    Language,
    ListsQuestion,
    Method,
    Question,
    QuestionKind,
    RankedQuestion,
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
from comitia.curve import GROUPS, Group, embedding_of
from comitia.curve.embedding import LARGEST as LARGEST_NUMBER
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
    _expect_room(questions, group)
    return Election(
        uuid=uuid,
        name=expect_text(fields["name"], "name"),
        description=expect_text(fields["description"], "description"),
        group=group,
        public_key=public_key,
        questions=questions,
        fingerprint=derive_election_fingerprint(data),
    )


def _expect_known_extras(value: Json, questions: tuple[Question, ...]) -> None:
    """Refuse an ``extra`` that would be lost when the election's record is written."""
    for i, (item, question) in enumerate(
        zip(expect_list(value, "questions"), questions, strict=True)
    ):
        if not (isinstance(item, dict) and "extra" in item):
            continue
        if not isinstance(question, RankedQuestion) or question.counting is None:
            known = ", ".join(Method)
            problem = f"expected a counting method that is known ({known}), in its exact form"
            raise MalformedRecord(f"questions[{i}].extra", problem)


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
    questions = _parse_questions(fields["questions"])
    _expect_known_extras(fields["questions"], questions)
    return ElectionTemplate(
        name=expect_text(fields["name"], "name"),
        description=expect_text(fields["description"], "description"),
        questions=questions,
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


def _expect_room(questions: tuple[Question, ...], group: Group) -> None:
    """Refuse a ranked question whose answers no element of the group can hold."""
    for i, question in enumerate(questions):
        if not isinstance(question, RankedQuestion):
            continue
        embedding = embedding_of(group)
        if embedding is None:
            raise MalformedRecord(f"questions[{i}]", f"no ranked question over {group.name}")
        if len(question.answers) > embedding.most:
            problem = f"more than the {embedding.most} answers that {group.name} can hold"
            raise MalformedRecord(f"questions[{i}]", problem)


def _work_of(question: Question) -> int:
    """Return how many choices, lists and permitted sums a question has."""
    match question:
        case HomomorphicQuestion():
            return question.choice_count + question.overall_proof_count
        case ListsQuestion():
            return width_of(question.row_shape) + len(question.lists)
        case RankedQuestion():
            return len(question.answers)
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
            return _parse_ranked(fields["value"], fields.get("extra"), f"{where}.value")
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


def _parse_ranked(value: Json, extra: Json, where: str) -> RankedQuestion:
    fields = expect_object(value, where, ("answers", "question"), in_order=False)
    answers = expect_list(fields["answers"], f"{where}.answers")
    return RankedQuestion(
        text=expect_text(fields["question"], f"{where}.question"),
        answers=tuple(expect_text(a, f"{where}.answers[{i}]") for i, a in enumerate(answers)),
        counting=_read_counting(extra),
    )


def _read_counting(extra: Json) -> CountingMethod | None:
    """Return the counting method that ``extra`` names, or None where it names none that we know.

    The protocol does not interpret it, so nothing in it makes a record malformed.
    """
    try:
        names = ("method", "blank", "grades", "seats", "most")
        fields = expect_object(extra, "extra", names, optional=names[2:], in_order=False)
        method = Method(expect_text(fields["method"], "method"))
        grades = expect_list(fields.get("grades", []), "grades")
        counting = CountingMethod(
            method=method,
            blank=expect_boolean(fields["blank"], "blank"),
            grades=tuple(expect_text(grade, "grades") for grade in grades),
            seats=expect_integer(fields.get("seats", 0), "seats"),
            most=expect_integer(fields.get("most", 0), "most", LARGEST_NUMBER),
        )
    except (MalformedRecord, ValueError):
        return None
    return counting if counting.to_json() == extra else None


def check_question(question: Question, where: str) -> None:
    """Refuse a question that nobody could answer; for makers of elections."""
    if isinstance(question, ListsQuestion):
        if all(len(names) == 1 for names in question.lists):
            raise MalformedRecord(where, "expected at least one list with a candidate")
        return
    if not question.answers:
        raise MalformedRecord(where, "expected at least one answer")
    if isinstance(question, RankedQuestion):
        _check_counting(question.counting, where)
        return
    if not 0 <= question.minimum <= question.maximum <= len(question.answers):
        bounds = f"min {question.minimum}, max {question.maximum}, {len(question.answers)} answers"
        raise MalformedRecord(where, f"expected min <= max <= number of answers, found {bounds}")


def _check_counting(counting: CountingMethod | None, where: str) -> None:
    """Refuse a counting method under which every ballot would say the same or nothing."""
    if counting is None:
        return
    if counting.method is Method.MAJORITY_JUDGMENT and not counting.grades:
        raise MalformedRecord(where, "expected at least one grade")
    if counting.method is Method.STV and not counting.seats:
        raise MalformedRecord(where, "expected at least one seat")
    if counting.method is Method.SCORE and not counting.most:
        raise MalformedRecord(where, "expected a highest score above 0")
