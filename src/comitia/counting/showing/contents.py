"""What a shown sheet says, in its order and in words; how it looks is left to page and PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never

from comitia.counting import words
from comitia.counting.count import Rule
from comitia.counting.margins import margins_of
from comitia.counting.rules import RULES
from comitia.counting.sheet import (
    Account,
    Detail,
    Grades,
    Levels,
    Pairwise,
    Sheet,
    Table,
    Totals,
)
from comitia.counting.showing import grids
from comitia.counting.showing.grids import Grid
from comitia.counting.showing.names import fit, fit_sheet, isolated
from comitia.counting.showing.phrases import PHRASES, margin_sentence, phrase, vacancies
from comitia.counting.showing.stage_table import StageTable, stage_table, stages_of_events


@dataclass(frozen=True, slots=True)
class RuleWords:
    """The counting rule. Texts are empty where the rule itself is not at hand."""

    name: str
    version: int
    title: str
    source: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Winner:
    """One elected. stage: at which, 0 where the rule has no stages."""

    name: str
    stage: int


@dataclass(frozen=True, slots=True)
class Story:
    """A stage in sentences."""

    number: int
    action: str
    sentences: tuple[str, ...]
    margins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A rule's detail. sort: of which kind, one word. place: among the details, from 1."""

    sort: str
    place: int
    name: str
    notes: tuple[str, ...]
    grid: Grid
    paths: Grid | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in the order in which it is shown."""

    title: str
    rule: RuleWords
    precision: str
    decided: bool
    winners: tuple[Winner, ...]
    vacancies: str
    withdrawn: str
    facts: tuple[tuple[str, str], ...]
    ties: Grid | None
    commitment: str | None
    stages: StageTable | None
    batches: tuple[Grid, ...]
    keep: Grid | None
    stories: tuple[Story, ...]
    transfers: Grid | None
    sections: tuple[Section, ...]


_READINGS: Final = {
    "preferences": (PHRASES["row_over_column"], PHRASES["more"]),
    "beat paths": (PHRASES["row_to_column"], PHRASES["more"]),
}
"""How a matrix is read, by its name."""


def contents_of(sheet: Sheet, rule: Rule | None) -> Contents:
    """Return what to show of a sheet.

    rule: which made it; else the rule that now has the sheet's name and version.
    Raises ValueError where the sheet was not made by this rule.
    """
    if rule is not None and (rule.name, rule.version) != (sheet.rule, sheet.version):
        raise ValueError(f"a sheet of {sheet.rule} {sheet.version} is not one of {rule.name}")
    fitted = fit_sheet(sheet)
    sheet = isolated(fitted)
    rule = rule or _known(sheet)
    passes_on = any(stage.transfers for stage in sheet.stages)
    return Contents(
        title=sheet.title.strip() or PHRASES["untitled"],
        rule=_rule(sheet, rule),
        precision=PHRASES["fractions" if sheet.decimals is None else "decimals"],
        decided=sheet.decided,
        winners=_winners(sheet),
        vacancies=vacancies(sheet),
        withdrawn=_withdrawn(sheet),
        facts=_facts(sheet),
        ties=grids.tie_grid(sheet) if sheet.ties else None,
        commitment=sheet.commitment,
        stages=stage_table(fitted) if sheet.stages else None,
        batches=grids.batch_grids(sheet),
        keep=grids.keep_grid(sheet),
        stories=_stories(sheet),
        transfers=grids.transfer_grid(sheet) if passes_on else None,
        sections=tuple(
            _section(place, detail, sheet) for place, detail in enumerate(sheet.details, 1)
        ),
    )


def _known(sheet: Sheet) -> Rule | None:
    """Return the rule by its name, where it is still the version that made the sheet."""
    rule = RULES.get(sheet.rule)
    return rule if rule and rule.version == sheet.version else None


def _rule(sheet: Sheet, rule: Rule | None) -> RuleWords:
    if rule is None:
        return RuleWords(fit(sheet.rule), sheet.version, fit(sheet.rule), "", "")
    texts = map(fit, (rule.title, rule.source, rule.explanation))
    return RuleWords(rule.name, rule.version, *texts)


def _winners(sheet: Sheet) -> tuple[Winner, ...]:
    events = stages_of_events(sheet)
    return tuple(Winner(sheet.name(n), events.get((n, "elected"), 0)) for n in sheet.winners)


def _withdrawn(sheet: Sheet) -> str:
    if not sheet.withdrawn:
        return ""
    return phrase("withdrawn", names=words.join([sheet.name(n) for n in sorted(sheet.withdrawn)]))


def _facts(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    facts = [
        (PHRASES["seats"], str(sheet.seats)),
        (PHRASES["candidates"], str(len(sheet.names) - len(sheet.withdrawn))),
        (PHRASES["valid"], str(sheet.valid)),
        (PHRASES["invalid"], str(sheet.invalid)),
    ]
    if sheet.quota is not None:
        facts.append((PHRASES["quota"], words.figure(sheet.quota, sheet)))
    return tuple(facts)


def _stories(sheet: Sheet) -> tuple[Story, ...]:
    margins = margins_of(sheet)
    return tuple(
        Story(
            number,
            words.action_of(stage, sheet),
            words.sentences_of(stage, sheet),
            tuple(margin_sentence(one, sheet) for one in margins if one.stage == number),
        )
        for number, stage in enumerate(sheet.stages, 1)
    )


def _section(place: int, detail: Detail, sheet: Sheet) -> Section:
    match detail:
        case Totals():
            return Section(
                "totals", place, grids.capital(detail.name), (), grids.totals_grid(detail, sheet)
            )
        case Pairwise():
            return Section(
                "matrix",
                place,
                grids.capital(detail.name),
                _READINGS.get(detail.name, (PHRASES["row_and_column"],)),
                grids.matrix_grid(detail, sheet, compared=detail.name in _READINGS),
                grids.path_grid(detail, sheet),
            )
        case Grades():
            grid = grids.grades_grid(detail, sheet)
            return Section("grades", place, PHRASES["grades"], (), grid)
        case Levels():
            return Section("levels", place, PHRASES["order"], (), grids.levels_grid(detail, sheet))
        case Table():
            return Section(
                "table", place, grids.capital(detail.name), (), grids.table_grid(detail, sheet)
            )
        case Account():
            grid = grids.account_grid(detail, sheet)
            return Section("table", place, detail.name.capitalize(), (), grid)
        case _:
            assert_never(detail)
