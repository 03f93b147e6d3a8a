"""The sheet as one self-contained HTML page: no scripts, nothing loaded from elsewhere.

The page says so itself in a content security policy, which permits its one style and nothing else;
it can be served under that policy or opened from a folder. Everything from outside reaches the
templates as text and is escaped there.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from comitia.counting.count import Rule
from comitia.counting.sheet import Sheet
from comitia.counting.showing.bars import WIDTH, stage_bars
from comitia.counting.showing.contents import contents_of
from comitia.counting.showing.detail_pictures import detail_pictures
from comitia.counting.showing.flow import flow_of
from comitia.counting.showing.grids import cut
from comitia.counting.showing.names import FIRST_STRONG, POP, fit_sheet
from comitia.counting.showing.phrases import PHRASES
from comitia.counting.showing.stage_table import on_paper

_OPEN_BARS: Final = 8
"""Of more stages than these, all pictures but the first and the last are folded away."""


def sheet_page(sheet: Sheet, rule: Rule | None = None) -> str:
    """Return the page of a sheet. rule: which made it; else the one of its name and version.

    Raises ValueError where the sheet was not made by this rule.
    """
    contents = contents_of(sheet, rule)
    fitted = fit_sheet(sheet)
    bars = stage_bars(fitted)
    folded = bars[1:-1] if len(bars) > _OPEN_BARS else ()
    return (
        _environment()
        .get_template("page.html")
        .render(
            contents=contents,
            say=PHRASES,
            style=Markup(_style()),  # noqa: S704 - a file of ours
            policy=_policy(),
            paper=on_paper(contents.stages),
            bars=[picture for picture in bars if picture not in folded],
            folded_bars=folded,
            flow=flow_of(fitted),
            pictures=detail_pictures(fitted),
            width=WIDTH,
        )
    )


@cache
def _style() -> str:
    return (files(__package__) / "templates" / "page.css").read_text(encoding="utf-8")


@cache
def _policy() -> str:
    """Return the content security policy: this very style, and nothing else."""
    # The hash is of what stands between the tags, which page.html puts there without a space.
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["names"] = _with_names
    environment.filters["cut"] = cut
    return environment


def _with_names(text: str) -> Markup:
    """Turn the characters around names into elements that do the same and are not copied along."""
    escaped = str(escape(text))
    marked = escaped.replace(FIRST_STRONG, "<bdi>").replace(POP, "</bdi>")
    return Markup(marked)  # noqa: S704 - escaped above
