"""The way back: who decides that somebody who is no longer a member becomes one again.

The table of rights gives readmission to deciders of applications and to panels. Which of them it
is, and at which level, depends on the rules and on how the membership ended. An act of readmission
asks here first, so that no local decider undoes an expulsion that the rules leave to a panel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, assert_never

from comitia.law import rules
from comitia.law.deciders import Path, level_of, lowest_common
from comitia.law.errors import Code, RuleViolation
from comitia.law.permissions import Actor
from comitia.law.rulebook import RuleBook
from comitia.law.rules import Rule
from comitia.law.standings import Standing
from comitia.law.values import Level, Readmission

BY_STANDING: Final[Mapping[Standing, Rule[Readmission]]] = {
    Standing.LEFT: rules.READMISSION_AFTER_LEAVING,
    Standing.STRUCK_OFF: rules.READMISSION_AFTER_STRIKING_OFF,
    Standing.EXPELLED: rules.READMISSION_AFTER_EXPULSION,
}
"""The rule for each standing from which there is a way back."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """Who decides, and where.

    asked: the level, seen from the branch that is asked; None where a panel decides. former: the
    level at which the branch before has its say too; None where it has none.
    """

    actor: Actor
    asked: Level | None
    former: Level | None = None

    def place(self, former: Path, to: Path) -> Path:
        """Return the branch whose decision it is, from the branch before and the one asked.

        Of a panel's it is none: that is in nobody's reach but the panel's, by the case.
        """
        if self.asked is None:
            return ()
        decides = level_of(self.asked, to)
        if self.former is None or not former:
            return decides
        return lowest_common(self.former.of(former), decides)


def find_way_back(standing: Standing | None, book: RuleBook, subject: str) -> WayBack:
    """Return who decides on readmission. subject: the person's pseudonym, for the violation.

    Raises RuleViolation for a standing from which nobody is readmitted, and where the book is
    silent.
    """
    rule = None if standing is None else BY_STANDING.get(standing)
    if rule is None:
        wanted = " or ".join(BY_STANDING)
        raise RuleViolation(Code.STANDING_NOT_POSSIBLE, subject, wanted, standing or "none")
    usual = book.value(rules.APPLICATION_LEVEL)
    way = book.value(rule)
    match way:
        case Readmission.APPLICATION:
            return WayBack(Actor.APPLICATION_DECIDER, usual)
        case Readmission.LEVEL_ABOVE:
            # Where applications are decided at the top there is nothing above.
            level = Level.TOP if usual is Level.TOP else Level.ABOVE
            return WayBack(Actor.APPLICATION_DECIDER, usual, level)
        case Readmission.PANEL:
            return WayBack(Actor.PANEL, None)
        case _:
            assert_never(way)
