from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from comitia.law import rules
from comitia.law.announcing import derive_notice, require_announced, require_majority
from comitia.law.calendars import Calendar
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook, setting
from comitia.law.values import days

BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
THURSDAY = date(2026, 1, 8)


def book(*, majority: Fraction = Fraction(2, 3), moves: bool = True) -> RuleBook:
    return RuleBook(
        1,
        date(2026, 1, 1),
        (
            setting(rules.BOOK_NOTICE, days(2)),
            setting(rules.BOOK_MAJORITY, majority),
            setting(rules.DEADLINES_MOVE, moves),
        ),
    )


def refused(in_favour: int, against: int, majority: Fraction) -> bool:
    try:
        require_majority(in_favour, against, book(majority=majority))
    except RuleViolation as violation:
        return violation.code == Code.BOOK_NO_MAJORITY
    return False


@pytest.mark.parametrize("moves, last", [(True, date(2026, 1, 12)), (False, date(2026, 1, 10))])
def test_notice_ends_on_a_working_day_where_the_rules_say_so(*, moves: bool, last: date) -> None:
    for given in (True, False):
        calendar = Calendar(BERLIN.zone, BERLIN.holidays, given)
        assert derive_notice(THURSDAY, book(moves=moves), calendar).last_day == last


def test_holidays_move_the_end_where_they_are_known() -> None:
    calendar = Calendar(BERLIN.zone, frozenset({date(2026, 1, 12)}))
    assert derive_notice(THURSDAY, book(), calendar).last_day == date(2026, 1, 13)


def test_a_change_is_decided_when_the_last_day_is_over_and_not_before() -> None:
    over = datetime(2026, 1, 12, 23, tzinfo=UTC)  # midnight in Berlin
    require_announced(THURSDAY, over, book(), BERLIN)
    with pytest.raises(RuleViolation) as error:
        require_announced(THURSDAY, over.replace(hour=22, minute=59), book(), BERLIN)
    violation = error.value
    assert (violation.code, violation.expected, violation.found) == (
        Code.BOOK_NOT_ANNOUNCED,
        "a decision after 2026-01-12",
        "one on 2026-01-12",
    )


@pytest.mark.parametrize(
    "in_favour, against, majority",
    [
        (2, 1, Fraction(2, 3)),
        (1, 0, Fraction(9, 10)),
        (51, 49, Fraction(1, 2)),
        (9, 1, Fraction(9, 10)),
        (10**30 * 2, 10**30, Fraction(2, 3)),
    ],
)
def test_enough_votes_change_the_rule_book(
    in_favour: int, against: int, majority: Fraction
) -> None:
    assert not refused(in_favour, against, majority)
    assert refused(in_favour - 1, against + 1, majority)


@pytest.mark.parametrize("in_favour, against", [(0, 0), (1, 1), (5, 5), (0, 3)])
def test_half_of_the_votes_is_no_majority(in_favour: int, against: int) -> None:
    assert refused(in_favour, against, Fraction(1, 2))


@pytest.mark.parametrize("in_favour, against", [(None, None), (10, None), (None, 0)])
def test_votes_that_are_not_stated_are_no_majority(
    in_favour: int | None, against: int | None
) -> None:
    with pytest.raises(RuleViolation, match=Code.BOOK_NO_MAJORITY):
        require_majority(in_favour, against, book())


def test_a_book_that_is_silent_allows_nothing() -> None:
    silent = RuleBook(1, date(2026, 1, 1), ())
    with pytest.raises(RuleViolation, match=Code.RULE_NOT_ADOPTED):
        require_majority(10, 0, silent)
    with pytest.raises(RuleViolation, match=Code.RULE_NOT_ADOPTED):
        require_announced(THURSDAY, datetime(2027, 1, 1, tzinfo=UTC), silent, BERLIN)
