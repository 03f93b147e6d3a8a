r"""BLT, the format of Hill, Wichmann and Woodall (Algorithm 123, 1987), with common additions.

An example with 4 candidates for 2 seats, the second of whom withdrew:

    4 2
    -2
    [nick adam basil char don]
    3 1 3 4 0       # three papers: 1 first, then 3, then 4
    2 4 1=3 0       # 1 and 3 share the second place
    2.0 don 0       # two papers for 4
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
quoted text; whole weights with a decimal point, as OpenTally writes them ("2.0"); before the papers
Droop's options ``[nick ...]`` (a short name of each candidate, for use on the papers),
``[withdrawn ...]`` (as ``-2``) and ``[tie ...]``, an order for ties, which is checked and not used:
here a tie is decided by the rule, the lot or a person, on the sheet. SecurePoll cuts names at 20
characters, so two may be equal; that is no fault. Not read: weights that are not whole, other
options, ``/* */`` comments, equal ranks in parentheses, names without quotes, the source and the
comment that may follow the title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from comitia.counting.formats.reading import (
    at_line,
    check_candidates,
    check_contest,
    check_count,
    check_ranked,
    check_writable,
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
_WHOLE = re.compile(r"([0-9]+)\.0+")
# Nothing that could be a number, a rank or the end of the option.
_NICKNAME = re.compile(r'[^\W\d][^"#()=\[\]]*')
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

    withdrawn: numbers of the candidates who left. nicknames: their numbers by short name.
    ids: every paper's id met so far.
    ranks: one value for all places written alike; it spares most of the memory and work.
    """

    words: Iterator[_Word]
    candidates: int
    withdrawn: set[int] = field(default_factory=set)
    nicknames: dict[str, int] = field(default_factory=dict)
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
    check_candidates(reader.candidates, header.where)
    seats = reader.take().number("the number of seats")
    word = _parse_options(reader)
    check_contest(seats, reader.candidates - len(reader.withdrawn), header.where)
    papers = _parse_papers(reader, word)
    candidates = _parse_candidates(reader)
    return Profile(_parse_title(reader), seats, candidates, papers, frozenset(reader.withdrawn))


def write_blt(profile: Profile) -> str:
    """Return the papers of an election as a BLT file.

    Parties and the number of rejected papers have no place in it and are left out.

    Raises MalformedRecord where the profile does not say how many seats there are, or holds a name
    that no file can hold.
    """
    if profile.seats == 0:
        raise MalformedRecord("seats", "a BLT file says how many are elected; state the number")
    texts = [*(candidate.name for candidate in profile.candidates), profile.title]
    check_writable(texts)
    lines = [f"{len(profile.candidates)} {profile.seats}"]
    lines += [f"-{number}" for number in sorted(profile.withdrawn)]
    lines += [_write_paper(paper) for paper in profile.papers]
    return "\n".join([*lines, _END_MARK, *map(_write_quoted, texts), ""])


def _write_paper(paper: Paper) -> str:
    ranks = ("=".join(map(str, rank)) or _SKIPPED for rank in paper.ranking)
    return " ".join([str(paper.count), *ranks, _END_MARK])


def _write_quoted(text: str) -> str:
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


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


def _parse_options(reader: _Reader) -> _Word:
    """Read what may stand between header and papers, and return the first word after it."""
    while (word := reader.take()).text.startswith(("-", "[")):
        if word.text.startswith("-"):
            meaning = "a withdrawn candidate's number"
            _withdraw(reader, parse_number(word.text[1:], word.where, meaning), word)
        else:
            _parse_option(reader, word)
    return word


def _withdraw(reader: _Reader, number: int, word: _Word) -> None:
    check_ranked([number], reader.candidates, word.where)
    if number in reader.withdrawn:
        raise word.refusal(f"candidate {number} is withdrawn twice")
    reader.withdrawn.add(number)


def _parse_option(reader: _Reader, start: _Word) -> None:
    name, values = _take_option(reader, start)
    match name:
        case "[nick":
            reader.nicknames = _parse_nicknames(values, reader.candidates, start)
        case "[tie":
            _check_order(reader, values, start)
        case "[withdrawn":
            for value in values:
                _withdraw(reader, _parse_candidate(reader, value), value)
        case _:
            raise start.refusal(f"the option {excerpt(name)} cannot be read")


def _check_order(reader: _Reader, values: Sequence[_Word], start: _Word) -> None:
    numbers = [_parse_candidate(reader, value) for value in values]
    for number in numbers:
        check_ranked([number], reader.candidates, start.where)
    if not len(numbers) == len(set(numbers)) == reader.candidates:
        problem = f"must name each of {reader.candidates} candidates once"
        raise start.refusal(f"the order for ties {problem}")


def _take_option(reader: _Reader, start: _Word) -> tuple[str, list[_Word]]:
    """Return the name of an option and the words within its brackets."""
    words = [start]
    while not words[-1].text.endswith("]"):
        word = reader.take()
        if word.line != start.line:
            raise start.refusal("the option is not ended by ] on its line")
        words.append(word)
    words[-1] = words[-1]._replace(text=words[-1].text.removesuffix("]"))
    return words[0].text, [word for word in words[1:] if word.text]


def _parse_nicknames(values: Sequence[_Word], candidates: int, start: _Word) -> dict[str, int]:
    nicknames = {value.text: number for number, value in enumerate(values, 1)}
    if not len(values) == len(nicknames) == candidates:
        problem = f"expected {candidates} different nicknames, one a candidate"
        raise start.refusal(f"{problem}, found {len(nicknames)}")
    for value in values:
        if not _NICKNAME.fullmatch(value.text):
            raise value.refusal(f"a nickname must begin with a letter, found {value.found}")
    return nicknames


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
        raise start.refusal(f"options stand before the papers, found {start.found}")
    if start.text.startswith("("):
        return _parse_id(reader, start)
    if whole := _WHOLE.fullmatch(start.text):
        count = parse_number(whole[1], start.where, "the number of papers")
    elif _FRACTION.fullmatch(start.text):
        raise start.refusal(f"the number of papers is not whole: {start.found} cannot be read")
    else:
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
        texts = [] if word.text == _SKIPPED else word.text.split("=")
        rank = tuple(_parse_candidate(reader, word._replace(text=text)) for text in texts)
        reader.ranks[word.text] = rank
    return rank


def _parse_candidate(reader: _Reader, word: _Word) -> int:
    number = reader.nicknames.get(word.text)
    return parse_number(word.text, word.where, "a candidate's number") if number is None else number


def _parse_candidates(reader: _Reader) -> tuple[Candidate, ...]:
    named = []
    # A header can claim too many; the end of the file ends this loop by refusing.
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
