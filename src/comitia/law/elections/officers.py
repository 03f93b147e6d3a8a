"""The officers of an election, and which parts in it nobody has together (R9).

Who makes credentials never helps to open a result, who runs the election never judges it, who
stands has no other part. A scrutineer comes from outside and has no part in the organisation at
all: with a pseudonym of another context that can be seen only where it is the same one.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from comitia.law.errors import Code, RuleViolation


class Part(StrEnum):
    """What somebody is in an election. MEMBER: of the organisation. KEEPER: of its register."""

    MEMBER = "member"
    KEEPER = "keeper"
    CANDIDATE = "candidate"
    RETURNING_OFFICER = "returning_officer"
    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    SCRUTINEER = "scrutineer"


OFFICES: Final = frozenset({Part.RETURNING_OFFICER, Part.REGISTRAR, Part.TRUSTEE, Part.SCRUTINEER})
"""The parts to which somebody is named."""

SINGLE: Final = OFFICES - {Part.TRUSTEE}
"""Those that one person has at a time."""


def _pair(one: Part, other: Part) -> frozenset[Part]:
    return frozenset({one, other})


CONFLICTS: Final = frozenset(
    {
        *(_pair(Part.CANDIDATE, office) for office in OFFICES),
        *(_pair(Part.SCRUTINEER, part) for part in Part if part is not Part.SCRUTINEER),
        _pair(Part.RETURNING_OFFICER, Part.REGISTRAR),
        _pair(Part.RETURNING_OFFICER, Part.TRUSTEE),
        _pair(Part.REGISTRAR, Part.TRUSTEE),
        _pair(Part.KEEPER, Part.REGISTRAR),
        _pair(Part.KEEPER, Part.TRUSTEE),
    }
)
"""Parts that one person never has together: with the keeper's list and the credentials somebody
could vote for others, with credentials and a key to the result see who voted how."""


def require_compatible(parts: Collection[Part], new: Part, subject: str) -> None:
    """Refuse a part that somebody cannot have beside those given. Raises RuleViolation."""
    refused = [part for part in Part if part in parts and _pair(part, new) in CONFLICTS]
    if refused:
        raise RuleViolation(Code.OFFICER_CONFLICT, subject, f"nobody who is {refused[0]}", f"{new}")
