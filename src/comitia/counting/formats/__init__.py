"""The file formats that papers are read from: one module a format, told apart by content.

Whatever bytes are read, the outcome is a Profile that keeps to its promises or a MalformedRecord
naming file and line; nothing is guessed.
"""

import re

from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.formats.reading import decode_text
from comitia.counting.profile import Profile
from comitia.errors import MalformedRecord

# Both open with two numbers, BLT possibly after comments and empty lines; the mark between the
# numbers decides.
_OPENING = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:[ \t]*+(?:#[^\n]*+|\r)?+\n)*+[ \t]*+[0-9]++([,\s]|\Z)"
)


def read_profile(data: bytes, where: str) -> Profile:
    """Read papers in whichever known format they are: council CSV or BLT.

    where: the file's name for messages.

    Raises MalformedRecord where the format is not known or not kept to.
    """
    opening = _OPENING.match(data)
    if opening is None:
        # Another encoding or size is the better reason, if that is what is wrong.
        decode_text(data, where)
        problem = 'neither a council CSV (opening "7,4,") nor a BLT file (opening "7 4")'
        raise MalformedRecord(where, f"the format is not known: {problem}")
    if opening[1] == b",":
        return parse_council_csv(data, where)
    return parse_blt(data, where)
