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
    at_line,
    check_contest,
    check_count,
    check_ranked,
    decode_text,
    excerpt,
    parse_number,
)
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.errors import MalformedRecord

_HEADER_FIELDS = 2
_FIELD = r'"([^"]*+(?:""[^"]*+)*+)"'
_CANDIDATE = re.compile(rf'"Candidate ([0-9]+)",{_FIELD},{_FIELD},?')
_FIELD_ALONE = re.compile(_FIELD)


def parse_council_csv(text: str | bytes, where: str) -> Profile:
    """Read the papers of one ward from a council CSV.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever departs from the format.
    """
    lines = decode_text(text, where).rstrip().split("\n")
    candidates, seats = _parse_header(lines[0], at_line(where, 1))
    start = next((i for i, line in enumerate(lines) if line.startswith('"')), len(lines))
    papers = tuple(
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
    seats = parse_number(fields[1], where, "the number of seats")
    check_contest(seats, candidates, where)
    return candidates, seats


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
    # A header can claim any number, so the file's end is looked for at each step.
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
