"""Every pair of colours that the style sheet lays on one another, by WCAG 2.2's own formula."""

from __future__ import annotations

import re

import pytest

from tests.web.messages import WEB

CSS = (WEB / "project/static/project/comitia.css").read_text(encoding="utf-8")
TEXT, PARTS = 4.5, 3.0
"""WCAG 1.4.3 for text, 1.4.11 for edges of controls and marks of focus."""
PAIRS = [
    *[(text, ground, TEXT) for text in ("text", "quiet", "accent") for ground in ("page", "panel")],
    *[("accent-strong", ground, TEXT) for ground in ("page", "panel")],
    *[("on-accent", ground, TEXT) for ground in ("accent", "accent-strong")],
    *[("on-bad", ground, TEXT) for ground in ("bad", "bad-strong")],
    *[(kind, f"{kind}-panel", TEXT) for kind in ("good", "warn", "bad")],
    *[("text", f"{kind}-panel", TEXT) for kind in ("good", "warn", "bad")],
    ("bad", "page", TEXT),
    ("edge", "page", PARTS),
    ("edge", "panel", PARTS),
    ("good", "page", PARTS),
    *[("accent", f"{kind}-panel", PARTS) for kind in ("good", "warn", "bad")],
]


def variables(place: int) -> dict[str, str]:
    """Return the colours of the first block of variables, the light one, or the second, dark."""
    block = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[place]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_what_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
def test_colours_that_lie_on_one_another_differ_enough(place: int) -> None:
    colours = variables(place)
    weak = {
        (front, ground): round(contrast(colours[front], colours[ground]), 2)
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    }
    assert weak == {}


def test_dark_has_every_colour_of_light_and_each_is_looked_at() -> None:
    light = set(variables(0))
    assert light - set(variables(1)) == {"paper"}  # under what phones scan
    assert light - {colour for pair in PAIRS for colour in pair[:2]} == {"line", "paper"}


def test_colours_stand_in_variables_alone() -> None:
    rules = re.sub(r":root \{.*?\}", "", CSS, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules) == []


def test_the_style_sheet_asks_nobody_for_anything() -> None:
    assert re.findall(r"url\(|@import", CSS) == []
