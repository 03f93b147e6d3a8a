"""What every format asks of a file: its size, its characters, its numbers, its candidates.

Each refusal is a MalformedRecord whose ``where`` is the caller's name of the file, followed by the
line. What a file may make this program do is bounded here: by its length, and by the length of a
number, since turning a numeral of a million digits into an integer takes quadratic time.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from comitia.errors import MalformedRecord

MAX_BYTES = 16 * 1024 * 1024
"""Half a million papers written one by one; in memory a file can take sixty times its length."""

MAX_DIGITS = 9
"""No electorate has more than 999,999,999 papers."""

MAX_CANDIDATES = 1_000
"""The longest ballot papers ever had some hundreds. Most rules compare each two candidates or go
through all of them at every stage, so that a small file could ask for a count without end."""

MAX_GRADES = 20_000_000
"""Of all papers together: each holds a place for every candidate, graded or not, so that a file of
a few megabytes could ask for a table without end."""

_NUMERAL = re.compile(r"[0-9]+")
# Beyond line feed and tab: they could hide text or steer the terminal that shows a name.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What no line of a file can hold: a line end, a control character, half of a surrogate pair.
_UNWRITABLE = re.compile(rf"{_CONTROL.pattern}|[\n\ud800-\udfff]")
_EXCERPT_LENGTH = 40


def at_line(where: str, line: int) -> str:
    """Return the name of a place in a file; lines are numbered from 1."""
    return f"{where}, line {line}"


def excerpt(text: str) -> str:
    """Return the beginning of what was found, quoted and harmless, for a message."""
    if not text:
        return "nothing"
    return repr(text) if len(text) <= _EXCERPT_LENGTH else f"{text[:_EXCERPT_LENGTH]!r}..."


def decode_text(text: str | bytes, where: str) -> str:
    r"""Return the characters of a file, without byte order mark and with "\n" as line end.

    text: UTF-8 in at most MAX_BYTES bytes, or the same already decoded; line ends "\n" or "\r\n".

    Raises MalformedRecord for a longer file, for other encodings and for control characters.
    """
    data = text if isinstance(text, bytes) else _encode(text, where)
    if len(data) > MAX_BYTES:
        problem = f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        raise MalformedRecord(where, f"{problem}; write equal papers once, with their number")
    decoded = _decode(data, where).removeprefix("\ufeff").replace("\r\n", "\n")
    control = _CONTROL.search(decoded)
    if control:
        line = decoded.count("\n", 0, control.start()) + 1
        problem = f"the control character U+{ord(control[0]):04X} has no place in a ballot file"
        raise MalformedRecord(at_line(where, line), problem)
    return decoded


def lines_of(text: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that hold something, without white space around, each with its place."""
    for number, line in enumerate(text.split("\n"), 1):
        if stripped := line.strip():
            yield stripped, at_line(where, number)


def parse_number(text: str, where: str, meaning: str) -> int:
    """Return the whole number, from 0 to 999,999,999, that a numeral of ASCII digits stands for.

    meaning: what the number is, for the message ("the number of seats").

    Raises MalformedRecord for anything else, signs and decimals included.
    """
    if not _NUMERAL.fullmatch(text):
        raise MalformedRecord(where, f"expected {meaning}, found {excerpt(text)}")
    if len(text) > MAX_DIGITS:
        problem = f"{meaning} has {len(text)} digits; at most {MAX_DIGITS} are read"
        raise MalformedRecord(where, problem)
    return int(text)


def check_candidates(candidates: int, where: str) -> None:
    """Check that there are not too many candidates to count. Raises MalformedRecord if so."""
    if candidates > MAX_CANDIDATES:
        problem = f"there are {candidates:,} candidates; at most {MAX_CANDIDATES:,} are read"
        raise MalformedRecord(where, problem)


def check_contest(seats: int, standing: int, where: str) -> None:
    """Check that there is something to elect and that enough candidates stand for it.

    standing: how many candidates have not withdrawn.

    Raises MalformedRecord where there is no seat, or where fewer stand than there are seats:
    then there is nothing to count, or a number in the file is wrong.
    """
    if seats == 0:
        raise MalformedRecord(where, "the number of seats is 0; at least one is to be filled")
    if seats > standing:
        problem = f"there are more seats ({seats}) than candidates who stand ({standing})"
        raise MalformedRecord(where, problem)


def check_count(count: int, where: str) -> None:
    """Check that a line stands for at least one paper. Raises MalformedRecord if not."""
    if count == 0:
        raise MalformedRecord(where, "the number of papers is 0; leave out what nobody voted")


def check_ranked(numbers: Sequence[int], candidates: int, where: str) -> None:
    """Check that a paper names only candidates who exist, and none of them twice.

    Raises MalformedRecord for the first number that does not fit.
    """
    seen: set[int] = set()
    for number in numbers:
        if not 1 <= number <= candidates:
            problem = f"there is no candidate {number}; they are numbered from 1 to {candidates}"
            raise MalformedRecord(where, problem)
        if number in seen:
            raise MalformedRecord(where, f"the paper names candidate {number} twice")
        seen.add(number)


def check_table(candidates: int, papers: int, where: str) -> None:
    """Check that the grades of all papers fit into memory. Raises MalformedRecord if not."""
    if candidates * papers > MAX_GRADES:
        problem = f"{papers:,} lines of papers for {candidates:,} candidates are too many grades"
        raise MalformedRecord(where, f"{problem}; at most {MAX_GRADES:,} are read")


def check_fit(text: str, where: str) -> None:
    """Check that a text fits on a line. Raises MalformedRecord for a character that does not."""
    if found := _UNWRITABLE.search(text):
        raise MalformedRecord(where, f"the character U+{ord(found[0]):04X} has no place in a text")


def check_writable(texts: Iterable[str]) -> None:
    """Check that names and titles can stand in a file that is to be written.

    Raises MalformedRecord for a line end, a control character or half of a character: a name made
    elsewhere could otherwise write lines of its own.
    """
    for text in texts:
        if found := _UNWRITABLE.search(text):
            problem = f"the character U+{ord(found[0]):04X} has no place in a ballot file"
            raise MalformedRecord(f"the name {excerpt(text)}", problem)


def _encode(text: str, where: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        problem = f"U+{ord(text[error.start]):04X} is not a character on its own"
        raise MalformedRecord(at_line(where, line), problem) from None


def _decode(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"the byte 0x{data[error.start]:02X} is not UTF-8 text; save the file as UTF-8"
        raise MalformedRecord(at_line(where, line), problem) from None
