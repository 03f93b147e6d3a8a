"""CSV that spreadsheets open as what it says, and as nothing else."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

_FORMULA: Final = frozenset("=+-@\N{MINUS SIGN}")


def sheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a file of rows. name: without anything of a person's."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.write("\ufeff")  # or spreadsheets read it in the machine's own encoding
    writer = csv.writer(answer)
    writer.writerow(headings)
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return answer


def _plain(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula.

    Some leave out white space before it, some read wide and small forms of a sign as the sign.
    """
    if not isinstance(cell, str):
        return cell
    sign = unicodedata.normalize("NFKC", cell.lstrip()[:1])
    return f"'{cell}" if sign in _FORMULA or cell[:1].isspace() else cell
