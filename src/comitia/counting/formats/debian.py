r"""Tally sheets of Debian's votes, as its program devotee publishes them.

An example with 3 options; tabs may stand where here are spaces:

         Option 1---->: Bring the summit forward
       /  Option 2--->: Keep the date
       |/  Option 3-->: None of the above
       ||/
    V: 213 5d41402abc4b2a76b9719d911017c592
    V: 1-2 7d793037a0760186574b0282f2f435e7
    V: --1 0cc175b9c0f1b6a831c399e269772661

A vote has one character an option, in the order of the options: the rank that the voter gave it, or
``-`` for none. Ranks above 9 are letters, A for 10 to Z for 35 (devotee reads and writes them in
base 36). Ranks may be equal and may be skipped. Behind the vote stands who cast it, a login or a
hash; it is checked to be on no other vote and then dropped, with any name that follows.

Text before the first vote is passed over, except the names of the options; where there are none,
they are called "Option 1", "Option 2" and so on. Read in published sheets of 2002 to 2018 and in
devotee's dvt-parse and dvt-tally. The sheet that stands in while a vote is open, whose votes are
made up, is refused.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from comitia.counting.formats.reading import decode_text, excerpt, lines_of
from comitia.counting.profile import Candidate, Paper, Profile, Ranking
from comitia.errors import MalformedRecord

MOST_OPTIONS: Final = 35
"""A rank is one character."""

_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNRANKED: Final = "-"
_MARK: Final = "V:"
_VOTE = re.compile(r"V:[ \t]++([-0-9A-Za-z]++)(?:[ \t]++([^ \t]++).*+)?+")
_OPTION = re.compile(r"[|/ \t]*+Option[ \t]++([0-9A-Z]++)[ \t]*+-*+>?+:[ \t]*+(.*+)")
_DUMMY: Final = "DUMMY TALLY SHEET"


def parse_debian(text: str | bytes, where: str) -> Profile:
    """Read the papers of a Debian vote from its tally sheet.

    where: the file's name for messages.

    Raises MalformedRecord, with the line, for whatever departs from the format.
    """
    lines = list(lines_of(decode_text(text, where), where))
    start = next((n for n, (line, _) in enumerate(lines) if line.startswith(_MARK)), len(lines))
    names = _parse_options(lines[:start])
    votes = [_parse_vote(line, place) for line, place in lines[start:]]
    if not votes:
        raise MalformedRecord(where, "there is no vote, no line such as 'V: 12-3'")
    names = names or [f"Option {n}" for n in range(1, len(votes[0][0]) + 1)]
    if len(names) > MOST_OPTIONS:
        problem = f"there are {len(names)} options; ranks of one character reach {MOST_OPTIONS}"
        raise MalformedRecord(where, problem)
    papers = _parse_votes(votes, len(names), [place for _, place in lines[start:]])
    return Profile("", 0, tuple(map(Candidate, names)), papers)


def _parse_options(lines: Iterable[tuple[str, str]]) -> list[str]:
    names: list[str] = []
    for line, place in lines:
        if _DUMMY in line:
            raise MalformedRecord(place, "these votes are made up: the vote was still open")
        option = _OPTION.fullmatch(line)
        if option is None:
            continue
        number = len(names) + 1
        if option[1] not in {str(number), _DIGITS[number : number + 1]}:
            raise MalformedRecord(place, f"expected option {number}, found {excerpt(option[1])}")
        names.append(option[2])
    return names


def _parse_vote(line: str, where: str) -> tuple[str, str]:
    """Return the ranks of a vote, and who cast it: empty where the line does not say."""
    vote = _VOTE.fullmatch(line)
    if vote is None:
        raise MalformedRecord(where, f"expected a vote such as 'V: 12-3', found {excerpt(line)}")
    return vote[1], vote[2] or ""


def _parse_votes(
    votes: Sequence[tuple[str, str]], options: int, places: Sequence[str]
) -> tuple[Paper, ...]:
    known: dict[str, Ranking] = {}
    voters: set[str] = set()
    papers = []
    for (vote, voter), place in zip(votes, places, strict=True):
        if voter and voter in voters:
            raise MalformedRecord(place, f"{excerpt(voter)} has cast another vote in this file")
        voters.add(voter)
        if vote not in known:
            known[vote] = _parse_ranks(vote, options, place)
        papers.append(Paper(1, known[vote]))
    return tuple(papers)


def _parse_ranks(vote: str, options: int, where: str) -> Ranking:
    """Return the places of a paper; one whose rank the voter gave to no option stays empty."""
    if len(vote) != options:
        problem = f"there are {options} options, and {len(vote)} ranks in {excerpt(vote)}"
        raise MalformedRecord(where, problem)
    places: list[list[int]] = [[] for _ in range(options)]
    for number, digit in enumerate(vote, 1):
        if digit == _UNRANKED:
            continue
        rank = _DIGITS.index(digit.upper())
        if not 1 <= rank <= options:
            raise MalformedRecord(where, f"the rank {digit!r} is not from 1 to {options}")
        places[rank - 1].append(number)
    while places and not places[-1]:
        places.pop()
    return tuple(map(tuple, places))
