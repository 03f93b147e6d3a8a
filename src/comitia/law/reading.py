"""Reading JSON values that come from outside: a typed value, or MalformedRecord in one sentence.

What is refused is shown short, whatever was sent; nothing here recurses into a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, TypeAlias

from comitia.errors import MalformedRecord

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | bool | None

FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2999

_SHOWN_LENGTH: Final = 40
_SHOWN_NUMBER: Final = 10**15
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,39}", re.ASCII)


def shown(value: object) -> str:
    """Return what was found, short, for a message."""
    if isinstance(value, str):
        return ascii(value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "...")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < _SHOWN_NUMBER else "a number of many digits"
    if isinstance(value, bool):
        return "true" if value else "false"
    named = {dict: "an object", list: "a list", float: "a number with a fraction"}
    return named.get(type(value), "null")


def expect_object(value: Json, where: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedRecord(where, f"expected an object, found {shown(value)}")
    return value


def expect_fields(value: Json, where: str, names: Sequence[str]) -> dict[str, Json]:
    """Return an object with exactly these fields."""
    fields = expect_object(value, where)
    for name in names:
        if name not in fields:
            raise MalformedRecord(where, f"the field {name} is missing")
    for name in fields:
        if name not in names:
            raise MalformedRecord(where, f"the field {shown(name)} does not belong here")
    return fields


def expect_integer(value: Json, where: str, least: int, most: int) -> int:
    """Return an integer from ``least`` to ``most``."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        problem = f"expected a whole number from {least} to {most}, found {shown(value)}"
        raise MalformedRecord(where, problem)
    return value


def expect_text(value: Json, where: str, meaning: str) -> str:
    """Return a text. meaning: what is expected, for the message."""
    if not isinstance(value, str):
        raise MalformedRecord(where, f"expected {meaning}, found {shown(value)}")
    return value


def expect_date(value: Json, where: str) -> date:
    """Return the day that a text YYYY-MM-DD names; other forms of ISO 8601 are refused.

    So are days so far away that adding a time limit to them could leave the calendar.
    """
    text = expect_text(value, where, "a date YYYY-MM-DD")
    try:
        day = date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise MalformedRecord(where, f"expected a date YYYY-MM-DD, found {shown(text)}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        problem = f"expected a date from {FIRST_YEAR} to {LAST_YEAR}, found {day}"
        raise MalformedRecord(where, problem)
    return day


def expect_id(value: Json, where: str, meaning: str) -> str:
    """Return the id of an office, body or branch: a lowercase letter, then letters, digits, -."""
    text = expect_text(value, where, meaning)
    if not _ID.fullmatch(text):
        raise MalformedRecord(where, f"expected {meaning}, found {shown(text)}")
    return text
