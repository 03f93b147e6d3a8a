"""The core's code with every mutant in it, as mutmut writes it: one is chosen when it is run.

mutmut makes the mutants and no more. Its own way of running them takes up again nothing that was
asked for by name, and lets code that runs while test modules are imported (elections are made
there) pass unmutated, because it forks after that.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents

from tests.mutants.explained import Change, change_between

MUTATED: Final = (
    "comitia/curve",
    "comitia/ballots",
    "comitia/law",
    "comitia/record",
    "comitia/verify",
)
_METHOD_MARK: Final = "ǁ"


@dataclass(frozen=True)
class Mutant:
    """A mutant. name: how it is chosen, the module first.

    digest: of its function's text; a result holds as long as this does.
    """

    name: str
    digest: str
    change: Change

    @property
    def key(self) -> str:
        """What a result is kept under."""
        return f"{self.name} {self.digest}"


def write_mutated(sources: Path, target: Path, patterns: Sequence[str]) -> list[Mutant]:
    """Write all code below one folder to another, with the mutants that are asked for.

    patterns: of names as ``comitia.curve.nonces.hedged_scalar``; returns the mutants they name.
    """
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(sources, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    mutants: list[Mutant] = []
    for folder in MUTATED:
        for path in sorted((target / folder).rglob("*.py")):
            module = ".".join(path.relative_to(target).with_suffix("").parts)
            module = module.removesuffix(".__init__")
            if any(_may_name(pattern, module) for pattern in patterns):
                made = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
                path.write_text(made.code, encoding="utf-8")
                mutants += _mutants_of(made, module)
    return [one for one in mutants if any(fnmatch(one.change.function, p) for p in patterns)]


def _may_name(pattern: str, module: str) -> bool:
    """Return whether a pattern could name a function of a module, going by its plain beginning."""
    plain = re.split(r"[*?[]", pattern, maxsplit=1)[0]
    return f"{module}.".startswith(plain) or plain.startswith(f"{module}.")


def _mutants_of(made: MutatedFile, module: str) -> Iterator[Mutant]:
    lines = made.code.splitlines()

    def text_of(name: str, mangled: str) -> list[str]:
        span = made.line_span_by_function_name[name]
        return [line.replace(name, mangled) for line in lines[span.start - 1 : span.end]]

    for name in made.mutant_names:
        mangled = name.partition("__mutmut_")[0]
        function = f"{module}.{_dotted(mangled)}"
        original = text_of(f"{mangled}__mutmut_orig", mangled)
        change = change_between(function, original, text_of(name, mangled))
        digest = made.hash_by_function_name[mangled]
        yield Mutant(f"{module}.{name}", digest, change)


def _dotted(mangled: str) -> str:
    """Return the name of a function or method that mutmut has mangled."""
    if _METHOD_MARK in mangled:
        _, class_name, method = mangled.split(_METHOD_MARK)
        return f"{class_name}.{method}"
    return mangled.removeprefix("x_")
