"""The list of public credentials: read in blocks, in one form, whatever its size claims."""

from __future__ import annotations

import io
import re

import pytest

from comitia.ballots.v1.making import PublicCredential, public_credentials_record
from comitia.ballots.v1.model import canonical_json
from comitia.ballots.v1.parse import CredentialEntry, parse_credentials, read_credentials
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import SMALL, refusal

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
        CredentialEntry(AB),
        CredentialEntry(ONE_TWO, 7),
        CredentialEntry(CD, 0),
    ]
    assert [entry.counted_weight for entry in entries(data)] == [1, 7, 0]
    assert parse_credentials(data, ED25519) == tuple(entries(data))


def test_credentials_of_a_field_are_decimal() -> None:
    assert parse_credentials(b'["17","4,2"]', BELENIOS_2048) == (
        CredentialEntry("17"),
        CredentialEntry("4", 2),
    )
    for text in ("017", "0", "a", "1" * 618):
        words = "credentials[0]: expected a public credential"
        data = canonical_json([text])
        assert refusal(lambda data: parse_credentials(data, BELENIOS_2048), data) == words


def test_an_empty_list_of_credentials_is_read() -> None:
    assert entries(b"[]") == []


@pytest.mark.parametrize("number", [1, 2, 977, 978, 979, 5000])
def test_a_list_of_any_number_of_credentials_is_read_over_the_ends_of_blocks(number: int) -> None:
    texts = tuple(f"{n:064x}" for n in range(number))
    expected = tuple(map(CredentialEntry, texts))
    assert parse_credentials(canonical_json(list(texts)), ED25519) == expected


def test_the_longest_entries_are_read_over_the_ends_of_blocks() -> None:
    weight = "," + "9" * 64
    texts = [f"{10**616 + n}" for n in range(150)]
    data = canonical_json([text + weight for text in texts])
    read = list(read_credentials(io.BytesIO(data), len(data), BELENIOS_2048))
    assert read == [CredentialEntry(text, 10**64 - 1) for text in texts]


def test_the_list_made_by_the_registrar_is_read() -> None:
    expected = tuple(CredentialEntry(c.element.text) for c in SMALL.credentials.public)
    assert parse_credentials(SMALL.records.credentials, ED25519) == expected


@pytest.mark.parametrize("weight", [0, 1, 2**30 - 1, 2**30, 10**11, 10**64 - 1])
def test_a_list_with_weights_is_written_again_as_it_was(weight: int) -> None:
    """In a list a weight is part of a text, however large it is."""
    group = ED25519
    elements = [group.generator_power(group.scalar(n)) for n in (1, 2, 3)]
    public = [PublicCredential(element, "somebody", weight) for element in elements]
    record = public_credentials_record(public)
    read = parse_credentials(record, group)
    assert {(entry.text, entry.weight) for entry in read} == {(e.text, weight) for e in elements}
    again = [PublicCredential(group.parse_element(e.text), "anybody", e.weight) for e in read]
    assert public_credentials_record(again) == record


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
    assert refusal(entries, whole(data)) == f"credentials{words}"


def test_a_lying_size_is_never_believed() -> None:
    data = whole(b'["ab","cd"]')
    not_entry = "credentials[1]: expected a public credential"
    assert refusal(lambda data: entries(data, len(data) - 1), data) == not_entry
    assert refusal(lambda data: entries(data, len(data) + 1), data) == (
        "credentials: bytes after the end of the list"
    )
    assert refusal(lambda data: entries(data, 2**33), data[:-1]) == not_entry


def test_a_lying_size_of_an_empty_list_is_never_believed() -> None:
    words = "credentials[0]: expected a public credential"
    assert refusal(lambda data: entries(data, 3), b"[]") == words
    assert refusal(lambda data: entries(data, 1), b"[]") == "credentials: expected a list"


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
