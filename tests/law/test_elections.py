from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from itertools import combinations_with_replacement
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.law import rules
from comitia.law.calendars import Calendar
from comitia.law.elections.days import Days, complaints_limit, derive_days, find_violations
from comitia.law.elections.lots import draw_order
from comitia.law.elections.numbers import (
    after_closing,
    after_nominations,
    require_supported,
    require_trustees,
    supporters_needed,
)
from comitia.law.elections.officers import CONFLICTS, OFFICES, SINGLE, Part, require_compatible
from comitia.law.elections.seats import (
    count_in_a_row,
    derive_elected_term,
    is_call_due,
    require_no_more_in_a_row,
)
from comitia.law.elections.stages import OVER, TRANSITIONS, Move, Stage, move_on
from comitia.law.errors import Code, RuleViolation
from comitia.law.presets import PRESETS
from comitia.law.rulebook import RuleBook, setting
from comitia.law.rules import Rule
from comitia.law.terms import Term
from comitia.law.values import days, months, working_days, years

BERLIN = Calendar(ZoneInfo("Europe/Berlin"))
MONDAY = date(2026, 3, 2)
SMALL = PRESETS["small-association"].rule_book(date(2026, 1, 1))
UNION = PRESETS["uk-union"].rule_book(date(2026, 1, 1))
EVERY_PRESET = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


def book_with(rule: Rule[Any], value: object, book: RuleBook = SMALL) -> RuleBook:
    others = tuple(one for one in book.settings if one.key != rule.key)
    return replace(book, settings=(*others, setting(rule, value)))


# --- Stages ---------------------------------------------------------------------------------------


def test_the_whole_course_of_an_election_leads_to_certification() -> None:
    stage = None
    course = [Move.CALL, Move.REOPEN, Move.CONTEST, Move.SET_UP, Move.OPEN, Move.CLOSE]
    for move in (*course, Move.DECLARE, Move.REPORT, Move.CERTIFY):
        stage = move_on(stage, move, "e")
    assert stage is Stage.CERTIFIED


def test_every_other_move_is_refused_with_what_it_asks_for() -> None:
    refused = [(s, m) for m in Move for s in (None, *Stage) if s not in TRANSITIONS[m]]
    assert len(refused) == len(Move) * (len(Stage) + 1) - sum(map(len, TRANSITIONS.values()))
    for stage, move in refused:
        with pytest.raises(RuleViolation) as caught:
            move_on(stage, move, "e")
        assert (caught.value.code, caught.value.found) == (
            Code.ELECTION_NOT_POSSIBLE,
            "none" if stage is None else stage.value,
        )


def test_nothing_but_certification_comes_after_a_report() -> None:
    ways = {move for move, found in TRANSITIONS.items() if Stage.REPORTED in found}
    assert ways == {Move.CERTIFY, Move.ANNUL}
    assert {m for m, found in TRANSITIONS.items() if Stage.CERTIFIED in found.values()} == {
        Move.CERTIFY
    }


def test_an_election_that_failed_or_was_annulled_stays_so() -> None:
    for stage in OVER - {Stage.CERTIFIED}:
        assert not [move for move, ways in TRANSITIONS.items() if stage in ways]


# --- Days -----------------------------------------------------------------------------------------


def test_the_days_of_a_small_association_are_these() -> None:
    """Nominations end on Monday the 9th; the notice of 21 days is over after Monday the 23rd."""
    assert derive_days(MONDAY, SMALL, BERLIN) == Days(
        called_on=MONDAY,
        nominations_from=date(2026, 3, 3),
        nominations_until=date(2026, 3, 9),
        roll_on=date(2026, 3, 9),
        voting_from=date(2026, 3, 24),
        voting_until=date(2026, 3, 24),
    )


def test_a_holiday_moves_the_end_of_nominations_and_all_that_follows_from_it() -> None:
    slow = book_with(rules.ELECTION_ROLL, days(30))
    easter = replace(BERLIN, holidays=frozenset({date(2026, 3, 9)}))
    assert derive_days(MONDAY, slow, BERLIN).voting_from == date(2026, 4, 9)
    found = derive_days(MONDAY, slow, easter)
    assert (found.nominations_until, found.roll_on) == (date(2026, 3, 10), date(2026, 3, 10))
    assert found.voting_from == date(2026, 4, 10)


@EVERY_PRESET
@given(called_on=st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_days_that_follow_from_the_rules_keep_to_them(preset: object, called_on: date) -> None:
    book = preset.rule_book(called_on)  # type: ignore[attr-defined] # a preset
    found = derive_days(called_on, book, BERLIN)
    assert find_violations(found, book, BERLIN) == ()


def codes(
    found: Days, book: RuleBook = SMALL, calendar: Calendar = BERLIN
) -> list[tuple[str, str]]:
    return [(one.code, one.subject) for one in find_violations(found, book, calendar)]


DAYS = derive_days(MONDAY, SMALL, BERLIN)


@pytest.mark.parametrize(
    "changed, code, subject",
    [
        (
            {"nominations_until": date(2026, 3, 8)},
            "election.nominations_short",
            "nominations_until",
        ),
        ({"nominations_until": date(2026, 3, 14)}, "election.no_working_day", "nominations_until"),
        ({"roll_on": date(2026, 3, 17)}, "election.roll_late", "voting_from"),
        ({"called_on": date(2026, 3, 3)}, "election.notice_short", "voting_from"),
    ],
)
def test_days_that_break_one_rule_are_refused_by_its_name(
    changed: dict[str, date], code: str, subject: str
) -> None:
    assert codes(replace(DAYS, **changed)) == [(code, subject)]


def test_nominations_may_end_on_a_sunday_where_limits_do_not_move() -> None:
    fixed = book_with(rules.DEADLINES_MOVE, False)  # noqa: FBT003 - the rule's value
    assert codes(replace(DAYS, nominations_until=date(2026, 3, 15)), fixed) == []


def test_voting_that_is_over_too_soon_is_refused() -> None:
    week = book_with(rules.ELECTION_VOTING, days(7))
    seven = replace(DAYS, voting_until=date(2026, 3, 30))
    assert codes(seven, week) == []
    assert codes(replace(seven, voting_until=date(2026, 3, 29)), week) == [
        ("election.voting_short", "voting_until")
    ]
    assert codes(seven, book_with(rules.ELECTION_VOTING, working_days(6))) == [
        ("election.voting_short", "voting_until")
    ]


@pytest.mark.parametrize(
    "changed, subjects",
    [
        ({"nominations_from": date(2026, 3, 1)}, ["nominations_from"]),
        ({"nominations_until": date(2026, 3, 2)}, ["nominations_until"]),
        ({"roll_on": date(2026, 3, 1)}, ["roll_on"]),
        ({"voting_from": date(2026, 3, 9)}, ["voting_from"]),
        ({"roll_on": date(2026, 3, 24)}, ["voting_from"]),
        ({"voting_until": date(2026, 3, 23)}, ["voting_until"]),
        (
            {"voting_from": date(2026, 3, 2), "voting_until": date(2026, 3, 1)},
            ["voting_from", "voting_until"],
        ),
    ],
)
def test_days_out_of_order_are_all_named_and_nothing_else(
    changed: dict[str, date], subjects: list[str]
) -> None:
    assert codes(replace(DAYS, **changed)) == [("election.disorder", one) for one in subjects]


@given(st.lists(st.dates(date(2026, 1, 1), date(2026, 6, 1)), min_size=6, max_size=6))
def test_any_days_are_judged(given_days: list[date]) -> None:
    names = [one.name for one in fields(Days)]
    found = codes(Days(**dict(zip(names, given_days, strict=True))))
    assert len(found) == len(set(found))


def test_complaints_end_on_a_working_day() -> None:
    assert complaints_limit(date(2026, 3, 28), SMALL, BERLIN).last_day == date(2026, 4, 13)


def test_a_book_of_before_these_rules_has_no_elections() -> None:
    silent = replace(
        SMALL,
        settings=tuple(one for one in SMALL.settings if not one.key.startswith("election.")),
    )
    with pytest.raises(RuleViolation) as caught:
        derive_days(MONDAY, silent, BERLIN)
    assert (caught.value.code, caught.value.subject) == (
        Code.RULE_NOT_ADOPTED,
        "election.nominations",
    )


# --- Officers -------------------------------------------------------------------------------------


def test_the_conflicts_of_officers_are_these() -> None:
    found = {
        f"{one} {other}"
        for one, other in combinations_with_replacement(Part, 2)
        if frozenset({one, other}) in CONFLICTS
    }
    assert found == {
        *("candidate returning_officer", "candidate registrar", "candidate trustee"),
        *("member scrutineer", "keeper scrutineer", "candidate scrutineer"),
        *("returning_officer scrutineer", "registrar scrutineer", "trustee scrutineer"),
        *("returning_officer registrar", "returning_officer trustee", "registrar trustee"),
        *("keeper registrar", "keeper trustee"),
    }


def refusal_of(call: Callable[[], None]) -> tuple[str, str] | None:
    """Return the code with what was found; None where nothing is refused."""
    try:
        call()
    except RuleViolation as violation:
        return violation.code, violation.found
    return None


@pytest.mark.parametrize("new", Part)
@pytest.mark.parametrize("old", Part)
def test_conflicting_parts_are_refused_whichever_came_first(old: Part, new: Part) -> None:
    conflict = frozenset({old, new}) in CONFLICTS
    expected = (Code.OFFICER_CONFLICT, new.value) if conflict else None
    assert refusal_of(lambda: require_compatible([old], new, "p")) == expected


def test_there_is_one_of_each_officer_but_of_trustees() -> None:
    assert {Part.TRUSTEE} == OFFICES - SINGLE


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "candidates, seats, reopened, move",
    [
        (0, 1, False, Move.REOPEN),
        (0, 1, True, Move.FIND_NOBODY),
        (1, 1, False, Move.LEAVE_UNCONTESTED),
        (2, 1, False, Move.CONTEST),
        (2, 3, False, Move.REOPEN),
        (2, 3, True, Move.LEAVE_UNCONTESTED),
        (4, 3, True, Move.CONTEST),
    ],
)
def test_nominations_lead_to_a_vote_or_not(
    *, candidates: int, seats: int, reopened: bool, move: Move
) -> None:
    assert after_nominations(candidates, seats, SMALL, reopened=reopened) is move


def test_a_rule_can_demand_more_candidates_than_seats() -> None:
    assert after_nominations(1, 1, UNION, reopened=False) is Move.REOPEN
    assert after_nominations(1, 1, UNION, reopened=True) is Move.LEAVE_UNCONTESTED
    assert after_nominations(2, 1, UNION, reopened=False) is Move.CONTEST


def test_too_few_ballots_are_never_opened() -> None:
    assert [after_closing(n, SMALL) for n in (0, 4, 5)] == [
        *(Move.FIND_TOO_FEW, Move.FIND_TOO_FEW, Move.DECLARE)
    ]


def test_supporters_are_as_many_as_the_rules_ask_for() -> None:
    assert (supporters_needed(SMALL), supporters_needed(UNION)) == (0, 2)
    require_supported(0, SMALL, "n")
    require_supported(2, UNION, "n")
    with pytest.raises(RuleViolation) as caught:
        require_supported(1, UNION, "n")
    assert caught.value.args == (Code.NOMINATION_UNSUPPORTED, "n", "2 supporters", "1")


@pytest.mark.parametrize(
    "trustees, threshold, allowed", [(3, 2, True), (2, 2, False), (3, 1, False)]
)
def test_one_trustee_may_be_missing_and_none_suffices_alone(
    *, trustees: int, threshold: int, allowed: bool
) -> None:
    refused = (Code.ELECTION_TRUSTEES_FEW, f"{threshold} out of {trustees}")
    found = refusal_of(lambda: require_trustees(trustees, threshold, SMALL, "e"))
    assert found == (None if allowed else refused)


# --- Terms ----------------------------------------------------------------------------------------


def test_who_is_elected_holds_the_office_for_the_term_in_the_rules() -> None:
    found = derive_elected_term(date(2026, 4, 1), SMALL, BERLIN)
    assert found == Term(date(2026, 4, 1), date(2028, 3, 31))


def test_an_election_is_called_by_rule_when_the_end_of_the_term_is_near() -> None:
    assert not is_call_due(date(2026, 5, 2), MONDAY, SMALL, BERLIN)
    assert is_call_due(date(2026, 5, 1), MONDAY, SMALL, BERLIN)
    assert is_call_due(date(2026, 3, 1), MONDAY, SMALL, BERLIN)


YEAR = years(1)


def year(first: int) -> Term:
    return Term(date(first, 1, 1), date(first, 12, 31))


@pytest.mark.parametrize(
    "held, number",
    [
        ([], 0),
        ([year(2025)], 1),
        ([year(2024), year(2025)], 2),
        ([year(2023), year(2025)], 1),
        ([Term(date(2024, 1, 1), date(2024, 11, 30)), year(2025)], 2),
        ([Term(date(2024, 1, 1), date(2025, 11, 30))], 1),
        ([year(2024)], 0),
        ([year(2026), year(2025)], 1),
    ],
)
def test_terms_are_in_a_row_unless_a_whole_one_lies_between(held: list[Term], number: int) -> None:
    assert count_in_a_row(held, date(2026, 1, 1), YEAR, BERLIN) == number


def test_one_term_more_than_the_rules_allow_is_refused() -> None:
    twice = book_with(rules.ELECTION_TERMS, 2, book_with(rules.ELECTION_TERM, months(12)))
    require_no_more_in_a_row([year(2025)], date(2026, 1, 1), twice, BERLIN, "p")
    with pytest.raises(RuleViolation) as caught:
        require_no_more_in_a_row([year(2024), year(2025)], date(2026, 1, 1), twice, BERLIN, "p")
    assert (caught.value.code, caught.value.found) == (Code.TERM_IN_A_ROW, "3")
    many = [year(n) for n in range(2000, 2026)]
    require_no_more_in_a_row(many, date(2026, 1, 1), SMALL, BERLIN, "p")


# --- The lot --------------------------------------------------------------------------------------


def test_the_order_of_candidates_is_the_same_for_everybody() -> None:
    """A fixed example, for whoever writes it again elsewhere."""
    assert draw_order("4 8 15 16 23 42", ["c", "a", "b"]) == draw_order(
        "4 8 15 16 23 42", ["a", "b", "c"]
    )
    assert draw_order("4 8 15 16 23 42", "abcd") == tuple("dbac")


@given(st.text(), st.sets(st.text(), max_size=8))
def test_the_lot_places_everybody_once(seed: str, names: set[str]) -> None:
    drawn = draw_order(seed, names)
    assert (set(drawn), len(drawn)) == (names, len(names))


@given(st.text(), st.sets(st.text(), min_size=1, max_size=8))
def test_nobody_who_stands_turns_the_others_round(seed: str, names: set[str]) -> None:
    one = min(names)
    without = tuple(name for name in draw_order(seed, names) if name != one)
    assert draw_order(seed, names - {one}) == without


def test_another_seed_can_draw_another_order() -> None:
    assert len({draw_order(str(seed), "abc") for seed in range(100)}) == 6
