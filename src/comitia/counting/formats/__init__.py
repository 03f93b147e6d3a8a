"""The file formats that papers are read from: one module a format, told apart by content.

Whatever bytes are read, the outcome is a profile that keeps to its promises or a MalformedRecord
naming file and line; nothing is guessed. A file that could be of two formats is refused.
"""

import re
from collections.abc import Callable
from enum import Enum
from typing import Final

from comitia.counting.formats.abif import parse_abif
from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.formats.debian import parse_debian
from comitia.counting.formats.preflib import parse_preflib
from comitia.counting.formats.reading import decode_text
from comitia.counting.profile import AnyProfile, Profile
from comitia.errors import MalformedRecord


class _Format(Enum):
    """The formats, as messages name them with what tells each from the others."""

    COUNCIL_CSV = 'council CSV (opening "7,4,")'
    BLT = 'BLT (opening "7 4")'
    PREFLIB = 'PrefLib (a header with "# DATA TYPE: soi")'
    ABIF = 'ABIF (lines such as "27: A>B")'
    DEBIAN = 'a Debian tally sheet (lines such as "V: 12-3")'


_PARSERS: Final[dict[_Format, Callable[[bytes, str], AnyProfile]]] = {
    _Format.COUNCIL_CSV: parse_council_csv,
    _Format.BLT: parse_blt,
    _Format.PREFLIB: parse_preflib,
    _Format.ABIF: parse_abif,
    _Format.DEBIAN: parse_debian,
}

_COMMENTS = re.compile(rb"(?:\xef\xbb\xbf)?+(?:[ \t]*+(?:#[^\n]*+|\r)?+\n)*+")
_PREFLIB_HEADER = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*+#[ \t]*+DATA TYPE[ \t]*+:", re.MULTILINE)
_DEBIAN_VOTE = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*+V:[ \t]++[-0-9A-Za-z]", re.MULTILINE)
_FIRST_LINE = re.compile(
    rb"""[ \t]*+(?:
    (?P<council>[0-9]++,)
    |(?P<numbers>[0-9]++[ \t]*+:[ \t]*+[0-9{])
    |(?P<blank>[0-9]++[ \t]*+:[ \t]*+(?:[#\r\n]|\Z))
    |(?P<abif>[0-9]++[ \t]*+:|=[^\n:]*+:|\{[^\n{}]*+\}|ABIF\b)
    |(?P<blt>[0-9]++(?:\s|\Z))
    )""",
    re.VERBOSE,
)


def read_profile(data: bytes, where: str) -> AnyProfile:
    """Read papers in whichever known format they are: rankings, grades or points.

    where: the file's name for messages. ``seats`` is 0 where the format does not say.

    Raises MalformedRecord where the format is not known, not clear or not kept to; then it says
    which one the file was taken for.
    """
    found = _recognise(data)
    if len(found) == 1:
        return _read_as(found.pop(), data, where)
    # Another encoding or size is the better reason, if that is what is wrong.
    decode_text(data, where)
    named = [one.value for one in _Format if one in found or not found]
    if found:
        raise MalformedRecord(where, f"the format is not clear: it could be {' or '.join(named)}")
    formats = f"{', '.join(named[:-1])} nor {named[-1]}"
    raise MalformedRecord(where, f"the format is not known: neither {formats}")


def _read_as(form: _Format, data: bytes, where: str) -> AnyProfile:
    try:
        return _PARSERS[form](data, where)
    except MalformedRecord as refusal:
        decode_text(data, where)
        name, _, _ = form.value.partition(" (")
        problem = f"{refusal.problem} (the file was taken for {name})"
        raise MalformedRecord(refusal.where, problem) from refusal


def read_rankings(data: bytes, where: str) -> Profile:
    """Read papers as ``read_profile`` does, and refuse those that are not rankings.

    Raises MalformedRecord for those, and as ``read_profile`` does.
    """
    profile = read_profile(data, where)
    if not isinstance(profile, Profile):
        raise MalformedRecord(where, "the papers hold grades or points; rankings are needed here")
    return profile


def _recognise(data: bytes) -> set[_Format]:
    """Return the formats that a file could be of, by its header, first line and marks."""
    found = set()
    comments = _COMMENTS.match(data)
    start = comments.end() if comments else 0
    if header := _PREFLIB_HEADER.search(data, 0, start):
        found.add(_Format.PREFLIB)
    # The first half is a quick answer for the many files that hold no such mark anywhere.
    if b"V:" in data and _DEBIAN_VOTE.search(data):
        found.add(_Format.DEBIAN)
    line = _FIRST_LINE.match(data, start)
    match line.lastgroup if line else None:
        case "council":
            found.add(_Format.COUNCIL_CSV)
        case "blt":
            found.add(_Format.BLT)
        case "abif":
            found.add(_Format.ABIF)
        case "blank" if not header:
            found.add(_Format.ABIF)
        case "numbers" if not header:
            # PrefLib's without their header, or ABIF's with numbers for candidates.
            found |= {_Format.PREFLIB, _Format.ABIF}
        case _:
            pass
    return found
