"""The sheet as JSON: the contract of ``comitia count --json``.

Figures are texts with the rule's own decimals. Beside the contract's keys a sheet has ``version``,
``details`` and ``commitment``, and a stage its ``quota`` and ``sentences``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, assert_never

from comitia.counting import words
from comitia.counting.sheet import (
    Account,
    Detail,
    Grades,
    Levels,
    Pairwise,
    Sheet,
    Stage,
    Table,
    Tie,
    Totals,
)

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None


def sheet_to_json(sheet: Sheet) -> dict[str, Json]:
    """Return the object that ``count --json`` prints."""
    return {
        "rule": sheet.rule,
        "version": sheet.version,
        "seats": sheet.seats,
        "candidates": list(sheet.names),
        "withdrawn": [sheet.name(n) for n in sorted(sheet.withdrawn)],
        "valid": sheet.valid,
        "invalid": sheet.invalid,
        "quota": None if sheet.quota is None else words.figure(sheet.quota, sheet),
        "winners": [sheet.name(n) for n in sheet.winners],
        "stages": [_stage(stage, sheet) for stage in sheet.stages],
        "ties": [_tie(tie, sheet) for tie in sheet.ties],
        "details": _details(sheet),
        "seed_sha256": sheet.commitment,
    }


def _stage(stage: Stage, sheet: Sheet) -> dict[str, Json]:
    figures = zip(sheet.names, stage.votes, strict=True)
    fields: dict[str, Json] = {
        "action": words.action_of(stage, sheet),
        "votes": {name: words.figure(votes, sheet) for name, votes in figures},
        "non_transferable": words.figure(stage.non_transferable, sheet),
        "elected": [sheet.name(n) for n in stage.elected],
        "excluded": [sheet.name(n) for n in stage.excluded],
        "quota": None if stage.quota is None else words.figure(stage.quota, sheet),
        "sentences": list(words.sentences_of(stage, sheet)),
    }
    if stage.keep:
        kept = zip(sheet.names, stage.keep, strict=True)
        fields["keep"] = {name: words.figure(part, sheet) for name, part in kept}
    if stage.sub_stages:
        fields["sub_stages"] = [
            {
                "value": words.figure(one.value, sheet),
                "papers": one.papers,
                "votes": {
                    name: words.figure(votes, sheet)
                    for name, votes in zip(sheet.names, one.votes, strict=True)
                },
                "non_transferable": words.figure(one.non_transferable, sheet),
                "elected": [sheet.name(n) for n in one.elected],
            }
            for one in stage.sub_stages
        ]
    return fields


def _tie(tie: Tie, sheet: Sheet) -> dict[str, Json]:
    return {
        "between": [sheet.name(n) for n in tie.between],
        "decided": None if tie.decided is None else sheet.name(tie.decided),
        "how": words.decision_of(tie),
    }


def _details(sheet: Sheet) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for detail in sheet.details:
        name, value = _detail(detail, sheet)
        found[name] = value
    return found


def _detail(detail: Detail, sheet: Sheet) -> tuple[str, Json]:
    match detail:
        case Totals():
            figures = zip(sheet.names, detail.figures, strict=True)
            return detail.name, {name: words.figure(value, sheet) for name, value in figures}
        case Pairwise():
            return detail.name, {
                row: dict(zip(sheet.names, figures, strict=True))
                for row, figures in zip(sheet.names, detail.figures, strict=True)
            }
        case Grades():
            return "grades", {
                name: {
                    "counts": dict(zip(detail.names, counts, strict=True)),
                    "median": None if median is None else detail.names[median],
                }
                for name, counts, median in zip(
                    sheet.names, detail.counts, detail.medians, strict=True
                )
            }
        case Levels():
            return "order", [[sheet.name(n) for n in level] for level in detail.levels]
        case Table():
            rows = [[words.cell_text(cell, sheet) for cell in row] for row in detail.rows]
            return detail.name, {"heads": list(detail.heads), "rows": rows}
        case Account():
            return detail.name, [words.sentence_of(fact, sheet) for fact in detail.facts]
        case _:
            assert_never(detail)
