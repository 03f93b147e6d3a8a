"""The election's record, its questions and the template: what their fields may say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comitia.ballots.v1.model import (
    CountingMethod,
    Direction,
    ElectionTemplate,
    HomomorphicQuestion,
    Json,
    Language,
    ListsQuestion,
    Method,
    RankedQuestion,
    canonical_json,
    derive_election_record,
)
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    NotSupported,
    check_question,
    parse_election,
    parse_template,
)
from comitia.curve import BELENIOS_2048, ED25519, GROUPS, RFC_3526_2048, Group
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import FIELD, SAMPLES, SMALL, Path, refusal
from tests.elections import CHOOSE, YES_NO

ELECTION = SAMPLES["election"]
TEMPLATE: dict[str, Json] = {
    "description": "For tests",
    "name": "A small election",
    "questions": [CHOOSE.to_json(), YES_NO.to_json()],
}


def refused(record: bytes) -> str:
    """Return why an election's record is refused."""
    return refusal(parse_election, record)


def template_refused(data: bytes) -> str:
    """Return why a template is refused."""
    return refusal(parse_template, data)


def with_value(path: Path, value: Json) -> bytes:
    """Return the election's record with another value at a path."""
    return ELECTION.changed(path, lambda _: value)


def test_an_election_is_read_as_it_was_made() -> None:
    election = parse_election(SMALL.records.election)
    assert election == SMALL.election
    assert election.group is ED25519
    assert election.questions == (CHOOSE, YES_NO)
    assert election.ranked_places == ()
    assert (election.name, election.description) == ("A small election", "For tests")
    assert parse_election(FIELD.records.election).group.name == "BELENIOS-2048"


def test_the_fingerprint_is_of_the_bytes_as_they_are() -> None:
    spaced = ELECTION.record + b"\n"
    assert parse_election(spaced).fingerprint != SMALL.election.fingerprint


def test_optional_fields_are_texts_and_a_language_with_its_direction() -> None:
    value: Any = ELECTION.value
    names = ("administrator", "credential_authority")
    for direction in ("ltr", "rtl"):
        more: dict[str, Json] = {**dict.fromkeys(names, "x"), "language": ["fr", direction]}
        whole = canonical_json({**value, **more})
        assert parse_election(whole).questions == SMALL.election.questions
    for read in (refused, template_refused):
        whole_value = value if read is refused else TEMPLATE
        found = [read(canonical_json({**whole_value, name: 1})) for name in names]
        assert found == [f"{name}: expected a string, found a number" for name in names]


@pytest.mark.parametrize(
    "language, words",
    [
        ("fr", ": expected a list, found a string"),
        ({}, ": expected a list, found an object"),
        (None, ": expected a list, found null"),
        ([], ": expected 2 items, found 0"),
        (["fr"], ": expected 2 items, found 1"),
        (["fr", "ltr", "x"], ": expected 2 items, found 3"),
        ([1, "ltr"], "[0]: expected a string, found a number"),
        (["fr", "up"], "[1]: expected ltr or rtl"),
        (["fr", "LTR"], "[1]: expected ltr or rtl"),
        (["fr", ""], "[1]: expected ltr or rtl"),
        (["fr", []], "[1]: expected a string, found a list"),
        (["fr", None], "[1]: expected a string, found null"),
        (["fr", {}], "[1]: expected a string, found an object"),
    ],
)
def test_a_language_is_a_name_and_a_direction(language: Json, words: str) -> None:
    value: Any = ELECTION.value
    assert refused(canonical_json({**value, "language": language})) == f"language{words}"
    template = canonical_json({**TEMPLATE, "language": language})
    assert template_refused(template) == f"language{words}"


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused(version: int) -> None:
    assert refused(with_value(("version",), version)) == f"version: expected 1, found {version}"


@pytest.mark.parametrize(
    "uuid", ["", "1" * 13, "1" * 13 + "0", "1" * 13 + "l", "1" * 14 + "\n", "é" * 14]
)
def test_an_identifier_that_is_not_14_base58_characters_is_refused(uuid: str) -> None:
    words = "uuid: expected at least 14 Base58 characters"
    assert refused(with_value(("uuid",), uuid)) == words


@pytest.mark.parametrize("uuid", ["1" * 14, "z" * 128])
def test_an_identifier_of_14_base58_characters_or_more_is_accepted(uuid: str) -> None:
    assert parse_election(with_value(("uuid",), uuid)).uuid == uuid


def test_an_identifier_too_long_to_name_a_file_is_not_supported() -> None:
    with pytest.raises(NotSupported, match="uuid: this version takes up to 128 characters"):
        parse_election(with_value(("uuid",), "z" * 129))


@pytest.mark.parametrize("name", ["", "ed25519", "RFC-3526-2049", "BELENIOS-1024"])
def test_attack_8_a_group_is_a_name_of_ours_and_nothing_else(name: str) -> None:
    assert refused(with_value(("group",), name)) == "group: not a group of this protocol"


def test_attack_8_parameters_of_a_group_are_never_read() -> None:
    parameters: Json = {"name": "Ed25519", "p": "23", "q": "11", "g": "2"}
    words = "group: expected a string, found an object"
    assert refused(with_value(("group",), parameters)) == words


def test_every_group_of_the_protocol_is_found_by_its_name() -> None:
    def over(group: Group) -> bytes:
        value: Any = ELECTION.value
        other = {"group": group.name, "public_key": group.generator.text}
        return canonical_json({**value, **other})

    assert {name: parse_election(over(group)).group for name, group in GROUPS.items()} == GROUPS


def test_an_election_without_questions_is_read_as_the_reference_reads_it() -> None:
    assert parse_election(with_value(("questions",), [])).questions == ()


def test_a_question_may_state_that_it_is_homomorphic() -> None:
    question: Json = {"type": "Homomorphic", "value": YES_NO.to_json(), "extra": {"x": 1}}
    assert parse_election(with_value(("questions", 1), question)).questions[1] == YES_NO


def test_an_election_with_more_choices_than_any_is_not_supported() -> None:
    question = HomomorphicQuestion("?", ("A",), 0, 10_000)
    with pytest.raises(NotSupported, match="questions: this version takes up to 10000 choices"):
        parse_election(with_value(("questions", 1), question.to_json()))


def test_an_election_with_more_choices_and_lists_than_any_is_not_supported() -> None:
    """CHOOSE has 4 choices and 3 proofs of their sum; a list counts once more than its names."""
    fits = ListsQuestion("?", (("A", *["c"] * 9989), ("B",)))
    assert parse_election(with_value(("questions", 1), fits.to_json())).questions[1] == fits
    for lists in ((("A", *["c"] * 9992),), (*fits.lists, ("C",)), (("A",),) * 4997):
        question = ListsQuestion("?", lists)
        with pytest.raises(NotSupported, match="questions: this version takes up to 10000 choices"):
            parse_election(with_value(("questions", 1), question.to_json()))


METHODS = (
    CountingMethod(Method.SCHULZE, blank=True),
    CountingMethod(Method.SCHULZE, blank=False),
    CountingMethod(Method.STV, blank=True, seats=2),
    CountingMethod(Method.STV, blank=False, seats=0),
    CountingMethod(Method.MAJORITY_JUDGMENT, blank=False, grades=("good", "", "bad")),
    CountingMethod(Method.MAJORITY_JUDGMENT, blank=True, grades=()),
    CountingMethod(Method.SCORE, blank=False, most=0),
    CountingMethod(Method.SCORE, blank=True, most=255),
)


def ranked_json(extra: Json, **changed: Json) -> Json:
    value: dict[str, Json] = {"answers": ["A", "B"], "question": "Order?", **changed}
    return {"type": "NonHomomorphic", "value": value, "extra": extra}


@pytest.mark.parametrize("counting", [None, *METHODS], ids=repr)
def test_a_ranked_question_is_read_as_it_was_written(counting: CountingMethod | None) -> None:
    question = RankedQuestion("Order?", ("Ada", "", "Ada"), counting)
    election = parse_election(with_value(("questions", 1), question.to_json()))
    assert election.questions == (CHOOSE, question)
    assert election.ranked_places == (1,)
    template = ElectionTemplate("n", "d", (question,))
    uuid, key = SMALL.election.uuid, ED25519.generator
    record = derive_election_record(template, uuid, key, ED25519)
    assert parse_election(record).questions == (question,)
    assert b'"extra"' in record or counting is None


def test_the_methods_of_the_reference_are_written_as_it_writes_them() -> None:
    stv, schulze, judgment = METHODS[2], METHODS[1], METHODS[4]
    assert canonical_json(stv.to_json()) == b'{"method":"STV","blank":true,"seats":2}'
    assert canonical_json(schulze.to_json()) == b'{"method":"Schulze","blank":false}'
    assert canonical_json(judgment.to_json()) == (
        b'{"method":"MajorityJudgment","blank":false,"grades":["good","","bad"]}'
    )


@pytest.mark.parametrize(
    "extra",
    [
        None,
        1,
        [],
        {},
        {"method": "Borda", "blank": True},
        {"method": 1, "blank": True},
        {"method": "Schulze"},
        {"blank": True},
        {"method": "Schulze", "blank": 1},
        {"method": "Schulze", "blank": True, "seats": 1},
        {"method": "Schulze", "blank": True, "more": 1},
        {"method": "STV", "blank": True},
        {"method": "STV", "blank": True, "seats": -1},
        {"method": "STV", "blank": True, "seats": "2"},
        {"method": "STV", "blank": True, "seats": 2, "grades": []},
        {"method": "MajorityJudgment", "blank": True},
        {"method": "MajorityJudgment", "blank": True, "grades": "good"},
        {"method": "MajorityJudgment", "blank": True, "grades": [1]},
        {"method": "Score", "blank": True, "most": 256},
        {"method": "Score", "blank": True},
        {"method": {"deep": [1]}},
    ],
    ids=repr,
)
def test_a_counting_method_that_we_do_not_know_makes_no_record_malformed(extra: Json) -> None:
    """The protocol does not interpret it, and whoever counts by it may know more than we do."""
    election = parse_election(with_value(("questions", 1), ranked_json(extra)))
    assert election.questions == (CHOOSE, RankedQuestion("Order?", ("A", "B")))


@pytest.mark.parametrize(
    "question, words",
    [
        ({"type": "NonHomomorphic"}, "questions[1]: the field value is missing"),
        (
            {"type": "NonHomomorphic", "value": {"answers": ["A"]}},
            "questions[1].value: the field question is missing",
        ),
        (
            ranked_json(None, blank=True),
            "questions[1].value: the field 'blank' does not belong here",
        ),
        (
            ranked_json(None, answers={}),
            "questions[1].value.answers: expected a list, found an object",
        ),
        (
            ranked_json(None, answers=["A", 1]),
            "questions[1].value.answers[1]: expected a string, found a number",
        ),
        (
            ranked_json(None, question=None),
            "questions[1].value.question: expected a string, found null",
        ),
    ],
    ids=lambda value: f"{value!r:.60}",
)
def test_what_is_no_ranked_question_is_refused(question: Json, words: str) -> None:
    assert refused(with_value(("questions", 1), question)) == words


@pytest.mark.parametrize(
    "group, most", [(ED25519, 30), (RFC_3526_2048, 255)], ids=["ed25519-30", "rfc3526-255"]
)
def test_a_ranked_question_has_no_more_answers_than_its_group_can_hold(
    group: Group, most: int
) -> None:
    def record(number: int) -> bytes:
        question = RankedQuestion("?", ("A",) * number)
        template = ElectionTemplate("n", "d", (YES_NO, question))
        return derive_election_record(template, SMALL.election.uuid, group.generator, group)

    assert len(parse_election(record(most)).questions) == 2
    words = f"questions[1]: more than the {most} answers that {group.name} can hold"
    assert refused(record(most + 1)) == words


def test_there_is_no_ranked_question_over_a_group_that_holds_no_numbers() -> None:
    template = ElectionTemplate("n", "d", (RankedQuestion("?", ("A",)), YES_NO))
    uuid, group = SMALL.election.uuid, BELENIOS_2048
    record = derive_election_record(template, uuid, group.generator, group)
    assert refused(record) == "questions[0]: no ranked question over BELENIOS-2048"


def test_answers_of_ranked_questions_are_counted_among_the_choices() -> None:
    """CHOOSE counts 7; the limit is that of all kinds of question together."""
    fits = [RankedQuestion("?", ("A",) * 30)] * 333
    extra = RankedQuestion("?", ("A",) * 3)
    questions = [CHOOSE.to_json(), *(question.to_json() for question in (*fits, extra))]
    assert len(parse_election(with_value(("questions",), questions)).questions) == 335
    questions[-1] = RankedQuestion("?", ("A",) * 4).to_json()
    with pytest.raises(NotSupported, match="questions: this version takes up to 10000 choices"):
        parse_election(with_value(("questions",), questions))


@pytest.mark.parametrize(
    "question, words",
    [
        ({"type": "Homomorphic", "value": {}}, ".value: the field answers is missing"),
        ({"type": "STV", "value": {}}, ".type: not a kind of question of this protocol"),
        ({"type": 1, "value": {}}, ".type: expected a string, found a number"),
        ({"type": "Lists"}, ": the field value is missing"),
        ({"type": "Lists", "value": {}}, ".value: the field answers is missing"),
        ({"type": "Lists", "value": {"answers": []}}, ".value: the field question is missing"),
        ({"type": "Lists", "value": {}, "x": 1}, ": the field 'x' does not belong here"),
        ([], ": expected an object, found a list"),
    ],
)
def test_a_question_of_no_kind_is_refused(question: Json, words: str) -> None:
    assert refused(with_value(("questions", 1), question)) == f"questions[1]{words}"


BOUNDS = "expected min <= max <= number of answers, found "


@pytest.mark.parametrize(
    "answers, minimum, maximum, problem",
    [
        ((), 0, 0, "expected at least one answer"),
        (("A",), 0, 2, f"{BOUNDS}min 0, max 2, 1 answers"),
        (("A", "B"), 2, 1, f"{BOUNDS}min 2, max 1, 2 answers"),
        (("A",), -1, 1, f"{BOUNDS}min -1, max 1, 1 answers"),
    ],
)
def test_a_question_that_nobody_could_answer_is_refused(
    answers: tuple[str, ...], minimum: int, maximum: int, problem: str
) -> None:
    question = HomomorphicQuestion("?", answers, minimum, maximum)
    with pytest.raises(MalformedRecord) as caught:
        check_question(question, "question 3")
    assert str(caught.value) == f"question 3: {problem}"


@pytest.mark.parametrize(
    "method, problem",
    [
        (Method.MAJORITY_JUDGMENT, "expected at least one grade"),
        (Method.STV, "expected at least one seat"),
        (Method.SCORE, "expected a highest score above 0"),
    ],
)
def test_a_counting_method_that_could_count_nothing_is_refused(
    method: Method, problem: str
) -> None:
    question = RankedQuestion("?", ("A",), CountingMethod(method, blank=True))
    with pytest.raises(MalformedRecord) as caught:
        check_question(question, "question 3")
    assert str(caught.value) == f"question 3: {problem}"


@pytest.mark.parametrize(
    "counting",
    [
        None,
        CountingMethod(Method.SCHULZE, blank=False),
        CountingMethod(Method.MAJORITY_JUDGMENT, blank=False, grades=("Fit",)),
        CountingMethod(Method.STV, blank=False, seats=1),
        CountingMethod(Method.SCORE, blank=False, most=1),
    ],
    ids=repr,
)
def test_a_counting_method_that_counts_something_is_taken(counting: CountingMethod | None) -> None:
    check_question(RankedQuestion("?", ("A",), counting), "question 1")


@pytest.mark.parametrize("answers, maximum", [((), 0), (("A",), 2)])
def test_a_question_that_the_reference_takes_is_read(
    answers: tuple[str, ...], maximum: int
) -> None:
    question = HomomorphicQuestion("?", answers, 0, maximum)
    assert parse_election(with_value(("questions", 1), question.to_json())).questions[1] == question


def test_a_question_whose_bounds_exclude_everything_is_refused() -> None:
    question = HomomorphicQuestion("?", ("A", "B"), 2, 1)
    words = "questions[1]: expected min <= max, found min 2, max 1"
    assert refused(with_value(("questions", 1), question.to_json())) == words


def test_a_negative_number_of_choices_is_not_supported() -> None:
    question = HomomorphicQuestion("?", ("A", "B"), -1, 1)
    with pytest.raises(NotSupported, match="takes no negative numbers of choices"):
        parse_election(with_value(("questions", 1), question.to_json()))


@pytest.mark.parametrize(
    "question",
    [
        HomomorphicQuestion("", ("",), 0, 0),
        HomomorphicQuestion("?", ("A",), 1, 1),
        HomomorphicQuestion("?", ("A", "A"), 0, 2, blank=True),
        HomomorphicQuestion("?", ("A", "B"), 2, 2, blank=True),
    ],
    ids=repr,
)
def test_a_question_that_somebody_can_answer_is_read_as_it_was_written(
    question: HomomorphicQuestion,
) -> None:
    check_question(question, "question 1")
    election = parse_election(with_value(("questions", 1), question.to_json()))
    assert election.questions == (CHOOSE, question)


@pytest.mark.parametrize(
    "lists",
    [
        (("A", "a"),),
        (("A", "a1", "a2"), ("B", "b")),
        (("A",), ("B", "b")),
        (("", ""), ("", "")),
    ],
    ids=repr,
)
def test_a_question_of_lists_is_read_as_it_was_written(lists: tuple[tuple[str, ...], ...]) -> None:
    question = ListsQuestion("Whom?", lists)
    check_question(question, "question 1")
    record = with_value(("questions", 1), question.to_json())
    election = parse_election(record)
    assert election.questions == (CHOOSE, question)
    assert election.shape == (4, tuple(map(len, lists)))


@pytest.mark.parametrize("lists", [(), (("A",),), (("A",), ("B",))], ids=repr)
def test_lists_without_candidates_are_read_and_not_made(lists: tuple[tuple[str, ...], ...]) -> None:
    question = ListsQuestion("?", lists)
    record = with_value(("questions", 1), question.to_json())
    assert parse_election(record).questions[1] == question
    with pytest.raises(MalformedRecord) as caught:
        check_question(question, "question 3")
    assert str(caught.value) == "question 3: expected at least one list with a candidate"


@pytest.mark.parametrize(
    "answers, words",
    [
        ({}, ": expected a list, found an object"),
        (["A"], "[0]: expected a list, found a string"),
        ([["A", "a"], []], "[1]: expected the name of a list"),
        ([["A", "a"], ["B", 1]], "[1][1]: expected a string, found a number"),
        ([["A", ["a"]]], "[0][1]: expected a string, found a list"),
        ([[None, "a"]], "[0][0]: expected a string, found null"),
    ],
)
def test_what_is_no_list_of_lists_is_refused(answers: Json, words: str) -> None:
    value: Json = {"answers": answers, "question": "?"}
    record = with_value(("questions", 1), {"type": "Lists", "value": value})
    assert refused(record) == f"questions[1].value.answers{words}"


def test_a_question_of_lists_has_no_other_fields() -> None:
    question: Any = ListsQuestion("?", (("A", "a"),)).to_json()
    for name in ("blank", "min", "max"):
        changed = {**question, "value": {**question["value"], name: 1}}
        words = f"questions[1].value: the field '{name}' does not belong here"
        assert refused(with_value(("questions", 1), changed)) == words


def test_a_ranked_question_without_answers_is_read_and_not_made() -> None:
    ranked = RankedQuestion("?", ())
    assert parse_election(with_value(("questions", 1), ranked.to_json())).questions[1] == ranked
    with pytest.raises(MalformedRecord) as caught:
        check_question(ranked, "question 2")
    assert str(caught.value) == "question 2: expected at least one answer"


def test_a_question_that_says_that_blank_is_not_allowed_is_read() -> None:
    record = ELECTION.changed(("questions", 1), lambda question: {**question, "blank": False})
    assert parse_election(record).questions == (CHOOSE, YES_NO)


def test_a_record_that_is_too_large_is_refused_unread() -> None:
    words = f"election: {LARGEST_SETUP_BYTES + 1} bytes, where at most {LARGEST_SETUP_BYTES}"
    assert refused(bytes(LARGEST_SETUP_BYTES + 1)) == f"{words} are allowed"


# The template


def test_a_template_is_read_with_everything_in_it() -> None:
    lists = ListsQuestion("Whom?", (("A", "a"), ("B",)))
    questions: list[Json] = [CHOOSE.to_json(), lists.to_json()]
    value: dict[str, Json] = {
        "questions": questions,
        "language": ["he", "rtl"],
        "name": "Name",
        "description": "Description",
        "credential_authority": "Registrar",
        "administrator": "Ada",
    }
    spaced = json.dumps(value, indent=2).encode()
    language = Language("he", Direction.RIGHT_TO_LEFT)
    template = ElectionTemplate(
        "Name", "Description", (CHOOSE, lists), "Ada", "Registrar", language
    )
    assert parse_template(spaced) == template
    record = derive_election_record(template, SMALL.election.uuid, ED25519.generator, ED25519)
    assert json.loads(record)["language"] == ["he", "rtl"]
    assert list(json.loads(record))[-3:] == ["administrator", "credential_authority", "language"]
    assert parse_election(record).questions == (CHOOSE, lists)


def test_a_template_need_not_say_who_holds_the_election() -> None:
    plain = ElectionTemplate("A small election", "For tests", (CHOOSE, YES_NO))
    assert parse_template(canonical_json(TEMPLATE)) == plain
    record = derive_election_record(plain, SMALL.election.uuid, SMALL.election.public_key, ED25519)
    assert record == SMALL.records.election, "what is not stated is not written"


@pytest.mark.parametrize("name", ["description", "name", "questions"])
def test_a_template_without_a_field_is_refused_by_name(name: str) -> None:
    without = {other: value for other, value in TEMPLATE.items() if other != name}
    assert template_refused(canonical_json(without)) == f"template: the field {name} is missing"


@pytest.mark.parametrize("name", ["uuid", "group", "public_key", "version", "x"])
def test_a_template_says_nothing_about_keys(name: str) -> None:
    words = f"template: the field '{name}' does not belong here"
    assert template_refused(canonical_json({**TEMPLATE, name: "1"})) == words


@pytest.mark.parametrize(
    "data, words",
    [
        (b"", "template: not JSON at character 0: Expecting value"),
        (b"[]", "template: expected an object, found a list"),
        (b"\xff", "template: not UTF-8 at byte 0"),
        (b"[" * 100, "template: nested more than 16 deep"),
        (b'{"name":1,"name":1}', "template: the field 'name' appears twice in one object"),
        (
            bytes(LARGEST_SETUP_BYTES + 1),
            f"template: {LARGEST_SETUP_BYTES + 1} bytes, where at most 16777216 are allowed",
        ),
    ],
    ids=["nothing", "a list", "no UTF-8", "deep", "twice", "large"],
)
def test_hostile_templates_are_refused(data: bytes, words: str) -> None:
    assert template_refused(data) == words


@pytest.mark.parametrize(
    "name, value, words",
    [
        ("name", 1, "name: expected a string, found a number"),
        ("description", None, "description: expected a string, found null"),
        ("questions", {}, "questions: expected a list, found an object"),
        ("questions", [1], "questions[0]: expected an object, found a number"),
        ("questions", [[]], "questions[0]: expected an object, found a list"),
    ],
)
def test_a_template_with_a_field_of_another_type_is_refused(
    name: str, value: Json, words: str
) -> None:
    assert template_refused(canonical_json({**TEMPLATE, name: value})) == words


@pytest.mark.parametrize(
    "question",
    [
        ranked_json({"method": "Borda", "blank": True}),
        ranked_json({"method": "STV", "blank": True, "seats": 2, "more": 1}),
        {"type": "Homomorphic", "value": CHOOSE.to_json(), "extra": [{}]},
    ],
    ids=["unknown method", "unknown field", "not ranked"],
)
def test_a_template_cannot_say_what_the_record_would_lose(question: Json) -> None:
    template = {**TEMPLATE, "questions": [CHOOSE.to_json(), question]}
    assert template_refused(canonical_json(template)) == (
        "questions[1].extra: expected a counting method that is known "
        "(Schulze, MajorityJudgment, STV, Score), in its exact form"
    )


def test_a_template_may_say_how_a_ranked_question_is_counted() -> None:
    extra: Json = {"method": "STV", "blank": True, "seats": 2}
    template = {**TEMPLATE, "questions": [ranked_json(extra)]}
    (question,) = parse_template(canonical_json(template)).questions
    assert isinstance(question, RankedQuestion)
    assert question.counting == CountingMethod(Method.STV, blank=True, seats=2)
