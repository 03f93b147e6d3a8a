"""The Schwartz set, and what is left of it while its weakest defeats are dropped.

An option defeats another transitively if it defeats it, or defeats one that defeats it
transitively. In the Schwartz set is who so defeats everybody by whom they are so defeated. Whoever
is outside is defeated from inside by defeats that are never dropped, so it only ever gets smaller.

Sets of options are whole numbers here, with one bit for each option: with 255 options there can be
some 30,000 rounds, and each looks along many defeats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from comitia.counting.pairwise import Pair, Strength


@dataclass(frozen=True, slots=True)
class Round:
    """A Schwartz set, and the weakest defeats between its options, which are dropped next."""

    options: tuple[int, ...]
    weakest: tuple[Pair, ...]


def drop_weakest(options: Collection[int], links: Mapping[Pair, Strength]) -> Iterator[Round]:
    """Yield the rounds until no defeat is left in the Schwartz set; the last one drops none.

    Only where a dropped defeat was the last way from its one option to the other is the Schwartz
    set found anew, as nobody is defeated by fewer than before otherwise.
    """
    among = schwartz_set(options, links)
    left = sorted((strength, pair) for pair, strength in links.items() if among.issuperset(pair))
    while left:
        defeated = _defeated(among, [pair for _, pair in left])
        for _, group in groupby(tuple(left), key=lambda link: link[0]):
            weakest = tuple(pair for _, pair in group)
            yield Round(tuple(sorted(among)), weakest)
            del left[: len(weakest)]
            for one, other in weakest:
                defeated[one] -= 1 << other
            if not all(_leads(defeated, one, other) for one, other in weakest):
                break
        among = schwartz_set(among, {pair: strength for strength, pair in left})
        left = [link for link in left if among.issuperset(link[1])]
    yield Round(tuple(sorted(among)), ())


def schwartz_set(options: Collection[int], links: Collection[Pair]) -> set[int]:
    """Return the options that defeat transitively whoever so defeats them."""
    defeated = _defeated(options, links)
    for stop in options:
        for one in options:
            if defeated[one] >> stop & 1:
                defeated[one] |= defeated[stop]
    return {
        one
        for one in options
        if all(defeated[one] >> n & 1 for n in options if defeated[n] >> one & 1)
    }


def _defeated(options: Collection[int], links: Collection[Pair]) -> dict[int, int]:
    """Return the set of those whom each option defeats."""
    defeated = dict.fromkeys(options, 0)
    for one, other in links:
        defeated[one] |= 1 << other
    return defeated


def _leads(defeated: Mapping[int, int], start: int, end: int) -> bool:
    """Return whether an option defeats another transitively."""
    met, new = 0, defeated[start]
    while new and not new >> end & 1:
        met |= new
        found = 0
        while new:
            lowest = new & -new
            found |= defeated[lowest.bit_length() - 1]
            new -= lowest
        new = found & ~met
    return bool(new)
