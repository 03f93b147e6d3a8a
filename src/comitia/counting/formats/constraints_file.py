"""Constraints on who may be elected together, as a file of JSON that a person writes.

    {
      "groups": {
        "Acme": {"members": ["Ada", "Bo"], "at_most": 1},
        "women": {"members": ["Ada", "Cy", "Di"], "at_least": 2}
      }
    }

Each group has a name, its members as the count sheet names them, and one bound or both. Whether the
bounds can be met at all is seen when they are counted with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from comitia.counting.constraints import Constraint
from comitia.counting.formats.reading import excerpt
from comitia.counting.formats.strict_json import (
    Value,
    as_candidates,
    as_fields,
    as_number,
    as_object,
    as_text,
    numbers_of,
    parse_value,
)
from comitia.errors import MalformedRecord

LONGEST_NAME: Final = 60
"""Of a group: sentences and messages name several."""


def parse_constraints(data: bytes, names: Sequence[str]) -> tuple[Constraint, ...]:
    """Return the constraints of a file, in its order.

    names: of the candidates, each unique, as ``display_names`` makes them.

    Raises MalformedRecord, naming line or group and field, for anything else than the format.
    """
    whole = as_fields(parse_value(data, "constraints"), "constraints", ("groups",))
    groups = as_object(whole["groups"], "groups", "a group for each name")
    numbers = numbers_of(names)
    return tuple(_constraint(name, value, numbers) for name, value in groups.items())


def _constraint(name: str, value: Value, numbers: Mapping[str, int]) -> Constraint:
    as_text(name, "the name of a group", LONGEST_NAME)
    where = f"group {excerpt(name)}"
    fields = as_fields(value, where, ("members",), ("at_least", "at_most"))
    members = as_candidates(fields["members"], f"{where}, members", numbers)
    if not members:
        raise MalformedRecord(f"{where}, members", "expected at least one candidate")
    least = as_number(fields.get("at_least", 0), f"{where}, at_least")
    most = as_number(fields["at_most"], f"{where}, at_most") if "at_most" in fields else None
    if least == 0 and most is None:
        raise MalformedRecord(where, "expected at_most, or at_least from 1 on")
    if most is not None and least > most:
        raise MalformedRecord(where, f"at_least ({least}) is more than at_most ({most})")
    return Constraint(name, members, least, most)
