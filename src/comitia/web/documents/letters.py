"""Letters as PDF: A4 for window envelopes, tagged (PDF/UA-1), the same bytes for the same letters.

The template is a file of ours; all texts reach it as data, which it sets as they are and never
reads as markup. There is no clock: each letter names its date. A postal address is never shortened:
one that would not show in the window is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst
from django.utils import formats
from django.utils.translation import gettext, override

from comitia.errors import MalformedRecord
from comitia.web.notices.letters import Letter
from comitia.web.notices.rendering import LONGEST_TEXT, one_line, visible

MOST_LETTERS: Final = 500
LONGEST_ADDRESS_LINE: Final = 60
_LONGEST_SENDER: Final = 90
_LONGEST_BODY: Final = 3 * LONGEST_TEXT
_NOTHING: Final = "–"  # noqa: RUF001 - a dash; a heading without words is none
_INDENT: Final = "    "


class Layout(StrEnum):
    """Where the envelope's window is."""

    DIN_5008 = "din5008"
    """Form B of DIN 5008, for DL and C6/5 envelopes; with marks for folding and punching."""
    UK_DL = "uk-dl"
    """DL envelopes with a window of 35 by 90 mm, as usual in the United Kingdom (BS 4264)."""


_MOST_ADDRESS_LINES: Final = {Layout.DIN_5008: 6, Layout.UK_DL: 5}


@dataclass(frozen=True)
class Sender:
    """Whose letter it is. address: its lines, which also stand small above the recipient's."""

    name: str
    address: tuple[str, ...]


@dataclass(frozen=True)
class Post:
    """A letter with where it goes. address: name and address, a line each, as on the envelope."""

    letter: Letter
    address: tuple[str, ...]


def letters_pdf(
    post: Sequence[Post], sender: Sender, day: date, layout: Layout = Layout.DIN_5008
) -> bytes:
    """Return one PDF with all letters, each beginning on a page of its own.

    Raises ValueError for none or more than 500, MalformedRecord, which names the letter's message
    and no person, for an address that does not fit into the window, and for a text without end.
    """
    if not 0 < len(post) <= MOST_LETTERS:
        raise ValueError(f"expected 1 to {MOST_LETTERS} letters, found {len(post)}")
    lines = [one_line(line, _LONGEST_SENDER) for line in sender.address]
    data = {
        "layout": layout.value,
        "sender": [one_line(sender.name, _LONGEST_SENDER) or _NOTHING, *filter(None, lines)],
        "letters": [_letter(one, day, layout) for one in post],
    }
    return _compile(json.dumps(data))


def fits_window(address: Sequence[str], layout: Layout = Layout.DIN_5008) -> bool:
    """Say whether an address can be shown whole in the envelope's window."""
    try:
        return bool(_address("address", address, layout))
    except MalformedRecord:
        return False


def _letter(one: Post, day: date, layout: Layout) -> dict[str, Any]:
    where = f"letter {one.letter.message}"
    if len(one.letter.body) > _LONGEST_BODY:
        raise MalformedRecord(where, f"more than the {_LONGEST_BODY} characters allowed")
    with override(one.letter.language):
        return {
            "language": one.letter.language,
            "address": _address(where, one.address, layout),
            "date": formats.date_format(day, gettext("j F Y")),
            "subject": one_line(one.letter.subject) or _NOTHING,
            "passages": _passages(one.letter.body),
            "page": gettext("Page {page} of {pages}"),
        }


def _address(where: str, address: Sequence[str], layout: Layout) -> list[str]:
    """Return the lines without what cannot be seen. Raises MalformedRecord: none is left out."""
    most = _MOST_ADDRESS_LINES[layout]
    lines = [line for line in (one_line(line, 1000) for line in address[:100]) if line]
    if not 0 < len(lines) <= most or len(address) > len(address[:100]):
        raise MalformedRecord(where, f"expected an address of 1 to {most} lines")
    if any(len(line) > LONGEST_ADDRESS_LINE for line in lines):
        problem = f"expected lines of an address of up to {LONGEST_ADDRESS_LINE} characters"
        raise MalformedRecord(where, problem)
    return lines


def _passages(body: str) -> list[dict[str, Any]]:
    """Return what stands together: paragraphs of ours, and quoted ones, which are indented."""
    passages: list[dict[str, Any]] = []
    for part in body.split("\n\n"):
        lines = [line for line in map(visible, part.split("\n")) if line.strip()]
        if not lines:
            continue
        quoted = all(line.startswith(_INDENT) for line in lines)
        if not passages or passages[-1]["quoted"] is not quoted:
            passages.append({"quoted": quoted, "paragraphs": []})
        passages[-1]["paragraphs"].append([line.strip() for line in lines])
    return passages


def _compile(data: str) -> bytes:
    """Set the letters. Fonts of this machine are used only for letters that typst's own lack.

    PDF/UA refuses a letter that no font has; then the file is no PDF/UA, with an empty box there.
    """
    for own_fonts in (True, False):
        try:
            return _set(data, own_fonts=own_fonts, accessible=True)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    return _set(data, own_fonts=False, accessible=False)


def _set(data: str, *, own_fonts: bool, accessible: bool) -> bytes:
    return typst.compile(
        _template(),
        format="pdf",
        ignore_system_fonts=own_fonts,
        sys_inputs={"post": data},
        pdf_standards=["ua-1"] if accessible else [],
    )


@cache
def _template() -> bytes:
    return (files(__package__) / "typst" / "letters.typ").read_bytes()
