"""Strict JSON: one meaning for every text, and bounded work for any bytes.

Refused, each with its reason: bytes that are not UTF-8, half of a surrogate pair, a name twice in
one object, fractions and exponents, numbers that no small integer of the protocol can be, nesting
deeper than any record has, and texts longer than the caller allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from typing import Final, NoReturn

from comitia.ballots.v1.model import LARGEST_SMALL_INTEGER, Json, canonical_json
from comitia.errors import MalformedRecord

_LARGE_INTEGER: Final = re.compile(r"[1-9][0-9]{9,63}", re.ASCII)
_SMALL_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,9}", re.ASCII)
LARGEST_SETUP_BYTES: Final = 16 * 2**20
"""Of a record that opens an election, and of any file that its parties hand one another."""

LARGEST_REFERENCE_BYTES: Final = 4096
"""The size of records that only name other records by their hashes is far below this."""

_DEEPEST: Final = 16


class NotSupported(MalformedRecord):
    """A record of a kind that the protocol knows and this version cannot check."""


def parse_json(data: bytes, where: str, largest_bytes: int) -> Json:
    """Return the JSON value that ``data`` holds, or raise MalformedRecord with the reason."""
    if len(data) > largest_bytes:
        raise MalformedRecord(
            where, f"{len(data)} bytes, where at most {largest_bytes} are allowed"
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRecord(where, f"not UTF-8 at byte {error.start}") from None
    _check_depth(text, where)
    try:
        value: Json = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise MalformedRecord(where, f"not JSON at character {error.pos}: {error.msg}") from None
    except _RefusedError as error:
        raise MalformedRecord(where, str(error)) from None
    _check_text(value, where)
    return value


def expect_canonical(data: bytes, value: Json, where: str) -> None:
    """Refuse a record whose bytes are not the one form of its value."""
    if canonical_json(value) != data:
        raise MalformedRecord(where, "not in its canonical form")


def expect_object(
    value: Json,
    where: str,
    names: Sequence[str],
    *,
    optional: Collection[str] = (),
    in_order: bool = True,
) -> dict[str, Json]:
    """Return an object with the named fields, none missing but optional ones, and no other.

    in_order: they must also stand in the order of ``names``, as every record that is hashed anew
    demands; only the election's record, whose bytes are kept, may have another order.
    """
    if not isinstance(value, dict):
        raise MalformedRecord(where, f"expected an object, found {_kind(value)}")
    for name in names:
        if name not in value and name not in optional:
            raise MalformedRecord(where, f"the field {name} is missing")
    for name in value:
        if name not in names:
            raise MalformedRecord(where, f"the field {_shown(name)} does not belong here")
    if in_order and list(value) != [name for name in names if name in value]:
        raise MalformedRecord(where, "its fields are not in order")
    return value


def expect_list(value: Json, where: str, length: int | None = None) -> list[Json]:
    """Return a list, of exactly ``length`` items where that is given."""
    if not isinstance(value, list):
        raise MalformedRecord(where, f"expected a list, found {_kind(value)}")
    if length is not None and len(value) != length:
        raise MalformedRecord(where, f"expected {length} items, found {len(value)}")
    return value


def expect_text(value: Json, where: str) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise MalformedRecord(where, f"expected a string, found {_kind(value)}")
    return value


def expect_integer(value: Json, where: str, largest: int = LARGEST_SMALL_INTEGER) -> int:
    """Return an integer from 0 to ``largest``."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedRecord(where, f"expected an integer, found {_kind(value)}")
    if not 0 <= value <= largest:
        raise MalformedRecord(where, f"expected an integer from 0 to {largest}, found {value}")
    return value


def expect_weight(value: Json, where: str) -> int:
    """Return a weight or a sum of weights: a number, or text where it is too large for one."""
    if not isinstance(value, str):
        return expect_integer(value, where)
    if not _LARGE_INTEGER.fullmatch(value) or int(value) <= LARGEST_SMALL_INTEGER:
        raise MalformedRecord(
            where, f"expected a number, as text only above {LARGEST_SMALL_INTEGER}"
        )
    return int(value)


def expect_boolean(value: Json, where: str) -> bool:
    """Return a boolean."""
    if not isinstance(value, bool):
        raise MalformedRecord(where, f"expected true or false, found {_kind(value)}")
    return value


class _RefusedError(ValueError):
    """Raised inside the decoder, which knows no place."""


def _refuse_fraction(text: str) -> NoReturn:
    raise _RefusedError(f"the number {_shown(text)} has a fraction or an exponent")


def _refuse_constant(text: str) -> NoReturn:
    raise _RefusedError(f"{text} is not JSON")


def _small_integer(text: str) -> int:
    if not _SMALL_INTEGER.fullmatch(text):
        raise _RefusedError(f"the number {_shown(text)} is not a small integer")
    return int(text)


def _unique_names(pairs: list[tuple[str, Json]]) -> Json:
    fields: dict[str, Json] = {}
    for name, value in pairs:
        if name in fields:
            raise _RefusedError(f"the field {_shown(name)} appears twice in one object")
        fields[name] = value
    return fields


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique_names,
    parse_float=_refuse_fraction,
    parse_int=_small_integer,
    parse_constant=_refuse_constant,
)


def _check_depth(text: str, where: str) -> None:
    """Refuse deep nesting before the recursive decoder meets it; strings do not count.

    A string that never ends is passed over as well, to its end: looking for its closing quote again
    from every escaped quote in it would take quadratic time.
    """
    if text.count("[") + text.count("{") <= _DEEPEST:
        return
    depth = 0
    for bracket in re.finditer(r'"(?:[^"\\]|\\.)*+"?|([\[{])|([\]}])', text, re.DOTALL):
        depth += (bracket[1] is not None) - (bracket[2] is not None)
        if depth > _DEEPEST:
            raise MalformedRecord(where, f"nested more than {_DEEPEST} deep")


def _check_text(value: Json, where: str) -> None:
    """Refuse half surrogate pairs, which JSON can escape and UTF-8 cannot hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise MalformedRecord(where, "a string holds half of a surrogate pair") from None


def _kind(value: Json) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number"}
    return names.get(type(value), "null")


def _shown(text: str) -> str:
    """Return a text that may come from an attacker, short and in quotes, for a message."""
    return repr(text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "...")


_SHOWN_LENGTH: Final = 40
