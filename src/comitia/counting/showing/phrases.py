"""The words that a shown sheet adds to those of ``words``: headings, labels, notes.

A translation is a second file like this one. Both templates are given ``PHRASES`` as ``say``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from comitia.counting import words
from comitia.counting.margins import Margin
from comitia.counting.sheet import Purpose, Sheet

PHRASES: Final[Mapping[str, str]] = {
    "untitled": "Count sheet",
    "sheet": "Count sheet",
    "result": "Elected",
    "result_so_far": "Elected so far",
    "nobody": "Nobody.",
    "unfinished": "This count is not finished: nobody has decided the last tie below.",
    "at_stage": "stage",
    "about_rule": "About this counting rule",
    "rule_version": "version",
    "rule_text": "The text that it follows:",
    "papers": "Papers and seats",
    "seats": "Seats",
    "candidates": "Candidates",
    "valid": "Valid papers",
    "invalid": "Invalid papers",
    "quota": "Quota",
    "withdrawn": "Withdrawn before the count: {names}.",
    "decimals": "Figures are exact to the decimals that are shown: the rule's own.",
    "fractions": "Figures are exact fractions.",
    "ties": "Ties",
    "no_ties": "No tie had to be decided.",
    "tied": "Tied",
    "decided": "Decided for",
    "undecided": "nobody yet",
    "how": "How",
    "seed": "Seed of the lots",
    "seed_note": "The lots follow from a seed. Its SHA-256, to be published before the count:",
    "stages": "Stage by stage",
    "stage": "Stage",
    "candidate": "Candidate",
    "status": "Status",
    "change": "Change",
    "total": "Total",
    "votes": "Votes",
    "and_others": "{action} and {number} others",
    "nothing": "Nothing.",
    "non_transferable": "Non-transferable",
    "stage_table": "All stages",
    "part": "Stages {first} to {last}",
    "keep": "Keep factors",
    "keep_note": (
        "What each candidate keeps of every paper that reaches them, after each stage. Whoever is "
        "not named here keeps all of it while standing, and nothing once excluded. Stages at which "
        "nobody keeps only a part are left out."
    ),
    "batches": "Batches of stage {number}: {action}",
    "batch": "At {value}: {papers} papers",
    "sentences": "What happened, and why",
    "margin_note": (
        "A margin here is what separated candidates at that stage. It is not the margin of the "
        "election: papers marked otherwise would have changed earlier stages too."
    ),
    "bars": "Votes at each stage",
    "bars_note": (
        "One picture a stage, all on one scale. Dark: votes held before the stage. Striped: votes "
        "gained at it. Dotted outline: votes passed on. Upright line: the quota. "
        "The figures stand in the table of all stages."
    ),
    "bars_between": "Stages {first} to {last}",
    "bars_told": "A bar for each candidate. The table of all stages holds the figures.",
    "totals_note": "A bar for each candidate. The table below holds the figures.",
    "flow": "How votes passed on",
    "flow_note": (
        "From left to right the stages; the height of a stream is its votes. Striped: papers that "
        "became non-transferable. The figures stand in the table below the picture."
    ),
    "no_flow": (
        "There is no picture of votes passing from one candidate to another: this rule does not "
        "pass papers on, it counts all of them anew at every stage."
    ),
    "flow_table": "Votes passed on",
    "from": "From",
    "to": "To",
    "elected": "elected",
    "excluded": "excluded",
    "status_elected": "Elected",
    "status_elected_at": "Elected, stage {number}",
    "status_excluded_at": "Excluded, stage {number}",
    "status_withdrawn": "Withdrawn",
    "status_not_elected": "Not elected",
    "status_standing": "Still standing",
    "row_over_column": (
        "Row over column: how many papers prefer the candidate of the row to the one of the column."
    ),
    "row_and_column": "Row over column.",
    "row_to_column": (
        "Row over column: how strong the strongest path is from the row's candidate to the "
        "column's. A path is as strong as its weakest step."
    ),
    "more": "Bold: more than the other way round.",
    "paths": "Strongest paths",
    "paths_of_elected": "Strongest paths from and to the elected",
    "path": "Path",
    "strength": "Strength",
    "over": " over ",
    "grades": "Grades",
    "median": "Median",
    "no_grade": "none",
    "grades_note": (
        "Each bar holds all papers that grade the candidate, best grades on the left. "
        "The line in the middle meets the median grade."
    ),
    "grades_told": "A bar for each candidate. The table below holds the figures.",
    "order": "Order of the result",
    "place": "Place",
    "signature": "Returning officer",
    "signed_at": "Place and date",
    "page": "Page",
    "of": "of",
    "picture": "Picture",
}


def phrase(key: str, **parts: object) -> str:
    """Return a phrase with its parts filled in."""
    return PHRASES[key].format(**parts)


def vacancies(sheet: Sheet) -> str:
    """Return that seats stay empty after a finished count, or nothing."""
    empty = sheet.seats - len(sheet.winners)
    if not sheet.decided or empty <= 0:
        return ""
    return "One seat stays empty." if empty == 1 else f"{empty} seats stay empty."


def margin_sentence(margin: Margin, sheet: Sheet) -> str:
    """Return one margin in words, said to be one of its stage."""
    names = words.join([sheet.name(n) for n in margin.candidates])
    votes = words.figure(margin.votes, sheet)
    if margin.purpose is Purpose.ELECTED or margin.against is None:
        return f"Margin at this stage: {names}, {votes} above the quota."
    following = sheet.name(margin.against)
    if len(margin.candidates) > 1:
        names = f"the highest of {names}"
    return f"Margin at this stage: {votes} between {names} and the next, {following}."
