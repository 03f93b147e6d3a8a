"""The counting rules by name: one module a rule, each citing its text."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from comitia.counting.count import Rule


def _load() -> dict[str, Rule]:
    found = {}
    for module in iter_modules(__path__):
        rule = getattr(import_module(f"{__name__}.{module.name}"), "RULE", None)
        if isinstance(rule, Rule):
            found[rule.name] = rule
    return found


RULES: Final = _load()
