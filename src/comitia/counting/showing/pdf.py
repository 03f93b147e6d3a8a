"""The sheet as a PDF for the notice board: A4, tagged, the same bytes for the same sheet.

The template is a file of ours; all texts reach it as data, which it sets as they are and never
reads as markup. There is no clock: a date stands on the sheet only where the caller names one.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any, Final

import typst

from comitia.counting.count import Rule
from comitia.counting.sheet import Sheet
from comitia.counting.showing.bars import WIDTH
from comitia.counting.showing.contents import Section, contents_of
from comitia.counting.showing.detail_pictures import detail_pictures
from comitia.counting.showing.grids import Grid, cut
from comitia.counting.showing.names import fit, fit_sheet, shortened
from comitia.counting.showing.phrases import PHRASES
from comitia.counting.showing.stage_table import on_paper

_FOOT_LETTERS: Final = 90
"""Of the title at the foot of each page."""


def sheet_pdf(sheet: Sheet, rule: Rule | None = None, *, date: str = "") -> bytes:
    """Return the PDF of a sheet. rule: which made it; else the one of its name and version.

    date: as it shall stand above the title, nothing where empty.
    Raises ValueError where the sheet was not made by this rule.
    """
    contents = contents_of(sheet, rule)
    paper = on_paper(contents.stages)
    drawn = detail_pictures(fit_sheet(sheet))
    pictures = {place: asdict(picture) for place, picture in drawn.items()}
    data = {
        **asdict(contents),
        "batches": [_cut(batch) for batch in contents.batches],
        "keep": contents.keep and _cut(contents.keep),
        "sections": [
            {**_section(section), "picture": pictures.get(section.place)}
            for section in contents.sections
        ],
        "width": WIDTH,
        **asdict(paper),
        "foot": shortened(contents.title, _FOOT_LETTERS),
        "date": fit(date),
        "say": dict(PHRASES),
    }
    return _compile(json.dumps(data))


def _cut(grid: Grid) -> list[dict[str, Any]]:
    return [asdict(part) for part in cut(grid)]


def _section(section: Section) -> dict[str, Any]:
    paths = section.paths and _cut(section.paths)
    return {**asdict(section), "grid": _cut(section.grid), "paths": paths}


def _compile(data: str) -> bytes:
    """Set the sheet. Fonts of this machine are used only for letters that typst's own lack.

    So the bytes are the same on every machine, except where a name needs such a letter. PDF/UA
    refuses a letter that no font has; then the sheet is set without it, with an empty box there.
    """
    for own_fonts, standards in ((True, "ua-1"), (False, "ua-1")):
        try:
            return _set(data, standards, own_fonts=own_fonts)
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    return _set(data, None, own_fonts=False)


def _set(data: str, standard: str | None, *, own_fonts: bool) -> bytes:
    return typst.compile(
        _template(),
        format="pdf",
        ignore_system_fonts=own_fonts,
        sys_inputs={"sheet": data},
        pdf_standards=["ua-1"] if standard else [],
    )


@cache
def _template() -> bytes:
    return (files(__package__) / "templates" / "sheet.typ").read_bytes()
