"""The sheet on a terminal: every stage with its sentences and figures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from comitia.cli.terminal import Terminal, printable
from comitia.counting import words
from comitia.counting.count import Rule
from comitia.counting.rules import RULES
from comitia.counting.sheet import Sheet, Stage
from comitia.counting.sheet_json import sheet_to_json

_HEAD: Final = "bold"
_COLUMNS: Final = 80


def list_rules(terminal: Terminal) -> None:
    """Print every rule with its paragraph."""
    for rule in sorted(RULES.values(), key=lambda one: one.name):
        terminal.say(f"{rule.name} (version {rule.version}): {rule.title}", _HEAD)
        for line in _wrapped(rule.explanation):
            terminal.say(f"  {line}")
        for line in _wrapped(f"Text: {rule.source}"):
            terminal.say(f"  {line}")
        terminal.say()


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _COLUMNS - 2, break_long_words=False, break_on_hyphens=False)


def tell_sheet(sheet: Sheet, rule: Rule, terminal: Terminal) -> None:
    """Print a sheet for a person to read."""
    terminal.say(printable(sheet.title) or rule.title, _HEAD)
    terminal.say(f"{rule.title} ({rule.name}, version {rule.version}), {rule.source}")
    papers = f"{sheet.valid} valid papers, {sheet.invalid} invalid"
    terminal.say(f"{sheet.seats} to be elected; {papers}")
    width = max(len(printable(name)) for name in (*sheet.names, "Non-transferable"))
    before: Stage | None = None
    for number, stage in enumerate(sheet.stages, 1):
        terminal.say()
        terminal.say(f"{number}. {printable(words.action_of(stage, sheet))}", _HEAD)
        for sentence in words.sentences_of(stage, sheet):
            terminal.say(f"   {printable(sentence)}", hang=3)
        _tell_votes(stage, before, sheet, width, terminal)
        before = stage
    _tell_details(sheet, terminal)
    _tell_ties(sheet, terminal)
    _tell_winners(sheet, terminal)


def _tell_votes(
    stage: Stage, before: Stage | None, sheet: Sheet, width: int, terminal: Terminal
) -> None:
    rows = [*zip(sheet.names, stage.votes, strict=True)]
    earlier: Sequence[Fraction] = () if before is None else before.votes
    column = max(len(words.figure(votes, sheet)) for _, votes in rows) + 2
    for number, (name, votes) in enumerate(rows, 1):
        if number in sheet.withdrawn:
            continue
        change = votes - earlier[number - 1] if earlier else votes
        if not votes and not change:
            continue
        status = "elected" if number in stage.elected else ""
        status = "excluded" if number in stage.excluded else status
        shown = f"{words.figure(votes, sheet):>{column}}"
        moved = f"{'+' if change > 0 else ''}{words.figure(change, sheet)}" if earlier else ""
        line = (
            f"   {printable(name):<{width}}{shown}  {moved if change else '':<{column}}  {status}"
        )
        terminal.say(line.rstrip())
    if stage.non_transferable:
        shown = f"{words.figure(stage.non_transferable, sheet):>{column}}"
        terminal.say(f"   {'Non-transferable':<{width}}{shown}")


def _tell_details(sheet: Sheet, terminal: Terminal) -> None:
    details = sheet_to_json(sheet)["details"]
    if not isinstance(details, dict):
        return
    for name, value in details.items():
        terminal.say()
        terminal.say(str(name).capitalize(), _HEAD)
        for line in _lines(value):
            terminal.say(f"   {printable(line)}", hang=3)


def _lines(value: object) -> list[str]:
    match value:
        case {"heads": list(heads), "rows": list(rows)}:
            return [" | ".join(map(str, heads)), *(" | ".join(map(str, row)) for row in rows)]
        case dict():
            return [f"{key}: {_inline(one)}" for key, one in value.items()]
        case list():
            return [f"{place}. {_inline(one)}" for place, one in enumerate(value, 1)]
        case _:
            return [str(value)]


def _inline(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{key} {_inline(one)}" for key, one in value.items())
        case list():
            return " = ".join(map(str, value))
        case None:
            return "-"
        case _:
            return str(value)


def _tell_ties(sheet: Sheet, terminal: Terminal) -> None:
    for tie in sheet.ties:
        between = words.join([sheet.name(n) for n in tie.between])
        terminal.say()
        terminal.say(f"Tie between {printable(between)}", _HEAD)
        who = "Not decided" if tie.decided is None else sheet.name(tie.decided)
        terminal.say(f"   {printable(f'{who}: {words.decision_of(tie)}')}", hang=3)
    if sheet.commitment is not None:
        terminal.say(f"   SHA-256 of the seed: {sheet.commitment}")


def _tell_winners(sheet: Sheet, terminal: Terminal) -> None:
    terminal.say()
    if not sheet.decided:
        sentence = "The count stops at a tie: draw the lot and give it with --decide, or a --seed."
        terminal.say(sentence, "bold yellow")
    names = [printable(sheet.name(n)) for n in sheet.winners]
    terminal.say(f"Elected: {', '.join(names) if names else 'nobody'}", "bold green")
