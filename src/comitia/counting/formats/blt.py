r"""BLT, the format of Hill, Wichmann and Woodall (Algorithm 123, 1987), with common additions.

An example with 4 candidates for 2 seats, the second of whom withdrew:

    4 2
    -2
    3 1 3 4 0       # three papers: 1 first, then 3, then 4
    2 4 1=3 0       # 1 and 3 share the second place
    1 3 - 1 0       # the second place is left empty
    (A-17) 1 2 0    # one paper that bears a number
    0
    "Adam"
    "Basil"
    "Charlotte"
    "Donald \"Don\" Dee"
    "Title"

White space and line ends separate the words, so several papers or names may share a line; but a
paper ends, with its 0, on the line where it begins. Some writers leave that 0 out and others break
long papers over lines: accepting either could join two papers into one, so both are refused.

Additions that are read: ``#`` comments; ``=``, ``-`` and ``(id)`` as OpenSTV writes them, the id
before a weight of 1 (ids are checked to be distinct and then dropped); ``\"``, ``\\`` and ``""`` in
quoted text. Not read: decimal weights, Droop's options in square brackets and ``/* */`` comments,
equal ranks in parentheses, names without quotes, the source and comment that may follow the title.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from comitia.counting.formats.reading import (
    at_line,
    check_contest,
    check_count,
    check_ranked,
    decode_text,
    excerpt,
    parse_number,
)
from comitia.counting.profile import Candidate, Paper, Profile, Rank
from comitia.errors import MalformedRecord

_END_MARK = "0"
_SKIPPED = "-"
# Possessive throughout: a failed match is not tried again with a shorter beginning, which would
# take quadratic time and could split one quoted text into two.
_QUOTED = re.compile(r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"')
_ID = re.compile(r"\([^()]*+\)")
_COMMENT = "#"
_WORD = re.compile(
    rf"{_COMMENT}.*+|(?:{_QUOTED.pattern}|{_ID.pattern})(?=[ \t{_COMMENT}]|\Z)|[^ \t{_COMMENT}]++"
)
_FRACTION = re.compile(r"[0-9]*[.,/][0-9]+")
_ESCAPE = re.compile(r'\\["\\]|""|\\')


class _Word(NamedTuple):
    """A word and its place; the end of the file is a word without text, on line 0."""

    text: str
    line: int
    where: str

    @property
    def found(self) -> str:
        return excerpt(self.text) if self.text else "the end of the file"

    def refusal(self, problem: str) -> MalformedRecord:
        return MalformedRecord(self.where, problem)

    def number(self, meaning: str) -> int:
        if not self.text:
            raise self.refusal(f"expected {meaning}, found {self.found}")
        return parse_number(self.text, self.where, meaning)


@dataclass
class _Reader:
    """The words that are still to be read, and what the papers so far have in common.

    ids: every paper's id met so far.
    ranks: one value for all places written alike; it spares most of the memory and work.
    """

    words: Iterator[_Word]
    candidates: int
    ids: set[str] = field(default_factory=set)
    ranks: dict[str, Rank] = field(default_factory=dict)

    def take(self) -> _Word:
        return next(self.words)


def parse_blt(text: str | bytes, where: str) -> Profile:
    """Read the papers of one election from a BLT file.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever the module's opening does not list.
    """
    words = _split(decode_text(text, where), where)
    header = next(words)
    reader = _Reader(words, header.number("the number of candidates"))
    seats = reader.take().number("the number of seats")
    withdrawn, word = _parse_withdrawn(reader)
    check_contest(seats, reader.candidates - len(withdrawn), header.where)
    papers = _parse_papers(reader, word)
    candidates = _parse_candidates(reader)
    return Profile(_parse_title(reader), seats, candidates, papers, withdrawn)


def _split(text: str, where: str) -> Iterator[_Word]:
    """Yield the words of the file, then its end as often as it is asked for."""
    lines = text.rstrip().split("\n")
    for line, content in enumerate(lines, 1):
        place = at_line(where, line)
        for word in _WORD.findall(content):
            if not word.startswith(_COMMENT):
                yield _Word(word, line, place)
    end = _Word("", 0, at_line(where, len(lines)))
    while True:
        yield end


def _parse_withdrawn(reader: _Reader) -> tuple[frozenset[int], _Word]:
    """Return the withdrawn candidates and the first word after them."""
    withdrawn: set[int] = set()
    while (word := reader.take()).text.startswith("-"):
        number = parse_number(word.text[1:], word.where, "a withdrawn candidate's number")
        check_ranked([number], reader.candidates, word.where)
        if number in withdrawn:
            raise word.refusal(f"candidate {number} is withdrawn twice")
        withdrawn.add(number)
    return frozenset(withdrawn), word


def _parse_papers(reader: _Reader, word: _Word) -> tuple[Paper, ...]:
    papers = []
    while word.text != _END_MARK:
        papers.append(_parse_paper(reader, word))
        word = reader.take()
    return tuple(papers)


def _parse_paper(reader: _Reader, start: _Word) -> Paper:
    count = _parse_count(reader, start)
    ranking: list[Rank] = []
    while (word := _take_on_line(reader, start)).text != _END_MARK:
        ranking.append(_parse_rank(reader, word))
    check_ranked([number for rank in ranking for number in rank], reader.candidates, start.where)
    return Paper(count, tuple(ranking))


def _take_on_line(reader: _Reader, start: _Word) -> _Word:
    word = reader.take()
    if word.line != start.line:
        raise start.refusal("the paper is not ended by 0 on its line")
    return word


def _parse_count(reader: _Reader, start: _Word) -> int:
    if start.text.startswith("["):
        raise start.refusal(f"options in square brackets cannot be read, found {start.found}")
    if start.text.startswith("("):
        return _parse_id(reader, start)
    if _FRACTION.fullmatch(start.text):
        raise start.refusal(f"the number of papers is not whole: {start.found} cannot be read")
    count = start.number("the number of papers or a closing 0")
    check_count(count, start.where)
    return count


def _parse_id(reader: _Reader, start: _Word) -> int:
    identifier = start.text[1:-1].strip()
    if not _ID.fullmatch(start.text) or not identifier:
        raise start.refusal(f"expected a paper's id in parentheses, found {start.found}")
    # The same id again may be the same paper again.
    if identifier in reader.ids:
        raise start.refusal(f"the id {excerpt(identifier)} stands on two papers")
    reader.ids.add(identifier)
    word = _take_on_line(reader, start)
    if word.text != "1":
        # Droop leaves the weight out, so the word could be a candidate.
        raise word.refusal(f"a weight of 1 must follow a paper's id, found {word.found}")
    return 1


def _parse_rank(reader: _Reader, word: _Word) -> Rank:
    rank = reader.ranks.get(word.text)
    if rank is None:
        numerals = [] if word.text == _SKIPPED else word.text.split("=")
        meaning = "a candidate's number"
        rank = tuple(parse_number(numeral, word.where, meaning) for numeral in numerals)
        reader.ranks[word.text] = rank
    return rank


def _parse_candidates(reader: _Reader) -> tuple[Candidate, ...]:
    named = []
    # A header can claim any number; the end of the file ends this loop by refusing.
    for number in range(1, reader.candidates + 1):
        meaning = f"the name of candidate {number} of {reader.candidates}"
        named.append(Candidate(_parse_quoted(reader.take(), meaning)))
    return tuple(named)


def _parse_title(reader: _Reader) -> str:
    title = _parse_quoted(reader.take(), "the title")
    after = reader.take()
    if after.text:
        problem = f"nothing may follow the title, found {after.found}"
        raise after.refusal(f"{problem}; the header's number of candidates is {reader.candidates}")
    return title


def _parse_quoted(word: _Word, meaning: str) -> str:
    if not word.text.startswith('"'):
        raise word.refusal(f"expected {meaning} in double quotes, found {word.found}")
    if not _QUOTED.fullmatch(word.text):
        problem = f'{meaning} has no closing quote on its line, or a quote inside that is not \\"'
        raise word.refusal(f"{problem}, found {word.found}")
    content = word.text[1:-1]
    if "\\" in _ESCAPE.findall(content):
        raise word.refusal(f"in {meaning}, a backslash must stand before a quote or a backslash")
    return _ESCAPE.sub(lambda escape: escape[0][1], content).strip()
