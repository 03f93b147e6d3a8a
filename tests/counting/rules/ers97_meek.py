"""The model election of ERS97 by Meek: the reference figures, and Algorithm 123 on our tree.

``ers97_meek_reference.csv`` comes from OpenTally's validation data; it follows I. D. Hill, B. A.
Wichmann and D. R. Woodall, "Algorithm 123" (1987): surpluses are spread until everybody elected is
within a hundred-thousandth of the quota, and only then, or right after an exclusion, is anybody
elected.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from comitia.counting.formats import read_rankings
from comitia.counting.keep_tree import UNIT, KeepTree
from comitia.counting.preferences import preferences_of
from comitia.counting.profile import Profile
from comitia.counting.sheet import Sheet

COLUMNS = 6


def model_election(folder: Path) -> Profile:
    return read_rankings((folder / "counting" / "ers97.blt").read_bytes(), "ers97.blt")


def reference_figures(folder: Path) -> list[dict[str, Decimal]]:
    """Return each stage's votes by name, with "Exhausted" and "Quota"."""
    text = (folder / "counting" / "ers97_meek_reference.csv").read_text(encoding="utf-8")
    _, _, *rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    return [
        {row[0].rstrip(":"): Decimal(row[1 + 2 * stage]) for row in rows}
        for stage in range(COLUMNS)
    ]


def stage_figures(sheet: Sheet) -> list[dict[str, Fraction]]:
    return [
        dict(zip(sheet.names, stage.votes, strict=True))
        | {"Exhausted": stage.non_transferable, "Quota": stage.quota or Fraction(0)}
        for stage in sheet.stages
    ]


def differing(
    reference: dict[str, Decimal], ours: dict[str, Fraction]
) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the figures that differ after rounding to two decimals: the reference's and ours."""
    rounded = {name: rounded_to_cents(figure) for name, figure in ours.items()}
    assert reference.keys() == rounded.keys()
    return {n: (figure, rounded[n]) for n, figure in reference.items() if figure != rounded[n]}


def rounded_to_cents(figure: Fraction) -> Decimal:
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def algorithm_123(profile: Profile, seats: int) -> list[dict[str, Fraction]]:
    """Return votes, exhausted and quota whenever the surpluses are spread, and at the start."""
    papers: dict[str, int] = {}
    for paper in profile.papers:
        preferences = preferences_of(paper.ranking, profile.withdrawn, over_gaps=True)
        papers[preferences] = papers.get(preferences, 0) + paper.count
    papers.pop("", 0)
    names = profile.display_names()
    hopeful = list(range(1, len(names) + 1))
    elected: list[int] = []
    keep = dict.fromkeys(hopeful, UNIT)
    tree = KeepTree(papers, hopeful)
    found = []

    def distribute() -> tuple[dict[int, int], Fraction]:
        votes = tree.votes(keep, lambda weight, _, kept: weight - kept)
        return votes, Fraction(sum(votes.values()), seats + 1)

    def elect(votes: dict[int, int], quota: Fraction) -> None:
        for n in [n for n in hopeful if votes[n] >= quota]:
            hopeful.remove(n)
            elected.append(n)
            tree.elect(n)

    def note(votes: dict[int, int], quota: Fraction) -> None:
        figures = {name: Fraction(votes.get(n, 0), UNIT) for n, name in enumerate(names, 1)}
        exhausted = sum(papers.values()) - sum(figures.values())
        found.append(figures | {"Exhausted": Fraction(exhausted), "Quota": quota / UNIT})

    votes, quota = distribute()
    note(votes, quota)
    elect(votes, quota)
    while len(elected) < seats:
        while not _is_spread(votes, quota, elected):
            for n in elected:
                keep[n] = -int(-keep[n] * quota // votes[n])
            votes, quota = distribute()
        note(votes, quota)
        before = len(elected)
        elect(votes, quota)
        if len(elected) == before:
            out = min(hopeful, key=votes.__getitem__)
            hopeful.remove(out)
            tree.exclude(out)
            keep[out] = 0
            votes, quota = distribute()
            elect(votes, quota)
    return found


def _is_spread(votes: dict[int, int], quota: Fraction, elected: Sequence[int]) -> bool:
    return all(abs(votes[n] / quota - 1) < Fraction(1, 100_000) for n in elected)
