"""What a file is, by its own bytes: neither its name nor what the browser says of it counts.

Only what somebody can need as evidence or to file, and what shows itself without running anything.
A PDF may hold scripts; so files are downloaded, never shown within the application's pages.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from comitia.errors import MalformedRecord

LARGEST_FILE_BYTES: Final = 10 * 2**20
_TEXT_CONTROLS: Final = frozenset(range(0x20)) - frozenset(b"\t\n\r")


class Sort(StrEnum):
    """The sorts of files that are taken; the value is the ending of the name that is given."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpg"
    TEXT = "txt"

    @property
    def content_type(self) -> str:
        """The only content type that it is ever served with."""
        return _CONTENT_TYPES[self]


_CONTENT_TYPES: Final = {
    Sort.PDF: "application/pdf",
    Sort.PNG: "image/png",
    Sort.JPEG: "image/jpeg",
    Sort.TEXT: "text/plain; charset=utf-8",
}
_BEGINNINGS: Final = {
    b"%PDF-": Sort.PDF,
    b"\x89PNG\r\n\x1a\n": Sort.PNG,
    b"\xff\xd8\xff": Sort.JPEG,
}


def parse_sort(content: bytes) -> Sort:
    """Return what a file is. Raises MalformedRecord for none, too large, or of another sort."""
    if not content:
        raise MalformedRecord("file", "it is empty")
    if len(content) > LARGEST_FILE_BYTES:
        raise MalformedRecord("file", f"more than the {LARGEST_FILE_BYTES} bytes allowed")
    for beginning, sort in _BEGINNINGS.items():
        if content.startswith(beginning):
            return sort
    if _is_text(content):
        return Sort.TEXT
    raise MalformedRecord("file", "expected a PDF, a PNG or JPEG picture, or text in UTF-8")


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return _TEXT_CONTROLS.isdisjoint(content)
