"""The end of the demonstration: the opened ballots, counted by the rule that the election names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comitia.ballots.v1.model import Method
from comitia.cli.counting.papers import ranking_of
from comitia.cli.counting.writing import replace_file
from comitia.cli.demonstration.ward import OfficialCount, Ward
from comitia.cli.terminal import Terminal, printable
from comitia.counting import words
from comitia.counting.count import Options, Rule, run
from comitia.counting.profile import Candidate, Paper, Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Sheet
from comitia.counting.showing import sheet_page, sheet_pdf


@dataclass(frozen=True, slots=True)
class Counted:
    """A sheet, and the rule that it follows."""

    rule: Rule
    sheet: Sheet


def count_opened(opened: Sequence[object], ward: Ward, seed: str) -> Counted:
    """Count the rankings that came out of the archive."""
    vectors = Counter(vote for vote in opened if isinstance(vote, tuple))
    papers = tuple(Paper(number, ranking_of(vote)) for vote, number in sorted(vectors.items()))
    candidates = tuple(Candidate(name) for name in ward.candidates)
    profile = Profile(ward.title, ward.seats, candidates, papers)
    rule = RULES["scottish-stv" if ward.counting.method is Method.STV else "schulze"]
    return Counted(rule, run(rule, profile, Options(seed=seed)))


def tell_result(sheet: Sheet, terminal: Terminal, indent: str) -> None:
    """Say who is elected, and how far the count went."""
    if sheet.quota is not None:
        quota = words.figure(sheet.quota, sheet)
        seats = f"{sheet.seats} seat" + ("s" if sheet.seats > 1 else "")
        terminal.say(f"{indent}{sheet.valid} papers, {seats}, quota {quota}")
    for number, stage in enumerate(sheet.stages, 1):
        elected = ", ".join(printable(sheet.name(n)) for n in stage.elected)
        line = f"{indent}{number}. {printable(words.action_of(stage, sheet))}"
        terminal.say(f"{line}: {elected} elected" if elected else line, hang=len(indent) + 3)
    names = ", ".join(printable(sheet.name(n)) for n in sheet.winners)
    terminal.say(f"{indent}Elected: {names}", "green", hang=len(indent) + 9)


def write_sheet(counted: Counted, folder: Path) -> tuple[Path, Path]:
    """Write the sheet as a page and for the notice board; return where."""
    html, pdf = folder / "count-sheet.html", folder / "count-sheet.pdf"
    replace_file(html, sheet_page(counted.sheet, counted.rule).encode())
    replace_file(pdf, sheet_pdf(counted.sheet, counted.rule))
    return html, pdf


def compare_figures(sheet: Sheet, official: OfficialCount) -> tuple[int, int]:
    """Return how many figures of the official sheet ours has, and how many there are."""
    ours = _figures_of(sheet)
    theirs = {"quota": str(official.quota)}
    for number, totals in enumerate(official.stages, 1):
        theirs |= {f"stage {number}, {n}": votes for n, votes in enumerate(totals, 1)}
    theirs |= {f"elected {n}": str(number) for n, number in official.elected_at.items()}
    every = ours.keys() | theirs.keys()
    return sum(ours.get(key) == theirs.get(key) for key in every), len(every)


def _figures_of(sheet: Sheet) -> dict[str, str]:
    figures = {"quota": "" if sheet.quota is None else str(sheet.quota)}
    for number, stage in enumerate(sheet.stages, 1):
        for candidate, votes in enumerate(stage.votes, 1):
            figures[f"stage {number}, {candidate}"] = words.figure(votes, sheet)
        figures |= {f"elected {candidate}": str(number) for candidate in stage.elected}
    return figures
