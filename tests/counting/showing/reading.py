"""Reads a page back into elements, as strictly as it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_VOID: Final = {"meta"}


@dataclass
class Element:
    """An element. content: texts and elements in their order."""

    tag: str
    attributes: dict[str, str]
    content: list[str | Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Give the element and everything in it, in the order of the page."""
        yield self
        for one in self.content:
            if isinstance(one, Element):
                yield from one.walk()

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements in it with this tag and these attributes."""
        wanted = attributes.items()
        return [
            one
            for one in self.walk()
            if one.tag == tag and all(one.attributes.get(key) == value for key, value in wanted)
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """Return the only such element."""
        (found,) = self.all(tag, **attributes)
        return found

    def labelled(self, caption: str) -> Element:
        """Return the table whose caption has this id."""
        (found,) = (
            table
            for table in self.all("table")
            if any(one.attributes.get("id") == caption for one in table.all("caption"))
        )
        return found

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        return " ".join(self.raw.split())

    @property
    def raw(self) -> str:
        """All text in it as it stands."""
        return "".join(one if isinstance(one, str) else one.raw for one in self.content)

    def rows(self) -> list[list[str]]:
        """Return the texts of a table's rows, heads included."""
        return [
            [cell.text for cell in row.content if isinstance(cell, Element)]
            for row in self.all("tr")
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self._open[-1].content.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs})
        self._open[-1].content.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)

    def finished(self) -> Element:
        assert self._open == [self.root]
        return self.root


def read(page: str) -> Element:
    """Return the page's root. Fails where an element is not closed in its turn."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.finished()
