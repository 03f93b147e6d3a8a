"""Groups of prime order: Ed25519 and the 2048-bit fields, under one interface.

Start at ``group_named``; what every group offers stands in ``interface``. ``reference`` is the
plain implementation that these are tested against. The fields, and gmpy2 with them, are loaded when
one is asked for: most elections need neither.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, final

from comitia.curve.ed25519 import ED25519
from comitia.curve.embedding import Embedding, embedding_of, expect_embedding
from comitia.curve.interface import Element, Group, NotCanonical, Randomness, Scalar
from comitia.curve.nonces import hedged_scalar

_FIELDS: Final = {"BELENIOS-2048": "BELENIOS_2048", "RFC-3526-2048": "RFC_3526_2048"}
"""The fields by the names of the wire, and their names in ``field``."""


def _load_field(name: str) -> Group:
    """Return a field by its name in ``field``."""
    field: Group = getattr(importlib.import_module("comitia.curve.field"), name)
    return field


@final
class _Groups(Mapping[str, Group]):
    """The groups by the names of the wire."""

    def __getitem__(self, name: str) -> Group:
        if name == ED25519.name:
            return ED25519
        return _load_field(_FIELDS[name])

    def __contains__(self, name: object) -> bool:
        return name == ED25519.name or name in _FIELDS

    def __iter__(self) -> Iterator[str]:
        return iter((ED25519.name, *_FIELDS))

    def __len__(self) -> int:
        return 1 + len(_FIELDS)


if TYPE_CHECKING:
    from comitia.curve.field import BELENIOS_2048, RFC_3526_2048
else:

    def __getattr__(name: str) -> Group:
        """Load a field that is imported from here."""
        if name not in _FIELDS.values():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return _load_field(name)


GROUPS: Final[Mapping[str, Group]] = _Groups()


def group_named(name: str) -> Group:
    """Return the group that the wire calls by this name; ``KeyError`` for any other name."""
    return GROUPS[name]


__all__ = [
    "BELENIOS_2048",
    "ED25519",
    "GROUPS",
    "RFC_3526_2048",
    "Element",
    "Embedding",
    "Group",
    "NotCanonical",
    "Randomness",
    "Scalar",
    "embedding_of",
    "expect_embedding",
    "group_named",
    "hedged_scalar",
]
