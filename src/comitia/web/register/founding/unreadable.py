"""Why a file is no table: its line, a code, and one sentence for each code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from comitia.errors import MalformedRecord
from comitia.web.register.founding.faults import gettext_noop


class Why(StrEnum):
    """What no table can be read from."""

    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"
    NO_TEXT = "no_text"
    NO_CSV = "no_csv"
    TOO_MANY_COLUMNS = "too_many_columns"
    NO_HEADING = "no_heading"
    COLUMN_TWICE = "column_twice"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_CELLS = "too_many_cells"
    CELL_TOO_LONG = "cell_too_long"


REASONS: Final[Mapping[Why, str]] = {
    Why.TOO_LARGE: gettext_noop("It has more than the %(detail)s bytes that are allowed."),
    Why.NOT_UTF8: gettext_noop("It is not written in UTF-8: save it so, and try again."),
    Why.NO_TEXT: gettext_noop("It is no text."),
    Why.NO_CSV: gettext_noop("Its quotation marks do not fit together."),
    Why.TOO_MANY_COLUMNS: gettext_noop("It has more than %(detail)s columns."),
    Why.NO_HEADING: gettext_noop("Its first line must name the columns, %(detail)s among them."),
    Why.COLUMN_TWICE: gettext_noop("A column stands there twice."),
    Why.TOO_MANY_ROWS: gettext_noop("It has more than %(detail)s rows."),
    Why.TOO_MANY_CELLS: gettext_noop("A row has more cells than there are columns."),
    Why.CELL_TOO_LONG: gettext_noop("A cell has more than %(detail)s characters."),
}
"""The sentence for each code; ``detail`` is a number, or a column's name."""


class NoTable(MalformedRecord):
    """A file from which no rows can be read. line: None of the file as a whole."""

    def __init__(self, why: Why, line: int | None = None, detail: str | int = "") -> None:
        self.why, self.line, self.detail = why, line, str(detail)
        where = "file" if line is None else f"line {line}"
        super().__init__(where, REASONS[why] % {"detail": self.detail})
