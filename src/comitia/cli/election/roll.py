"""The roll that the registrar makes credentials for: one voter a line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from comitia.errors import MalformedRecord

LARGEST_ROLL_BYTES: Final = 64 * 2**20
_WEIGHT: Final = re.compile(r"0|[1-9][0-9]{0,11}", re.ASCII)
_MOST_FIELDS: Final = 3


@dataclass(frozen=True, slots=True)
class Roll:
    """Who may vote, in the order of the file.

    weights: one a voter, or None where no line states one.
    """

    voters: tuple[str, ...]
    weights: tuple[int, ...] | None


def parse_roll(data: bytes) -> Roll:
    """Return the voters of lines ``ADDRESS[,LOGIN[,WEIGHT]]``; the reference takes the same.

    A voter is called by the login, or by the address where there is none. Raises MalformedRecord
    with the number of the line.
    """
    try:
        lines = data.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedRecord("roll", f"not UTF-8 at byte {error.start}") from None
    voters: dict[str, str] = {}
    names: list[str] = []
    weights: list[int] = []
    weighted = False
    for number, line in enumerate(lines, 1):
        where = f"roll, line {number}"
        voter, weight = _parse_line(line, where)
        if (earlier := voters.setdefault(_key_of(voter), where)) != where:
            raise MalformedRecord(where, f"this voter stands in {earlier} already")
        names.append(voter)
        weighted = weighted or weight is not None
        weights.append(1 if weight is None else weight)
    return Roll(tuple(names), tuple(weights) if weighted else None)


def _key_of(voter: str) -> str:
    """Return what two spellings of one name have in common."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", voter).casefold())


def _parse_line(line: str, where: str) -> tuple[str, int | None]:
    fields = line.removesuffix("\r").split(",")
    if len(fields) > _MOST_FIELDS or not fields[0].strip():
        raise MalformedRecord(where, "expected ADDRESS, ADDRESS,LOGIN or ADDRESS,LOGIN,WEIGHT")
    address, login, weight = (*fields, "", "")[:_MOST_FIELDS]
    voter = login or address
    if not voter.isprintable():
        raise MalformedRecord(where, "a voter's name holds a character that cannot be printed")
    if voter != voter.strip():
        raise MalformedRecord(where, "a voter's name begins or ends with a space")
    if weight and not _WEIGHT.fullmatch(weight):
        raise MalformedRecord(where, "expected a weight of 0 or a whole number without sign")
    return voter, int(weight) if weight else None
