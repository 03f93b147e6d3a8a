"""Membership of many elements at once. PUBLIC DATA ONLY.

The native kernel decides it where it is active and there are enough of them; libsodium is the
reference: it is asked again of one at random, and of whatever the kernel does not take.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Final

from comitia.curve import kernel
from comitia.curve.ed25519 import ED25519, EdwardsPoint
from comitia.curve.interface import Element, Group
from comitia.curve.selfcheck import KernelDisagrees, expect_same_standings
from comitia.curve.vartime import SIZE, Layer, Standing

_FEWEST: Final = 16
"""Fewer do not fill what the kernel works on at once."""
_AT_ONCE: Final = 4096
_SAMPLE: Final = 1
_FORM: Final = re.compile(ED25519.text_form, re.ASCII)
MEMBERS: Final = frozenset({Standing.MEMBER, Standing.IDENTITY})


def find_members(group: Group, texts: Sequence[str]) -> list[Element | None]:
    """Return the element that each text is, and None for what is no member of the group.

    Raises KernelDisagrees where kernel and libsodium do.
    """
    layer = kernel.ACTIVE
    if layer is None or group is not ED25519 or len(texts) < _FEWEST:
        return [group.find_element(text) for text in texts]
    if not all(map(_FORM.fullmatch, texts)):
        return [group.find_element(text) for text in texts]
    return [
        element
        for first in range(0, len(texts), _AT_ONCE)
        for element in native_members(layer, texts[first : first + _AT_ONCE])
    ]


def native_members(layer: Layer, texts: Sequence[str]) -> list[Element | None]:
    """Return what ``find_members`` does, of texts of 64 lowercase hexadecimal digits each."""
    encodings, standings = check_texts(layer, texts)
    found: list[Element | None] = []
    for text, encoding, standing in zip(texts, encodings, standings, strict=True):
        if standing in MEMBERS:
            found.append(EdwardsPoint(encoding))
        elif ED25519.find_element(text) is None:
            found.append(None)
        else:
            raise KernelDisagrees(layer.name, f"whether {text} is a member")
    return found


def check_texts(layer: Layer, texts: Sequence[str]) -> tuple[list[bytes], bytes]:
    """Return the encoding of each text, and its ``Standing`` as a byte; a sample by libsodium too.

    texts: of 64 hexadecimal digits each. Raises KernelDisagrees.
    """
    backwards = bytes.fromhex("".join(texts))[::-1]  # texts begin with the highest byte
    standings = layer.check_points(backwards)
    expect_same_standings(layer, backwards, standings, _SAMPLE, os.urandom)
    encodings = [backwards[place : place + SIZE] for place in range(0, len(backwards), SIZE)]
    return encodings[::-1], standings[::-1]
