"""Mutants that no test can tell from the code, each with the reason: ``explained.toml``.

An entry names the function, the line as it stands and as the mutant has it. The numbers of mutants
shift with every edit, so only the text counts; a test finds the entries whose line is gone.
"""

from __future__ import annotations

import ast
import difflib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EXPLAINED: Final = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True)
class Change:
    """What a mutant changes: lines without their indentation, several joined by newlines.

    function: dotted, from the package on, with the class of a method.
    """

    function: str
    line: str
    mutated: str

    def __str__(self) -> str:
        removed = (f"- {line}" for line in self.line.splitlines())
        added = (f"+ {line}" for line in self.mutated.splitlines())
        return "\n".join((*removed, *added))


def read_explained(path: Path = EXPLAINED) -> dict[Change, str]:
    """Return the reason of each change that is explained; raise ``ValueError`` for a bad entry."""
    reasons: dict[Change, str] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", []):
        if set(entry) != {"function", "line", "mutated", "reason"}:
            raise ValueError(f"expected function, line, mutated and reason, found {entry}")
        change = Change(entry["function"], unindented(entry["line"]), unindented(entry["mutated"]))
        if change in reasons or not entry["reason"].strip():
            raise ValueError(f"explained twice, or without a reason: {entry}")
        reasons[change] = entry["reason"]
    return reasons


def unindented(text: str) -> str:
    """Return lines without indentation, blank ones left out."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def change_between(function: str, original: Sequence[str], mutated: Sequence[str]) -> Change:
    """Return what a mutant changes in a function, given all lines of both."""
    _, _, *difference = difflib.unified_diff(original, mutated, n=0, lineterm="")
    removed = "\n".join(line[1:] for line in difference if line.startswith("-"))
    added = "\n".join(line[1:] for line in difference if line.startswith("+"))
    return Change(function, unindented(removed), unindented(added))


def why_stale(change: Change, sources: Path) -> str | None:
    """Return why an explained change is none of today's code below a folder, or None if it is."""
    text = source_of(change.function, sources)
    if text is None:
        return "there is no such function"
    if f"\n{change.line}\n" not in f"\n{unindented(text)}\n":
        return "the function has no such line"
    if change.line == change.mutated:
        return "nothing is changed"
    return None


def source_of(function: str, sources: Path) -> str | None:
    """Return the text of a function or method by its dotted name, or None where there is none."""
    parts = function.split(".")
    for count in range(len(parts) - 1, 0, -1):
        place = sources.joinpath(*parts[:count])
        for path in (place.with_suffix(".py"), place / "__init__.py"):
            if path.is_file():
                return _definition(path.read_text(encoding="utf-8"), parts[count:])
    return None


def _definition(text: str, names: Sequence[str]) -> str | None:
    body: list[ast.stmt] = ast.parse(text).body
    found: ast.stmt | None = None
    for name in names:
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = next((n for n in body if isinstance(n, kinds) and n.name == name), None)
        if not isinstance(found, kinds):
            return None
        body = found.body
    return None if found is None else ast.get_source_segment(text, found)
