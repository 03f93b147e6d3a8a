"""The independent generators of Ed25519 by the native kernel, many at once.

They are what ``Ed25519.independent_generator`` gives, the clear twin that a random few are compared
with: the first point at or behind a hash of the number, times 8. They follow from their numbers
alone, so a process derives each once: ``Generators`` keeps them, 32 bytes each.
"""

from __future__ import annotations

import secrets
import threading
from typing import Final, final

from comitia.curve.ed25519 import ED25519, EdwardsPoint
from comitia.curve.interface import expect_generator, generator_seed
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer

_AT_ONCE: Final = 4096
_ONE_IN: Final = 2000
"""Of so many one is derived by libsodium as well; of each batch at least one."""


def derive_generators(layer: Layer, first: int, number: int) -> bytes:
    """Return the encodings of so many generators from a number on.

    Raises KernelDisagrees where libsodium has another one in a random sample.
    """
    found = b"".join(
        _derive(layer, start, min(_AT_ONCE, first + number - start))
        for start in range(first, first + number, _AT_ONCE)
    )
    for _ in range(-(-number // _ONE_IN)):
        place = secrets.randbelow(number)
        expected = ED25519.independent_generator(first + place)
        if found[SIZE * place : SIZE * (place + 1)] != expected.sort_key:
            raise KernelDisagrees(layer.name, f"generator {first + place}")
    return found


def _derive(layer: Layer, first: int, number: int) -> bytes:
    """Try the hash of every number; where it is no point, what follows it, until all are points."""
    seeds = [generator_seed(n) >> 2 for n in range(first, first + number)]
    found = [b""] * number
    missing = list(range(number))
    while missing:
        tried = b"".join(seeds[place].to_bytes(SIZE, "little") for place in missing)
        decoded = layer.decode(tried)
        points = decoded.points
        for _ in range(3):
            points = layer.combine(points, points)
        encodings = layer.encode(points)
        for k, place in enumerate(missing):
            if decoded.on_curve[k]:
                point = EdwardsPoint(encodings[SIZE * k : SIZE * (k + 1)])
                found[place] = expect_generator(point, ED25519).sort_key
            seeds[place] += 1
        missing = [place for place in missing if not found[place]]
    return b"".join(found)


@final
class Generators:
    """Those from number 0 on, as many as were asked for so far."""

    def __init__(self, layer: Layer) -> None:
        """Start with none."""
        self._layer = layer
        self._known = b""
        self._lock = threading.Lock()

    def first(self, number: int) -> bytes:
        """Return the encodings of the first so many."""
        with self._lock:
            have = len(self._known) // SIZE
            if have < number:
                self._known += derive_generators(self._layer, have, number - have)
            return self._known[: SIZE * number]
