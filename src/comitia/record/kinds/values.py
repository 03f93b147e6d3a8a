"""The values that acts consist of, and their one form in an entry.

Every value has a type of its own and one JSON form; what is not in that form is refused. Texts are
in Unicode's composed form (NFC), so that equal texts are equal bytes; no text of an entry is longer
than the longest that a person would write.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NewType, TypeAlias, Union, get_args, get_origin

from comitia.errors import MalformedRecord
from comitia.law.kinds import OneOrgan
from comitia.law.values import Organ, OrganKind
from comitia.record.canonical import Json

Identifier = NewType("Identifier", str)
"""Of a branch, seat, mandate or appointment: 32 lowercase hexadecimal digits, random."""

Pseudonym = NewType("Pseudonym", str)
"""Of one person in one context, in the form of an identifier: nothing leads from one to another."""

EntryHash = NewType("EntryHash", str)
"""The leaf hash of an entry in 64 lowercase hexadecimal digits."""

Root = NewType("Root", str)
"""The root of a Merkle tree, likewise."""

Text = NewType("Text", str)
"""What a person reads: 1 to 10,000 characters, none of control but the end of a line."""

LONGEST_LINE: Final = 200
Line: TypeAlias = Annotated[Text, "one line"]
"""A name, or what else stands on one line: 1 to 200 characters."""

Values = NewType("Values", dict[str, Any])
"""Any JSON values by name, whose meaning somebody else knows: the rules of a rule book."""

LONGEST_TEXT: Final = 10_000
MOST_ITEMS: Final = 1_000
LARGEST_COUNT: Final = 2**53 - 1
_IDENTIFIER: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one type are written and read. schema: JSON Schema (2020-12) of that."""

    write: Callable[[Any], Json]
    read: Callable[[Json, str], Any]
    schema: Mapping[str, Json]


def write_time(moment: datetime) -> str:
    """Return a moment in UTC, to the second. Raises ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone is no moment")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def read_time(value: Json, where: str) -> datetime:
    """Return a moment in UTC."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise MalformedRecord(where, "expected a time like 2026-11-23T12:00:00Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise MalformedRecord(where, f"{value} is no time") from None


def _read_date(value: Json, where: str) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise MalformedRecord(where, "expected a date like 2026-11-23")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise MalformedRecord(where, f"{value} is no date") from None


def _read_text(value: Json, where: str) -> Text:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT:
        raise MalformedRecord(where, f"expected a text of 1 to {LONGEST_TEXT} characters")
    if any(unicodedata.category(c) == "Cc" and c != "\n" for c in value):
        raise MalformedRecord(where, "a text with control characters")
    if unicodedata.normalize("NFC", value) != value:
        raise MalformedRecord(where, "a text that is not in Unicode's composed form (NFC)")
    return Text(value)


def _read_line(value: Json, where: str) -> Text:
    line = _read_text(value, where)
    if len(line) > LONGEST_LINE or "\n" in line:
        raise MalformedRecord(where, f"expected one line of 1 to {LONGEST_LINE} characters")
    return line


def _read_count(value: Json, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_COUNT:
        raise MalformedRecord(where, "expected a count, a number from 0")
    return value


def _read_flag(value: Json, where: str) -> bool:
    if not isinstance(value, bool):
        raise MalformedRecord(where, "expected true or false")
    return value


def _read_values(value: Json, where: str) -> Values:
    if not isinstance(value, dict) or len(value) > MOST_ITEMS:
        raise MalformedRecord(where, f"expected an object of at most {MOST_ITEMS} values")
    return Values(value)


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[Json, str], str]:
    def read(value: Json, where: str) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise MalformedRecord(where, f"expected {what}")
        return value

    return read


def _same(value: Json) -> Json:
    return value


_OF_32 = _matching(_IDENTIFIER, "32 lowercase hexadecimal digits")
_OF_64 = _matching(_HASH, "64 lowercase hexadecimal digits")
_SHORT_HEX: Final[Mapping[str, Json]] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_LONG_HEX: Final[Mapping[str, Json]] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

_ID: Final[Mapping[str, Json]] = {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,39}$"}
_ORGAN: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {kind.value: dict(_ID) for kind in OrganKind},
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
}

FORMS: Final[Mapping[object, Form]] = {
    Identifier: Form(_same, _OF_32, _SHORT_HEX),
    Pseudonym: Form(_same, _OF_32, _SHORT_HEX),
    EntryHash: Form(_same, _OF_64, _LONG_HEX),
    Root: Form(_same, _OF_64, _LONG_HEX),
    Text: Form(_same, _read_text, {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}),
    Line: Form(_same, _read_line, {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE}),
    int: Form(_same, _read_count, {"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT}),
    bool: Form(_same, _read_flag, {"type": "boolean"}),
    Organ: Form(OneOrgan().to_json, OneOrgan().read, _ORGAN),
    date: Form(lambda day: day.isoformat(), _read_date, {"type": "string", "format": "date"}),
    datetime: Form(write_time, read_time, {"type": "string", "format": "date-time"}),
    Values: Form(_same, _read_values, {"type": "object", "maxProperties": MOST_ITEMS}),
}


def form_of(annotation: Any) -> Form:  # noqa: ANN401 - an annotation can be anything
    """Return the form of a field's values. Raises TypeError for a type that has none."""
    if annotation in FORMS:
        return FORMS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _choice(annotation)
    if get_origin(annotation) is tuple and get_args(annotation)[1:] == (...,):
        return _list_of(form_of(get_args(annotation)[0]))
    raise TypeError(f"no form of an entry's value for {annotation}")


def without_none(annotation: Any) -> tuple[Any, bool]:  # noqa: ANN401 - as above
    """Return an annotation without None, and whether None was in it: an optional field."""
    if get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation):
        (only,) = (one for one in get_args(annotation) if one is not NoneType)
        return only, True
    return annotation, False


def _choice(of: type[StrEnum]) -> Form:
    names: list[Json] = [member.value for member in of]

    def read(value: Json, where: str) -> StrEnum:
        if value not in names:
            raise MalformedRecord(where, f"expected one of {', '.join(map(str, names))}")
        return of(str(value))

    return Form(lambda member: member.value, read, {"enum": names})


def _list_of(item: Form) -> Form:
    def write(values: tuple[Any, ...]) -> Json:
        return [item.write(value) for value in values]

    def read(value: Json, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise MalformedRecord(where, f"expected a list of at most {MOST_ITEMS}")
        return tuple(item.read(one, f"{where}[{i}]") for i, one in enumerate(value))

    schema: dict[str, Json] = {"type": "array", "items": dict(item.schema), "maxItems": MOST_ITEMS}
    return Form(write, read, schema)
