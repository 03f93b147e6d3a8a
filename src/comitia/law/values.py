"""The values that rules have, beside numbers and yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Unit(StrEnum):
    """What a duration is counted in."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"

    def words(self, number: int) -> str:
        """Return the unit after a number: "day" after 1, "days" after others."""
        plural = self.value.replace("_", " ")
        return plural if number != 1 else plural.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Duration:
    """So many days, working days, months or years; no sum of them, so that it has one meaning."""

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse none at all and less: a rule that gives no time says None."""
        if self.number < 1:
            raise ValueError(f"expected a duration of 1 or more, found {self.number}")

    def __str__(self) -> str:
        return f"{self.number} {self.unit.words(self.number)}"


def days(number: int) -> Duration:
    return Duration(number, Unit.DAYS)


def working_days(number: int) -> Duration:
    return Duration(number, Unit.WORKING_DAYS)


def months(number: int) -> Duration:
    return Duration(number, Unit.MONTHS)


def years(number: int) -> Duration:
    return Duration(number, Unit.YEARS)


class OrganKind(StrEnum):
    """Who can be a decider."""

    BODY = "body"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Organ:
    """A body or an office by its id, the same in every branch that has one."""

    kind: OrganKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Level(StrEnum):
    """Which branch is meant, seen from another."""

    OWN = "own"
    ABOVE = "above"
    TOP = "top"

    def of(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the branch that is meant. path: ids from the top down; nothing is above the top.

        Raises ValueError for an empty path, which is no branch.
        """
        if not path:
            raise ValueError("the path of a branch names at least the top")
        match self:
            case Level.OWN:
                return path
            case Level.ABOVE:
                return path[:-1] or path
            case Level.TOP:
                return path[:1]
            case _:
                assert_never(self)


class Counting(StrEnum):
    """How the votes of an election are counted, by the names of the counting rules.

    More of them can be added; what one of them means stays as it is.
    """

    PLURALITY = "plurality"
    APPROVAL = "approval"


class Readmission(StrEnum):
    """How somebody who is no longer a member comes back."""

    APPLICATION = "application"
    LEVEL_ABOVE = "level_above"
    PANEL = "panel"
