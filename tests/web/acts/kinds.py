"""The kinds of acts that are the project's own: other tests declare some for themselves."""

from __future__ import annotations

from typing import Any, Final

from comitia.record.kinds import KINDS, ActKind

OWN: Final[tuple[ActKind, ...]] = tuple(
    kind for kind in KINDS.values() if kind.act.__module__.startswith("comitia.record.kinds.")
)
CLASSES: Final[tuple[type[Any], ...]] = tuple(kind.act for kind in OWN)
NAMES: Final = [kind.title for kind in OWN]
