"""Strict JSON: one meaning for every text, a reason for every refusal, and bounded work."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.model import Json, canonical_json
from comitia.ballots.v1.parse import (
    expect_integer,
    expect_list,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.json import expect_boolean
from comitia.errors import MalformedRecord

MILLION = 10**6
MANY = 20_000
"""Parts of a bomb that once took quadratic time: 12 seconds, where linear work takes 0.02."""
BOUNDED_SECONDS = 2.0


def parse(data: bytes | str) -> Json:
    encoded = data.encode() if isinstance(data, str) else data
    return parse_json(encoded, "record", 10 * MILLION)


def refusal(data: bytes | str) -> str:
    """Return why a text is refused; it must be."""
    with pytest.raises(MalformedRecord) as caught:
        parse(data)
    assert caught.value.where == "record"
    return caught.value.problem


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**10) + 1, 10**10 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_again(value: Json) -> None:
    assert parse(canonical_json(value)) == value


def test_spaces_order_and_escapes_do_not_change_the_value() -> None:
    assert parse(' { "b" : [ 1 , true ] ,\n"a":"\\u00e9\\ud83d\\ude00\\/" } ') == {
        "b": [1, True],
        "a": "é😀/",
    }


@pytest.mark.parametrize(
    "data, problem",
    [
        pytest.param('{"a":1,"a":1}', "the field 'a' appears twice in one object", id="twice"),
        pytest.param('{"a":1,"\\u0061":2}', "the field 'a' appears twice in one object", id="esc"),
        pytest.param(
            '[{"a":{"b":0,"c":0,"b":1}}]', "the field 'b' appears twice in one object", id="inner"
        ),
        pytest.param("NaN", "NaN is not JSON", id="NaN"),
        pytest.param("[Infinity]", "Infinity is not JSON", id="Infinity"),
        pytest.param("[-Infinity]", "-Infinity is not JSON", id="-Infinity"),
        pytest.param("1.0", "the number '1.0' has a fraction or an exponent", id="1.0"),
        pytest.param("1e3", "the number '1e3' has a fraction or an exponent", id="1e3"),
        pytest.param("1E+3", "the number '1E+3' has a fraction or an exponent", id="1E+3"),
        pytest.param("-0.0", "the number '-0.0' has a fraction or an exponent", id="-0.0"),
        pytest.param("-0", "the number '-0' is not a small integer", id="-0"),
        pytest.param("10000000000", "the number '10000000000' is not a small integer", id="11"),
        pytest.param("-10000000000", "the number '-10000000000' is not a small integer", id="-11"),
        pytest.param('"\\ud800"', "a string holds half of a surrogate pair", id="high half"),
        pytest.param('"\\udc00"', "a string holds half of a surrogate pair", id="low half"),
        pytest.param('["\\ude00\\ud83d"]', "a string holds half of a surrogate pair", id="swapped"),
        pytest.param('{"\\ud800":1}', "a string holds half of a surrogate pair", id="in a name"),
        pytest.param(b'"\xff"', "not UTF-8 at byte 1", id="no UTF-8"),
        pytest.param(b'"\xc0\x80"', "not UTF-8 at byte 1", id="overlong NUL"),
        pytest.param(b'"\xed\xa0\x80"', "not UTF-8 at byte 1", id="surrogate in UTF-8"),
        pytest.param(b'["\xc3"]', "not UTF-8 at byte 2", id="cut character"),
        pytest.param("", "not JSON at character 0: Expecting value", id="empty"),
        pytest.param("\ufeff1", "not JSON at character 0: Expecting value", id="byte order mark"),
        pytest.param("01", "not JSON at character 1: Extra data", id="leading zero"),
        pytest.param("1 2", "not JSON at character 2: Extra data", id="trailing"),
        pytest.param("{}x", "not JSON at character 2: Extra data", id="trailing letter"),
        pytest.param("1\0", "not JSON at character 1: Extra data", id="trailing NUL"),
        pytest.param("+1", "not JSON at character 0: Expecting value", id="plus"),
        pytest.param("'a'", "not JSON at character 0: Expecting value", id="single quotes"),
        pytest.param("True", "not JSON at character 0: Expecting value", id="True"),
        pytest.param("٣", "not JSON at character 0: Expecting value", id="Arabic digit"),
        pytest.param('"a\nb"', "not JSON at character 2: Invalid control character at", id="LF"),
        pytest.param('"a', "not JSON at character 0: Unterminated string starting at", id="open"),
    ],
)
def test_a_text_is_refused_with_its_reason(data: bytes | str, problem: str) -> None:
    assert refusal(data) == problem


def test_a_long_text_is_shortened_in_the_reason() -> None:
    digits, name = "1" * 5000, "n" * 5000
    assert refusal(digits) == f"the number '{'1' * 40}...' is not a small integer"
    assert refusal(f"{digits}.0") == f"the number '{'1' * 40}...' has a fraction or an exponent"
    twice = f'{{"{name}":1,"{name}":1}}'
    assert refusal(twice) == f"the field '{'n' * 40}...' appears twice in one object"


def test_a_text_of_forty_characters_is_shown_whole() -> None:
    name = "n" * 40
    assert (
        refusal(f'{{"{name}":1,"{name}":1}}') == f"the field '{name}' appears twice in one object"
    )


def test_the_largest_small_integers_are_read() -> None:
    assert parse("[0,9999999999,-9999999999]") == [0, 9999999999, -9999999999]


def test_a_text_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(MalformedRecord, match=r"^record: 6 bytes, where at most 5 are allowed$"):
        parse_json(b"\xff" * 6, "record", 5)
    assert parse_json(b"12345", "record", 5) == 12345


def test_sixteen_brackets_deep_is_read_and_seventeen_is_not() -> None:
    assert parse("[" * 16 + "]" * 16) == json.loads("[" * 16 + "]" * 16)
    assert refusal("[" * 17 + "]" * 17) == "nested more than 16 deep"
    assert refusal('{"a":' * 17 + "1" + "}" * 17) == "nested more than 16 deep"
    mixed = '[{"a":' * 8
    assert parse(mixed + "1" + "}]" * 8) == json.loads(mixed + "1" + "}]" * 8)
    assert refusal(mixed + "[1]" + "}]" * 8) == "nested more than 16 deep"


def test_brackets_beside_one_another_are_not_deep() -> None:
    value: Json = [[] for _ in range(40)]
    assert parse(json.dumps(value)) == value


@pytest.mark.parametrize(
    "text", ["[" * 40, '"[' * 20, "\\[" * 20, '\\"[' * 20, "[\\\\", '["{' * 20], ids=repr
)
def test_brackets_within_strings_do_not_count(text: str) -> None:
    value = [[text], {text: [text]}, *([] for _ in range(20))]
    assert parse(json.dumps(value)) == value


def test_a_bracket_after_an_escaped_backslash_counts() -> None:
    assert refusal('["\\\\",' + "[" * 16 + "]" * 17) == "nested more than 16 deep"


@pytest.mark.parametrize(
    "data, problem",
    [
        pytest.param(b"[" * MILLION, "nested more than 16 deep", id="lists"),
        pytest.param(b'{"a":' * MILLION, "nested more than 16 deep", id="objects"),
        pytest.param(
            b"[" + b"[]," * 17 + b'"' + b'\\"' * MANY,
            "not JSON at character 52: Unterminated string starting at",
            id="escaped quotes in a string without an end",
        ),
        pytest.param(
            b"[" + b"[]," * 17 + b'"' + b"\\" * MANY,
            "not JSON at character 52: Unterminated string starting at",
            id="backslashes in a string without an end",
        ),
        pytest.param(
            b"{" + b",".join(b'"%d":0' % n for n in range(MANY)) + b',"19999":0}',
            "the field '19999' appears twice in one object",
            id="one of many names twice",
        ),
        pytest.param(
            b"9" * MILLION, f"the number '{'9' * 40}...' is not a small integer", id="digits"
        ),
    ],
)
def test_a_bomb_is_refused_in_linear_time(data: bytes, problem: str) -> None:
    start = time.process_time()
    assert refusal(data) == problem
    assert time.process_time() - start < BOUNDED_SECONDS


@given(st.binary())
def test_any_bytes_end_in_a_value_or_a_refusal(data: bytes) -> None:
    try:
        value = parse(data)
    except MalformedRecord:
        return
    assert parse(canonical_json(value)) == value


@given(st.text(alphabet='[]{}",:\\u0d81eE+-.19tn \n'))
def test_any_text_of_json_characters_ends_in_a_value_or_a_refusal(text: str) -> None:
    try:
        value = parse(text)
    except MalformedRecord:
        return
    assert parse(canonical_json(value)) == value


# What is expected of a value

A_VALUE_OF_EACH_KIND: list[tuple[Json, str]] = [
    ({}, "an object"),
    ([], "a list"),
    ("", "a string"),
    (True, "a boolean"),
    (1, "a number"),
    (None, "null"),
]


@pytest.mark.parametrize("value, kind", A_VALUE_OF_EACH_KIND)
def test_a_value_of_another_kind_is_refused_by_its_name(value: Json, kind: str) -> None:
    expectations: dict[str, tuple[str, Callable[[], Json]]] = {
        "an object": ("expected an object", lambda: expect_object(value, "there", ())),
        "a list": ("expected a list", lambda: expect_list(value, "there")),
        "a string": ("expected a string", lambda: expect_text(value, "there")),
        "a boolean": ("expected true or false", lambda: expect_boolean(value, "there")),
        "a number": ("expected an integer", lambda: expect_integer(value, "there")),
    }
    for expected_kind, (words, expect) in expectations.items():
        if expected_kind == kind:
            assert expect() == value
        else:
            with pytest.raises(MalformedRecord, match=f"^there: {words}, found {kind}$"):
                expect()


def test_an_object_has_all_its_fields_in_order_and_no_other() -> None:
    names = ("a", "b", "c")
    whole: dict[str, Json] = {"a": 1, "b": 2, "c": 3}
    assert expect_object(whole, "there", names) == whole
    assert expect_object({"a": 1, "c": 3}, "there", names, optional=("b",)) == {"a": 1, "c": 3}
    refusals: list[tuple[dict[str, Json], str]] = [
        ({"a": 1, "b": 2}, "the field c is missing"),
        ({**whole, "d": 4}, "the field 'd' does not belong here"),
        ({**whole, "x" * 50: 4}, f"the field '{'x' * 40}...' does not belong here"),
        ({"b": 2, "a": 1, "c": 3}, "its fields are not in order"),
    ]
    for value, problem in refusals:
        with pytest.raises(MalformedRecord) as caught:
            expect_object(value, "there", names)
        assert caught.value.problem == problem


def test_an_object_whose_bytes_are_kept_may_have_another_order() -> None:
    value: dict[str, Json] = {"b": 2, "a": 1}
    assert expect_object(value, "there", ("a", "b"), in_order=False) == value


def test_an_optional_field_keeps_its_place() -> None:
    names = ("a", "b")
    with pytest.raises(MalformedRecord, match=r"^there: its fields are not in order$"):
        expect_object({"b": 2, "a": 1}, "there", names, optional=("b",))


def test_a_list_has_the_length_that_is_asked_for() -> None:
    assert expect_list([1, 2], "there", 2) == [1, 2]
    for length in (1, 3):
        with pytest.raises(MalformedRecord, match=f"^there: expected {length} items, found 2$"):
            expect_list([1, 2], "there", length)


def test_an_integer_lies_between_zero_and_the_largest() -> None:
    assert [expect_integer(value, "there") for value in (0, 2**30 - 1)] == [0, 2**30 - 1]
    assert expect_integer(7, "there", 7) == 7
    for value, largest in ((-1, 7), (8, 7)):
        words = f"^there: expected an integer from 0 to {largest}, found {value}$"
        with pytest.raises(MalformedRecord, match=words):
            expect_integer(value, "there", largest)
    words = r"^there: expected an integer from 0 to 1073741823, found 1073741824$"
    with pytest.raises(MalformedRecord, match=words):
        expect_integer(2**30, "there")
