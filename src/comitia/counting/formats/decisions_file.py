"""Decisions on ties, as a file of JSON that a person writes.

    [
      {"between": ["Ada", "Bo"], "decided": "Bo", "how": "drawn by the returning officer on 3 May"}
    ]

Each names the candidates who were tied, the one whom the tie was decided for, and how that was
done, in words for the count sheet. Candidates are named as there. Decisions about the same
candidates are used one after another, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from comitia.counting.formats.strict_json import (
    Value,
    as_candidate,
    as_candidates,
    as_fields,
    as_list,
    as_text,
    numbers_of,
    parse_value,
)
from comitia.counting.lots import Decision
from comitia.errors import MalformedRecord

LONGEST_WORDS: Final = 1000
"""Of how a tie was decided: it stands on the count sheet."""

_TWO: Final = 2


def parse_decisions(data: bytes, names: Sequence[str]) -> tuple[Decision, ...]:
    """Return the decisions of a file, in its order.

    names: of the candidates, each unique, as ``display_names`` makes them.

    Raises MalformedRecord, naming line or tie and field, for anything else than the format.
    """
    numbers = numbers_of(names)
    listed = as_list(parse_value(data, "decisions"), "decisions", "decisions")
    return tuple(_decision(f"tie {n}", value, numbers) for n, value in enumerate(listed, 1))


def _decision(where: str, value: Value, numbers: Mapping[str, int]) -> Decision:
    fields = as_fields(value, where, ("between", "decided", "how"))
    between = as_candidates(fields["between"], f"{where}, between", numbers)
    if len(between) < _TWO:
        problem = f"expected at least two candidates, found {len(between)}"
        raise MalformedRecord(f"{where}, between", problem)
    decided = as_candidate(fields["decided"], f"{where}, decided", numbers)
    if decided not in between:
        problem = "expected one of the candidates who are tied"
        raise MalformedRecord(f"{where}, decided", problem)
    return Decision(between, decided, as_text(fields["how"], f"{where}, how", LONGEST_WORDS))
