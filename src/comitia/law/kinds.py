"""The kinds of rules: how a value is read, written, bounded and put into words.

A kind reads a JSON value into a typed one or raises MalformedRecord in one sentence; what it has
read once is trusted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final, Generic, Protocol, TypeVar

from comitia.errors import MalformedRecord
from comitia.law.reading import (
    Json,
    expect_id,
    expect_integer,
    expect_object,
    expect_text,
    shown,
)
from comitia.law.values import Duration, Level, Organ, OrganKind

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Names = Mapping[str, str]
"""Display names of bodies and offices by their ids."""


class Kind(Protocol[T]):
    """What is the same for all rules of a kind."""

    def read(self, value: Json, where: str) -> T:
        """Return the typed value. Raises MalformedRecord."""
        ...

    def to_json(self, value: T) -> Json:
        """Return the one JSON form of a value."""
        ...

    def words(self, value: T, names: Names) -> str:
        """Return what stands in the rule's sentence for a value."""
        ...

    def bounds(self) -> str:
        """Return what is allowed, for a table and for messages."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number of things, persons or years."""

    singular: str
    plural: str
    least: int
    most: int

    def read(self, value: Json, where: str) -> int:
        return expect_integer(value, where, self.least, self.most)

    def to_json(self, value: int) -> Json:
        return value

    def words(self, value: int, names: Names) -> str:  # noqa: ARG002 - the protocol's
        return f"{value} {self.singular if value == 1 else self.plural}"

    def bounds(self) -> str:
        return f"{self.least} to {self.most} {self.plural}"


@dataclass(frozen=True, slots=True)
class Period:
    """A duration. most: in each unit that is allowed; the least is 1."""

    most: tuple[Duration, ...]

    def read(self, value: Json, where: str) -> Duration:
        fields = expect_object(value, where)
        bounds = {bound.unit.value: bound for bound in self.most}
        named = [bounds[name] for name in fields if name in bounds]
        if len(fields) != 1 or not named:
            allowed = " or ".join(f'{{"{name}": number}}' for name in bounds)
            raise MalformedRecord(where, f"expected {allowed}, found another object")
        unit = named[0].unit
        return Duration(expect_integer(fields[unit], where, 1, named[0].number), unit)

    def to_json(self, value: Duration) -> Json:
        return {value.unit.value: value.number}

    def words(self, value: Duration, names: Names) -> str:  # noqa: ARG002 - the protocol's
        return str(value)

    def bounds(self) -> str:
        return " or ".join(f"1 to {one}" if one.number > 1 else str(one) for one in self.most)


_FRACTION: Final = re.compile(r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}", re.ASCII)
_SPOKEN: Final = {
    Fraction(1): "all",
    Fraction(1, 2): "half",
    Fraction(1, 3): "one third",
    Fraction(2, 3): "two thirds",
    Fraction(1, 4): "one quarter",
    Fraction(3, 4): "three quarters",
}
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction of something, exact, in lowest terms: "2/3"."""

    least: Fraction
    most: Fraction

    def read(self, value: Json, where: str) -> Fraction:
        text = expect_text(value, where, "a fraction")
        found = Fraction(text) if _FRACTION.fullmatch(text) else None
        if found is None or self.to_json(found) != text or not self.least <= found <= self.most:
            problem = f"expected a fraction in lowest terms, {self.bounds()}, found {shown(text)}"
            raise MalformedRecord(where, problem)
        return found

    def to_json(self, value: Fraction) -> Json:
        return f"{value.numerator}/{value.denominator}"

    def words(self, value: Fraction, names: Names) -> str:  # noqa: ARG002 - the protocol's
        percent = value * _HUNDRED
        exact = f"{percent} %" if percent.denominator == 1 else str(value)
        return _SPOKEN.get(value, exact)

    def bounds(self) -> str:
        return f"{self.to_json(self.least)} to {self.to_json(self.most)}"


@dataclass(frozen=True, slots=True)
class Choice(Generic[E]):
    """One of a closed set. options: what each says in the rule's sentence."""

    options: tuple[tuple[E, str], ...]

    def read(self, value: Json, where: str) -> E:
        found = [option for option, _ in self.options if option == value]
        if not found:
            raise MalformedRecord(where, f"expected {self.bounds()}, found {shown(value)}")
        return found[0]

    def to_json(self, value: E) -> Json:
        return value.value

    def words(self, value: E, names: Names) -> str:  # noqa: ARG002 - the protocol's
        return dict(self.options)[value]

    def bounds(self) -> str:
        return " or ".join(f'"{option}"' for option, _ in self.options)


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; the rule has a sentence for each."""

    def read(self, value: Json, where: str) -> bool:
        if not isinstance(value, bool):
            raise MalformedRecord(where, f"expected {self.bounds()}, found {shown(value)}")
        return value

    def to_json(self, value: bool) -> Json:  # noqa: FBT001 - the value is the yes or no
        return value

    def words(self, value: bool, names: Names) -> str:  # noqa: ARG002, FBT001 - the protocol's
        return "yes" if value else "no"

    def bounds(self) -> str:
        return "true or false"


@dataclass(frozen=True, slots=True)
class OneOrgan:
    """A body or an office by its id; whether a branch has one is for the organisation's tables."""

    def read(self, value: Json, where: str) -> Organ:
        fields = expect_object(value, where)
        kinds = [kind for kind in OrganKind if kind in fields]
        if len(fields) != 1 or not kinds:
            raise MalformedRecord(where, f"expected {self.bounds()}, found another object")
        return Organ(kinds[0], expect_id(fields[kinds[0]], where, f"the {kinds[0]}'s id"))

    def to_json(self, value: Organ) -> Json:
        return {value.kind.value: value.id}

    def words(self, value: Organ, names: Names) -> str:
        return names.get(value.id, f"the {value.kind} “{value.id}”")

    def bounds(self) -> str:
        return '{"body": id} or {"office": id}'


LEVELS: Final = Choice(
    (
        (Level.OWN, "the branch itself"),
        (Level.ABOVE, "the branch above"),
        (Level.TOP, "the whole organisation"),
    )
)


@dataclass(frozen=True, slots=True)
class OrNone(Generic[T]):
    """A value of another kind, or none: JSON null; the rule has a sentence of its own for it."""

    kind: Kind[T]

    def read(self, value: Json, where: str) -> T | None:
        return None if value is None else self.kind.read(value, where)

    def to_json(self, value: T | None) -> Json:
        return None if value is None else self.kind.to_json(value)

    def words(self, value: T | None, names: Names) -> str:
        return "none" if value is None else self.kind.words(value, names)

    def bounds(self) -> str:
        return f"{self.kind.bounds()}, or null"
