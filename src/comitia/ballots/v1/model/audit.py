"""A ballot that its voter opened instead of casting it (``docs/reference/audited-ballots.md``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.model.ballot import UnsignedBallot
from comitia.ballots.v1.model.canonical import Json, canonical_json
from comitia.curve import Scalar

AUDIT_VERSION: Final = 1


@dataclass(frozen=True, slots=True, repr=False)
class Opening:
    """What the maker of a ciphertext (g^r, y^r g^m) knows: its randomness r and its value m."""

    randomness: Scalar
    value: int

    def to_json(self) -> Json:
        """Return the object of the file."""
        return {"value": self.value, "randomness": self.randomness.text}


@dataclass(frozen=True, slots=True, repr=False)
class RankedOpening:
    """The same of the ciphertext of a ranked answer, which holds a number for every choice."""

    randomness: Scalar
    values: tuple[int, ...]

    def to_json(self) -> Json:
        """Return the object of the file."""
        return {"values": list(self.values), "randomness": self.randomness.text}


AnyOpening = Opening | RankedOpening


@dataclass(frozen=True, slots=True, repr=False)
class AuditedBallot:
    """An unsigned ballot with the opening of every ciphertext, one flat row a question."""

    unsigned: UnsignedBallot
    openings: tuple[tuple[AnyOpening, ...], ...]

    def to_bytes(self) -> bytes:
        """Return the file's bytes."""
        openings: list[Json] = [[opening.to_json() for opening in row] for row in self.openings]
        ballot = self.unsigned.to_json()
        return canonical_json({"version": AUDIT_VERSION, "ballot": ballot, "openings": openings})
