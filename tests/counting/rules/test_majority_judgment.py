from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, Rule, run
from comitia.counting.lots import Decision
from comitia.counting.profile import GradedPaper, GradedProfile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Grades, Levels, Means, Purpose, Sheet, Table, Tie
from comitia.errors import MalformedRecord
from tests.counting.belenios import ask_all, grades_of, numbered
from tests.counting.graded import graded_profiles, rearranged, renumbered
from tests.counting.peers import ask
from tests.counting.random_elections import graded_election, named

RULE = RULES["majority-judgment"]
BELENIOS = RULES["belenios-majority-judgment"]
BOTH = pytest.mark.parametrize("rule", [RULE, BELENIOS], ids=lambda rule: rule.name)
SCALE = ("good", "fair", "poor", "bad")
ELECTIONS = 10_000
ASKED = 300
SIDE_BY_SIDE = 500


def sheet_of(profile: GradedProfile, rule: Rule = RULE, **options: Any) -> Sheet:  # noqa: ANN401
    return run(rule, profile, Options(**options))


def levels_of(sheet: Sheet) -> list[list[int]]:
    (found,) = (detail for detail in sheet.details if isinstance(detail, Levels))
    return [list(level) for level in found.levels]


def grades_in(sheet: Sheet) -> Grades:
    (found,) = (detail for detail in sheet.details if isinstance(detail, Grades))
    return found


def graded(*rows: str, seats: int = 1, withdrawn: int = 0) -> GradedProfile:
    """Return an election by candidates' grades, one letter a paper: ("ggfb", "ffff")."""
    letters = {name[0]: grade for grade, name in enumerate(SCALE)}
    papers = tuple(
        GradedPaper(1, tuple(letters.get(letter) for letter in column))
        for column in zip(*rows, strict=True)
    )
    gone = frozenset({withdrawn} - {0})
    return GradedProfile("", seats, named(len(rows)), papers, SCALE, withdrawn=gone)


def test_the_whole_sheet_of_a_tie_broken_by_the_second_median() -> None:
    """A and B have the median fair of five; one away, A has fair again and B has bad."""
    sheet = sheet_of(graded("ggffb", "gffbb", "bbbbb"))

    assert (sheet.valid, sheet.invalid, sheet.quota, sheet.stages) == (5, 0, None, ())
    assert (sheet.winners, sheet.ties, sheet.decided) == ((1,), (), True)
    assert sheet.details == (
        Table("blank papers", ("papers",), ((Fraction(0),),)),
        Grades(SCALE, ((2, 2, 0, 1), (1, 2, 0, 2), (0, 0, 0, 5)), (1, 1, 3)),
        Levels(((1,), (2,), (3,))),
        Table(
            "ties broken by further medians",
            ("ahead", "behind", "medians taken away", "median ahead", "median behind"),
            ((1, 2, Fraction(1), "fair", "bad"),),
        ),
    )


def test_of_two_middle_grades_the_rules_take_different_ones() -> None:
    profile = graded("ggbb", "ffff")

    assert levels_of(sheet_of(profile)) == [[2], [1]]
    assert grades_in(sheet_of(profile)).medians == (3, 1)
    assert levels_of(sheet_of(profile, BELENIOS)) == [[1], [2]]
    assert grades_in(sheet_of(profile, BELENIOS)).medians == (0, 1)


@BOTH
def test_candidates_with_the_same_grades_are_a_tie_for_the_lot(rule: Rule) -> None:
    profile = graded("gfb", "bgf", "bbb")
    decision = Decision(frozenset({1, 2}), 2, "straw")

    waiting = sheet_of(profile, rule)
    drawn = sheet_of(profile, rule, seed="a seed")
    told = sheet_of(profile, rule, decisions=(decision,))

    assert levels_of(waiting) == [[1, 2], [3]]
    assert (waiting.decided, waiting.winners) == (False, ())
    assert waiting.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),)
    assert (drawn.winners, drawn.ties) == ((1,), (Tie((1, 2), Purpose.ELECTED, 1, Means.SEED),))
    assert told.winners == (2,)
    assert told.ties == (Tie((1, 2), Purpose.ELECTED, 2, Means.PERSON, recorded="straw"),)
    assert (sheet_of(profile, rule, seats=2).winners, sheet_of(profile, rule, seats=2).ties) == (
        (1, 2),
        (),
    )


@BOTH
def test_papers_that_grade_some_are_invalid_and_blank_ones_valid(rule: Rule) -> None:
    profile = graded("gg-b-", "bb-b-", "--gg-", withdrawn=3)

    sheet = sheet_of(profile, rule)

    assert (sheet.valid, sheet.invalid) == (5, 0)
    assert sheet.details[0] == Table("blank papers", ("papers",), ((Fraction(2),),))
    assert grades_in(sheet).counts == ((2, 0, 0, 1), (0, 0, 0, 3), (0, 0, 0, 0))
    assert grades_in(sheet).medians == (0, 3, None)
    assert levels_of(sheet) == [[1], [2]]
    assert sheet_of(graded("gg-b-", "bb-b-", "--gg-"), rule).invalid == 3


@BOTH
@pytest.mark.parametrize("papers", ["", "--"])
def test_without_a_grade_all_stand_equal(rule: Rule, papers: str) -> None:
    sheet = sheet_of(graded(papers, papers), rule)

    assert (levels_of(sheet), sheet.decided) == ([[1, 2]], False)
    assert grades_in(sheet).medians == (None, None)


@BOTH
def test_one_candidate_is_elected_without_papers(rule: Rule) -> None:
    assert sheet_of(graded(""), rule).winners == (1,)


def test_points_are_refused() -> None:
    profile = GradedProfile("", 1, named(1), (GradedPaper(1, (3,)),), most=5)

    with pytest.raises(MalformedRecord, match="these are points"):
        sheet_of(profile)


# A second count, written from the text


def complete_papers(profile: GradedProfile) -> tuple[list[int], list[list[int]]]:
    """Return who stands, and the grades of each complete paper."""
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
    papers = []
    for paper in profile.papers:
        grades = [paper.grades[n - 1] for n in standing]
        known = [grade for grade in grades if grade is not None]
        if len(known) == len(grades):
            papers += [known] * paper.count
    return standing, papers


def compare(one: list[int], other: list[int], *, better: bool) -> int:
    """Compare two candidates' grades, taking one median at a time away from both."""
    one, other = sorted(one), sorted(other)
    while one:
        middle = (len(one) - 1) // 2 if better else len(one) // 2
        if one[middle] != other[middle]:
            return one[middle] - other[middle]
        del one[middle], other[middle]
    return 0


def ordered(profile: GradedProfile, *, better: bool) -> list[list[int]]:
    """Return the levels: each candidate's place is the number of those who come before."""
    standing, papers = complete_papers(profile)
    given = {n: [paper[place] for paper in papers] for place, n in enumerate(standing)}
    before = {
        n: sum(compare(given[other], given[n], better=better) < 0 for other in standing)
        for n in standing
    }
    return [[n for n in standing if before[n] == place] for place in sorted(set(before.values()))]


def random_elections(number: int) -> list[GradedProfile]:
    random = Random(2010)
    return [graded_election(random) for _ in range(number)]


@BOTH
def test_random_elections_go_as_the_text_says(rule: Rule) -> None:
    ties = decisive = 0
    for profile in random_elections(ELECTIONS):
        sheet = sheet_of(profile, rule)
        _, papers = complete_papers(profile)
        blank = sheet.details[0]
        assert isinstance(blank, Table)
        assert levels_of(sheet) == ordered(profile, better=rule is BELENIOS)
        assert [sheet.valid - Fraction(blank.rows[0][0])] == [len(papers)]
        assert sheet.valid + sheet.invalid == profile.size
        ties += not sheet.decided
        last = sheet.details[3]
        assert isinstance(last, Table)
        decisive += bool(last.rows)
    assert min(ties, decisive) > ELECTIONS // 10


def test_pref_voting_finds_the_same_medians() -> None:
    elections = [p for p in random_elections(ELECTIONS) if complete_papers(p)[1]]
    questions = []
    for profile in elections:
        _, papers = complete_papers(profile)
        better = [[len(SCALE) - grade for grade in paper] for paper in papers]
        questions.append({"papers": better, "grades": len(SCALE), "counts": [1] * len(papers)})

    answers = ask("pref_voting_medians", questions)

    for profile, (medians, best) in zip(elections, answers, strict=True):
        standing, _ = complete_papers(profile)
        sheet = sheet_of(profile)
        found = grades_in(sheet).medians
        assert [found[n - 1] for n in standing] == [len(SCALE) - median for median in medians]
        assert set(levels_of(sheet)[0]) <= {standing[place] for place in best}


def test_the_program_counts_random_elections_alike() -> None:
    elections = [profile for profile in random_elections(2 * ASKED) if not profile.withdrawn][
        :ASKED
    ]
    choices = [f"--nchoices={len(profile.candidates)}" for profile in elections]
    grades = [f"--ngrades={len(profile.scale)}" for profile in elections]

    answers = ask_all(
        [grades_of(p) for p in elections],
        ["majority-judgment"] * ASKED,
        ["--blank-allowed=true"] * ASKED,
        choices,
        grades,
    )

    for profile, answer in zip(elections, answers, strict=True):
        sheet = sheet_of(profile, BELENIOS)
        assert levels_of(sheet) == numbered(answer["winners"])
        assert [list(row) for row in grades_in(sheet).counts] == answer["raw"]
        assert sheet.details[0] == Table(
            "blank papers", ("papers",), ((Fraction(answer["blank"]),),)
        )
        assert (sheet.valid, sheet.invalid) == (
            answer["valid"] + answer["blank"],
            len(answer["invalid"]),
        )


def test_the_program_orders_many_elections_side_by_side_alike() -> None:
    """One question of the program holds the candidates of many elections with as many papers.

    It compares each two by their own grades, so each election's order can be read off.
    """
    random = Random(1)
    sizes = range(1, 13)
    blocks = [
        [[tuple(random.choices(range(4), k=4)) for _ in range(papers)] for _ in range(SIDE_BY_SIDE)]
        for papers in sizes
    ]
    together = [
        [[grade + 1 for election in block for grade in election[paper]] for paper in range(papers)]
        for papers, block in zip(sizes, blocks, strict=True)
    ]
    options = ("majority-judgment", "--blank-allowed=false", "--ngrades=4")

    answers = ask_all(together, *([option] * len(sizes) for option in options))

    for block, answer in zip(blocks, answers, strict=True):
        level_of = {n: place for place, level in enumerate(answer["winners"]) for n in level}
        for place, election in enumerate(block):
            papers = tuple(GradedPaper(1, grades) for grades in election)
            profile = GradedProfile("", 1, named(4), papers, SCALE)
            places = {n: level_of[4 * place + n - 1] for n in range(1, 5)}
            expected = [
                [n for n in places if places[n] == level] for level in sorted(set(places.values()))
            ]
            assert levels_of(sheet_of(profile, BELENIOS)) == expected


@BOTH
@given(graded_profiles(), st.randoms())
def test_neither_order_nor_pooling_of_papers_matters(
    rule: Rule, profile: GradedProfile, random: Random
) -> None:
    assert sheet_of(rearranged(profile, random), rule) == sheet_of(profile, rule)


@BOTH
@given(st.data(), graded_profiles())
def test_other_numbers_give_the_same_order(
    rule: Rule, data: st.DataObject, profile: GradedProfile
) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet, other = sheet_of(profile, rule), sheet_of(renumbered(profile, numbers), rule)

    renamed = [sorted(numbers[n - 1] for n in level) for level in levels_of(sheet)]
    assert levels_of(other) == renamed
    if sheet.decided:
        assert set(other.winners) == {numbers[n - 1] for n in sheet.winners}
