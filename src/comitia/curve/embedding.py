"""Vectors of small integers as group elements, for answers that are opened one by one.

Source: specification sections "Finite fields" and "Ed25519" (``of_ints`` and ``to_ints``). Each
integer has 8 bits; behind them stands the smallest padding that makes the number a member of the
group. The search takes a time that depends on the integers; it is for whoever knows them anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comitia.curve.interface import Element, Group

BITS: Final = 8
LARGEST: Final = 2**BITS - 1


@dataclass(frozen=True, slots=True)
class Embedding:
    """How a group's elements hold integers.

    padding: the bits that are free for making the number a member. most: how many integers fit.
    base: in which the group writes its numbers. digits: how many it always writes, or 0.
    """

    group: Group
    padding: int
    most: int
    base: int
    digits: int

    def embed(self, integers: Sequence[int]) -> Element:
        """Return the element that holds these integers, each from 0 to 255.

        Raises ``ValueError`` for others, for too many, and where no padding makes a member, which
        has a chance below 2^-256.
        """
        if len(integers) > self.most or not all(0 <= value <= LARGEST for value in integers):
            raise ValueError(f"at most {self.most} integers from 0 to {LARGEST} can be held")
        for padded in self.numbers(integers):
            if (element := self.group.find_element(self._text(padded))) is not None:
                return element
        raise ValueError("no element holds these integers")

    def numbers(self, integers: Sequence[int]) -> range:
        """Return the numbers that hold these integers, with every padding."""
        number = int.from_bytes(bytes(integers), "big") << self.padding
        return range(number, number + (1 << self.padding))

    def extract(self, element: Element, count: int) -> tuple[int, ...]:
        """Return the last ``count`` integers of an element; whatever else it holds is ignored.

        Whether it is the element that ``embed`` makes of them is for the caller to compare.
        """
        number = int(element.text, self.base) >> self.padding
        return tuple(number >> BITS * place & LARGEST for place in reversed(range(count)))

    def _text(self, number: int) -> str:
        return f"{number:0{self.digits}x}" if self.digits else str(number)


def expect_embedding(group: Group) -> Embedding:
    """Return how a group holds integers; ``ValueError`` for one that does not."""
    if (embedding := embedding_of(group)) is None:
        raise ValueError(f"{group.name} holds no integers")
    return embedding


def embedding_of(group: Group) -> Embedding | None:
    """Return how a group holds integers, or None where the protocol gives it no way to."""
    match group.name:
        case "Ed25519":
            return Embedding(group, padding=14, most=30, base=16, digits=64)
        case "RFC-3526-2048":
            return Embedding(group, padding=8, most=255, base=10, digits=0)
        case _:
            return None
