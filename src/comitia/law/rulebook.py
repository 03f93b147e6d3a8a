"""What an organisation adopted: the values of its rules, by version and day.

A rule book may be silent on a rule that was defined after it was adopted; it stays readable for
ever, and whoever asks it is told that it is silent. A book that is to be adopted must answer every
rule. Order of use: ``read_rule_book``, ``require_adoptable``, and later ``in_force``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Self, TypeVar

from comitia.errors import MalformedRecord
from comitia.law.errors import Code, RuleViolation
from comitia.law.kinds import Names
from comitia.law.reading import (
    Json,
    expect_date,
    expect_fields,
    expect_integer,
    expect_object,
    shown,
)
from comitia.law.rules import RULES, Rule

T = TypeVar("T")

MOST_VERSIONS: Final = 10**6
MOST_FAULTS: Final = 100
"""More wrong values than this are not listed."""


class WrongValues(MalformedRecord):
    """A rule book of the right form in which some values are wrong.

    faults: (where, problem) of each, at most ``MOST_FAULTS``, in the order of the book.
    """

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__(*faults[0])
        self.faults = faults

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[tuple[str, str], ...]]]:
        """Travel between processes with all faults."""
        return type(self), (self.faults,)


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule's key and its value, as the rule's kind has read it."""

    key: str
    value: object


def setting(rule: Rule[T], value: T) -> Setting:
    """Return a rule with a value. Raises MalformedRecord for a value that its kind refuses."""
    return Setting(rule.key, rule.kind.read(rule.kind.to_json(value), rule.key))


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A version of the organisation's rules.

    version: from 1. in_force_from: the first day. settings: in the order of their keys.
    """

    version: int
    in_force_from: date
    settings: tuple[Setting, ...]
    values: Mapping[str, Any] = field(init=False, repr=False, compare=False)
    """The values by their rules' keys: asked for with every entry of a record."""

    def __post_init__(self) -> None:
        """Put the settings in order. Raises ValueError for a key twice or an unknown one."""
        keys = [one.key for one in self.settings]
        if len(set(keys)) < len(keys) or not set(keys) <= RULES.keys():
            raise ValueError("the settings of a rule book are different rules of the catalogue")
        settings = tuple(sorted(self.settings, key=lambda s: s.key))
        object.__setattr__(self, "settings", settings)
        object.__setattr__(self, "values", {one.key: one.value for one in settings})

    @property
    def silent_on(self) -> tuple[str, ...]:
        """The keys of the rules that it does not answer, in the catalogue's order."""
        return tuple(key for key in RULES if key not in self.values)

    def value(self, rule: Rule[T]) -> T:
        """Return what the book says on a rule. Raises RuleViolation where it is silent."""
        if rule.key in self.values:
            return self.values[rule.key]  # type: ignore[no-any-return] # read by the rule's kind
        raise RuleViolation(Code.RULE_NOT_ADOPTED, rule.key, "a rule", f"version {self.version}")

    def sentences(self, names: Names | None = None) -> tuple[str, ...]:
        """Return the book in plain English, in the catalogue's order."""
        values = self.values
        return tuple(RULES[key].tell(values[key], names) for key in RULES if key in values)

    def to_json(self) -> Json:
        """Return the one JSON form: rules in the order of their keys."""
        return {
            "version": self.version,
            "in_force_from": self.in_force_from.isoformat(),
            "rules": {one.key: RULES[one.key].kind.to_json(one.value) for one in self.settings},
        }


def read_rule_book(value: Json, where: str = "rule book") -> RuleBook:
    """Return the rule book that a JSON value is.

    Raises MalformedRecord for another form and WrongValues, which names every one, for wrong values
    of rules. That it answers every rule is ``require_adoptable``'s business.
    """
    fields = expect_fields(value, where, ("version", "in_force_from", "rules"))
    version = expect_integer(fields["version"], f"{where}.version", 1, MOST_VERSIONS)
    day = expect_date(fields["in_force_from"], f"{where}.in_force_from")
    settings: list[Setting] = []
    faults: list[tuple[str, str]] = []
    for key, given in expect_object(fields["rules"], f"{where}.rules").items():
        try:
            settings.append(_read_setting(key, given, f"{where}.rules"))
        except MalformedRecord as error:
            faults.append((error.where, error.problem))
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise WrongValues(tuple(faults))
    return RuleBook(version, day, tuple(settings))


def _read_setting(key: str, given: Json, where: str) -> Setting:
    rule = RULES.get(key)
    if rule is None:
        raise MalformedRecord(where, f"there is no rule {shown(key)}")
    return Setting(key, rule.kind.read(given, f"{where}.{key}"))


def require_adoptable(book: RuleBook, earlier: Collection[RuleBook], decided_on: date) -> None:
    """Refuse a rule book that cannot be adopted on a day, after the earlier versions.

    It must answer every rule, have the next number, and not reach back behind its decision: nobody
    is judged by a rule that nobody could know (R27). Raises RuleViolation.
    """
    if book.silent_on:
        raise RuleViolation(
            Code.BOOK_INCOMPLETE, f"version {book.version}", "every rule", book.silent_on[0]
        )
    following = max((one.version for one in earlier), default=0) + 1
    if book.version != following:
        raise RuleViolation(
            Code.BOOK_NOT_NEXT, "rule book", f"version {following}", f"version {book.version}"
        )
    if book.in_force_from < decided_on:
        raise RuleViolation(
            Code.BOOK_RETROACTIVE,
            f"version {book.version}",
            f"in force from {decided_on} or later",
            f"in force from {book.in_force_from}",
        )


def in_force(versions: Collection[RuleBook], day: date) -> RuleBook:
    """Return the version in force on a day: of those that had begun, the one adopted last.

    A later version that begins before an earlier one takes its place. Raises RuleViolation for a
    day before the first, and ValueError for two books with one number.
    """
    if len({one.version for one in versions}) < len(versions):
        raise ValueError("two rule books have the same version")
    begun = [one for one in versions if one.in_force_from <= day]
    if not begun:
        raise RuleViolation(Code.BOOK_NONE_IN_FORCE, "rule book", "a version", f"none on {day}")
    return max(begun, key=lambda one: one.version)
