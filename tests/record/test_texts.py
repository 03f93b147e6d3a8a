from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.texts import (
    decode_text,
    encode_base64,
    is_name,
    parse_base64,
    parse_hash,
    parse_size,
)
from comitia.record.tree import EMPTY_ROOT, LARGEST_SIZE


@given(st.binary())
def test_base64_is_read_as_what_was_written(data: bytes) -> None:
    assert parse_base64(encode_base64(data), "line") == data


@given(st.text("AQgw=+/ \n_-é", max_size=9))
def test_bytes_have_one_base64(text: str) -> None:
    try:
        data = parse_base64(text, "line")
    except MalformedRecord:
        return
    assert base64.b64encode(data).decode() == text


@pytest.mark.parametrize(
    "text,problem",
    [
        ("AA", "'AA' is not Base64"),
        ("AA==\n", "'AA==\\n' is not Base64"),
        ("A-==", "'A-==' is not Base64"),
        ("é===", "'é===' is not Base64"),
        ("AB==", "'AB==' is not the Base64 of any bytes"),
        ("AA==" * 20, f"'{'AA==' * 10}...' is not Base64"),
    ],
)
def test_other_texts_are_no_base64(text: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_base64(text, "line 3")
    assert (caught.value.where, caught.value.problem) == ("line 3", problem)


def test_a_hash_has_32_bytes() -> None:
    assert parse_hash(encode_base64(EMPTY_ROOT), "root") == EMPTY_ROOT
    with pytest.raises(MalformedRecord) as caught:
        parse_hash("AAAA", "root")
    assert str(caught.value) == "root: expected a hash of 32 bytes, found 3"


@pytest.mark.parametrize("size", [0, 1, 10, LARGEST_SIZE])
def test_sizes_are_read_in_decimal(size: int) -> None:
    assert parse_size(str(size), "line 2") == size


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "01", "00", "1 ", "1_0", "٣", str(LARGEST_SIZE + 1), "9" * 5000]
)
def test_other_numerals_are_no_sizes(text: str) -> None:
    with pytest.raises(MalformedRecord, match=r"^line 2: '.*' is not the size of a tree$"):
        parse_size(text, "line 2")


@pytest.mark.parametrize("name", ["a", "example.org/log", "é", "\u200b", "\U0001f600"])
def test_names_have_any_letters(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\n", "\x00", "\x1f", "a\u00a0", "\u2003", "\u0085", "\ud800"]
)
def test_names_have_no_space_no_plus_and_nothing_unprinted(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize(
    "data,problem",
    [
        (b"abcde", "5 bytes, where at most 4 are allowed"),
        (b"a\xff", "not UTF-8 at byte 1"),
        (b"a\tb", "it has a control character other than the newline"),
        (b"a\r\n", "it has a control character other than the newline"),
        (b"\0", "it has a control character other than the newline"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, problem: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        decode_text(data, "note", 4)
    assert (caught.value.where, caught.value.problem) == ("note", problem)


def test_a_text_may_have_newlines_and_del() -> None:
    assert decode_text("é\n\x7f".encode(), "note", 4) == "é\n\x7f"
