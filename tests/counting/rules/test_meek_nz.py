from __future__ import annotations

from fractions import Fraction

import pytest

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.rules.meek_nz import RULE
from comitia.counting.sheet import Code, Fact, Kind, Means, Purpose, Stage, Tie, Transfer
from comitia.counting.words import decision_of, sentences_of
from comitia.errors import MalformedRecord
from tests.counting.stv_elections import SEED, election, votes


def test_the_first_stages_are_those_of_the_text() -> None:
    sheet = run(RULE, election({"12": 6, "2": 2, "3": 2}, 2, 3))

    assert sheet.stages == (
        Stage(
            kind=Kind.FIRST_PREFERENCES,
            candidates=(),
            votes=(Fraction(6), Fraction(2), Fraction(2)),
            non_transferable=Fraction(0),
            quota=Fraction("3.333333334"),
            elected=(1,),
            facts=sheet.stages[0].facts,
            keep=(Fraction(1), Fraction(1), Fraction(1)),
        ),
        Stage(
            kind=Kind.SURPLUSES,
            candidates=(1,),
            votes=(Fraction("3.333333336"), Fraction("4.666666664"), Fraction(2)),
            non_transferable=Fraction(0),
            quota=Fraction("3.333333334"),
            elected=(2,),
            facts=sheet.stages[1].facts,
            keep=(Fraction("0.555555556"), Fraction(1), Fraction(1)),
        ),
    )


def test_what_is_kept_and_what_is_left_are_both_rounded_up() -> None:
    # A and B keep 0.400000001. Of the second paper B has that part of 0.599999999, up 0.240000001,
    # and C what is left of it, up 0.359999999: with A's part a billionth more than the paper.
    sheet = run(RULE, election({"23451": 1, "12354": 1}, 4, 5))

    assert sheet.stages[1].votes[:3] == (
        Fraction("0.400000001"),
        Fraction("0.640000002"),
        Fraction("0.959999998"),
    )
    assert sheet.stages[1].non_transferable == Fraction("-0.000000001")
    assert (
        "Rounding up gave the candidates 0.000000001 votes more than there are papers."
        in sentences_of(sheet.stages[1], sheet)
    )


def test_whoever_cannot_catch_up_is_excluded_before_surpluses_are_spread() -> None:
    sheet = run(RULE, election({"12": 9, "1": 9, "2": 4, "3": 6, "4": 1}, 2, 4))

    assert [stage.excluded for stage in sheet.stages] == [(), (), (4,)]
    assert sentences_of(sheet.stages[2], sheet)[:2] == (
        (
            "Even the whole surplus, 1.388888903, would not bring the lowest candidate up to the"
            " next one."
        ),
        "D has the fewest votes, 1.000000000; the next has 6.000000000.",
    )


def test_more_candidates_than_vacancies_never_reach_the_quota_together() -> None:
    # What rounding adds to the votes raises the quota with them, or five would reach it here.
    order = "123456789:;"
    papers = [
        (10, tuple((ord(one) - ord("0"),) for one in order)),
        (10, tuple((ord(one) - ord("0"),) for one in "21354" + order[5:])),
    ]

    sheet = run(RULE, election(papers, 4, 11))

    assert len(sheet.winners) == 4


def test_a_state_that_would_stay_for_ever_is_ended_by_an_exclusion() -> None:
    # Rounding gives seven candidates 0.015999996 votes too many between them, whatever they keep.
    order = [1, 2, 3, 4, 5, 6, 7]
    first = tuple((n,) for n in [*order, 9, 10])
    second = tuple((n,) for n in [2, 1, *order[2:], 10, 9])

    sheet = run(RULE, election([(4_000_000, first), (4_000_000, second)], 8, 10))

    last = sheet.stages[-1]
    assert last.facts[:3] == (
        Fact(Code.SURPLUS_STUCK, (), votes("0.015999996")),
        Fact(Code.FEWEST_EQUAL, (9, 10), votes("888888.888")),
        Fact(Code.TIE_SETTLED, (9,)),
    )
    assert (last.excluded, last.elected) == ((9,), (10,))
    assert sheet.ties == (Tie((9, 10), Purpose.EXCLUDED, 9, Means.RULE),)


def test_whoever_was_behind_at_the_first_difference_is_excluded() -> None:
    # C and D have 3 votes each once E is gone; before, D had 2.
    sheet = run(RULE, election({"1": 5, "2": 5, "3": 3, "4": 2, "54": 1}, 2, 5))

    assert sheet.ties == (Tie((3, 4), Purpose.EXCLUDED, 4, Means.LOOK_FORWARD, 1),)
    assert decision_of(sheet.ties[0]) == (
        "excluded, by the rule, looking forward from the first stage: they differed at 1"
    )
    assert [stage.excluded for stage in sheet.stages] == [(), (5,), (4,)]


@pytest.mark.parametrize("seats", [1, 2])
def test_those_behind_at_the_first_difference_are_told_apart_by_their_own(seats: int) -> None:
    # A, E and F have 4 each. F had that from the start, A and E had 3; A gains when B is excluded.
    papers = {"631": 3, "3": 1, "35": 1, "4": 3, "1": 3, "521": 2, "524": 1, "213": 1, "6": 1}

    sheet = run(RULE, election(papers, seats, 6))

    assert sheet.ties[0] == Tie((1, 5, 6), Purpose.EXCLUDED, 5, Means.LOOK_FORWARD, 2)
    assert [stage.excluded for stage in sheet.stages][:5] == [(), (2,), (3,), (4,), (5,)]


def test_candidates_who_never_differed_are_told_apart_by_the_schedule() -> None:
    profile = election({"1": 4, "2": 4, "4": 4}, 2, 4, withdrawn=[3])

    sheet = run(RULE, profile)

    # The numbers are 8728, 11197, 19276 and 16856; at step 2 they are turned round.
    assert sheet.ties == (Tie((1, 2, 4), Purpose.EXCLUDED, 4, Means.RULE),)
    assert (sheet.decided, sheet.winners) == (True, (1, 2))


def test_no_lot_is_drawn_and_none_can_be_recorded() -> None:
    profile = election({"1": 4, "2": 4}, 1, 2)

    assert run(RULE, profile, Options(seed=SEED)).winners == run(RULE, profile).winners
    with pytest.raises(MalformedRecord, match="no \\(further\\) tie between candidates 1, 2"):
        run(RULE, profile, Options(decisions=(Decision(frozenset({1, 2}), 1, "coin"),)))


# Clauses 20 and 21: candidates whom no paper names


def test_whoever_is_named_on_no_paper_is_left_out_from_the_start() -> None:
    sheet = run(RULE, election({"1": 5, "12": 5, "23": 1}, 2, 4))

    assert [(stage.elected, stage.excluded) for stage in sheet.stages] == [((1,), (4,)), ((2,), ())]
    assert sheet.stages[0].keep == votes(1, 1, 1, 0)
    assert sentences_of(sheet.stages[0], sheet)[0] == (
        "No valid paper names D, who can therefore not be elected."
    )


def test_as_many_named_as_vacancies_are_elected_at_once() -> None:
    sheet = run(RULE, election({"12": 5}, 2, 3))

    assert [(stage.elected, stage.excluded) for stage in sheet.stages] == [((1, 2), (3,))]
    assert sentences_of(sheet.stages[0], sheet) == (
        "No valid paper names C, who can therefore not be elected.",
        "As many candidates remain as places; A and B are elected.",
    )


def test_places_stay_empty_where_fewer_are_named_than_vacancies() -> None:
    sheet = run(RULE, election({"1": 5}, 2, 3))

    assert (sheet.winners, sheet.decided) == ((1,), True)
    assert sentences_of(sheet.stages[0], sheet) == (
        "No valid paper names B and C, who can therefore not be elected.",
        "No more candidates remain than places; A is elected.",
        "No other candidate remains; places left empty: 1.",
    )


def test_nobody_is_elected_to_several_vacancies_without_papers() -> None:
    sheet = run(RULE, election({}, 2, 3))

    assert (sheet.winners, sheet.decided) == ((), True)
    assert sheet.stages[0].facts == (
        Fact(Code.NOT_NAMED, (1, 2, 3)),
        Fact(Code.PLACES_LEFT_EMPTY, numbers=(2,)),
    )


# Part 2: one vacancy


def test_one_vacancy_is_filled_by_whole_votes() -> None:
    sheet = run(RULE, election({"1": 4, "2": 3, "32": 2}, 1, 3))

    assert sheet.stages == (
        Stage(
            kind=Kind.FIRST_PREFERENCES,
            candidates=(),
            votes=votes(4, 3, 2),
            non_transferable=Fraction(0),
            quota=Fraction(5),
            facts=(Fact(Code.ABSOLUTE_MAJORITY, (), votes(9, 5)),),
        ),
        Stage(
            kind=Kind.EXCLUSION,
            candidates=(3,),
            votes=votes(4, 5, 0),
            non_transferable=Fraction(0),
            quota=Fraction(5),
            elected=(2,),
            excluded=(3,),
            facts=(
                Fact(Code.FEWEST_VOTES, (3,), votes(2, 3)),
                Fact(Code.ABSOLUTE_MAJORITY, (), votes(9, 5)),
                Fact(Code.MAJORITY_REACHED, (2,), votes(5)),
            ),
            transfers=(Transfer(3, 2, Fraction(2)),),
        ),
    )


def test_the_absolute_majority_falls_with_papers_that_are_used_up() -> None:
    sheet = run(RULE, election({"1": 4, "2": 3, "3": 2}, 1, 3))

    assert [(stage.quota, stage.non_transferable) for stage in sheet.stages] == [
        (Fraction(5), Fraction(0)),
        (Fraction(4), Fraction(2)),
    ]
    assert sheet.winners == (1,)


def test_half_of_an_even_number_of_votes_is_an_absolute_majority() -> None:
    assert run(RULE, election({"1": 3, "2": 2, "3": 1}, 1, 3)).winners == (1,)


def test_of_two_with_half_the_votes_the_one_who_was_ahead_is_elected() -> None:
    sheet = run(RULE, election({"1": 4, "2": 3, "32": 1}, 1, 3))
    # A has the absolute majority of 4 at once; with one vote more on the papers nobody has it.
    later = run(RULE, election({"1": 5, "2": 4, "32": 1, "4": 2}, 1, 4))

    assert (sheet.winners, sheet.ties) == ((1,), ())
    assert later.winners == (1,)
    assert later.ties == (Tie((1, 2), Purpose.EXCLUDED, 2, Means.LOOK_FORWARD, 1),)
    assert sentences_of(later.stages[-1], later)[-3:] == (
        "A and B have an absolute majority each, 5.000000000 votes; only one can be elected.",
        "The tie is decided: A. How, is told with the ties.",
        "A has 5.000000000 votes, an absolute majority.",
    )


def test_one_vacancy_is_filled_without_papers_by_the_schedule() -> None:
    sheet = run(RULE, election({}, 1, 3))

    assert (sheet.decided, len(sheet.winners)) == (True, 1)
    assert [(len(tie.between), tie.means) for tie in sheet.ties] == [
        (3, Means.RULE),
        (2, Means.RULE),
    ]
