"""Templates of notices: a room declares each of its own once, as a constant.

Subject and body are English texts marked with ``gettext_noop``, so that ``dev.py messages`` finds
them; fields stand in them as ``{name}``. A body is what stands between the salutation and the
organisation's name, which every notice has. A text that changes its meaning is a new version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z][a-z0-9_]*)+")
_LONGEST_NAME: Final = 60


class Field(StrEnum):
    """What a field holds, and so how it is written out."""

    LINE = "line"
    """A text on one line: a name, a branch, an office. Shortened where it is very long."""
    TEXT = "text"
    """A text of several lines, such as reasons. Never shortened: what is too long is refused."""
    DATE = "date"
    MOMENT = "moment"
    """An aware time, shown in the organisation's time zone."""
    NUMBER = "number"
    LINK = "link"
    """An address of this application that begins with https:// or http://, written as it is."""


@dataclass(frozen=True)
class Template:
    """The wording of one sort of notice.

    name: the room and the occasion, "cases.ruling". fields: every field, and what it holds. firm:
    about a decision on its recipient, so that nobody cancels it or holds it back. Raises ValueError
    where the texts and the fields do not name the same.
    """

    name: str
    version: int
    subject: str
    body: str
    fields: Mapping[str, Field]
    firm: bool = False

    def __post_init__(self) -> None:
        """Find at the start of the program what would otherwise fail in somebody's act."""
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME or self.version < 1:
            raise ValueError(f"{self.name!r}: expected `room.occasion`, and a version from 1 on")
        named = placeholders(self.subject) | placeholders(self.body)
        if named != self.fields.keys():
            different = ", ".join(sorted(named ^ self.fields.keys()))
            raise ValueError(f"{self.name}: not both in the texts and declared: {different}")
        for field in placeholders(self.subject):
            if self.fields[field] is Field.TEXT:
                raise ValueError(f"{self.name}: {field} has several lines, a subject has one")


def placeholders(text: str) -> frozenset[str]:
    """Return the names of a text's fields. Raises ValueError for anything else in braces.

    Nothing but a name may stand there: attributes, indices and formats would reach into values.
    """
    found = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"expected a plain field name in braces, found {name!r}")
        found.add(name)
    return frozenset(found)
