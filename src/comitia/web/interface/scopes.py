"""What a token is good for: which rooms it reads, which acts it does, in which part of the tree.

A scope only takes away. What its owner may not see or do at that moment, no scope gives.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from comitia.law.permissions import Act
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.kinds import KINDS
from comitia.record.kinds.values import Identifier


@unique
class Area(StrEnum):
    """What can be read: a room each."""

    ORGANISATION = "organisation"
    RULEBOOK = "rulebook"
    REGISTER = "register"
    RECORD = "record"


_KINDS: Final = frozenset(kind.name for kind in KINDS.values())
ACTS: Final = frozenset(act for act in Act if act in _KINDS) - {Act.ORGANISATION_FOUND}
"""What a token can be made for: what leaves an entry. The founding is not done by a program."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A reach. branch: it and those below, of the register and for acts; None means everywhere."""

    reads: frozenset[Area] = frozenset()
    acts: frozenset[Act] = frozenset()
    branch: Identifier | None = None

    def covers(self, path: Sequence[str]) -> bool:
        """Whether a branch lies within it. path: the branches from the top down to that one."""
        return self.branch is None or self.branch in path

    def to_text(self) -> str:
        """Return it as it is stored."""
        parts: dict[str, Json] = {
            "acts": [*sorted(self.acts)],
            "branch": self.branch,
            "reads": [*sorted(self.reads)],
        }
        return canonical_bytes(parts).decode()


def read_scope(text: str) -> Scope:
    """Return the scope that was stored.

    An act or a room that this version does not know is left out: it could not be used either.
    """
    parts = json.loads(text)
    return Scope(
        frozenset(one for one in Area if one in parts["reads"]),
        frozenset(one for one in ACTS if one in parts["acts"]),
        parts["branch"],
    )
