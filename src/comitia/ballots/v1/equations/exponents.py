"""The number of votes that an opened ciphertext holds, found by baby steps and giant steps.

Public values only. Over Ed25519 the native kernel makes the steps where it is active; what it finds
is checked by the group itself, and where it finds nothing the plain search decides.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from typing import Final

from comitia.curve import ED25519, Element, Group, kernel
from comitia.curve.ed25519 import ORDER
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import SIZE, Layer, Table

_FEWEST: Final = 1000
"""Below this largest number the plain search takes no longer."""
_AT_ONCE: Final = 1024


def find_exponent(element: Element, group: Group, largest: int) -> int | None:
    """Return the v in [0, largest] with g^v = element, or None where there is none.

    Time and memory grow with the square root of ``largest``.
    """
    layer = kernel.ACTIVE
    if layer is not None and group is ED25519 and largest >= _FEWEST:
        found = search_natively(layer, element, largest)
        if found is not None:
            if group.generator_power_vartime(group.scalar(found)) != element:
                raise KernelDisagrees(layer.name, f"g to the power of {found}")
            return found
    return search_plainly(element, group, largest)


def search_plainly(element: Element, group: Group, largest: int) -> int | None:
    """Return what ``find_exponent`` does, one product a step."""
    step = isqrt(largest) + 1
    babies, giant = _baby_steps(group, step)
    here = element
    for i in range(step):
        if (found := babies.get(here)) is not None and i * step + found <= largest:
            return i * step + found
        here = here / giant
    return None


def search_natively(layer: Layer, element: Element, largest: int) -> int | None:
    """Return what ``find_exponent`` does, many steps at a time, over Ed25519."""
    step = isqrt(largest) + 1
    babies, generator = _native_baby_steps(layer, step)
    for first in range(0, step, _AT_ONCE):
        giants = range(first, min(first + _AT_ONCE, step))
        here = layer.decode(element.sort_key * len(giants)).points
        back = b"".join((-i * step % ORDER).to_bytes(SIZE, "little") for i in giants)
        encodings = layer.encode(layer.combine(here, fixed=((generator, back),)))
        for place, i in enumerate(giants):
            found = babies.get(encodings[SIZE * place : SIZE * (place + 1)])
            if found is not None and i * step + found <= largest:
                return i * step + found
    return None


@lru_cache(maxsize=1)
def _baby_steps(group: Group, step: int) -> tuple[dict[Element, int], Element]:
    """Return the first powers of the generator by value, and the next; all choices share them."""
    babies: dict[Element, int] = {}
    power = group.identity
    for i in range(step):
        babies.setdefault(power, i)
        power = power * group.generator
    return babies, power


@lru_cache(maxsize=1)
def _native_baby_steps(layer: Layer, step: int) -> tuple[dict[bytes, int], Table]:
    """Return the first powers of the generator by encoding, and the generator's table."""
    generator = layer.tabulate(layer.decode(ED25519.generator.sort_key).points)
    scalars = b"".join(i.to_bytes(SIZE, "little") for i in range(step))
    encodings = layer.encode(layer.combine(fixed=((generator, scalars),), number=step))
    return {encodings[SIZE * i : SIZE * (i + 1)]: i for i in range(step)}, generator
