from __future__ import annotations

from datetime import date

import pytest

from comitia.errors import MalformedRecord
from comitia.law import reading


@pytest.mark.parametrize(
    "value, expected",
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (-(10**15) + 1, "-999999999999999"),
        (10**15, "a number of many digits"),
        pytest.param(10**10000, "a number of many digits", id="huge"),
        (1.5, "a number with a fraction"),
        ("x" * 40, f"'{'x' * 40}'"),
        ("x" * 41, f"'{'x' * 40}...'"),
        ("\x1b\ud800", "'\\x1b\\ud800'"),
        ([1], "a list"),
        ({"a": 1}, "an object"),
    ],
)
def test_what_is_found_is_shown_short_and_without_control_characters(
    value: object, expected: str
) -> None:
    assert reading.shown(value) == expected


def problem_of(error: pytest.ExceptionInfo[MalformedRecord]) -> tuple[str, str]:
    return error.value.where, error.value.problem


def test_fields_are_all_and_only_those_named() -> None:
    assert reading.expect_fields({"b": 1, "a": 2}, "it", ("a", "b")) == {"a": 2, "b": 1}
    for value, problem in (
        ([], "expected an object, found a list"),
        ({"a": 1}, "the field b is missing"),
        ({"a": 1, "b": 1, "c": 1}, "the field 'c' does not belong here"),
    ):
        with pytest.raises(MalformedRecord) as error:
            reading.expect_fields(value, "it", ("a", "b"))  # type: ignore[arg-type] # some is hostile
        assert problem_of(error) == ("it", problem)


@pytest.mark.parametrize("value", [0, 4, True, "2", 2.0, None])
def test_an_integer_out_of_its_bounds_is_refused(value: object) -> None:
    assert [reading.expect_integer(n, "it", 1, 3) for n in (1, 3)] == [1, 3]
    with pytest.raises(MalformedRecord, match=r"^it: expected a whole number from 1 to 3, found "):
        reading.expect_integer(value, "it", 1, 3)  # type: ignore[arg-type] # hostile


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026-02-30",
        "20260102",
        "2026-W01-1",
        "2026-1-2",
        "٢٠٢٦-01-02",
        "2026-01-02\n",
        20260102,
    ],
)
def test_a_date_has_one_form(value: object) -> None:
    assert reading.expect_date("2024-02-29", "it") == date(2024, 2, 29)
    with pytest.raises(MalformedRecord) as error:
        reading.expect_date(value, "it")  # type: ignore[arg-type] # hostile
    found = reading.shown(value)
    assert problem_of(error) == ("it", f"expected a date YYYY-MM-DD, found {found}")


def test_a_date_is_within_reach() -> None:
    assert reading.expect_date("1800-01-01", "it") == date(1800, 1, 1)
    assert reading.expect_date("2999-12-31", "it") == date(2999, 12, 31)
    for text in ("1799-12-31", "3000-01-01"):
        with pytest.raises(
            MalformedRecord, match=f"^it: expected a date from 1800 to 2999, found {text}$"
        ):
            reading.expect_date(text, "it")


@pytest.mark.parametrize("value", ["", "A", "1a", "a_b", "a" * 41, "é", "a\n", None])
def test_an_id_is_short_and_plain(value: object) -> None:
    assert reading.expect_id("a" * 40, "it", "an id") == "a" * 40
    assert reading.expect_id("a-1", "it", "an id") == "a-1"
    with pytest.raises(MalformedRecord, match=r"^it: expected an id, found "):
        reading.expect_id(value, "it", "an id")  # type: ignore[arg-type] # hostile
