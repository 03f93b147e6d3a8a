"""The page as a browser lays it out; skipped where there is no Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest

from comitia.counting.showing import sheet_page
from tests.browser import Browser, running_browser
from tests.counting.showing.sheets import ALL, RULE

PHONE: Final = 375
DESK: Final = 1280
UPRIGHT: Final = 680
ACROSS: Final = 1031
"""The width of A4 without the margins of the style, in pixels of 1/96 inch."""

OPEN_ALL: Final = "for (const one of document.querySelectorAll('details')) one.open = true"
BEYOND: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES: Final = "document.querySelectorAll('svg[role=img]').length"

TEXTS: Final = """
(() => {
  const backgroundOf = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const onGrade = element.classList.contains('part');
    const background = onGrade
      ? getComputedStyle(element.previousElementSibling).fill
      : backgroundOf(element);
    found.add([drawn ? style.fill : style.color, background, style.opacity].join(' on '));
  }
  return [...found];
})()
"""
"""Each pair of colours, of letters and what is behind them, that the page shows."""

TABLES: Final = """
[...document.querySelectorAll('table')]
  .filter(table => table.getClientRects().length)
  .map(table => [Math.ceil(table.getBoundingClientRect().right), !!table.closest('.across')])
"""

SCROLLED: Final = """
(() => {
  const box = document.querySelector('.scroll:has(.stages)');
  const left = () => [...box.querySelectorAll('tbody th, thead tr:first-child > :first-child')]
    .map(cell => Math.round(cell.getBoundingClientRect().left));
  const before = left();
  box.scrollLeft = 200;
  return [box.scrollLeft, before, left()];
})()
"""

each_sheet = pytest.mark.parametrize("name", ALL)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with running_browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, make in ALL.items():
        (folder / f"{name}.html").write_text(sheet_page(make(), RULE), encoding="utf-8")
    return folder


def contrast(letters: str, background: str) -> Fraction:
    """Return the contrast of two colours by WCAG 2.2, "relative luminance"; to three decimals."""
    lights = sorted(map(luminance, (letters, background)))
    return Fraction(round(1000 * (lights[1] + 0.05) / (lights[0] + 0.05)), 1000)


def luminance(colour: str) -> float:
    found = re.fullmatch(r"rgb\((\d+), (\d+), (\d+)\)", colour)
    assert found, f"not an opaque colour: {colour}"
    parts = [int(part) / 255 for part in found.groups()]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_that_of_the_definition() -> None:
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == 21
    assert contrast("rgb(118, 118, 118)", "rgb(255, 255, 255)") == Fraction("4.542")


@each_sheet
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_page_never_scrolls_sideways_and_has_nothing_to_complain_of(
    browser: Browser, pages: Path, name: str, width: int
) -> None:
    page = pages / f"{name}.html"
    browser.open(page, width)
    browser.evaluate(OPEN_ALL)
    assert browser.evaluate(BEYOND) == 0
    assert browser.complaints == []
    assert browser.requests == [page.as_uri()]


@each_sheet
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_all_letters_are_legible(browser: Browser, pages: Path, name: str, *, dark: bool) -> None:
    browser.open(pages / f"{name}.html", DESK, dark=dark)
    browser.evaluate(OPEN_ALL)
    pairs = [text.split(" on ") for text in browser.evaluate(TEXTS)]
    assert len(pairs) > 1
    faint = {(one, other) for one, other, _ in pairs if contrast(one, other) < Fraction("4.5")}
    assert faint == set()
    assert {opacity for *_, opacity in pairs} == {"1"}


def test_names_stay_in_sight_while_a_table_is_scrolled(browser: Browser, pages: Path) -> None:
    browser.open(pages / "large.html", PHONE)
    scrolled, before, after = browser.evaluate(SCROLLED)
    assert scrolled == 200
    assert after == before


@each_sheet
def test_nothing_is_cut_off_on_paper(browser: Browser, pages: Path, name: str) -> None:
    for width, across in ((UPRIGHT, False), (ACROSS, True)):
        browser.open(pages / f"{name}.html", width, media="print")
        browser.evaluate(OPEN_ALL)
        tables = [right for right, turned in browser.evaluate(TABLES) if turned is across]
        assert [right for right in tables if right > width] == []
    browser.open(pages / f"{name}.html", UPRIGHT, media="print")
    assert browser.evaluate(TABLES) != []


def test_what_is_folded_away_is_printed(browser: Browser, pages: Path) -> None:
    browser.open(pages / "scottish.html", UPRIGHT, media="print")
    shown = browser.evaluate("document.querySelector('svg.flow').getBoundingClientRect().width > 0")
    assert shown is True
    assert browser.evaluate(PICTURES) == 5
