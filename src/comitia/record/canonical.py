"""Canonical JSON: RFC 8785 without fractions, so that a value has one form and a form one value.

An entry is hashed, so two programs must write the same bytes for it. Integers stay within ±(2^53 −
1), which every JSON reader holds exactly; fractions, whose canonical text is the hard part of RFC
8785, are refused. That takes a walk over the value; what is left then is the order of names (by
UTF-16 code units), no white space, and the escapes that ``json`` writes anyway. So the package
rfc8785, which also writes fractions and values of any depth, is not a dependency: the tests
compare with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Final, NoReturn, TypeAlias

from comitia.errors import MalformedRecord

Json: TypeAlias = dict[str, "Json"] | list["Json"] | str | int | bool | None

LARGEST_INTEGER: Final = 2**53 - 1
DEEPEST: Final = 16
"""Lists and objects within one another; no entry comes near."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_INTEGER: Final = re.compile(r"-?[0-9]{1,16}", re.ASCII)
_SHOWN_LENGTH: Final = 40


def canonical_bytes(value: Json) -> bytes:
    """Return the one form of a value, in UTF-8.

    Raises TypeError or ValueError for a value that has none: a fraction, an integer that is too
    large, half of a surrogate pair, nesting beyond ``DEEPEST``.
    """
    arranged = _arrange(value, DEEPEST)
    try:
        return _ENCODER.encode(arranged).encode()
    except UnicodeEncodeError:
        raise ValueError("a string holds half of a surrogate pair") from None


def parse_canonical(data: bytes, where: str, largest_bytes: int) -> Json:
    """Return the value whose canonical form ``data`` is.

    where: what the bytes are, for the message. Raises MalformedRecord for any other bytes.
    """
    value, form = _parse(data, where, largest_bytes)
    if form != data:
        raise MalformedRecord(where, "not in its canonical form")
    return value


def parse_json(data: bytes, where: str, largest_bytes: int) -> Json:
    """Return the value that bytes are in whatever form, as people and other programs write it.

    The value has a canonical form all the same. Raises MalformedRecord for any other bytes.
    """
    return _parse(data, where, largest_bytes)[0]


def _parse(data: bytes, where: str, largest_bytes: int) -> tuple[Json, bytes]:
    """Return the value that bytes are, and its canonical form."""
    if len(data) > largest_bytes:
        problem = f"{len(data)} bytes, where at most {largest_bytes} are allowed"
        raise MalformedRecord(where, problem)
    value = _decode(data, where)
    try:
        return value, canonical_bytes(value)
    except ValueError as error:
        raise MalformedRecord(where, str(error)) from None


def _arrange(value: Json, levels: int) -> Json:
    """Return the value with the names of its objects in order, after a look at every part of it.

    levels: how many lists and objects may still open.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError("an integer is beyond 2^53 - 1")
        return value
    if not isinstance(value, dict | list):
        raise TypeError(f"{type(value).__name__} is not of this JSON")
    if levels == 0:
        raise ValueError(f"nested more than {DEEPEST} deep")
    if isinstance(value, list):
        return [_arrange(item, levels - 1) for item in value]
    return {name: _arrange(value[name], levels - 1) for name in _in_order(value)}


def _in_order(names: Collection[str]) -> list[str]:
    """Return names in the order of their UTF-16 code units, which for ASCII is Python's own."""
    if all(type(name) is str and name.isascii() for name in names):
        return sorted(names)
    return sorted(names, key=_code_units)


def _code_units(name: str) -> bytes:
    """Return what names are sorted by: UTF-16, in which U+10000 stands before U+E000."""
    if not isinstance(name, str):
        raise TypeError(f"the name of a field is a string, not {type(name).__name__}")
    return name.encode("utf-16-be", "surrogatepass")


class _RefusedError(ValueError):
    """Raised inside the decoder, which knows no place."""


def _decode(data: bytes, where: str) -> Json:
    try:
        value: Json = _DECODER.decode(data.decode())
    except UnicodeDecodeError as error:
        raise MalformedRecord(where, f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise MalformedRecord(where, f"not JSON at character {error.pos}: {error.msg}") from None
    except _RefusedError as error:
        raise MalformedRecord(where, str(error)) from None
    except RecursionError:
        raise MalformedRecord(where, f"nested more than {DEEPEST} deep") from None
    return value


def _once(pairs: list[tuple[str, Json]]) -> Json:
    """Refuse a name that stands twice: readers differ in which value they would take."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _RefusedError("an object has one name twice")
    return fields


def _integer(numeral: str) -> int:
    if not _INTEGER.fullmatch(numeral):
        raise _RefusedError("an integer is beyond 2^53 - 1")
    return int(numeral)


def _refuse(numeral: str) -> NoReturn:
    raise _RefusedError(f"{numeral[:_SHOWN_LENGTH]} is not an integer")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_refuse, parse_constant=_refuse
)
