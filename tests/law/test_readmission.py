from __future__ import annotations

from datetime import date

import pytest

from comitia.law import rules
from comitia.law.deciders import Path
from comitia.law.errors import Code, RuleViolation
from comitia.law.permissions import Actor
from comitia.law.readmission import WayBack, find_way_back
from comitia.law.rulebook import RuleBook, setting
from comitia.law.standings import TRANSITIONS, ChangeKind, Standing
from comitia.law.values import Level, Readmission

DECIDER = Actor.APPLICATION_DECIDER
PANEL = WayBack(Actor.PANEL, None)


def back(asked: Level, former: Level) -> WayBack:
    return WayBack(DECIDER, asked, former)


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
        (Level.OWN, (WayBack(DECIDER, Level.OWN), back(Level.OWN, Level.ABOVE), PANEL)),
        (Level.ABOVE, (WayBack(DECIDER, Level.ABOVE), back(Level.ABOVE, Level.ABOVE), PANEL)),
        (Level.TOP, (WayBack(DECIDER, Level.TOP), back(Level.TOP, Level.TOP), PANEL)),
    ],
)
def test_the_way_back_depends_on_how_the_membership_ended(
    level: Level, ways: tuple[WayBack, ...]
) -> None:
    former = (Standing.LEFT, Standing.STRUCK_OFF, Standing.EXPELLED)
    assert tuple(find_way_back(one, book(level), "eve") for one in former) == ways


MILL, PORT = ("all", "north", "mill"), ("all", "south", "port")


@pytest.mark.parametrize(
    "way, former, to, place",
    [
        (WayBack(DECIDER, Level.OWN), MILL, PORT, PORT),
        (WayBack(DECIDER, Level.ABOVE), MILL, PORT, PORT[:2]),
        (WayBack(DECIDER, Level.TOP), MILL, PORT, PORT[:1]),
        (back(Level.OWN, Level.ABOVE), MILL, MILL, MILL[:2]),
        (back(Level.OWN, Level.ABOVE), MILL, PORT, MILL[:1]),
        (back(Level.ABOVE, Level.ABOVE), MILL, MILL[:2], MILL[:1]),
        (back(Level.OWN, Level.ABOVE), (), PORT, PORT),
        (WayBack(DECIDER, Level.OWN), MILL, (), ()),
        (PANEL, MILL, MILL, ()),
    ],
)
def test_the_branch_that_decides_follows_from_both_branches(
    way: WayBack, former: Path, to: Path, place: Path
) -> None:
    assert way.place(former, to) == place


def test_there_is_a_way_back_from_just_the_standings_from_which_one_applies_again() -> None:
    for standing in (None, *Standing):
        if standing is not None and standing in TRANSITIONS[ChangeKind.APPLY]:
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
