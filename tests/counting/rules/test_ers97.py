import json
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.formats import read_rankings
from comitia.counting.lots import Decision, Lots
from comitia.counting.profile import Candidate, GradedProfile, Paper, Profile, Ranking
from comitia.counting.rules.ers97 import RULE
from comitia.counting.sheet import (
    Code,
    Fact,
    Kind,
    Means,
    Purpose,
    Sheet,
    Stage,
    SubStage,
    Tie,
    Transfer,
)
from comitia.counting.words import sentences_of
from comitia.errors import MalformedRecord
from tests.counting.profiles import profiles
from tests.counting.rules.ers97_by_hand import ReturningOfficer

HERE = Path(__file__).parent
SMITH, CARPENTER, WRIGHT, GLAZIER, DUKE, PRINCE, BARON, ABBOT, VICAR, MONK, FREEMAN = range(1, 12)
A, B, C, D, E = range(1, 6)
EVENTS = {
    Code.DEEMED_ELECTED,
    Code.QUOTA_REACHED,
    Code.FEWEST_VOTES,
    Code.FEWEST_EQUAL,
    Code.FEWEST_OF_OTHERS,
    Code.SURPLUS_EQUAL,
    Code.TIE_SETTLED,
    Code.QUOTA_DIVIDED,
    Code.QUOTA_LOWERED,
    Code.VOTES_REQUIRED,
    Code.REQUIRED_REACHED,
    Code.EQUAL_THROUGHOUT,
    Code.SURPLUS_NOT_DEFERRED,
    Code.SURPLUS_DEFERRED,
    Code.SURPLUS_DEFERRED_GROUP,
    Code.PAPERS_EXAMINED,
    Code.SURPLUS_DIVIDED,
    Code.VALUES_KEPT,
    Code.NONE_TRANSFERABLE,
    Code.EXCLUDED_TOGETHER,
    Code.LOT_NARROWED,
    Code.BATCH_TRANSFERRED,
    Code.PAPERS_LEFT,
    Code.JUST_ENOUGH,
    Code.FORMALLY_EXCLUDED,
}
"""All that the rule tells of."""


def hundredths(*figures: float | str) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(figure)) for figure in figures)


def election(seats: int, names: str, papers: str, withdrawn: str = "") -> Profile:
    """Read papers written like "3 AB-C, 2 A(BC)": a gap, and equal ranks in parentheses."""
    entries = []
    for entry in papers.split(", ") if papers else []:
        number, _, letters = entry.partition(" ")
        ranking: list[tuple[int, ...]] = []
        equal: list[int] | None = None
        for letter in letters:
            if letter == "(":
                equal = []
            elif letter == ")" and equal is not None:
                ranking.append(tuple(equal))
                equal = None
            elif equal is not None:
                equal.append(names.index(letter) + 1)
            else:
                ranking.append(() if letter == "-" else (names.index(letter) + 1,))
        entries.append(Paper(int(number), tuple(ranking)))
    out = frozenset(names.index(letter) + 1 for letter in withdrawn)
    return Profile("", seats, tuple(map(Candidate, names)), tuple(entries), out)


def count(profile: Profile, **options: Any) -> Sheet:  # noqa: ANN401 - whatever Options takes
    return run(RULE, profile, Options(**options))


def model() -> Sheet:
    return count(read_rankings((HERE / "ers97.blt").read_bytes(), "ers97.blt"))


def reference() -> Any:  # noqa: ANN401 - JSON
    return json.loads((HERE / "ers97_model.json").read_bytes(), parse_float=Fraction)


def codes(stage: Stage) -> list[Code]:
    return [fact.code for fact in stage.facts]


# The model election of the text's section 8; where its papers and figures are from stands in them


def test_every_figure_of_the_model_election_is_that_of_the_reference() -> None:
    sheet, expected = model(), reference()
    # The reference leaves out the papers that were not moved when the last place was filled.
    missing = 753 - sum(expected["stages"][-1]["votes"].values(), Fraction("25.56"))
    assert (missing, expected["stages"][-1]["votes"]["Abbot"]) == (Fraction("2.10"), 0)
    expected["stages"][-1]["votes"]["Abbot"] = missing

    assert [
        {
            "votes": dict(zip(sheet.names, stage.votes, strict=True)),
            "non_transferable": stage.non_transferable,
            "quota": stage.quota,
            "elected": [sheet.name(n) for n in stage.elected],
        }
        for stage in sheet.stages
    ] == [
        {key: figure for key, figure in stage.items() if key != "what"}
        for stage in expected["stages"]
    ]
    assert [sheet.name(n) for n in sheet.winners] == expected["elected"]
    assert list(sheet.names) == expected["candidates"]
    assert (sheet.valid, sheet.quota, sheet.ties) == (753, Fraction("107.58"), ())
    assert sheet.decided


def test_the_model_election_tells_deferrals_values_and_joint_exclusions() -> None:
    told = [
        [fact for fact in stage.facts if fact.code != Code.VOTES_REQUIRED]
        for stage in model().stages
    ]

    assert told == [
        [
            Fact(Code.QUOTA_DIVIDED, (), hundredths(107.58), (753, 6)),
            Fact(Code.QUOTA_REACHED, (SMITH,), hundredths(107.58)),
        ],
        [
            Fact(Code.SURPLUS_NOT_DEFERRED, (SMITH,), hundredths(26.42, 1)),
            Fact(Code.PAPERS_EXAMINED, (SMITH,), hundredths(26.42, 1), (134,)),
            Fact(Code.SURPLUS_DIVIDED, (), hundredths(123, 26.42, 0.21, 0.59), (123,)),
        ],
        [
            Fact(Code.FEWEST_VOTES, (MONK,), hundredths(23.42, 30.51)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(1), (23,)),
            Fact(Code.QUOTA_REACHED, (DUKE,), hundredths(107.58)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(0.21), (2,)),
        ],
        [
            Fact(Code.SURPLUS_DEFERRED_GROUP, (DUKE,), hundredths("1.10", 1.45)),
            Fact(Code.EXCLUDED_TOGETHER, (GLAZIER, WRIGHT), hundredths(62.76, 1.1, 64.21)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(1), (51,)),
            Fact(Code.QUOTA_REACHED, (CARPENTER,), hundredths(107.58)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(0.21), (56,)),
        ],
        [
            Fact(Code.SURPLUS_NOT_DEFERRED, (DUKE, CARPENTER), hundredths(15.87, 1.16)),
            Fact(Code.PAPERS_EXAMINED, (CARPENTER,), hundredths(14.77, 1), (34,)),
            Fact(Code.VALUES_KEPT, (), hundredths(8, 1, 6.77), (8,)),
            Fact(Code.REQUIRED_REACHED, (PRINCE,), hundredths(104.18, 416.7), (3,)),
        ],
        [
            Fact(Code.SURPLUS_DEFERRED, (DUKE,), hundredths(1.1, 2.16)),
            Fact(Code.FEWEST_VOTES, (ABBOT,), hundredths(68.1, 70.26)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(1), (66,)),
            Fact(Code.QUOTA_REACHED, (VICAR,), hundredths(107.58)),
            Fact(Code.REQUIRED_REACHED, (FREEMAN,), hundredths(96.41, 192.81), (1,)),
            Fact(Code.PAPERS_LEFT, (ABBOT,), hundredths(2.1)),
            Fact(Code.FORMALLY_EXCLUDED, (BARON,)),
        ],
    ]


def test_the_model_election_tells_the_count_control_figures_of_each_stage() -> None:
    told = [
        fact for stage in model().stages for fact in stage.facts if fact.code == Code.VOTES_REQUIRED
    ]

    assert told == [
        Fact(Code.VOTES_REQUIRED, (), hundredths(active, required), (unfilled,))
        for active, required, unfilled in [
            (645.42, 107.57, 5),
            (644.83, 107.48, 5),
            (537.25, 107.45, 4),
            (423.47, 105.87, 3),
            (312.39, 104.13, 2),
        ]
    ]


def test_the_sentences_of_a_surplus_say_how_its_value_was_found() -> None:
    sheet = model()

    assert " ".join(sentences_of(sheet.stages[1], sheet)) == (
        "The surpluses not yet transferred (Smith) come to 26.42, more than the 1.00 between the"
        " two lowest candidates; they could change who is excluded, so the largest is transferred."
        " The surplus of Smith is 26.42; it is taken from the papers received last (134, worth"
        " 1.00 each). Those that are transferable (123) are worth 123.00, more than the surplus,"
        " so each passes on at 0.21: 26.42 divided by 123, cut to two decimals. What the cut"
        " leaves, 0.59, becomes non-transferable. The total active vote is 644.83; divided by one"
        " more than the places not yet filled (5), it makes 107.48 the votes required for"
        " election."
    )


def test_the_batches_of_an_exclusion_are_sub_stages() -> None:
    stage = model().stages[3]

    assert [(one.value, one.papers, one.elected) for one in stage.sub_stages] == [
        (1, 51, (CARPENTER,)),
        (Fraction("0.21"), 56, ()),
    ]
    assert [sum(one.votes) + one.non_transferable for one in stage.sub_stages] == [753, 753]
    # Papers worth less still go by the candidates who continue after the first batch.
    assert stage.sub_stages[0].votes[CARPENTER - 1] == stage.votes[CARPENTER - 1]
    assert stage.sub_stages[1].votes == stage.votes


def test_transfers_are_listed_by_giver_and_receiver() -> None:
    assert model().stages[2].transfers == tuple(
        Transfer(MONK, receiver, votes)
        for receiver, votes in [
            (DUKE, Fraction(2)),
            (BARON, Fraction("0.21")),
            (ABBOT, Fraction(5)),
            (VICAR, Fraction("14.21")),
            (FREEMAN, Fraction(2)),
        ]
    )


# Small elections counted by hand from the text


def test_the_quota_falls_while_nobody_is_elected() -> None:
    sheet = count(election(1, "ABC", "4 A, 3 B, 2 C"))

    assert [stage.quota for stage in sheet.stages] == [Fraction("4.5"), Fraction("3.5")]
    assert sheet.quota == Fraction("3.5")
    assert sheet.stages[1] == Stage(
        kind=Kind.EXCLUSION,
        candidates=(C,),
        votes=hundredths(4, 3, 0),
        non_transferable=Fraction(2),
        quota=Fraction("3.5"),
        elected=(A,),
        excluded=(C, B),
        facts=(
            Fact(Code.FEWEST_VOTES, (C,), hundredths(2, 3)),
            Fact(Code.BATCH_TRANSFERRED, (), hundredths(1), (2,)),
            Fact(Code.QUOTA_LOWERED, (), hundredths(2, 4.5, 3.5)),
            Fact(Code.QUOTA_REACHED, (A,), hundredths(3.5)),
            Fact(Code.FORMALLY_EXCLUDED, (B,)),
        ),
        transfers=(Transfer(C, None, Fraction(2)),),
        sub_stages=(SubStage(Fraction(1), 2, hundredths(4, 3, 0), Fraction(2), (A,)),),
    )


def test_a_surplus_that_a_falling_quota_made_comes_from_the_papers_received_last() -> None:
    sheet = count(election(2, "ABCD", "9 AC, 7 B, 7 C, 6 D"))

    assert [stage.quota for stage in sheet.stages] == list(hundredths(9.67, 7.67, 7.67))
    assert [stage.elected for stage in sheet.stages] == [(), (A,), (C,)]
    assert Fact(Code.PAPERS_EXAMINED, (A,), hundredths(1.33, 1), (9,)) in sheet.stages[2].facts
    # 1.33 / 9 is 0.14, so 1.26 pass on and 0.07 are lost.
    assert sheet.stages[2].votes == hundredths(7.67, 7, 8.26, 0)
    assert sheet.stages[2].non_transferable == Fraction("6.07")


def test_a_surplus_is_deferred_for_candidates_who_can_be_excluded_together() -> None:
    sheet = count(election(3, "ABCDEF", "11 A, 9 B, 9 C, 9 D, 2 EB, 2 FC"))

    # The two lowest are equal, so 5.2.2 (a) does not defer the surplus of 0.50; (b) does.
    assert sheet.stages[1].facts[:2] == (
        Fact(Code.SURPLUS_DEFERRED_GROUP, (A,), hundredths(0.5, 5)),
        Fact(Code.EXCLUDED_TOGETHER, (E, 6), hundredths(4, 0.5, 9)),
    )
    assert sheet.stages[1].votes == hundredths(11, 11, 11, 9, 0, 0)
    assert sheet.winners == (A, B, C)


def test_papers_of_one_value_from_several_excluded_candidates_are_one_batch() -> None:
    sheet = count(election(2, "ABCDE", "9 A, 8 B, 7 C, 1 DB, 1 EB"))

    # 26 / 3 = 8.67: B passes it with both papers, one surplus of 1.33 from a batch of two papers.
    assert sheet.stages[1].sub_stages == (
        SubStage(Fraction(1), 2, hundredths(9, 10, 7, 0, 0), Fraction(0), (B,)),
    )


def test_a_surplus_without_transferable_papers_is_lost() -> None:
    sheet = count(election(2, "ABC", "6 A, 2 B, 1 C"))

    assert sheet.stages[1].votes == hundredths(3, 2, 1)
    assert sheet.stages[1].transfers == (Transfer(A, None, Fraction(3)),)
    assert Fact(Code.NONE_TRANSFERABLE, (), hundredths(3)) in sheet.stages[1].facts
    assert sheet.winners == (A, B)


def test_papers_worth_less_than_the_surplus_keep_their_value() -> None:
    sheet = count(election(2, "ABC", "5 A, 1 AC, 2 B, 1 C"))

    assert sheet.stages[1].votes == hundredths(3, 2, 2)
    assert Fact(Code.VALUES_KEPT, (), hundredths(1, 1, 2), (1,)) in sheet.stages[1].facts
    assert sheet.stages[1].non_transferable == 2


def test_all_are_elected_at_the_first_stage_where_there_are_as_many_places() -> None:
    sheet = count(election(3, "ABC", "1 A, 5 B"))

    assert [(stage.kind, stage.elected) for stage in sheet.stages] == [
        (Kind.FIRST_PREFERENCES, (B, A, C))
    ]
    assert sheet.stages[0].facts[1:] == (
        Fact(Code.QUOTA_REACHED, (B,), hundredths(1.5)),
        Fact(Code.DEEMED_ELECTED, (A, C)),
    )


def test_one_candidate_is_elected_without_any_paper() -> None:
    sheet = count(election(1, "A", ""))

    assert (sheet.winners, sheet.valid, sheet.quota) == ((A,), 0, Fraction(0))


def test_an_exclusion_that_would_leave_just_enough_elects_the_others() -> None:
    sheet = count(election(1, "ABC", "3 A, 3 B"), seed="2026")
    loser = sheet.ties[0].decided
    assert loser in {A, B}
    winner = A + B - loser

    assert sheet.stages[1] == Stage(
        kind=Kind.ELECTION,
        candidates=(winner,),
        votes=hundredths(3, 3, 0),
        non_transferable=Fraction(0),
        quota=Fraction(3),
        elected=(winner,),
        excluded=(C, loser),
        facts=(
            Fact(Code.FEWEST_OF_OTHERS, (A, B), hundredths(3)),
            Fact(Code.TIE_SETTLED, (loser,)),
            Fact(Code.EXCLUDED_TOGETHER, (C, loser), hundredths(3, 0, 3)),
            Fact(Code.JUST_ENOUGH, (C, loser)),
            Fact(Code.DEEMED_ELECTED, (winner,)),
        ),
    )


# Which papers count: 6.8 to 6.12


def test_papers_without_a_clear_first_preference_are_invalid() -> None:
    sheet = count(election(1, "ABC", "4 A, 3 B, 2 (AB)C, 1 -A, 5 "))

    assert (sheet.valid, sheet.invalid) == (7, 8)
    assert sheet.stages[0].votes == hundredths(4, 3, 0)


def test_papers_found_invalid_before_the_count_are_counted_among_the_invalid() -> None:
    profile = Profile("", 1, (Candidate("A"), Candidate("B")), (Paper(2, ((1,),)),), rejected=3)

    assert (count(profile).valid, count(profile).invalid) == (2, 3)


@pytest.mark.parametrize(
    "third, votes, lost",
    [
        pytest.param("2 CB", (4, 5), 0, id="plain"),
        pytest.param("2 C-B", (4, 5), 0, id="a number left out"),
        pytest.param("2 C(AB)", (4, 3), 2, id="two who continue"),
        pytest.param("2 C(BD)", (4, 3), 2, id="one who continues, one who is out"),
        pytest.param("2 C(DE)B", (4, 5), 0, id="two who are out"),
        pytest.param("2 CD", (4, 3), 2, id="only somebody who is out"),
    ],
)
def test_what_follows_on_a_paper(third: str, votes: tuple[int, int], lost: int) -> None:
    sheet = count(election(1, "ABCDE", f"4 A, 3 B, {third}"))

    # D and E have no votes and go together with C.
    assert sheet.stages[1].candidates == (D, E, C)
    assert sheet.stages[1].votes == hundredths(*votes, 0, 0, 0)
    assert sheet.stages[1].non_transferable == lost


def test_withdrawn_candidates_are_passed_over_as_if_not_named() -> None:
    named = election(2, "ABCD", "5 DA, 3 B, 2 (DC)B, 1 D, 1 CDB", withdrawn="D")
    unnamed = election(2, "ABC", "5 A, 3 B, 2 CB, 1 , 1 CB")
    with_d, without = count(named), count(unnamed)

    assert with_d.winners == without.winners
    assert (with_d.valid, with_d.invalid) == (without.valid, without.invalid) == (11, 1)
    assert [stage.votes[:3] for stage in with_d.stages] == [stage.votes for stage in without.stages]


# Ties


def test_too_many_at_the_quota_are_told_apart_by_the_earliest_difference() -> None:
    sheet = count(election(1, "ABCD", "4 A, 3 B, 2 CB, 1 DA"))

    assert sheet.stages[1].votes == hundredths(5, 5, 0, 0)
    assert sheet.winners == (A,)
    assert sheet.ties == (Tie((A, B), Purpose.ELECTED, A, Means.LOOK_FORWARD, 1),)


def test_too_many_at_the_quota_who_were_always_equal_are_not_elected_yet() -> None:
    sheet = count(election(2, "ABC", "2 A, 2 B, 2 C"), seed="2026")

    assert Fact(Code.EQUAL_THROUGHOUT, (A, B, C), hundredths(2)) in sheet.stages[0].facts
    assert sheet.stages[0].elected == ()
    assert sheet.ties[0].purpose == Purpose.EXCLUDED
    assert len(sheet.winners) == 2


def test_of_too_many_at_the_quota_those_who_were_ahead_are_elected_and_no_others() -> None:
    # When D's papers have gone, A, B and C have 5 each, which the quota has fallen to.
    sheet = count(election(2, "ABCD", "5 A, 4 B, 4 C, 1 DB, 1 DC, 1 D"), seed="2026")

    assert sheet.stages[1].votes == hundredths(5, 5, 5, 0)
    assert sheet.stages[1].elected == (A,)
    assert sheet.stages[1].facts[3:5] == (
        Fact(Code.QUOTA_REACHED, (A,), hundredths(5)),
        Fact(Code.EQUAL_THROUGHOUT, (B, C), hundredths(5)),
    )
    assert sheet.ties[0] == Tie((A, B, C), Purpose.ELECTED, A, Means.LOOK_FORWARD, 1)
    assert (sheet.ties[1].between, sheet.ties[1].purpose) == ((B, C), Purpose.EXCLUDED)
    assert len(sheet.winners) == 2


def test_an_exclusion_tie_goes_to_the_earliest_difference() -> None:
    # B and C are level when D's papers have gone; C had fewer at the first stage.
    sheet = count(election(1, "ABCD", "7 A, 5 BA, 4 CA, 1 DC, 1 D"))

    assert sheet.stages[1].votes == hundredths(7, 5, 5, 0)
    assert sheet.stages[2].candidates == (C,)
    assert sheet.ties == (Tie((B, C), Purpose.EXCLUDED, C, Means.LOOK_FORWARD, 1),)


def test_a_lot_is_only_between_those_whom_no_point_tells_apart() -> None:
    # B, C and D are level when E's papers have gone; C and D had fewer at the first stage.
    sheet = count(election(1, "ABCDE", "9 A, 4 B, 3 CA, 3 DA, 1 EC, 1 ED"), seed="2026")

    assert sheet.stages[1].votes == hundredths(9, 4, 4, 4, 0)
    assert [tie.between for tie in sheet.ties] == [(C, D)]
    assert sheet.stages[2].candidates == (sheet.ties[0].decided,)
    assert sheet.stages[2].facts[:3] == (
        Fact(Code.FEWEST_EQUAL, (B, C, D), hundredths(4)),
        Fact(Code.LOT_NARROWED, (B,)),
        Fact(Code.TIE_SETTLED, sheet.stages[2].candidates),
    )


SURPLUS_TIE = election(3, "ABCDE", "8 AC, 8 BD, 3 C, 3 D, 2 E")


def test_a_tie_that_nobody_decides_stops_the_count_where_it_stands() -> None:
    sheet = count(SURPLUS_TIE)

    assert not sheet.decided
    assert sheet.ties == (Tie((A, B), Purpose.SURPLUS, None, Means.NOTHING),)
    assert [stage.kind for stage in sheet.stages] == [Kind.FIRST_PREFERENCES]
    assert sheet.winners == (A, B)


def test_a_seed_decides_a_tie_the_same_way_each_time() -> None:
    sheet = count(SURPLUS_TIE, seed="2026")

    assert sheet.decided
    assert sheet == count(SURPLUS_TIE, seed="2026")
    assert sheet.ties[0].means == Means.SEED
    assert sheet.stages[1].candidates == (sheet.ties[0].decided,)
    assert {count(SURPLUS_TIE, seed=str(n)).stages[1].candidates for n in range(9)} == {(A,), (B,)}


def test_an_earlier_lot_holds_in_a_recount() -> None:
    lot = Decision(frozenset({A, B}), B, "drawn by the chair on 3 May")
    sheet = count(SURPLUS_TIE, decisions=(lot,))

    assert sheet.ties[0] == Tie(
        (A, B), Purpose.SURPLUS, B, Means.PERSON, recorded="drawn by the chair on 3 May"
    )
    assert sheet.stages[1].candidates == (B,)
    with pytest.raises(MalformedRecord, match="no \\(further\\) tie between candidates 1, 2"):
        count(election(1, "AB", "2 A, 1 B"), decisions=(lot,))


def test_an_election_without_valid_papers_is_left_to_the_lot() -> None:
    profile = election(1, "ABC", "2 (AB)")

    assert not count(profile).decided
    sheet = count(profile, seed="2026")
    assert [len(tie.between) for tie in sheet.ties] == [3, 2]
    assert len(sheet.winners) == 1
    assert (sheet.valid, sheet.invalid) == (0, 2)


# Against the count by hand, and what must hold of any count


def small_election(seed: int) -> Profile:
    """Make 3 to 6 candidates and up to some 30 papers that are often close to one another."""
    chance = random.Random(seed)
    candidates = chance.randint(3, 6)
    numbers = range(1, candidates + 1)
    out = frozenset(n for n in numbers if n > 1 and chance.random() < 0.08)
    papers = []
    for _ in range(chance.choice((0, 5, 8, 12, 20, 30))):
        order = chance.sample(numbers, chance.randint(0, candidates))
        if chance.random() < 0.5:
            order.sort(key=lambda n: n + 3 * chance.random(), reverse=True)
        papers.append(Paper(chance.choice((1, 1, 1, 2, 3)), _written(order, chance)))
    seats = chance.randint(1, candidates - len(out))
    names = tuple(Candidate(str(n)) for n in numbers)
    return Profile("", seats, names, tuple(papers), out)


def _written(order: list[int], chance: random.Random) -> Ranking:
    ranking: list[tuple[int, ...]] = []
    while order:
        kind = chance.random()
        if kind < 0.04:
            ranking.append(())
        taken = 2 if kind > 0.93 else 1
        ranking.append(tuple(order[-taken:]))
        del order[-taken:]
    return tuple(ranking)


def rows_of(sheet: Sheet) -> list[Any]:
    return [
        (
            list(stage.votes),
            stage.non_transferable,
            stage.quota,
            list(stage.elected),
            set(stage.excluded),
            [(one.value, one.papers, list(one.votes)) for one in stage.sub_stages],
        )
        for stage in sheet.stages
    ]


def drawing_like(lots: Lots) -> Callable[[list[int]], int]:
    return lambda tied: lots.draw(tied).candidate


def test_ten_thousand_small_elections_come_out_as_counted_by_hand() -> None:
    met: set[object] = set()
    for number in range(10_000):
        profile = small_election(number)
        sheet = count(profile, seed=str(number))
        officer = ReturningOfficer(profile, profile.seats, drawing_like(Lots(str(number))))
        assert rows_of(sheet) == [tuple(row) for row in officer.count()], number
        assert list(sheet.winners) == officer.elected, number
        for stage in sheet.stages:
            if not met.issuperset(codes(stage)):
                assert len(sentences_of(stage, sheet)) == len(stage.facts)
            met.update(codes(stage))
        met |= {(tie.purpose, tie.means) for tie in sheet.ties}
    # Whatever can happen has happened in them.
    assert met >= {
        *EVENTS,
        (Purpose.ELECTED, Means.LOOK_FORWARD),
        (Purpose.EXCLUDED, Means.LOOK_FORWARD),
        (Purpose.EXCLUDED, Means.SEED),
        (Purpose.SURPLUS, Means.LOOK_FORWARD),
        (Purpose.SURPLUS, Means.SEED),
    }


@st.composite
def renumberings(draw: st.DrawFn) -> tuple[Profile, Profile, list[int]]:
    """Draw a profile, the same with its candidates in another order, and that order."""
    profile = draw(profiles())
    order = draw(st.permutations(range(len(profile.candidates))))
    new = {old + 1: place + 1 for place, old in enumerate(order)}
    papers = tuple(
        Paper(paper.count, tuple(tuple(new[n] for n in rank) for rank in paper.ranking))
        for paper in profile.papers
    )
    candidates = tuple(profile.candidates[old] for old in order)
    out = frozenset(new[n] for n in profile.withdrawn)
    return profile, Profile(profile.title, profile.seats, candidates, papers, out), order


@given(profiles(), st.text())
def test_votes_and_non_transferable_votes_are_the_valid_papers_at_every_point(
    profile: Profile, seed: str
) -> None:
    sheet = count(profile, seed=seed)

    points: list[Stage | SubStage] = list(sheet.stages)
    points += [one for stage in sheet.stages for one in stage.sub_stages]
    assert {sum(point.votes) + point.non_transferable for point in points} == {sheet.valid}
    assert sheet.valid + sheet.invalid == profile.size
    assert min(votes for point in points for votes in point.votes) >= 0
    assert len(set(sheet.winners)) == len(sheet.winners) == sheet.seats
    assert sheet.winners == tuple(n for stage in sheet.stages for n in stage.elected)


@given(profiles(), st.text())
def test_transfers_explain_how_a_stage_comes_from_the_one_before(
    profile: Profile, seed: str
) -> None:
    stages = count(profile, seed=seed).stages

    for before, after in pairwise(stages):
        votes = dict(enumerate(before.votes, 1))
        lost = before.non_transferable
        for one in after.transfers:
            assert one.votes > 0
            assert one.source is not None
            votes[one.source] -= one.votes
            if one.target is None:
                lost += one.votes
            else:
                votes[one.target] += one.votes
        assert (tuple(votes.values()), lost) == (after.votes, after.non_transferable)


@given(renumberings())
def test_the_order_of_the_candidates_changes_nothing(
    renumbered: tuple[Profile, Profile, list[int]],
) -> None:
    profile, other, order = renumbered
    one, two = count(profile), count(other)

    assert one.decided == two.decided
    assert [
        (stage.kind, tuple(stage.votes[old] for old in order), stage.non_transferable, stage.quota)
        for stage in one.stages
    ] == [(stage.kind, stage.votes, stage.non_transferable, stage.quota) for stage in two.stages]
    assert set(one.winners) == {order[n - 1] + 1 for n in two.winners}


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_and_pooling_of_papers_change_nothing(number: int, chance: random.Random) -> None:
    profile = small_election(number)
    single = [Paper(1, one.ranking) for one in profile.papers for _ in range(one.count)]
    chance.shuffle(single)
    shuffled = Profile("", profile.seats, profile.candidates, tuple(single), profile.withdrawn)

    assert count(shuffled, seed="2026") == count(profile, seed="2026")


def test_grades_are_refused() -> None:
    graded = GradedProfile("", 1, (Candidate("A"),), ())

    with pytest.raises(MalformedRecord, match="ers97 takes rankings"):
        run(RULE, graded)
