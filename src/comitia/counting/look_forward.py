"""Ties decided by the earliest point of a count at which the tied candidates differed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foremost:
    """Who is left of a tie after looking forward.

    stage: at which the last of the others fell away; None where nobody did.
    """

    candidates: tuple[int, ...]
    stage: int | None


class Points:
    """The votes of all candidates at every point of a count, from the first on."""

    def __init__(self) -> None:
        """Begin without any point."""
        self._points: list[tuple[int, dict[int, int]]] = []

    def note(self, stage: int, votes: Mapping[int, int]) -> None:
        """Record a point: the stage it belongs to, counted from 1, and everybody's votes."""
        self._points.append((stage, dict(votes)))

    def look_forward(self, tied: Collection[int], *, most: bool) -> Foremost:
        """Return who had the most (or the fewest) votes where the tied first differed.

        Of several, those between whom a later point decides, and so on; candidates who were equal
        at every point stay together.
        """
        left, decided_at = tuple(sorted(tied)), None
        for stage, votes in self._points:
            wanted = (max if most else min)(votes[n] for n in left)
            nearer = tuple(n for n in left if votes[n] == wanted)
            if nearer != left:
                left, decided_at = nearer, stage
        return Foremost(left, decided_at)
