"""Whether many opened elements are the ones that their integers make. PUBLIC DATA ONLY.

The native kernel finds out where it is active and there are enough of them; ``Embedding.embed``,
one by one with libsodium, is the reference, and is asked again of one at random.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from comitia.curve import kernel
from comitia.curve.ed25519 import ED25519
from comitia.curve.embedding import Embedding
from comitia.curve.interface import Element
from comitia.curve.members import MEMBERS
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer

_FEWEST: Final = 16
_AT_ONCE: Final = 2048
_TRIED: Final = 32
"""How many numbers of each element are tried at once; a member is the sixteenth on average."""


def are_embedded(
    embedding: Embedding, elements: Sequence[Element], vectors: Sequence[Sequence[int]]
) -> list[bool]:
    """Return of each element whether it is the one that ``embed`` makes of a vector.

    Raises KernelDisagrees where kernel and libsodium do. PUBLIC DATA ONLY.
    """
    layer = kernel.ACTIVE
    if layer is None or embedding.group is not ED25519 or len(elements) < _FEWEST:
        return [
            embedding.embed(vector) == element
            for element, vector in zip(elements, vectors, strict=True)
        ]
    return [
        is_embedded
        for first in range(0, len(elements), _AT_ONCE)
        for is_embedded in are_natively_embedded(
            layer,
            embedding,
            elements[first : first + _AT_ONCE],
            vectors[first : first + _AT_ONCE],
        )
    ]


def are_natively_embedded(
    layer: Layer,
    embedding: Embedding,
    elements: Sequence[Element],
    vectors: Sequence[Sequence[int]],
) -> list[bool]:
    """Return what ``are_embedded`` does: no number below an element's own may be a member."""
    held = [False] * len(elements)
    waiting: dict[int, range] = {}
    for place, (element, vector) in enumerate(zip(elements, vectors, strict=True)):
        own, numbers = int.from_bytes(element.sort_key, "little"), embedding.numbers(vector)
        if own in numbers:
            held[place], waiting[place] = True, range(numbers.start, own)
    while waiting := {place: numbers for place, numbers in waiting.items() if numbers}:
        tried = [(place, number) for place, left in waiting.items() for number in left[:_TRIED]]
        encodings = b"".join(number.to_bytes(SIZE, "little") for _, number in tried)
        standings = layer.check_points(encodings)
        for (place, _), standing in zip(tried, standings, strict=True):
            held[place] &= standing not in MEMBERS
        waiting = {place: left[_TRIED:] for place, left in waiting.items() if held[place]}
    sampled = secrets.randbelow(len(elements))
    if held[sampled] != (embedding.embed(vectors[sampled]) == elements[sampled]):
        raise KernelDisagrees(layer.name, "how numbers are held by an element")
    return held
