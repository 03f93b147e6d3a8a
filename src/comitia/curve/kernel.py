"""Which layer of the native kernel this process uses: settled once, when this is imported.

The fastest that this machine can run, unless COMITIA_VARTIME_LAYER names one, or "none". It has
answered the known questions of ``selfcheck``. Without one everything works by libsodium, slower.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final

from comitia.curve.selfcheck import KernelDisagrees, expect_known_answers
from comitia.curve.vartime import Layer, compiled_layers

VARIABLE: Final = "COMITIA_VARTIME_LAYER"
NO_LAYER: Final = "none"


def choose_layer(layers: Sequence[Layer], environment: Mapping[str, str]) -> Layer | None:
    """Return the layer to use, or None.

    layers: those that were compiled in, the fastest first. Raises ImportError where the one that
    is wished for is unknown or cannot run here, and where the chosen one computes wrongly.
    """
    wish = environment.get(VARIABLE, "")
    if wish == NO_LAYER:
        return None
    usable = [layer for layer in layers if layer.runs_here]
    chosen = usable[0] if usable else None
    if wish:
        chosen = next((layer for layer in usable if layer.name == wish), None)
        if chosen is None:
            raise ImportError(_why_not(wish, layers, usable))
    if chosen is not None:
        try:
            expect_known_answers(chosen)
        except KernelDisagrees as error:
            raise ImportError(str(error)) from error
    return chosen


def _why_not(wish: str, layers: Sequence[Layer], usable: Sequence[Layer]) -> str:
    if any(layer.name == wish for layer in layers):
        problem = "this machine has no instructions for it"
    else:
        problem = "no such layer was built" if layers else "the native kernel was not built"
    names = ", ".join([*(layer.name for layer in usable), NO_LAYER])
    return f"{VARIABLE} is {wish!r}, but {problem} (there are: {names})"


ACTIVE: Final = choose_layer(compiled_layers(), os.environ)


def active_name() -> str:
    """Return the active layer's name, for a person to read."""
    return NO_LAYER if ACTIVE is None else ACTIVE.name


def expect_layer() -> Layer:
    """Return the active layer; ``RuntimeError`` where there is none, which is for the caller."""
    if ACTIVE is None:
        raise RuntimeError("no layer of the native kernel is active")
    return ACTIVE


__all__ = ["ACTIVE", "NO_LAYER", "VARIABLE", "active_name", "choose_layer", "expect_layer"]
