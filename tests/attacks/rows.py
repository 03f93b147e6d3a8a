"""The rows of the list of published attacks, and the numbers that names of tests speak of."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).resolve().parent.parent
_ONE: Final = re.compile(r"test_attack_(\d+)_[a-z]")
_SEVERAL: Final = re.compile(r"test_attacks_(\d+(?:_(?:and_)?\d+)+)_[a-z]")


@dataclass(frozen=True)
class Row:
    """A published attack or failure, and where our own code refuses it."""

    number: int
    source: str
    refused: str


def read_rows() -> tuple[Row, ...]:
    """Return the rows of ``rows.toml`` in their order."""
    text = (Path(__file__).parent / "rows.toml").read_text(encoding="utf-8")
    return tuple(Row(**row) for row in tomllib.loads(text)["row"])


def numbers_in(name: str) -> tuple[int, ...] | None:
    """Return the rows that a test's name says it is about; None where it is of no attack.

    ``test_attack_19_...`` or ``test_attacks_1_2_and_22_...``. Raises ``ValueError`` where a name
    begins so and has no such form.
    """
    if not name.startswith("test_attack"):
        return None
    if match := _ONE.match(name):
        return (int(match[1]),)
    if match := _SEVERAL.match(name):
        return tuple(int(number) for number in re.findall(r"\d+", match[1]))
    raise ValueError(f"{name}: expected test_attack_N_what_happens")


def attack_tests() -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield every test of an attack in the suite, as file and name, with its rows."""
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and (rows := numbers_in(node.name)) is not None:
                yield f"{path.relative_to(TESTS)}::{node.name}", rows
