"""JSON as people write it by hand, read strictly: nothing is guessed, passed over or lost.

Refused are names that an object has twice (one of them would be lost), numbers that are not whole
or absurdly long, characters that could hide or break text, and nesting without end. Refusals name
the line where JSON itself is broken, else the field, in the reader's words ("tie 2, between").
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeAlias

from comitia.counting.formats.reading import at_line, check_fit, decode_text, excerpt
from comitia.errors import MalformedRecord

Value: TypeAlias = str | int | bool | list["Value"] | dict[str, "Value"] | None

MAX_DIGITS: Final = 9


def parse_value(data: bytes, where: str) -> Value:
    """Return what a file of JSON holds. Raises MalformedRecord for anything that is not JSON."""
    text = decode_text(data, where)

    def once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
        found = dict(pairs)
        if len(found) < len(pairs):
            often = Counter(name for name, _ in pairs)
            twice, _ = often.most_common(1)[0]
            raise MalformedRecord(where, f"the name {excerpt(twice)} stands twice in one object")
        return found

    def whole(numeral: str) -> int:
        if len(numeral.lstrip("-")) > MAX_DIGITS:
            raise MalformedRecord(where, f"a number has more than {MAX_DIGITS} digits")
        return int(numeral)

    def refuse(numeral: str) -> Value:
        raise MalformedRecord(where, f"expected whole numbers only, found {excerpt(numeral)}")

    try:
        found: Value = json.loads(
            text,
            object_pairs_hook=once,
            parse_int=whole,
            parse_float=refuse,
            parse_constant=refuse,
        )
    except json.JSONDecodeError as error:
        problem = f"expected JSON, and it breaks off at column {error.colno}: {error.msg}"
        raise MalformedRecord(at_line(where, error.lineno), problem) from None
    except RecursionError:
        raise MalformedRecord(where, "lists or objects are nested too deeply") from None
    return found


def as_list(value: Value, where: str, meaning: str) -> list[Value]:
    """Return the list that a value is. meaning: what it holds, for the message."""
    if not isinstance(value, list):
        raise MalformedRecord(where, f"expected a list of {meaning}, found {_kind(value)}")
    return value


def as_object(value: Value, where: str, meaning: str) -> dict[str, Value]:
    """Return the object that a value is. meaning: what it says, for the message."""
    if not isinstance(value, dict):
        raise MalformedRecord(where, f"expected an object with {meaning}, found {_kind(value)}")
    return value


def as_fields(
    value: Value, where: str, needed: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Value]:
    """Return an object with all needed fields and none but these and the optional ones."""
    named = ", ".join((*needed, *optional))
    fields = as_object(value, where, named)
    for name in fields:
        if name not in needed and name not in optional:
            raise MalformedRecord(where, f"the field {excerpt(name)} is not known, only {named}")
    for name in needed:
        if name not in fields:
            raise MalformedRecord(where, f"the field {name!r} is missing")
    return fields


def as_text(value: Value, where: str, longest: int) -> str:
    """Return a text on one line that holds something, of at most so many characters."""
    if not isinstance(value, str):
        raise MalformedRecord(where, f"expected a text, found {_kind(value)}")
    if not value.strip():
        raise MalformedRecord(where, "expected a text, found an empty one")
    if len(value) > longest:
        problem = f"the text has {len(value)} characters; at most {longest} are read"
        raise MalformedRecord(where, problem)
    check_fit(value, where)
    return value


def as_number(value: Value, where: str) -> int:
    """Return a whole number, 0 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        shown = value if isinstance(value, int) and not isinstance(value, bool) else _kind(value)
        raise MalformedRecord(where, f"expected a whole number from 0 on, found {shown}")
    return value


def as_candidate(value: Value, where: str, numbers: Mapping[str, int]) -> int:
    """Return the number of the candidate whom a text names. numbers: of all, by their names."""
    if not isinstance(value, str):
        raise MalformedRecord(where, f"expected a candidate's name, found {_kind(value)}")
    if value not in numbers:
        problem = (
            f"no candidate is called {excerpt(value)}; names are written as on the count sheet"
        )
        raise MalformedRecord(where, problem)
    return numbers[value]


def as_candidates(value: Value, where: str, numbers: Mapping[str, int]) -> frozenset[int]:
    """Return the numbers of the candidates whom a list names, each once."""
    found: set[int] = set()
    for named in as_list(value, where, "candidates' names"):
        number = as_candidate(named, where, numbers)
        if number in found:
            raise MalformedRecord(where, f"{excerpt(str(named))} stands there twice")
        found.add(number)
    return frozenset(found)


def numbers_of(names: Collection[str]) -> dict[str, int]:
    """Return the candidates' numbers by their names, which are unique."""
    return {name: number for number, name in enumerate(names, 1)}


def _kind(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return "a number"
        case str():
            return f"the text {excerpt(value)}"
        case list():
            return "a list"
        case _:
            return "an object"
