"""A preset: a value for every rule, each with the law behind it where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from comitia.law.rulebook import RuleBook, Setting, setting
from comitia.law.rules import Rule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Basis:
    """The law that fixes or bounds a value.

    text: where it stands. says: what it asks. read: the version that was read, or None where
    nobody has compared the value with the law's text: then it is shown as not checked.
    """

    text: str
    says: str
    read: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rule's value in a preset. basis: None where the organisation is free."""

    setting: Setting
    basis: Basis | None


def choose(rule: Rule[T], value: T, basis: Basis | None = None) -> Chosen:
    return Chosen(setting(rule, value), basis)


@dataclass(frozen=True, slots=True)
class Preset:
    """A whole rule book to begin from. title, purpose: for whoever chooses one."""

    key: str
    title: str
    purpose: str
    chosen: tuple[Chosen, ...]

    def rule_book(self, in_force_from: date) -> RuleBook:
        """Return the preset as the first version of an organisation's rule book."""
        return RuleBook(1, in_force_from, tuple(one.setting for one in self.chosen))
