from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.profile import Profile, Ranking
from comitia.counting.rules import RULES
from comitia.counting.rules.wigm_prf import RULE
from comitia.counting.sheet import Code, Fact, Kind, Means, Purpose, Stage, Tie, Transfer
from comitia.counting.words import action_of, sentences_of
from tests.counting.rules.naive_wigm import naive_wigm
from tests.counting.stv_elections import (
    SEED,
    election,
    elections,
    listed,
    pooled,
    renumbered,
    renumbered_back,
    small_elections,
    votes,
)

ELECTIONS = 10_000


def test_the_rule_is_known_by_its_name() -> None:
    assert RULES["wigm-prf"] is RULE


def test_every_figure_is_that_of_the_naive_count() -> None:
    for profile in small_elections(ELECTIONS):
        sheet = run(RULE, profile, Options(seed=SEED))
        expected = naive_wigm(profile, profile.seats)
        numbers = range(1, len(profile.candidates) + 1)
        counted = [stage for stage in sheet.stages if stage.kind is not Kind.ELECTION]

        assert set(sheet.winners) == expected.winners
        if expected.transfers:
            assert [(stage.candidates, stage.votes) for stage in counted] == [
                (
                    () if whose is None else (whose,),
                    tuple(credited.get(n, Fraction(0)) for n in numbers),
                )
                for whose, credited in expected.transfers
            ]
        else:
            assert [stage.elected for stage in counted] == [sheet.winners]


def test_a_small_count_reads_as_the_rule_says() -> None:
    profile = election({"123": 7, "13": 3, "2": 4, "32": 2}, 2, 3)

    sheet = run(RULE, profile)

    # The quota is 16 / 3 = 5.3333 and 0.0001; the papers of A pass on at 4.6666 / 10 = 0.4666.
    assert [action_of(stage, sheet) for stage in sheet.stages] == [
        "First preferences",
        "Surplus of A",
    ]
    assert sentences_of(sheet.stages[1], sheet) == (
        "A has a surplus of 4.6666 over the quota, from 10.0000 votes.",
        (
            "Each paper of A passes on at its weight times the surplus of 4.6666, divided by the "
            "10.0000 votes."
        ),
        "B has reached the quota of 5.3334.",
    )
    assert sheet.stages[1] == Stage(
        kind=Kind.SURPLUS,
        candidates=(1,),
        votes=(
            Fraction("5.3334"),
            Fraction("7.2662"),
            Fraction("3.3998"),
        ),
        non_transferable=Fraction("0.0006"),
        quota=Fraction("5.3334"),
        elected=(2,),
        facts=sheet.stages[1].facts,
        transfers=(
            Transfer(1, 2, Fraction("3.2662")),
            Transfer(1, 3, Fraction("1.3998")),
            Transfer(1, None, Fraction("0.0006")),
        ),
    )
    assert (sheet.winners, sheet.quota, sheet.valid) == ((1, 2), Fraction("5.3334"), 16)


@given(elections())
def test_papers_are_conserved_at_every_stage(profile: Profile) -> None:
    sheet = run(RULE, profile, Options(seed=SEED))

    assert sheet.valid + sheet.invalid == profile.size
    assert [sum(stage.votes) + stage.non_transferable for stage in sheet.stages] == [
        sheet.valid for _ in sheet.stages
    ]
    assert all(stage.non_transferable >= 0 for stage in sheet.stages)
    assert len(set(sheet.winners)) == len(sheet.winners) == profile.seats


@given(elections())
def test_transfers_are_the_differences_between_stages(profile: Profile) -> None:
    sheet = run(RULE, profile, Options(seed=SEED))

    for before, after in zip(sheet.stages, sheet.stages[1:], strict=False):
        credited = [Fraction(0), *before.votes]
        for move in after.transfers:
            credited[move.source or 0] -= move.votes
            credited[move.target or 0] += move.votes
        assert tuple(credited[1:]) == after.votes


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


def test_a_tie_waits_for_a_lot_without_a_seed() -> None:
    sheet = run(RULE, election({"1": 2, "2": 2, "3": 3}, 1, 3))

    assert not sheet.decided
    assert sheet.ties == (Tie((1, 2), Purpose.EXCLUDED, None, Means.NOTHING),)
    assert [stage.kind for stage in sheet.stages] == [Kind.FIRST_PREFERENCES]
    assert sheet.winners == ()


def test_a_tie_is_decided_by_the_order_that_the_seed_stands_for() -> None:
    profile = election({"1": 2, "2": 2, "3": 3}, 1, 3)

    first = run(RULE, profile, Options(seed=SEED)).ties[0]
    other = {run(RULE, profile, Options(seed=str(n))).ties[0].decided for n in range(20)}

    assert (first.between, first.means, first.decided in {1, 2}) == ((1, 2), Means.SEED, True)
    assert other == {1, 2}


def test_a_recorded_decision_goes_before_the_seed() -> None:
    profile = election({"1": 2, "2": 2, "3": 3}, 1, 3)

    for out in (1, 2):
        decision = Decision(frozenset({1, 2}), out, "coin")
        sheet = run(RULE, profile, Options(seed=SEED, decisions=(decision,)))
        assert sheet.ties == (Tie((1, 2), Purpose.EXCLUDED, out, Means.PERSON, recorded="coin"),)
        assert sheet.stages[1].excluded == (out,)


def test_equal_surpluses_need_a_lot_for_who_goes_first() -> None:
    profile = election({"13": 8, "24": 8, "3": 3, "4": 2}, 3, 4)

    assert run(RULE, profile).ties == (Tie((1, 2), Purpose.SURPLUS, None, Means.NOTHING),)


def test_a_ballot_that_ranks_nobody_who_stands_is_not_valid() -> None:
    papers = [(3, ((1,), (2,))), (2, ()), (1, ((3,),)), (1, ((1, 2),)), (1, ((), (2,)))]

    sheet = run(RULE, election(papers, 1, 3, withdrawn=[3]))

    assert (sheet.valid, sheet.invalid) == (4, 4)
    assert sheet.stages[0].votes == votes(3, 1, 0)
    assert sheet.winners == (1,)


def test_a_place_shared_with_a_withdrawn_candidate_belongs_to_the_other() -> None:
    sheet = run(RULE, election([(3, ((1, 3), (2,))), (1, ((2,),))], 1, 3, withdrawn=[3]))

    assert sheet.stages[0].votes == votes(3, 1, 0)


def test_as_many_candidates_as_seats_are_elected_without_a_quota() -> None:
    sheet = run(RULE, election({"1": 1, "2": 5}, 2, 2))

    assert sheet.winners == (2, 1)
    assert [(stage.kind, stage.elected) for stage in sheet.stages] == [
        (Kind.FIRST_PREFERENCES, (2, 1))
    ]


def test_papers_that_all_say_the_same_elect_in_their_order() -> None:
    sheet = run(RULE, election({"2134": 9}, 3, 4))

    assert (sheet.winners, sheet.ties) == ((2, 1, 3), ())


def test_blank_papers_change_nothing_but_their_number() -> None:
    papers: list[tuple[int, Ranking]] = [(6, ((1,), (2,))), (2, ((2,),)), (3, ((3,),))]
    sheet = run(RULE, election(papers, 2, 3))
    other = run(RULE, election([*papers, (5, ())], 2, 3))

    assert other == replace(sheet, invalid=5)


def test_no_votes_pass_once_only_as_many_are_left_as_seats() -> None:
    sheet = run(RULE, election({"13": 4, "23": 3, "32": 2, "4": 1}, 2, 4))

    assert action_of(sheet.stages[-1], sheet) == "Election of B"
    assert sheet.stages[-1].excluded == (3,)
    assert sheet.stages[-1].votes == sheet.stages[-2].votes
    assert sentences_of(sheet.stages[-1], sheet) == (
        "C has the fewest votes, 2.6664; the next has 3.0000.",
        "No papers are transferred any more.",
        "As many candidates remain as places; B is elected.",
    )


def test_an_election_without_papers_is_left_to_the_lot() -> None:
    assert not run(RULE, election({}, 1, 2)).decided
    assert run(RULE, election({}, 1, 1)).winners == (1,)


def test_the_sheet_tells_whose_surplus_and_who_is_lowest() -> None:
    profile = election({"13": 9, "24": 8, "34": 2, "43": 2, "5": 1, "6": 1}, 3, 6)

    sheet = run(RULE, profile, Options(seed=SEED))

    # The quota is 5.7501.
    reasons = [stage.facts[0] for stage in sheet.stages[1:4]]
    assert reasons == [
        Fact(Code.SURPLUS_LARGEST, (1,), votes(9, "3.2499", "2.2499")),
        Fact(Code.SURPLUS_ALONE, (2,), votes("2.2499", 8)),
        Fact(Code.FEWEST_EQUAL, (5, 6), votes(1)),
    ]
    assert sheet.stages[3].facts[1] == Fact(Code.TIE_SETTLED, sheet.stages[3].excluded)


def test_equal_surpluses_are_told_with_the_decision() -> None:
    profile = election({"13": 8, "24": 8, "3": 3, "4": 2}, 3, 4)

    sheet = run(RULE, profile, Options(seed=SEED))

    assert sheet.stages[1].facts[:2] == (
        Fact(Code.SURPLUS_EQUAL, (1, 2), votes("2.7499")),
        Fact(Code.TIE_SETTLED, sheet.stages[1].candidates),
    )
