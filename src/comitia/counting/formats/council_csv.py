"""The CSV in which the ballots of Scottish council wards are collected (scot-elex).

An example with 3 candidates for 1 seat; every line ends with a comma, which may be missing:

    3,1,
    12,2,
    7,3,1,
    "Candidate 1","Ann Adams","Independent (Ind)",
    "Candidate 2","Bob Brown","Labour (Lab)",
    "Candidate 3","Cat Clark","Green (Gr)",
    "Ward 1 - Anytown",

The first line holds the numbers of candidates and seats. A line of papers holds their number, then
candidates in order of preference: nothing follows on a blank paper. The format knows neither equal
nor skipped ranks nor withdrawn candidates. Empty lines may stand at the end only.
"""

import re
from collections.abc import Sequence

from comitia.counting.formats.reading import (
    MAX_DIGITS,
    at_line,
    check_candidates,
    check_contest,
    check_count,
    check_ranked,
    decode_text,
    excerpt,
    parse_number,
)
from comitia.counting.profile import Candidate, Paper, Profile, WrittenPapers, letter_of
from comitia.errors import MalformedRecord

_HEADER_FIELDS = 2
_FIELD = r'"([^"]*+(?:""[^"]*+)*+)"'
_CANDIDATE = re.compile(rf'"Candidate ([0-9]+)",{_FIELD},{_FIELD},?')
_FIELD_ALONE = re.compile(_FIELD)
_PLAIN = re.compile(r"[0-9,\n]*+")
_MOST_CANDIDATES = 99
"""Of papers that are read together; beyond, a file would be gone through too often."""


def parse_council_csv(text: str | bytes, where: str) -> Profile:
    """Read the papers of one ward from a council CSV.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever departs from the format.
    """
    content = decode_text(text, where).rstrip()
    lines = content.split("\n")
    candidates, seats = _parse_header(lines[0], at_line(where, 1))
    body, _, _ = content[len(lines[0]) :].partition('\n"')
    start = body.count("\n") + 1
    papers = _read_papers(body[1:], candidates) or tuple(
        _parse_paper(line, candidates, at_line(where, number))
        for number, line in enumerate(lines[1:start], 2)
    )
    named = _parse_candidates(lines, start, candidates, where)
    title = _parse_title(lines, start + candidates, where)
    return Profile(title, seats, named, papers)


def _parse_header(line: str, where: str) -> tuple[int, int]:
    fields = _split(line)
    if len(fields) != _HEADER_FIELDS:
        problem = f'expected the numbers of candidates and seats ("7,4,"), found {excerpt(line)}'
        raise MalformedRecord(where, problem)
    candidates = parse_number(fields[0], where, "the number of candidates")
    check_candidates(candidates, where)
    seats = parse_number(fields[1], where, "the number of seats")
    check_contest(seats, candidates, where)
    return candidates, seats


def _read_papers(text: str, candidates: int) -> WrittenPapers | None:
    """Return the papers where all lines are right and written in the usual way, else None.

    This is ``_parse_paper`` for all lines together, several times as fast: nothing here runs in
    Python for each preference. It decides only whether all is right, and leaves numbers with
    leading zeros and other rarities too to ``_parse_paper``, which also finds the line that is
    wrong.
    """
    if candidates > _MOST_CANDIDATES or not _PLAIN.fullmatch(text):
        return None
    body = f"{text}\n"
    if body.count(",\n") < body.count("\n"):
        body = body.replace(",\n", "\n").replace("\n", ",\n")
    # From here on each candidate is one character, as in a written ranking: "7,10,2," is "7,:,2,".
    for number in range(10, candidates + 1):
        body = body.replace(f",{number},", f",{letter_of(number)},")
    numerals, rankings = [], []
    for line in body.split("\n")[:-1]:
        numeral, _, preferences = line.partition(",")
        numerals.append(numeral)
        rankings.append(preferences[::2])
    places = sum(map(len, rankings))
    letters = {letter_of(number) for number in range(1, candidates + 1)}
    # An empty numeral, or one of too many digits, is as wrong as 0.
    numbers = {
        numeral: int(numeral) if 0 < len(numeral) <= MAX_DIGITS else 0 for numeral in set(numerals)
    }
    all_right = (
        # What is taken as candidates are candidates, so no comma is among them. Then every second
        # character is one, or there were fewer.
        letters.issuperset("".join(rankings))
        and body.count(",") == len(numerals) + places
        # Nobody stands twice on a paper.
        and sum(map(len, map(set, rankings))) == places
        and all(numbers.values())
    )
    return WrittenPapers(map(numbers.__getitem__, numerals), rankings) if all_right else None


def _parse_paper(line: str, candidates: int, where: str) -> Paper:
    count, *preferences = _split(line)
    papers = parse_number(count, where, "the number of papers")
    check_count(papers, where)
    ranked = [parse_number(field, where, "a candidate's number") for field in preferences]
    check_ranked(ranked, candidates, where)
    return Paper(papers, tuple((number,) for number in ranked))


def _parse_candidates(
    lines: Sequence[str], start: int, candidates: int, where: str
) -> tuple[Candidate, ...]:
    named = []
    # A header can claim too many, so the file's end is looked for at each step.
    for number in range(1, candidates + 1):
        line = _line(lines, start + number - 1, f"candidate {number} of {candidates}", where)
        named.append(_parse_candidate(line, number, at_line(where, start + number)))
    return tuple(named)


def _parse_candidate(line: str, number: int, where: str) -> Candidate:
    fields = _CANDIDATE.fullmatch(line)
    if fields is None or fields[1] != str(number):
        problem = f'expected "Candidate {number}","name","party", but found {excerpt(line)}'
        raise MalformedRecord(where, problem)
    return Candidate(_unquote(fields[2]), _unquote(fields[3]))


def _parse_title(lines: Sequence[str], position: int, where: str) -> str:
    line = _line(lines, position, "the ward's name", where)
    title = _unquote_ward(line)
    if title is None:
        problem = f"expected the ward's name in double quotes, found {excerpt(line)}"
        raise MalformedRecord(at_line(where, position + 1), problem)
    if position + 1 < len(lines):
        problem = f"nothing may follow the ward's name, found {excerpt(lines[position + 1])}"
        raise MalformedRecord(at_line(where, position + 2), problem)
    return title


def _unquote_ward(line: str) -> str | None:
    """Return the ward's name, or None where its quotes do not make clear what it is.

    Where a council's own table had quotes, scot-elex put further ones around them instead of
    doubling them as CSV wants it: then the quotes at both ends are no part of the name.
    """
    quoted = line.removesuffix(",")
    if fields := _FIELD_ALONE.fullmatch(quoted):
        return _unquote(fields[1])
    name = quoted.strip('" ')
    around = quoted.startswith('"') and quoted.endswith('"')
    return name if around and name and '"' not in name else None


def _line(lines: Sequence[str], position: int, meaning: str, where: str) -> str:
    if position >= len(lines):
        raise MalformedRecord(at_line(where, len(lines)), f"the file ends before {meaning}")
    return lines[position]


def _split(line: str) -> list[str]:
    return line.removesuffix(",").split(",")


def _unquote(field: str) -> str:
    return field.replace('""', '"').strip()
