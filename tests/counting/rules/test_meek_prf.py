from __future__ import annotations

from fractions import Fraction

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.rules.meek_prf import RULE
from comitia.counting.sheet import Kind, Means, Purpose, Stage, Tie
from comitia.counting.words import sentences_of
from tests.counting.stv_elections import SEED, election

TIED = election({"1": 2, "2": 2, "3": 3}, 1, 3)


def test_the_first_stages_are_those_of_the_text() -> None:
    # 10 papers, 2 seats: the quota is 3.333333334, and A keeps that of 6, rounded up.
    sheet = run(RULE, election({"12": 6, "2": 2, "3": 2}, 2, 3))

    assert sheet.stages[0] == Stage(
        kind=Kind.FIRST_PREFERENCES,
        candidates=(),
        votes=(Fraction(6), Fraction(2), Fraction(2)),
        non_transferable=Fraction(0),
        quota=Fraction("3.333333334"),
        elected=(1,),
        facts=sheet.stages[0].facts,
        keep=(Fraction(1), Fraction(1), Fraction(1)),
    )
    # 3.333333334 / 6 = 0.5555555556..., up 0.555555556; B has 2 and 6 × 0.444444444.
    assert sheet.stages[1] == Stage(
        kind=Kind.SURPLUSES,
        candidates=(1,),
        votes=(Fraction("3.333333336"), Fraction("4.666666664"), Fraction(2)),
        non_transferable=Fraction(0),
        quota=Fraction("3.333333334"),
        elected=(2,),
        facts=sheet.stages[1].facts,
        keep=(Fraction("0.555555556"), Fraction(1), Fraction(1)),
    )
    assert [sentences_of(stage, sheet) for stage in sheet.stages] == [
        (
            "The quota is 3.333333334.",
            "A has reached the quota of 3.333333334.",
            "The surplus that is still to be distributed is 2.666666666.",
        ),
        (
            "Counts of all papers up to this result: 2.",
            "Of each paper that reaches A, 0.555555556 stays there and the rest passes on.",
            "The quota is 3.333333334.",
            "B has reached the quota of 3.333333334.",
            "The surplus that is still to be distributed is 1.333333332.",
        ),
    ]


def test_an_exclusion_says_why() -> None:
    sheet = run(RULE, election({"1": 5, "2": 4, "32": 2}, 1, 3))

    assert [sentences_of(stage, sheet) for stage in sheet.stages] == [
        (
            "The quota is 5.500000001.",
            "The surplus that is left, 0.000000000, is less than 0.000001000; it goes no further.",
        ),
        (
            "C has the fewest votes, 2.000000000; the next has 4.000000000.",
            "Counts of all papers up to this result: 1.",
            "The quota is 5.500000001.",
            "B has reached the quota of 5.500000001.",
            "The surplus that is still to be distributed is 0.499999999.",
        ),
    ]
    assert sheet.stages[1].excluded == (3,)


def test_a_tie_waits_for_a_lot_without_a_seed() -> None:
    sheet = run(RULE, TIED)

    assert not sheet.decided
    assert sheet.ties == (Tie((1, 2), Purpose.EXCLUDED, None, Means.NOTHING),)
    assert [stage.kind for stage in sheet.stages] == [Kind.FIRST_PREFERENCES]
    assert sheet.winners == ()


def test_a_tie_is_decided_by_the_order_that_the_seed_stands_for() -> None:
    first = run(RULE, TIED, Options(seed=SEED)).ties[0]
    others = {run(RULE, TIED, Options(seed=str(n))).ties[0].decided for n in range(20)}

    assert (first.between, first.purpose, first.means) == ((1, 2), Purpose.EXCLUDED, Means.SEED)
    assert others == {1, 2}


def test_a_recorded_decision_goes_before_the_seed() -> None:
    for out in (1, 2):
        decision = Decision(frozenset({1, 2}), out, "coin")
        sheet = run(RULE, TIED, Options(seed=SEED, decisions=(decision,)))

        assert sheet.ties == (Tie((1, 2), Purpose.EXCLUDED, out, Means.PERSON, recorded="coin"),)
        assert sheet.stages[1].excluded == (out,)


def test_candidates_are_tied_who_differ_by_less_than_the_surplus_left() -> None:
    profile = election({"12": 1, "45361": 1, "213": 2, "24356": 2, "614": 2}, 3, 6)

    nobody_yet = (Decision(frozenset({3, 5}), 3, "no votes"),)
    sheet = run(RULE, profile, Options(decisions=nobody_yet))

    # B's surplus has gone to A and D but for the last billionths.
    assert sheet.ties[1] == Tie((1, 4, 6), Purpose.EXCLUDED, None, Means.NOTHING)
    votes = sheet.stages[-1].votes
    assert (votes[0], votes[3], votes[5]) == (
        Fraction("1.999999998"),
        Fraction("1.999999998"),
        Fraction(2),
    )
    seeded = run(RULE, profile, Options(seed=SEED))
    after = next(stage for stage in seeded.stages if stage.excluded == (seeded.ties[1].decided,))
    assert sentences_of(after, seeded)[0] == (
        "A, D and F are no further apart than the surplus of 0.000000003, and so are tied."
    )


def test_an_election_without_papers_is_left_to_the_lot() -> None:
    sheet = run(RULE, election({}, 1, 2))

    assert sheet.ties == (Tie((1, 2), Purpose.EXCLUDED, None, Means.NOTHING),)
