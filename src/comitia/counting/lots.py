"""Ties that a rule leaves to the lot: drawn from a seed, or decided by a person and recorded.

The seed is any text that was committed to before the count (its SHA-256, published). The draw is
stated so that anybody can repeat it with a hash program:

- draw number k of a count (from 1), candidate number n: the SHA-256 of the UTF-8 bytes of
  "comitia-lot-1|k|n|SEED"; of those between whom the lot decides, the lowest hash is drawn;
- one order for all ties of a count, where the rule wants one before it starts: the candidates by
  the SHA-256 of "comitia-order-1|n|SEED", lowest first.

A recorded decision goes before the seed. Where there is neither, nothing is drawn: the count stops
at ``Undecided``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256

from comitia.errors import MalformedRecord


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a tie.

    between: numbers of the tied candidates. decided: one of them. how: in the person's words.
    """

    between: frozenset[int]
    decided: int
    how: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """One candidate out of a tie. how: the recorded words, or None where the seed decided."""

    candidate: int
    how: str | None


class Undecided(Exception):  # noqa: N818 - no error: the count waits for a person
    """A tie that neither rule, seed nor record decides."""


class Lots:
    """The lot of one count; draws are counted."""

    def __init__(self, seed: str | None = None, decisions: Iterable[Decision] = ()) -> None:
        """Take the committed seed and the recorded decisions, in the order of their use."""
        self._seed = seed
        self._decisions = list(decisions)
        self._drawn = 0

    @property
    def commitment(self) -> str | None:
        """The SHA-256 of the seed, which was to be published before the count."""
        return None if self._seed is None else sha256(self._seed.encode()).hexdigest()

    def draw(
        self, between: Collection[int], *, preset: bool = False, by_person: bool = False
    ) -> Drawn:
        """Return one of several candidates; preset: the one who stands first in the one order.

        by_person: a recorded decision only, whatever the seed.
        Raises Undecided where nobody and nothing decides.
        """
        self._drawn += 1
        if (decision := self._take_decision(frozenset(between))) is not None:
            return Drawn(decision.decided, decision.how)
        if self._seed is None or by_person:
            raise Undecided
        what = "comitia-order-1" if preset else f"comitia-lot-1|{self._drawn}"
        return Drawn(min(between, key=lambda n: self._hash(what, n)), None)

    def require_all_used(self) -> None:
        """Raise MalformedRecord for a recorded decision about a tie that did not occur."""
        if self._decisions:
            numbers = ", ".join(map(str, sorted(self._decisions[0].between)))
            problem = f"this count has no (further) tie between candidates {numbers}"
            raise MalformedRecord("decisions", problem)

    def _take_decision(self, between: frozenset[int]) -> Decision | None:
        for place, decision in enumerate(self._decisions):
            if decision.between == between:
                return self._decisions.pop(place)
        return None

    def _hash(self, what: str, number: int) -> bytes:
        return sha256(f"{what}|{number}|{self._seed}".encode()).digest()
