from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.profile import Profile, Ranking
from comitia.counting.rules import RULES
from comitia.counting.rules.scottish_stv import RULE
from comitia.counting.sheet import Means, Purpose, Sheet, Tie, Transfer
from comitia.counting.words import action_of, decision_of, sentences_of
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

EQUAL_AT_FIRST = {"13": 8, "24": 8, "3": 3, "4": 2}
"""For 3 seats: A and B have equal surpluses from the first stage on."""
CAUGHT_UP = {"1": 4, "2": 3, "3": 3, "42": 1, "43": 1, "5": 6}
"""For 1 seat: B and C, equal at stage 1, are level with A after the exclusion of D."""
NARROWED = Tie((1, 2, 3), Purpose.EXCLUDED, None, Means.LOOK_BACK_IN_PART, 1)


def story_of(sheet: Sheet) -> list[tuple[str, tuple[str, ...]]]:
    return [(action_of(stage, sheet), sentences_of(stage, sheet)) for stage in sheet.stages]


def test_the_rule_is_known_by_its_name() -> None:
    assert RULES["scottish-stv"] is RULE


def test_a_small_count_reads_as_the_order_says() -> None:
    sheet = run(RULE, election({"12": 4, "13": 2, "1": 1, "2": 3, "3": 3}, 2, 3))

    # 13 papers: 13 / 3 is 4, and one more. A's 7 papers pass on at 2 / 7 = 0.28571 each.
    assert (sheet.quota, sheet.valid, sheet.winners) == (Fraction(5), 13, (1, 2))
    assert story_of(sheet) == [
        ("First preferences", ("The quota is 5.00000.", "A has reached the quota of 5.00000.")),
        (
            "Surplus of A",
            (
                "A has a surplus of 2.00000 over the quota, from 7.00000 votes.",
                "Papers received at a value of 1.00000 pass on at 0.28571 each.",
                "0.00003 votes are lost because each paper's value is cut off.",
            ),
        ),
        (
            "Exclusion of C",
            (
                "C has the fewest votes, 3.57142; the next has 4.14284.",
                "Every paper passes on at the value at which it came.",
                "As many candidates remain as places; B is elected.",
            ),
        ),
    ]


def test_what_is_cut_off_and_what_names_nobody_becomes_non_transferable_together() -> None:
    stage = run(RULE, election({"12": 4, "13": 2, "1": 1, "2": 3, "3": 3}, 2, 3)).stages[1]

    assert stage.votes == votes("5", "4.14284", "3.57142")
    assert stage.non_transferable == Fraction("0.28574")
    assert stage.transfers == (
        Transfer(1, 2, Fraction("1.14284")),
        Transfer(1, 3, Fraction("0.57142")),
        Transfer(1, None, Fraction("0.28574")),
    )


def test_a_second_surplus_passes_on_each_paper_at_a_part_of_its_own_value() -> None:
    sheet = run(RULE, election({"123": 9, "23": 4, "3": 2, "4": 3}, 3, 4))

    # Nine of B's papers came from A at 4 / 9, cut; B's votes are 7.99996, and the quota is 5.
    assert sheet.stages[1].votes == votes("5", "7.99996", "2", "3")
    assert sentences_of(sheet.stages[2], sheet) == (
        "B has a surplus of 2.99996 over the quota, from 7.99996 votes.",
        "Papers received at a value of 1.00000 pass on at 0.37499 each.",
        "Papers received at a value of 0.44444 pass on at 0.16666 each.",
        "0.00006 votes are lost because each paper's value is cut off.",
    )
    assert sheet.stages[2].votes == votes("5", "5", "4.9999", "3")


def test_a_surplus_that_nobody_can_receive_is_a_stage_without_transfers() -> None:
    sheet = run(RULE, election({"1": 8, "2": 4, "3": 3}, 2, 3))

    assert action_of(sheet.stages[1], sheet) == "Surplus of A"
    assert sheet.stages[1].transfers == (Transfer(1, None, Fraction(2)),)
    assert sheet.stages[1].votes == votes(6, 4, 3)


def test_the_larger_surplus_passes_on_first() -> None:
    sheet = run(RULE, election({"13": 7, "24": 9, "3": 3, "4": 4}, 3, 4))

    assert sentences_of(sheet.stages[1], sheet)[0] == (
        "Of 9.00000 votes B has the largest surplus, 3.00000; the next is 1.00000."
    )
    assert [stage.candidates for stage in sheet.stages] == [(), (2,)]


def test_equal_surpluses_go_by_the_votes_before() -> None:
    papers = {"14": 8, "25": 6, "31": 8, "32": 12, "4": 6, "5": 5}
    sheet = run(RULE, election(papers, 4, 5))

    # Stage 2 lifts A from 8 to 12 and B from 6 to 12, both 2 over the quota.
    assert sheet.ties == (Tie((1, 2), Purpose.SURPLUS, 1, Means.LOOK_BACK, 1),)
    assert [stage.candidates for stage in sheet.stages[:4]] == [(), (3,), (1,), (2,)]
    assert sentences_of(sheet.stages[2], sheet)[:2] == (
        "A and B have equal surpluses of 2.00000.",
        "The tie is decided: A. How, is told with the ties.",
    )
    assert decision_of(sheet.ties[0]) == (
        "whose surplus passes on first, by the rule, looking back to stage 1"
    )


def test_equal_surpluses_wait_for_a_lot_where_all_was_equal() -> None:
    sheet = run(RULE, election(EQUAL_AT_FIRST, 3, 4))

    assert not sheet.decided
    assert sheet.ties == (Tie((1, 2), Purpose.SURPLUS, None, Means.NOTHING),)
    assert (sheet.winners, len(sheet.stages)) == ((1, 2), 1)


@pytest.mark.parametrize("first", [1, 2])
def test_a_recorded_decision_about_equal_surpluses_is_followed(first: int) -> None:
    decision = Decision(frozenset({1, 2}), first, "drawn by the returning officer")

    sheet = run(RULE, election(EQUAL_AT_FIRST, 3, 4), Options(seed=SEED, decisions=(decision,)))

    assert sheet.decided
    assert sheet.stages[1].candidates == (first,)
    assert sheet.ties == (
        Tie(
            (1, 2),
            Purpose.SURPLUS,
            first,
            Means.PERSON,
            recorded="drawn by the returning officer",
        ),
    )


def test_a_seed_draws_among_equal_surpluses() -> None:
    profile = election(EQUAL_AT_FIRST, 3, 4)

    sheets = [run(RULE, profile, Options(seed=str(n))) for n in range(20)]

    assert {sheet.ties[0].means for sheet in sheets} == {Means.SEED}
    assert {sheet.stages[1].candidates for sheet in sheets} == {(1,), (2,)}


def test_of_three_with_fewest_votes_only_those_who_had_fewest_before_come_to_the_lot() -> None:
    sheet = run(RULE, election(CAUGHT_UP, 1, 5))

    assert not sheet.decided
    assert sheet.ties == (NARROWED, Tie((2, 3), Purpose.EXCLUDED, None, Means.NOTHING))


@pytest.mark.parametrize("out", [2, 3])
def test_the_lot_of_those_who_are_left_of_three_is_followed(out: int) -> None:
    decision = Decision(frozenset({2, 3}), out, "coin")

    sheet = run(RULE, election(CAUGHT_UP, 1, 5), Options(decisions=(decision,)))

    assert sheet.ties == (
        Tie((1, 2, 3), Purpose.EXCLUDED, out, Means.LOOK_BACK_IN_PART, 1),
        Tie((2, 3), Purpose.EXCLUDED, out, Means.PERSON, recorded="coin"),
        # Then A and the other one have equal votes, and A had more at stage 1.
        Tie((1, 5 - out), Purpose.EXCLUDED, 5 - out, Means.LOOK_BACK, 1),
    )
    assert [stage.excluded for stage in sheet.stages] == [(), (4,), (out,), (5 - out,), (1,)]


def test_a_decision_between_all_three_is_none_that_this_count_needs() -> None:
    decision = Decision(frozenset({1, 2, 3}), 1, "coin")

    with pytest.raises(MalformedRecord, match="no \\(further\\) tie between candidates 1, 2, 3"):
        run(RULE, election(CAUGHT_UP, 1, 5), Options(seed=SEED, decisions=(decision,)))


def test_candidates_elected_together_are_listed_by_votes_then_by_the_votes_before() -> None:
    sheet = run(RULE, election({"1": 1, "2": 5, "3": 3, "4": 3}, 4, 4))

    assert sheet.winners == (2, 3, 4, 1)


@given(elections())
def test_papers_are_conserved_at_every_stage(profile: Profile) -> None:
    sheet = run(RULE, profile, Options(seed=SEED))

    assert sheet.valid + sheet.invalid == profile.size
    assert [sum(stage.votes) + stage.non_transferable for stage in sheet.stages] == [
        sheet.valid for _ in sheet.stages
    ]
    assert len(set(sheet.winners)) == len(sheet.winners) == profile.seats


@given(elections())
def test_votes_that_become_non_transferable_stay_so(profile: Profile) -> None:
    lost = [stage.non_transferable for stage in run(RULE, profile, Options(seed=SEED)).stages]

    assert lost == sorted(lost)


@given(elections())
def test_transfers_are_the_differences_between_stages(profile: Profile) -> None:
    sheet = run(RULE, profile, Options(seed=SEED))

    for before, after in zip(sheet.stages, sheet.stages[1:], strict=False):
        votes = [before.non_transferable, *before.votes]
        for move in after.transfers:
            votes[move.source or 0] -= move.votes
            votes[move.target or 0] += move.votes
        assert tuple(votes) == (after.non_transferable, *after.votes)


@given(elections())
def test_whoever_is_most_voters_first_choice_is_elected(profile: Profile) -> None:
    sheet = run(RULE, profile, Options(seed=SEED))
    firsts = sheet.stages[0].votes
    ahead = {n for n, votes in enumerate(firsts, 1) if votes * (profile.seats + 1) > sheet.valid}

    assert ahead <= set(sheet.winners)


@given(elections())
def test_order_and_pooling_of_papers_do_not_matter(profile: Profile) -> None:
    assert run(RULE, pooled(profile), Options(seed=SEED)) == run(RULE, profile, Options(seed=SEED))


@given(st.data())
def test_numbers_of_candidates_do_not_matter_where_no_lot_is_drawn(data: st.DataObject) -> None:
    profile = data.draw(elections(least=2))
    new = data.draw(st.permutations(range(1, len(profile.candidates) + 1)))

    sheet = run(RULE, profile)
    other = run(RULE, renumbered(profile, new))

    assert listed(renumbered_back(other, new)) == listed(sheet)


@given(elections())
def test_a_withdrawn_candidate_counts_as_if_not_named(profile: Profile) -> None:
    """Taken off the papers with the places that are then empty, they change no figure."""
    sheet = run(RULE, profile, Options(seed=SEED))
    papers = [(paper.count, without(paper.ranking, profile.withdrawn)) for paper in profile.papers]
    cleared = election(papers, profile.seats, len(profile.candidates), profile.withdrawn)

    assert run(RULE, cleared, Options(seed=SEED)) == sheet


def without(ranking: Ranking, withdrawn: frozenset[int]) -> Ranking:
    left = [(rank, tuple(n for n in rank if n not in withdrawn)) for rank in ranking]
    return tuple(standing for rank, standing in left if standing or not rank)


def test_papers_end_at_a_place_that_is_empty_or_shared() -> None:
    papers: list[tuple[int, Ranking]] = [
        (8, ((1,), (), (2,))),
        (4, ((1,), (2, 3), (4,))),
        (5, ((2,),)),
        (4, ((3,),)),
    ]

    sheet = run(RULE, election(papers, 2, 4))

    assert sheet.stages[1].transfers == (Transfer(1, None, Fraction(4)),)


def test_papers_without_a_clear_first_preference_are_invalid() -> None:
    papers: list[tuple[int, Ranking]] = [
        (3, ((1,), (2,))),
        (2, ()),
        (1, ((3,),)),
        (1, ((1, 2),)),
        (1, ((), (2,))),
    ]

    sheet = run(RULE, election(papers, 1, 3, withdrawn=[3]))

    assert (sheet.valid, sheet.invalid) == (3, 5)
    assert sheet.stages[0].votes == votes(3, 0, 0)
    assert sheet.winners == (1,)


def test_a_place_shared_with_a_withdrawn_candidate_belongs_to_the_other() -> None:
    sheet = run(RULE, election([(3, ((1, 3), (2,))), (1, ((2,),))], 1, 3, withdrawn=[3]))

    assert sheet.stages[0].votes == votes(3, 1, 0)


def test_as_many_candidates_as_seats_are_elected_at_once() -> None:
    sheet = run(RULE, election({"1": 1, "2": 5}, 2, 2))

    assert sheet.winners == (2, 1)
    assert story_of(sheet) == [
        (
            "First preferences",
            (
                "The quota is 3.00000.",
                "B has reached the quota of 3.00000.",
                "As many candidates remain as places; A is elected.",
            ),
        )
    ]


def test_no_surplus_passes_on_once_the_last_places_are_filled() -> None:
    sheet = run(RULE, election({"13": 9, "23": 7, "3": 2}, 2, 3))

    assert (sheet.winners, len(sheet.stages)) == ((1, 2), 1)


def test_an_election_without_papers_is_left_to_the_lot() -> None:
    undecided = run(RULE, election({}, 1, 2))

    assert (undecided.decided, undecided.quota, undecided.valid) == (False, Fraction(1), 0)
    assert run(RULE, election({}, 1, 1)).winners == (1,)
    assert run(RULE, election({}, 1, 2), Options(seed=SEED)).decided


def test_equal_papers_elect_their_candidates_in_their_order() -> None:
    sheet = run(RULE, election({"1234": 10}, 3, 4))

    # A's 7 surplus votes pass to B at 0.7 each: 7 votes, of which 4 pass on to C at 0.4.
    assert [stage.votes for stage in sheet.stages] == [
        votes(10, 0, 0, 0),
        votes(3, 7, 0, 0),
        votes(3, 3, 4, 0),
    ]
    assert sheet.winners == (1, 2, 3)
