"""The values of entries: one form each, and everything else refused with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.law.values import Organ, OrganKind
from comitia.record.canonical import Json
from comitia.record.kinds.values import (
    LARGEST_COUNT,
    LONGEST_TEXT,
    MOST_ITEMS,
    EntryHash,
    Identifier,
    Line,
    Pseudonym,
    Root,
    Text,
    Values,
    form_of,
    read_time,
    without_none,
    write_time,
)


class Colour(StrEnum):
    RED = "red"
    DEEP_BLUE = "deep blue"


YEARS = (datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001 - strategies want bare ones

GOOD: list[tuple[object, object, Json]] = [
    (Identifier, "0a" * 16, "0a" * 16),
    (Pseudonym, "ff" * 16, "ff" * 16),
    (EntryHash, "0b" * 32, "0b" * 32),
    (Root, "0c" * 32, "0c" * 32),
    (Text, "Zoë Ångström\nof the \U0001f426 branch", "Zoë Ångström\nof the \U0001f426 branch"),
    (int, 0, 0),
    (int, LARGEST_COUNT, LARGEST_COUNT),
    (bool, True, True),
    (date, date(2026, 2, 28), "2026-02-28"),
    (datetime, datetime(2026, 11, 23, 12, 0, 5, tzinfo=UTC), "2026-11-23T12:00:05Z"),
    (Organ, Organ(OrganKind.OFFICE, "branch-secretary"), {"office": "branch-secretary"}),
    (Colour, Colour.DEEP_BLUE, "deep blue"),
    (Values, {"one": [1]}, {"one": [1]}),
    (tuple[Text, ...], (), []),
    (tuple[Colour, ...], (Colour.RED, Colour.RED), ["red", "red"]),
]

BAD: list[tuple[object, Json, str]] = [
    (Identifier, "0A" * 16, "expected 32 lowercase hexadecimal digits"),
    (Identifier, "0a" * 16 + "\n", "expected 32 lowercase hexadecimal digits"),
    (Identifier, 5, "expected 32 lowercase hexadecimal digits"),
    (EntryHash, "0a" * 16, "expected 64 lowercase hexadecimal digits"),
    (Text, "", f"expected a text of 1 to {LONGEST_TEXT} characters"),
    (Text, "a" * (LONGEST_TEXT + 1), f"expected a text of 1 to {LONGEST_TEXT} characters"),
    (Text, None, f"expected a text of 1 to {LONGEST_TEXT} characters"),
    (Text, "a\tb", "a text with control characters"),
    (Text, "a\x85b", "a text with control characters"),
    (Text, "Zoe\u0308", "a text that is not in Unicode's composed form (NFC)"),
    (int, -1, "expected a count, a number from 0"),
    (int, LARGEST_COUNT + 1, "expected a count, a number from 0"),
    (int, True, "expected a count, a number from 0"),
    (int, "1", "expected a count, a number from 0"),
    (bool, 1, "expected true or false"),
    (date, "2026-2-28", "expected a date like 2026-11-23"),
    (date, "2026-02-29", "2026-02-29 is no date"),
    (date, "20260228", "expected a date like 2026-11-23"),
    (date, 20260228, "expected a date like 2026-11-23"),
    (datetime, "2026-11-23T12:00:05", "expected a time like 2026-11-23T12:00:00Z"),
    (datetime, "2026-11-23T12:00:05+00:00", "expected a time like 2026-11-23T12:00:00Z"),
    (datetime, "2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z is no time"),
    (datetime, "2026-11-23T24:00:00Z", "expected a time like 2026-11-23T12:00:00Z"),
    (datetime, "2026-11-23T12:60:00Z", "expected a time like 2026-11-23T12:00:00Z"),
    (datetime, "٢026-11-23T12:00:00Z", "expected a time like 2026-11-23T12:00:00Z"),
    (datetime, 0, "expected a time like 2026-11-23T12:00:00Z"),
    (Organ, {"body": "a", "office": "b"}, 'expected {"body": id} or {"office": id}, found '),
    (Organ, {"office": "Secretary"}, "expected the office's id, found 'Secretary'"),
    (Colour, "green", "expected one of red, deep blue"),
    (Colour, ["red"], "expected one of red, deep blue"),
    (Values, [], f"expected an object of at most {MOST_ITEMS} values"),
    (
        Values,
        {str(n): n for n in range(MOST_ITEMS + 1)},
        f"expected an object of at most {MOST_ITEMS} values",
    ),
    (tuple[int, ...], {}, f"expected a list of at most {MOST_ITEMS}"),
    (tuple[int, ...], [0] * (MOST_ITEMS + 1), f"expected a list of at most {MOST_ITEMS}"),
]


@pytest.mark.parametrize("annotation, value, written", GOOD)
def test_a_value_has_one_form_and_comes_back_from_it(
    annotation: object, value: object, written: Json
) -> None:
    form = form_of(annotation)
    assert form.write(value) == written
    assert form.read(written, "there") == value
    assert type(form.read(written, "there")) is type(value)


@pytest.mark.parametrize("annotation, written, problem", BAD)
def test_anything_else_is_refused_with_its_place(
    annotation: object, written: Json, problem: str
) -> None:
    with pytest.raises(MalformedRecord) as refused:
        form_of(annotation).read(written, "there")
    assert str(refused.value).startswith(f"there: {problem}")


def test_what_is_wrong_in_a_list_is_named_by_its_number() -> None:
    with pytest.raises(MalformedRecord, match=r"^there\[1\]: expected true or false$"):
        form_of(tuple[bool, ...]).read([True, 2], "there")


@given(st.datetimes(*YEARS), st.integers(-23, 23))
def test_a_moment_in_any_zone_is_written_in_utc_to_the_second(moment: datetime, hours: int) -> None:
    whole = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    assert read_time(write_time(whole), "there") == whole


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        write_time(YEARS[0])


@pytest.mark.parametrize("annotation", [str, float, list[int], tuple[int, int], dict, int | str])
def test_a_type_without_a_form_cannot_be_declared(annotation: object) -> None:
    with pytest.raises(TypeError, match="no form of an entry's value"):
        form_of(annotation)


def test_none_is_taken_apart_from_what_may_be_missing() -> None:
    assert without_none(Text | None) == (Text, True)
    assert without_none(int | None) == (int, True)
    assert without_none(int) == (int, False)


@pytest.mark.parametrize("value", ["", 201 * "a", "two\nlines", "a\x00b", 7, None])
def test_what_is_not_one_line_is_refused(value: Json) -> None:
    with pytest.raises(MalformedRecord):
        form_of(Line).read(value, "x")


def test_a_line_may_be_as_long_as_a_name_is() -> None:
    assert form_of(Line).read(200 * "ä", "x") == 200 * "ä"
