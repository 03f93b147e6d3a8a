"""The records that open an election: what their fields may say, and the list of credentials."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from comitia.ballots.v1.model import (
    HomomorphicQuestion,
    Json,
    OtherQuestion,
    QuestionKind,
    SetupData,
    Sha256Hex,
    SingleTrustee,
    ThresholdTrustees,
    canonical_json,
    single_keys,
)
from comitia.ballots.v1.parse import (
    LARGEST_SETUP_BYTES,
    CredentialEntry,
    NotSupported,
    check_question,
    parse_credentials,
    parse_election,
    parse_setup_data,
    parse_trustee_key,
    parse_trustees,
    read_credentials,
)
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import FIELD, SAMPLES, SMALL, Path
from tests.elections import CHOOSE, YES_NO

ELECTION = SAMPLES["election"]
TRUSTEES = SAMPLES["trustees"]


def refusal(record: bytes, parse: Callable[[bytes], object] = parse_election) -> str:
    """Return what a parser says of a record that it must refuse."""
    with pytest.raises(MalformedRecord) as caught:
        parse(record)
    return str(caught.value)


def with_value(path: Path, value: Json) -> bytes:
    """Return the election's record with another value at a path."""
    return ELECTION.changed(path, lambda _: value)


# The election


def test_an_election_is_read_as_it_was_made() -> None:
    election = parse_election(SMALL.records.election)
    assert election == SMALL.election
    assert election.group is ED25519
    assert election.questions == (CHOOSE, YES_NO)
    assert election.homomorphic_questions == (CHOOSE, YES_NO)
    assert not election.has_ranked_question
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
    found = [refusal(canonical_json({**value, name: 1})) for name in names]
    assert found == [f"{name}: expected a string, found a number" for name in names]


@pytest.mark.parametrize(
    "language, words",
    [
        ("fr", ": expected a list, found a string"),
        (["fr"], ": expected 2 items, found 1"),
        ([1, "ltr"], "[0]: expected a string, found a number"),
        (["fr", "up"], "[1]: expected ltr or rtl"),
    ],
)
def test_a_language_is_a_name_and_a_direction(language: Json, words: str) -> None:
    value: Any = ELECTION.value
    assert refusal(canonical_json({**value, "language": language})) == f"language{words}"


@pytest.mark.parametrize("version", [0, 2])
def test_another_version_is_refused(version: int) -> None:
    assert refusal(with_value(("version",), version)) == f"version: expected 1, found {version}"


@pytest.mark.parametrize(
    "uuid", ["", "1" * 13, "1" * 13 + "0", "1" * 13 + "l", "1" * 14 + "\n", "é" * 14]
)
def test_an_identifier_that_is_not_14_base58_characters_is_refused(uuid: str) -> None:
    words = "uuid: expected at least 14 Base58 characters"
    assert refusal(with_value(("uuid",), uuid)) == words


@pytest.mark.parametrize("uuid", ["1" * 14, "z" * 128])
def test_an_identifier_of_14_base58_characters_or_more_is_accepted(uuid: str) -> None:
    assert parse_election(with_value(("uuid",), uuid)).uuid == uuid


def test_an_identifier_too_long_to_name_a_file_is_not_supported() -> None:
    with pytest.raises(NotSupported, match="uuid: this version takes up to 128 characters"):
        parse_election(with_value(("uuid",), "z" * 129))


@pytest.mark.parametrize("name", ["", "ed25519", "RFC-3526-2049", "BELENIOS-1024"])
def test_attack_8_a_group_is_a_name_of_ours_and_nothing_else(name: str) -> None:
    assert refusal(with_value(("group",), name)) == "group: not a group of this protocol"


def test_attack_8_parameters_of_a_group_are_never_read() -> None:
    parameters: Json = {"name": "Ed25519", "p": "23", "q": "11", "g": "2"}
    words = "group: expected a string, found an object"
    assert refusal(with_value(("group",), parameters)) == words


def test_a_group_of_the_protocol_that_cannot_be_checked_is_told_apart() -> None:
    with pytest.raises(NotSupported) as caught:
        parse_election(with_value(("group",), "RFC-3526-2048"))
    assert str(caught.value) == "group: RFC-3526-2048 cannot be checked by this version"


def test_an_election_without_questions_is_read_as_the_reference_reads_it() -> None:
    assert parse_election(with_value(("questions",), [])).questions == ()


def test_a_question_may_state_that_it_is_homomorphic() -> None:
    question: Json = {"type": "Homomorphic", "value": YES_NO.to_json(), "extra": {"x": 1}}
    assert parse_election(with_value(("questions", 1), question)).questions[1] == YES_NO


def test_an_election_with_more_choices_than_any_is_not_supported() -> None:
    question = HomomorphicQuestion("?", ("A",), 0, 10_000)
    with pytest.raises(NotSupported, match="questions: this version takes up to 10000 choices"):
        parse_election(with_value(("questions", 1), question.to_json()))


@pytest.mark.parametrize("extra", [{}, {"extra": {"method": "STV"}}])
@pytest.mark.parametrize("kind", ["NonHomomorphic", "Lists"])
def test_a_question_of_another_kind_is_named_and_not_read(
    kind: str, extra: dict[str, Json]
) -> None:
    record = with_value(("questions", 1), {"type": kind, "value": {"anything": 1}, **extra})
    election = parse_election(record)
    assert election.questions == (CHOOSE, OtherQuestion(QuestionKind(kind)))
    assert election.homomorphic_questions is None
    assert election.has_ranked_question == (kind == "NonHomomorphic")


@pytest.mark.parametrize(
    "question, words",
    [
        ({"type": "Homomorphic", "value": {}}, ".value: the field answers is missing"),
        ({"type": "STV", "value": {}}, ".type: not a kind of question of this protocol"),
        ({"type": 1, "value": {}}, ".type: expected a string, found a number"),
        ({"type": "Lists"}, ": the field value is missing"),
        ({"type": "Lists", "value": {}, "x": 1}, ": the field 'x' does not belong here"),
        ([], ": expected an object, found a list"),
    ],
)
def test_a_question_of_no_kind_is_refused(question: Json, words: str) -> None:
    assert refusal(with_value(("questions", 1), question)) == f"questions[1]{words}"


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


@pytest.mark.parametrize("answers, maximum", [((), 0), (("A",), 2)])
def test_a_question_that_the_reference_takes_is_read(
    answers: tuple[str, ...], maximum: int
) -> None:
    question = HomomorphicQuestion("?", answers, 0, maximum)
    assert parse_election(with_value(("questions", 1), question.to_json())).questions[1] == question


def test_a_question_whose_bounds_exclude_everything_is_refused() -> None:
    question = HomomorphicQuestion("?", ("A", "B"), 2, 1)
    words = "questions[1]: expected min <= max, found min 2, max 1"
    assert refusal(with_value(("questions", 1), question.to_json())) == words


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


def test_a_question_that_says_that_blank_is_not_allowed_is_read() -> None:
    record = ELECTION.changed(("questions", 1), lambda question: {**question, "blank": False})
    assert parse_election(record).questions == (CHOOSE, YES_NO)


def test_a_record_that_is_too_large_is_refused_unread() -> None:
    words = f"election: {LARGEST_SETUP_BYTES + 1} bytes, where at most {LARGEST_SETUP_BYTES}"
    assert refusal(bytes(LARGEST_SETUP_BYTES + 1)) == f"{words} are allowed"


# Trustees


def test_trustees_are_read_in_order_of_owner() -> None:
    trustees = parse_trustees(SMALL.records.trustees, ED25519)
    assert trustees == tuple(SingleTrustee(key) for key in SMALL.keys)
    assert single_keys(trustees) == SMALL.keys


def test_threshold_trustees_are_named_and_not_read() -> None:
    record = TRUSTEES.changed((), lambda items: [*items, ["Pedersen", {"anything": 1}]])
    trustees = parse_trustees(record, ED25519)
    assert trustees == (*map(SingleTrustee, SMALL.keys), ThresholdTrustees())
    assert single_keys(trustees) is None


@pytest.mark.parametrize(
    "items, words",
    [
        ([], ": expected at least one trustee"),
        ([["Double", {}]], "[0]: not a kind of trustee of this protocol"),
        ([["single", {}]], "[0]: not a kind of trustee of this protocol"),
        ([[1, {}]], "[0]: expected a string, found a number"),
        ([["Single"]], "[0]: expected 2 items, found 1"),
        ([["Single", {}, 1]], "[0]: expected 2 items, found 3"),
    ],
)
def test_what_is_no_trustee_is_refused(items: Json, words: str) -> None:
    record = canonical_json(items)
    assert refusal(record, TRUSTEES.parse) == f"trustees{words}"


def test_a_single_trustee_may_have_a_name_and_has_no_signature() -> None:
    key: Any = SMALL.keys[0].to_json()
    named = canonical_json({**key, "name": "Ada"})
    assert parse_trustee_key(named, ED25519) == SMALL.keys[0]
    bad_name = canonical_json({**key, "name": 1})
    signed = canonical_json({**key, "signature": key["pok"]})
    parse = SAMPLES["trustee's key"].parse
    assert [refusal(record, parse) for record in (bad_name, signed)] == [
        "trustee's key.name: expected a string, found a number",
        "trustee's key: the field 'signature' does not belong here",
    ]


# Setup data


def test_setup_data_may_name_a_certificate() -> None:
    a, b, c, d = (Sha256Hex(letter * 64) for letter in "abcd")
    three, four = SetupData(a, b, c), SetupData(a, b, c, d)
    assert [parse_setup_data(data.to_bytes()) for data in (three, four)] == [three, four]
    assert (three.parts, four.parts) == ((a, b, c), (a, b, c, d))


def test_a_certificate_is_named_by_a_hash() -> None:
    value: Any = SAMPLES["setup data"].value
    record = canonical_json({**value, "credentials_certificate": "x"})
    words = "credentials_certificate: expected a SHA-256 in 64 lowercase hexadecimal digits"
    assert refusal(record, parse_setup_data) == words


# Credentials


AB, CD, ONE_TWO = "ab" * 32, "cd" * 32, "12" * 32


def whole(data: bytes) -> bytes:
    """Return the list with every short name in it written out to the length of an element."""
    for name, text in (("ab", AB), ("cd", CD), ("12", ONE_TWO)):
        data = re.sub(rf'"{name}(?=[", ])'.encode(), f'"{text}'.encode(), data)
    return data


def entries(data: bytes, size: int | None = None) -> list[CredentialEntry]:
    size = len(data) if size is None else size
    return list(read_credentials(io.BytesIO(data), size, ED25519))


def test_credentials_are_read_with_and_without_weights() -> None:
    data = whole(b'["ab","12,7","cd,0"]')
    assert entries(data) == [
        CredentialEntry(AB, weighted=False),
        CredentialEntry(ONE_TWO, weighted=True),
        CredentialEntry(CD, weighted=True),
    ]
    assert parse_credentials(data, ED25519) == (AB, ONE_TWO, CD)


def test_credentials_of_a_field_are_decimal() -> None:
    assert parse_credentials(b'["17","4,2"]', BELENIOS_2048) == ("17", "4")
    for text in ("017", "0", "a", "1" * 618):
        words = "credentials[0]: expected a public credential"
        data = canonical_json([text])
        assert refusal(data, lambda data: parse_credentials(data, BELENIOS_2048)) == words


def test_an_empty_list_of_credentials_is_read() -> None:
    assert entries(b"[]") == []


@pytest.mark.parametrize("number", [1, 2, 977, 978, 979, 5000])
def test_a_list_of_any_number_of_credentials_is_read_over_the_ends_of_blocks(number: int) -> None:
    texts = tuple(f"{n:064x}" for n in range(number))
    assert parse_credentials(canonical_json(list(texts)), ED25519) == texts


def test_the_longest_entries_are_read_over_the_ends_of_blocks() -> None:
    weight = "," + "9" * 64
    texts = [f"{10**616 + n}" for n in range(150)]
    data = canonical_json([text + weight for text in texts])
    read = list(read_credentials(io.BytesIO(data), len(data), BELENIOS_2048))
    assert read == [CredentialEntry(text, weighted=True) for text in texts]


def test_the_list_made_by_the_registrar_is_read() -> None:
    credentials = tuple(element.text for element, _ in SMALL.credentials.public)
    assert parse_credentials(SMALL.records.credentials, ED25519) == credentials


NOT_ENTRY = "expected a public credential"


@pytest.mark.parametrize(
    "data, words",
    [
        pytest.param(b"", ": expected a list", id="nothing"),
        pytest.param(b"[", ": expected a list", id="one byte"),
        pytest.param(b"{}", ": expected a list", id="an object"),
        pytest.param(b' ["ab"]', ": expected a list", id="space before"),
        pytest.param(b"[]]", f"[0]: {NOT_ENTRY}", id="bytes after an empty list"),
        pytest.param(b"[] ", f"[0]: {NOT_ENTRY}", id="space after an empty list"),
        pytest.param(b'["ab"]x', ": bytes after the end of the list", id="bytes after the list"),
        pytest.param(b'["ab"]\n', ": bytes after the end of the list", id="line feed behind"),
        pytest.param(b'["ab",]', f"[1]: {NOT_ENTRY}", id="comma before the end"),
        pytest.param(b'["ab"', f"[0]: {NOT_ENTRY}", id="no end"),
        pytest.param(b'["ab" ]', f"[0]: {NOT_ENTRY}", id="space"),
        pytest.param(b'["ab", "cd"]', f"[1]: {NOT_ENTRY}", id="space between"),
        pytest.param(b'["ab""cd"]', f"[0]: {NOT_ENTRY}", id="no comma"),
        pytest.param(b'["AB"]', f"[0]: {NOT_ENTRY}", id="uppercase"),
        pytest.param(b'[""]', f"[0]: {NOT_ENTRY}", id="empty"),
        pytest.param(b"[12]", f"[0]: {NOT_ENTRY}", id="a number"),
        pytest.param(b'["ab,"]', f"[0]: {NOT_ENTRY}", id="an empty weight"),
        pytest.param(b'["ab,,voter"]', f"[0]: {NOT_ENTRY}", id="the registrar's own form"),
        pytest.param(b'["ab,1,voter"]', f"[0]: {NOT_ENTRY}", id="with weight and voter"),
        pytest.param(b'["ab,-1"]', f"[0]: {NOT_ENTRY}", id="a negative weight"),
        pytest.param(b'["a\\u0062"]', f"[0]: {NOT_ENTRY}", id="an escape"),
        pytest.param(b'["' + b"a" * 65 + b'"]', f"[0]: {NOT_ENTRY}", id="too long"),
        pytest.param(b'["' + b"a" * 63 + b'"]', f"[0]: {NOT_ENTRY}", id="too short"),
        pytest.param(b'["ab,' + b"1" * 65 + b'"]', f"[0]: {NOT_ENTRY}", id="weight too long"),
        pytest.param(b'["ab,007"]', f"[0]: {NOT_ENTRY}", id="a weight with zeros in front"),
        pytest.param(b'["' + b"a" * 10**6, f"[0]: {NOT_ENTRY}", id="a million digits"),
    ],
)
def test_a_list_of_credentials_that_is_not_in_form_is_refused(data: bytes, words: str) -> None:
    assert refusal(whole(data), entries) == f"credentials{words}"


def test_a_lying_size_is_never_believed() -> None:
    data = whole(b'["ab","cd"]')
    not_entry = "credentials[1]: expected a public credential"
    assert refusal(data, lambda data: entries(data, len(data) - 1)) == not_entry
    assert refusal(data, lambda data: entries(data, len(data) + 1)) == (
        "credentials: bytes after the end of the list"
    )
    assert refusal(data[:-1], lambda data: entries(data, 2**33)) == not_entry


def test_a_lying_size_of_an_empty_list_is_never_believed() -> None:
    words = "credentials[0]: expected a public credential"
    assert refusal(b"[]", lambda data: entries(data, 3)) == words
    assert refusal(b"[]", lambda data: entries(data, 1)) == "credentials: expected a list"


def test_entries_before_a_fault_are_given() -> None:
    data = whole(b'["ab","cd",1]')
    reader = read_credentials(io.BytesIO(data), len(data), ED25519)
    assert [next(reader).text, next(reader).text] == [AB, CD]
    with pytest.raises(MalformedRecord):
        next(reader)


def test_no_more_is_read_than_the_record_has() -> None:
    data = whole(b'["ab"]')
    stream = io.BytesIO(data + b"following")
    assert [entry.text for entry in read_credentials(stream, len(data), ED25519)] == [AB]
    assert stream.tell() == len(data)
