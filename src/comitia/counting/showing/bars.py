"""Bars: one picture a stage on one scale, and one picture for a rule's totals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comitia.counting import words
from comitia.counting.sheet import Sheet, Stage, Totals
from comitia.counting.showing.drawing import at, result_order
from comitia.counting.showing.grids import capital
from comitia.counting.showing.names import isolated, shortened
from comitia.counting.showing.phrases import PHRASES

WIDTH: Final = 340
_ROW: Final = 34
_BELOW_TEXT: Final = 17
_LETTERS: Final = 50  # in a line of WIDTH


@dataclass(frozen=True, slots=True)
class Bar:
    """One candidate's bar, below a line with their name and figure.

    full_name: where ``name`` was shortened. note: "elected", "excluded" or nothing.
    held, gained, lost: widths; a bar shows what was held and gained, an outline what was lost.
    sort: "elected", "standing", "excluded" or "lost" for the non-transferable papers.
    """

    name: str
    full_name: str
    figure: str
    note: str
    sort: str
    text_y: str
    bar_y: str
    held: str
    gained: str
    lost: str


@dataclass(frozen=True, slots=True)
class Bars:
    """A picture. quota: where its line stands, or None."""

    number: int
    title: str
    height: int
    bars: tuple[Bar, ...]
    quota: str | None = None


class _Scale:
    def __init__(self, greatest: Fraction) -> None:
        self._unit = Fraction(WIDTH - 1) / greatest if greatest > 0 else Fraction(0)

    def __call__(self, votes: Fraction) -> str:
        return at(max(votes, Fraction(0)) * self._unit)


def stage_bars(sheet: Sheet) -> tuple[Bars, ...]:
    """Return a picture for each stage, with whoever holds or loses votes at it."""
    figures = [votes for stage in sheet.stages for votes in (*stage.votes, stage.non_transferable)]
    quotas = [stage.quota or sheet.quota or Fraction(0) for stage in sheet.stages]
    scale = _Scale(max([*figures, *quotas], default=Fraction(0)))
    befores = (None, *sheet.stages)
    pairs = zip(befores, sheet.stages, strict=False)
    return tuple(
        _stage(number, before, stage, sheet, scale)
        for number, (before, stage) in enumerate(pairs, 1)
    )


def _stage(number: int, before: Stage | None, stage: Stage, sheet: Sheet, scale: _Scale) -> Bars:
    gone = {n for earlier in sheet.stages[: number - 1] for n in earlier.excluded}
    elected = {n for known in sheet.stages[:number] for n in known.elected}
    bars: list[Bar] = []
    for n in result_order(sheet):
        held = stage.votes[n - 1] if before is None else before.votes[n - 1]
        if n in gone and not held and not stage.votes[n - 1]:
            continue
        sort = "excluded" if n in stage.excluded else "elected" if n in elected else "standing"
        name, note = sheet.name(n), PHRASES.get(sort, "")
        bars.append(_bar(len(bars), (name, note, sort), (held, stage.votes[n - 1]), sheet, scale))
    held = stage.non_transferable if before is None else before.non_transferable
    if stage.non_transferable:
        texts = (PHRASES["non_transferable"], "", "lost")
        bars.append(_bar(len(bars), texts, (held, stage.non_transferable), sheet, scale))
    quota = stage.quota or sheet.quota
    title = f"{number}. {words.action_of(stage, isolated(sheet))}"
    line = None if quota is None else scale(quota)
    return Bars(number, title, len(bars) * _ROW, tuple(bars), line)


def _bar(
    place: int,
    texts: tuple[str, str, str],
    votes: tuple[Fraction, Fraction],
    sheet: Sheet,
    scale: _Scale,
) -> Bar:
    """Make a bar. texts: name, note and sort. votes: before and after."""
    (name, note, sort), (before, after) = texts, votes
    figure = words.figure(after, sheet)
    room = max(12, _LETTERS - len(figure) - len(note))
    kept = min(before, after)
    return Bar(
        name=shortened(name, room),
        full_name=name,
        figure=figure,
        note=note,
        sort=sort,
        text_y=at(place * _ROW + 13),
        bar_y=at(place * _ROW + _BELOW_TEXT),
        held=scale(kept),
        gained=scale(after - kept),
        lost=scale(before - kept),
    )


def total_bars(totals: Totals, sheet: Sheet) -> Bars:
    """Return one picture of a figure a candidate, the elected first."""
    scale = _Scale(max(totals.figures, default=Fraction(0)))
    bars = []
    for place, n in enumerate(result_order(sheet)):
        sort = "elected" if n in sheet.winners else "standing"
        texts = (sheet.name(n), PHRASES.get(sort, ""), sort)
        figure = totals.figures[n - 1]
        bars.append(_bar(place, texts, (figure, figure), sheet, scale))
    return Bars(0, capital(totals.name), len(bars) * _ROW, tuple(bars))
