from __future__ import annotations

from datetime import date

import pytest

from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.permissions import Actor
from comitia.law.readmission import WayBack, find_way_back
from comitia.law.rulebook import RuleBook, setting
from comitia.law.standings import TRANSITIONS, ChangeKind, Standing
from comitia.law.values import Level, Readmission

DECIDER = Actor.APPLICATION_DECIDER
PANEL = WayBack(Actor.PANEL, None)


def book(level: Level) -> RuleBook:
    settings = (
        setting(rules.APPLICATION_LEVEL, level),
        setting(rules.READMISSION_AFTER_LEAVING, Readmission.APPLICATION),
        setting(rules.READMISSION_AFTER_STRIKING_OFF, Readmission.LEVEL_ABOVE),
        setting(rules.READMISSION_AFTER_EXPULSION, Readmission.PANEL),
    )
    return RuleBook(1, date(2026, 1, 1), settings)


@pytest.mark.parametrize(
    "level, ways",
    [
        (Level.OWN, (WayBack(DECIDER, Level.OWN), WayBack(DECIDER, Level.ABOVE), PANEL)),
        (Level.ABOVE, (WayBack(DECIDER, Level.ABOVE), WayBack(DECIDER, Level.ABOVE), PANEL)),
        (Level.TOP, (WayBack(DECIDER, Level.TOP), WayBack(DECIDER, Level.TOP), PANEL)),
    ],
)
def test_the_way_back_depends_on_how_the_membership_ended(
    level: Level, ways: tuple[WayBack, ...]
) -> None:
    former = (Standing.LEFT, Standing.STRUCK_OFF, Standing.EXPELLED)
    assert tuple(find_way_back(one, book(level), "eve") for one in former) == ways


def test_there_is_a_way_back_from_just_the_standings_that_can_be_readmitted() -> None:
    for standing in (None, *Standing):
        if standing in TRANSITIONS[ChangeKind.READMIT]:
            find_way_back(standing, book(Level.OWN), "eve")
            continue
        with pytest.raises(RuleViolation) as error:
            find_way_back(standing, book(Level.OWN), "eve")
        wanted, found = "left or struck_off or expelled", standing or "none"
        assert error.value.args == (Code.STANDING_NOT_POSSIBLE, "eve", wanted, found)


def test_a_book_that_is_silent_shows_no_way_back() -> None:
    with pytest.raises(RuleViolation) as error:
        find_way_back(Standing.LEFT, RuleBook(1, date(2026, 1, 1), ()), "eve")
    assert error.value.code == Code.RULE_NOT_ADOPTED
