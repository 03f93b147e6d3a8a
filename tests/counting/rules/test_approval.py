from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.constraints import Constraint
from comitia.counting.count import Options, Rule, run
from comitia.counting.lots import Decision
from comitia.counting.profile import (
    AnyProfile,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    TalliedProfile,
)
from comitia.counting.rules import RULES
from comitia.counting.sheet import Means, Purpose, Sheet, Table, Tie, Totals
from comitia.errors import MalformedRecord
from tests.counting.approving import (
    approval_election,
    approving,
    committees,
    outcomes,
    single_papers,
    story_of,
    table,
    totals,
    unit_of,
)
from tests.counting.graded import rearranged as graded_rearranged
from tests.counting.graded import renumbered as graded_renumbered
from tests.counting.peers import ask
from tests.counting.profiles import profiles
from tests.counting.random_elections import named, renumbered

APPROVAL = RULES["approval"]
PLURALITY = RULES["plurality"]
SCORE = RULES["score"]
MARKED = pytest.mark.parametrize("rule", [APPROVAL, PLURALITY], ids=lambda rule: rule.name)
ELECTIONS = 10_000
MOST = 3
"""Points."""


def sheet_of(profile: AnyProfile, rule: Rule = APPROVAL, **options: Any) -> Sheet:  # noqa: ANN401 - as Options has them
    return run(rule, profile, Options(**options))


def scoring(seats: int, *papers: tuple[int, str], withdrawn: int = 0) -> GradedProfile:
    """Return an election by points, a digit a candidate, "-" for none: (2, "30-")."""
    made = tuple(
        GradedPaper(count, tuple(None if one == "-" else int(one) for one in text))
        for count, text in papers
    )
    gone = frozenset({withdrawn} - {0})
    return GradedProfile("", seats, named(len(papers[0][1])), made, most=MOST, withdrawn=gone)


def score_election(random: Random) -> GradedProfile:
    number = random.randint(1, 5)
    gone = {random.randint(1, number)} if number > 1 and random.random() < 0.2 else set()
    points = (None, 0, 1, 2, MOST)
    papers = tuple(
        GradedPaper(random.choice((1, 1, 2)), tuple(random.choice(points) for _ in range(number)))
        for _ in range(random.randint(0, 6))
    )
    seats = random.randint(1, number - len(gone))
    return GradedProfile("", seats, named(number), papers, most=MOST, withdrawn=frozenset(gone))


# Whole sheets


def test_the_whole_sheet_by_approvals() -> None:
    sheet = sheet_of(approving(2, (4, "AB"), (3, "BC"), (2, ""), (1, "A")))

    assert (sheet.valid, sheet.invalid, sheet.quota, sheet.stages) == (10, 0, None, ())
    assert (sheet.winners, sheet.ties, sheet.decided) == ((2, 1), (), True)
    assert sheet.details[:2] == (
        Table("blank papers", ("papers",), ((Fraction(2),),)),
        Totals("approvals", (Fraction(5), Fraction(7), Fraction(3))),
    )
    assert story_of(sheet) == [
        "B is elected with 7 approvals.",
        "A is elected with 5 approvals.",
    ]
    assert len(sheet.details) == 3


def test_the_whole_sheet_by_votes() -> None:
    sheet = sheet_of(approving(2, (4, "AB"), (3, "B"), (2, ""), (1, "ABC")), PLURALITY)

    assert (sheet.valid, sheet.invalid, sheet.quota, sheet.stages) == (7, 3, None, ())
    assert (sheet.winners, sheet.ties, sheet.decided) == ((2, 1), (), True)
    assert sheet.details[:2] == (
        Table(
            "papers not counted",
            ("why", "papers"),
            (("unmarked", Fraction(2)), ("votes for too many", Fraction(1))),
        ),
        Totals("votes", (Fraction(4), Fraction(7), Fraction(0))),
    )
    assert story_of(sheet) == ["B is elected with 7 votes.", "A is elected with 4 votes."]


def test_the_whole_sheet_by_points() -> None:
    sheet = sheet_of(scoring(1, (2, "30-"), (1, "032"), (1, "---"), (1, "00-")), SCORE)

    assert (sheet.valid, sheet.invalid, sheet.quota, sheet.stages) == (5, 0, None, ())
    assert (sheet.winners, sheet.ties, sheet.decided) == ((1,), (), True)
    assert sheet.details[:2] == (
        Table("blank papers", ("papers",), ((Fraction(2),),)),
        Totals("points", (Fraction(6), Fraction(3), Fraction(2))),
    )
    assert story_of(sheet) == ["A is elected with 6 points."]


def test_fedoras_example_is_counted_as_in_its_guide() -> None:
    """Elections guide of 2008, table 1.1, where C's 4, 7 and 6 are added up to 15 by mistake."""
    profile = scoring(1, (1, "0344604"), (1, "7272350"), (1, "7761414"))

    sheet = sheet_of(replace(profile, most=7), SCORE)

    assert totals(sheet) == (14, 12, 17, 7, 13, 6, 8)
    assert sheet.winners == (3,)


# Ties


@MARKED
def test_equal_candidates_need_a_lot_only_where_a_seat_depends_on_it(rule: Rule) -> None:
    profile = approving(1, (2, "A"), (2, "B"), (1, "C"))
    decision = Decision(frozenset({1, 2}), 2, "straw")

    waiting = sheet_of(profile, rule)
    drawn = sheet_of(profile, rule, seed="a seed")
    told = sheet_of(profile, rule, decisions=(decision,))
    both = sheet_of(profile, rule, seats=2)

    assert (waiting.decided, waiting.winners) == (False, ())
    assert waiting.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),)
    assert (drawn.winners, drawn.ties) == ((1,), (Tie((1, 2), Purpose.ELECTED, 1, Means.SEED),))
    assert told.winners == (2,)
    assert told.ties == (Tie((1, 2), Purpose.ELECTED, 2, Means.PERSON, recorded="straw"),)
    assert (both.winners, both.ties, both.decided) == ((1, 2), (), True)
    unit = unit_of(told)
    assert story_of(told) == [
        f"A and B are equal with 2 {unit}, and not all of them can be elected.",
        "The tie is decided: B. How, is told with the ties.",
    ]


def test_points_can_be_equal() -> None:
    profile = scoring(1, (1, "30"), (1, "03"))

    assert sheet_of(profile, SCORE).decided is False
    assert committees(outcomes(SCORE, profile)) == {frozenset({1}), frozenset({2})}


# What is taken, and the edges


@MARKED
def test_the_withdrawn_count_as_if_not_named(rule: Rule) -> None:
    sheet = sheet_of(approving(1, (3, "AB"), (4, "A"), (1, "C"), withdrawn="A"), rule)

    assert (sheet.winners, totals(sheet)) == ((2,), (0, 3, 1))
    assert (sheet.valid, sheet.invalid) == {"approval": (8, 0), "plurality": (4, 4)}[rule.name]


def test_points_for_the_withdrawn_are_passed_over() -> None:
    sheet = sheet_of(scoring(1, (2, "312"), (1, "3--"), withdrawn=1), SCORE)

    assert (sheet.winners, totals(sheet)) == ((3,), (0, 2, 4))
    assert table(sheet, "blank papers").rows == ((Fraction(1),),)


@MARKED
def test_totals_without_papers_are_taken(rule: Rule) -> None:
    tally = TalliedProfile("", 2, named(3), (3, 9, 5), 12, 2, rejected=1)

    sheet = sheet_of(tally, rule)

    assert (sheet.winners, sheet.valid, sheet.invalid) == ((2, 3), 12, 1)
    assert totals(sheet) == (3, 9, 5)
    withdrawn = sheet_of(replace(tally, withdrawn=frozenset({2})), rule)
    assert (withdrawn.winners, totals(withdrawn)) == ((3, 1), (3, 0, 5))


def test_totals_of_papers_that_could_name_too_many_are_no_plurality() -> None:
    tally = TalliedProfile("", 1, named(3), (3, 9, 5), 12, 2)

    with pytest.raises(MalformedRecord, match="a paper could name 2 candidates, more than"):
        sheet_of(tally, PLURALITY)
    assert sheet_of(tally, APPROVAL).winners == (2,)


def test_papers_of_another_kind_are_refused() -> None:
    grades = GradedProfile("", 1, named(1), (GradedPaper(1, (0,)),), ("good", "fair", "bad"))

    with pytest.raises(MalformedRecord, match="score takes points, these are grades"):
        sheet_of(grades, SCORE)
    with pytest.raises(MalformedRecord, match="of grades, two are approvals; these are 3"):
        sheet_of(grades, APPROVAL)
    with pytest.raises(MalformedRecord, match="plurality takes rankings or totals"):
        sheet_of(grades, PLURALITY)


@MARKED
def test_without_papers_all_are_equal(rule: Rule) -> None:
    profile = Profile("", 1, named(2), ())

    assert committees(outcomes(rule, profile)) == {frozenset({1}), frozenset({2})}
    assert sheet_of(profile, rule, seats=2).winners == (1, 2)


@MARKED
def test_the_number_of_seats_must_be_stated(rule: Rule) -> None:
    with pytest.raises(MalformedRecord, match="the file does not say how many"):
        sheet_of(approving(0, (1, "A")), rule)


# Second counts


def naive_votes(profile: Profile, rule: Rule) -> tuple[list[int], int]:
    """Return the figure of each candidate and the number of papers not counted."""
    papers = single_papers(profile)
    taken = [one for one in papers if rule is APPROVAL or 1 <= len(one) <= profile.seats]
    numbers = range(1, len(profile.candidates) + 1)
    return [sum(n in one for one in taken) for n in numbers], len(papers) - len(taken)


def top(figures: dict[int, int], seats: int) -> tuple[set[int], set[int]]:
    """Return who has a seat for certain, and who is tied for those that are left."""
    ahead = {n: sum(other > figure for other in figures.values()) for n, figure in figures.items()}
    level = {n: sum(other >= figure for other in figures.values()) for n, figure in figures.items()}
    sure = {n for n in figures if level[n] <= seats}
    return sure, {n for n in figures if n not in sure and ahead[n] < seats}


def check_top(sheet: Sheet, figures: list[int], standing: list[int]) -> bool:
    """Compare a sheet's winners with the top of the figures; return whether there was a lot."""
    sure, tied = top({n: figures[n - 1] for n in standing}, sheet.seats)
    assert set(sheet.winners[: len(sure)]) == sure
    assert set(sheet.winners[len(sure) :]) <= tied
    assert len(sheet.winners) == sheet.seats
    assert [set(one.between) for one in sheet.ties[:1]] == ([tied] if tied else [])
    assert totals(sheet) == tuple(
        figure if n in standing else 0 for n, figure in enumerate(figures, 1)
    )
    return bool(tied)


@MARKED
def test_random_elections_are_added_up(rule: Rule) -> None:
    random = Random(1978)
    lots = invalid = 0
    for _ in range(ELECTIONS):
        profile = approval_election(random)
        figures, refused = naive_votes(profile, rule)
        sheet = sheet_of(profile, rule, seed="lot")
        standing = [n for n in range(1, len(figures) + 1) if n not in profile.withdrawn]
        lots += check_top(sheet, figures, standing)
        assert (sheet.valid, sheet.invalid) == (profile.size - refused, refused)
        invalid += bool(refused)
    assert lots > ELECTIONS // 10
    assert (invalid > ELECTIONS // 10) is (rule is PLURALITY)


def test_random_points_are_added_up() -> None:
    random = Random(2008)
    lots = 0
    for _ in range(ELECTIONS):
        profile = score_election(random)
        sums: Counter[int] = Counter()
        for paper in profile.papers:
            for n, points in enumerate(paper.grades, 1):
                sums[n] += paper.count * (points or 0)
        numbers = range(1, len(profile.candidates) + 1)
        standing = [n for n in numbers if n not in profile.withdrawn]
        sheet = sheet_of(profile, SCORE, seed="lot")
        lots += check_top(sheet, [sums[n] for n in numbers], standing)
    assert lots > ELECTIONS // 10


def test_abcvoting_finds_the_same_committees_by_approvals() -> None:
    random = Random(1983)
    elections = [approval_election(random, candidates=5) for _ in range(ELECTIONS // 4)]
    asked = [one for one in elections if one.papers and not one.withdrawn]
    questions = [
        {
            "rule": "approval",
            "candidates": len(profile.candidates),
            "seats": profile.seats,
            "papers": [(one.count, [n - 1 for (n,) in one.ranking]) for one in profile.papers],
        }
        for profile in asked
    ]

    answers = ask("abcvoting_committees", questions)

    for profile, answer in zip(asked, answers, strict=True):
        expected = {frozenset(place + 1 for place in committee) for committee in answer}
        assert committees(outcomes(APPROVAL, profile)) == expected


# Laws


@MARKED
@given(st.data(), profiles())
def test_other_numbers_give_the_same_result(
    rule: Rule, data: st.DataObject, profile: Profile
) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet, other = sheet_of(profile, rule), sheet_of(renumbered(profile, numbers), rule)

    assert other.decided == sheet.decided
    assert {numbers[n - 1] for n in sheet.winners} == set(other.winners)
    assert [totals(other)[number - 1] for number in numbers] == [*totals(sheet)]


@given(st.data(), st.integers(0, 10**6), st.randoms())
def test_points_do_not_depend_on_order_or_numbers(
    data: st.DataObject, seed: int, random: Random
) -> None:
    profile = score_election(Random(seed))
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet = sheet_of(profile, SCORE)

    assert sheet_of(graded_rearranged(profile, random), SCORE) == sheet
    other = sheet_of(graded_renumbered(profile, numbers), SCORE)
    assert {numbers[n - 1] for n in sheet.winners} == set(other.winners)
    assert other.decided == sheet.decided


# Constraints


def test_who_is_passed_over_is_told_with_the_group() -> None:
    profile = approving(3, (9, "A"), (8, "B"), (7, "C"), (6, "D"), (5, "E"))
    acme = Constraint("Acme", frozenset({1, 2, 3}), most=1)
    women = Constraint("women", frozenset({1, 5}), least=2)

    sheet = sheet_of(profile, constraints=(acme, women))

    assert (sheet.winners, sheet.ties) == ((1, 4, 5), ())
    assert table(sheet, "constraints") == Table(
        "constraints",
        ("group", "at least", "at most", "elected", "members"),
        (("Acme", "0", "1", "1", "A, B, C"), ("women", "2", "", "2", "A, E")),
    )
    assert table(sheet, "passed over") == Table(
        "passed over",
        ("candidate", "group", "at least", "at most"),
        ((2, "Acme", "0", "1"), (3, "Acme", "0", "1")),
    )
    assert story_of(sheet) == [
        "A is elected with 9 approvals.",
        "B is passed over: with B elected as well, what is set for Acme could not be kept.",
        "C is passed over: with C elected as well, what is set for Acme could not be kept.",
        "D is elected with 6 approvals.",
        "E is elected with 5 approvals.",
    ]


def test_who_is_passed_over_for_a_lower_bound_is_told_too() -> None:
    profile = approving(2, (9, "A"), (8, "B"), (7, "C"))

    sheet = sheet_of(profile, constraints=(Constraint("branch", frozenset({3}), least=1),))

    assert sheet.winners == (1, 3)
    assert table(sheet, "passed over").rows == ((2, "branch", "1", ""),)


def test_passing_over_is_told_also_where_the_count_waits_for_a_lot() -> None:
    profile = approving(2, (9, "A"), (7, "B"), (7, "C"), (7, "D"))

    sheet = sheet_of(profile, constraints=(Constraint("Acme", frozenset({1, 2}), most=1),))

    assert (sheet.winners, sheet.decided) == ((1,), False)
    assert table(sheet, "passed over").rows == ((2, "Acme", "0", "1"),)
    assert story_of(sheet)[-1] == (
        "C and D are equal with 7 approvals, and not all of them can be elected."
    )


def test_majority_judgment_keeps_to_constraints() -> None:
    profile = GradedProfile("", 2, named(3), (GradedPaper(1, (0, 1, 2)),), ("a", "b", "c"))

    sheet = sheet_of(
        profile,
        RULES["majority-judgment"],
        constraints=(Constraint("Acme", frozenset({1, 2}), most=1),),
    )

    assert sheet.winners == (1, 3)
    assert table(sheet, "passed over").rows == ((2, "Acme", "0", "1"),)


def test_rules_that_know_no_constraints_refuse_them() -> None:
    constraint = Constraint("Acme", frozenset({1}), most=0)
    constrained = {name for name, rule in RULES.items() if rule.constrained}

    assert constrained >= {"approval", "plurality", "score", "majority-judgment"}
    for name in ("phragmen", "equal-shares"):
        with pytest.raises(MalformedRecord, match=f"constraints: {name} knows no constraints"):
            sheet_of(approving(1, (1, "A")), RULES[name], constraints=(constraint,))


def test_papers_with_all_candidates_equal_wait_for_every_seat() -> None:
    profile = Profile("", 2, named(3), (Paper(5, ((1, 2, 3),)),))

    assert committees(outcomes(APPROVAL, profile)) == {
        frozenset({1, 2}),
        frozenset({1, 3}),
        frozenset({2, 3}),
    }
