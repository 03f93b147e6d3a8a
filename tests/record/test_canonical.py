from __future__ import annotations

import json
import math
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.canonical import (
    DEEPEST,
    LARGEST_INTEGER,
    Json,
    canonical_bytes,
    parse_canonical,
    parse_json,
)

MOST = 2**16
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | TEXTS
    | st.sampled_from(["", "\u20ac", "\U00010000", "\ue000", "\x7f", '"\\/\b\f\n\r\t\0\x1f'])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
).filter(lambda value: depth_of(value) <= DEEPEST)


def depth_of(value: Json) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


def nested(levels: int) -> Json:
    value: Json = []
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def problem_of(data: bytes, most: int = MOST) -> str:
    with pytest.raises(MalformedRecord) as caught:
        parse_canonical(data, "entry", most)
    assert caught.value.where == "entry"
    return caught.value.problem


def test_the_rfc_s_example_of_sorting_comes_out_as_printed_there() -> None:
    """RFC 8785, section 3.2.3."""
    value: Json = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical_bytes(value)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_the_rfc_s_example_of_strings_comes_out_as_printed_there() -> None:
    """RFC 8785, section 3.2.4, without its fractions."""
    value: Json = {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert canonical_bytes(value).hex() == (
        "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a"
        "22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
    )


@given(VALUES)
def test_values_are_written_as_another_program_writes_them(value: Json) -> None:
    peer: Any = value
    assert canonical_bytes(value) == rfc8785.dumps(peer)


@given(VALUES)
def test_what_is_written_is_read_as_the_same_value(value: Json) -> None:
    assert parse_canonical(canonical_bytes(value), "entry", MOST) == value


FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"indent": 1},
    {"separators": (",", ":")},
    {"separators": (",", ":"), "ensure_ascii": False},
    {"separators": (",", ": "), "ensure_ascii": False},
)


@given(VALUES, st.sampled_from(FORMS))
def test_no_other_form_of_a_value_is_read(value: Json, form: dict[str, Any]) -> None:
    text = json.dumps(value, **form)
    if text.encode() == canonical_bytes(value):
        assert parse_canonical(text.encode(), "entry", MOST) == value
    else:
        assert problem_of(text.encode()) == "not in its canonical form"


@given(VALUES, st.sampled_from(FORMS))
def test_where_any_form_is_allowed_every_form_is_read(value: Json, form: dict[str, Any]) -> None:
    assert parse_json(json.dumps(value, **form).encode(), "file", MOST) == value


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_value_with_a_form_or_refused(data: bytes) -> None:
    try:
        value = parse_json(data, "file", MOST)
    except MalformedRecord:
        return
    assert parse_canonical(canonical_bytes(value), "file", MOST) == value


@given(st.binary())
def test_any_bytes_are_the_form_of_their_value_or_refused(data: bytes) -> None:
    try:
        value = parse_canonical(data, "entry", MOST)
    except MalformedRecord:
        return
    assert canonical_bytes(value) == data


@pytest.mark.parametrize("number", [0, 1, -1, LARGEST_INTEGER, -LARGEST_INTEGER])
def test_integers_that_every_reader_holds_exactly_are_read(number: int) -> None:
    assert parse_canonical(b"%d" % number, "entry", MOST) == number


@pytest.mark.parametrize(
    "data,problem",
    [
        (b'{"b":1,"a":2}', "not in its canonical form"),
        (b"-0", "not in its canonical form"),
        (b"[1 ]", "not in its canonical form"),
        (b"1\n", "not in its canonical form"),
        (b'"\\u0041"', "not in its canonical form"),
        (b'"\\/"', "not in its canonical form"),
        (b'"\\u001F"', "not in its canonical form"),
        (b'{"a":1,"a":1}', "an object has one name twice"),
        (b'{"a":1,"\\u0061":2}', "an object has one name twice"),
        (b"1.0", "1.0 is not an integer"),
        (b"1e2", "1e2 is not an integer"),
        (b"NaN", "NaN is not an integer"),
        (b"-Infinity", "-Infinity is not an integer"),
        (b"0." + b"1" * 60, "0." + "1" * 38 + " is not an integer"),
        (b"9007199254740992", "an integer is beyond 2^53 - 1"),
        (b"-9007199254740992", "an integer is beyond 2^53 - 1"),
        (b"1" * 5000, "an integer is beyond 2^53 - 1"),
        (b'"\\ud800"', "a string holds half of a surrogate pair"),
        (b'{"\\udc00":1}', "a string holds half of a surrogate pair"),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
        (b'"\xff"', "not UTF-8 at byte 1"),
        (b'"\n"', "not JSON at character 1: Invalid control character at"),
        (b"", "not JSON at character 0: Expecting value"),
        (b"01", "not JSON at character 1: Extra data"),
        (b"\xef\xbb\xbf1", "not JSON at character 0: Expecting value"),
    ],
)
def test_bytes_that_are_no_canonical_form_are_refused(data: bytes, problem: str) -> None:
    assert problem_of(data) == problem


def test_as_much_as_is_allowed_is_read_and_no_more() -> None:
    assert parse_canonical(b'"ab"', "entry", 4) == "ab"
    assert problem_of(b'"abc"', 4) == "5 bytes, where at most 4 are allowed"


def test_a_value_may_be_nested_as_deeply_as_is_said_and_no_deeper() -> None:
    deep, deeper = nested(DEEPEST), nested(DEEPEST + 1)
    assert parse_canonical(canonical_bytes(deep), "entry", MOST) == deep
    with pytest.raises(ValueError, match=r"^nested more than 16 deep$"):
        canonical_bytes(deeper)
    assert problem_of(json.dumps(deeper).encode()) == "nested more than 16 deep"


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_brackets_without_end_are_refused(opening: bytes) -> None:
    assert problem_of(opening * 200_000, 2**21) == "nested more than 16 deep"


@pytest.mark.parametrize("value", [LARGEST_INTEGER + 1, [-LARGEST_INTEGER - 1], "\ud800"])
def test_a_value_that_no_form_can_hold_is_not_written(value: Json) -> None:
    with pytest.raises(ValueError, match=r"beyond 2\^53 - 1|half of a surrogate pair"):
        canonical_bytes(value)


@pytest.mark.parametrize("value", [0.5, math.nan, b"", ("a",), {1: 2}, {"a": {1, 2}}, struct])
def test_a_value_of_another_kind_is_not_written(value: Json) -> None:
    with pytest.raises(TypeError, match=r"is not of this JSON|is a string, not int"):
        canonical_bytes(value)
