from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.profile import Profile, Ranking
from comitia.counting.rules import RULES
from comitia.counting.rules.irv import RULE
from comitia.counting.sheet import Kind, Means, Purpose, Tie, Transfer
from comitia.counting.words import action_of, sentences_of
from comitia.errors import MalformedRecord
from tests.counting.stv_elections import (
    SEED,
    election,
    elections,
    listed,
    pooled,
    renumbered,
    renumbered_back,
    votes,
)

ONE_SEAT = Options(seats=1, seed=SEED)
LAST_TWO_EQUAL = {"1": 5, "2": 4, "32": 1}


def test_the_rule_is_known_by_its_name() -> None:
    assert RULES["irv"] is RULE


def test_a_small_count_reads_as_the_rule_says() -> None:
    sheet = run(RULE, election({"1": 5, "2": 4, "31": 1, "3": 1, "42": 3}, 1, 4))

    assert (sheet.winners, sheet.quota) == ((2,), None)
    assert [(action_of(stage, sheet), sentences_of(stage, sheet)) for stage in sheet.stages] == [
        ("First preferences", ()),
        ("Exclusion of C", ("C has the fewest votes, 2; the next has 3.",)),
        (
            "Exclusion of D",
            (
                "D has the fewest votes, 3; the next has 4.",
                "B has 7 of the 13 votes that still count, more than half.",
            ),
        ),
    ]


def test_whole_papers_pass_on_or_leave_the_count() -> None:
    sheet = run(RULE, election({"1": 5, "2": 4, "31": 2, "3": 1}, 1, 3))

    assert sheet.stages[1].votes == votes(7, 4, 0)
    assert sheet.stages[1].transfers == (
        Transfer(3, 1, Fraction(2)),
        Transfer(3, None, Fraction(1)),
    )
    assert sheet.stages[1].non_transferable == 1


def test_more_than_half_at_once_is_elected_without_any_transfer() -> None:
    sheet = run(RULE, election({"1": 4, "2": 2, "3": 1}, 1, 3))

    assert sentences_of(sheet.stages[0], sheet) == (
        "A has 4 of the 7 votes that still count, more than half.",
    )
    assert (sheet.winners, len(sheet.stages)) == ((1,), 1)


def test_half_of_the_votes_is_not_enough() -> None:
    sheet = run(RULE, election({"1": 4, "2": 3, "3": 1}, 1, 3))

    assert [stage.elected for stage in sheet.stages] == [(), (1,)]


def test_half_is_reckoned_of_the_votes_that_still_count() -> None:
    sheet = run(RULE, election({"1": 4, "2": 3, "3": 2}, 1, 3))

    assert sentences_of(sheet.stages[1], sheet)[-1] == (
        "A has 4 of the 7 votes that still count, more than half."
    )


def test_the_last_two_if_equal_go_by_the_votes_before() -> None:
    sheet = run(RULE, election(LAST_TWO_EQUAL, 1, 3))

    assert sheet.ties == (Tie((1, 2), Purpose.ELECTED, 1, Means.LOOK_BACK, 1),)
    assert (sheet.stages[-1].kind, sheet.stages[-1].elected) == (Kind.ELECTION, (1,))
    assert sheet.stages[-1].votes == votes(5, 5, 0)
    assert sentences_of(sheet.stages[-1], sheet) == (
        "Only A and B are left, with 5 votes each.",
        "The tie is decided: A. How, is told with the ties.",
    )


def test_the_last_two_wait_for_a_lot_where_they_were_always_equal() -> None:
    sheet = run(RULE, election({"12": 3, "2": 3}, 1, 2))

    assert (sheet.decided, sheet.winners) == (False, ())
    assert sheet.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),)


@pytest.mark.parametrize("winner", [1, 2])
def test_a_recorded_decision_between_the_last_two_elects(winner: int) -> None:
    decision = Decision(frozenset({1, 2}), winner, "coin")

    sheet = run(RULE, election({"12": 3, "2": 3}, 1, 2), Options(decisions=(decision,)))

    assert sheet.winners == (winner,)
    assert sheet.ties == (Tie((1, 2), Purpose.ELECTED, winner, Means.PERSON, recorded="coin"),)


def test_equal_candidates_with_the_fewest_votes_wait_for_a_lot() -> None:
    profile = election({"1": 2, "2": 2, "3": 3}, 1, 3)

    assert run(RULE, profile).ties == (Tie((1, 2), Purpose.EXCLUDED, None, Means.NOTHING),)
    drawn = {run(RULE, profile, Options(seed=str(n))).stages[1].excluded for n in range(20)}
    assert drawn == {(1,), (2,)}


def test_of_three_with_fewest_votes_only_those_who_had_fewest_before_come_to_the_lot() -> None:
    papers = {"1": 4, "2": 3, "3": 3, "42": 1, "43": 1, "5": 6}

    assert run(RULE, election(papers, 1, 5)).ties == (
        Tie((1, 2, 3), Purpose.EXCLUDED, None, Means.LOOK_BACK_IN_PART, 1),
        Tie((2, 3), Purpose.EXCLUDED, None, Means.NOTHING),
    )


def test_several_seats_are_refused() -> None:
    with pytest.raises(MalformedRecord, match="irv elects one candidate, not 2"):
        run(RULE, election({"1": 4}, 2, 3))


def test_one_seat_is_meant_where_the_file_does_not_say() -> None:
    assert run(RULE, election({"1": 4, "2": 3}, 0, 2)).seats == 1


@given(elections())
def test_papers_are_conserved_at_every_stage(profile: Profile) -> None:
    sheet = run(RULE, profile, ONE_SEAT)

    assert sheet.valid + sheet.invalid == profile.size
    assert [sum(stage.votes) + stage.non_transferable for stage in sheet.stages] == [
        sheet.valid for _ in sheet.stages
    ]
    assert len(sheet.winners) == 1


@given(elections())
def test_order_and_pooling_of_papers_do_not_matter(profile: Profile) -> None:
    assert run(RULE, pooled(profile), ONE_SEAT) == run(RULE, profile, ONE_SEAT)


@given(st.data())
def test_numbers_of_candidates_do_not_matter_where_no_lot_is_drawn(data: st.DataObject) -> None:
    profile = data.draw(elections(least=2))
    new = data.draw(st.permutations(range(1, len(profile.candidates) + 1)))

    sheet = run(RULE, profile, Options(seats=1))
    other = run(RULE, renumbered(profile, new), Options(seats=1))

    assert listed(renumbered_back(other, new)) == listed(sheet)


def test_papers_without_a_clear_first_preference_are_invalid() -> None:
    papers: list[tuple[int, Ranking]] = [
        (3, ((1,), (2,))),
        (2, ()),
        (1, ((3,),)),
        (1, ((1, 2),)),
        (1, ((), (2,))),
    ]

    sheet = run(RULE, election(papers, 1, 3, withdrawn=[3]))

    assert (sheet.valid, sheet.invalid, sheet.winners) == (3, 5, (1,))


def test_an_election_without_papers_is_left_to_the_lot() -> None:
    assert run(RULE, election({}, 1, 2)).ties == (
        Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),
    )
    assert run(RULE, election({}, 1, 3)).ties == (
        Tie((1, 2, 3), Purpose.EXCLUDED, None, Means.NOTHING),
    )
    assert run(RULE, election({}, 1, 3), Options(seed=SEED)).decided


def test_one_candidate_is_elected_also_without_votes() -> None:
    sheet = run(RULE, election({}, 1, 1))

    assert sheet.winners == (1,)
    assert sentences_of(sheet.stages[0], sheet) == ("Only A is left.",)
