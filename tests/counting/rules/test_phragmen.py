from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, Rule, run
from comitia.counting.lots import Decision
from comitia.counting.profile import Candidate, GradedPaper, GradedProfile, Profile, TalliedProfile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Means, Purpose, Sheet, Table, Tie
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
)
from tests.counting.peers import ask
from tests.counting.profiles import profiles
from tests.counting.random_elections import named, renumbered

PHRAGMEN = RULES["phragmen"]
SHARES = RULES["equal-shares"]
BOTH = pytest.mark.parametrize("rule", [PHRAGMEN, SHARES], ids=lambda rule: rule.name)
ELECTIONS = 10_000


def sheet_of(profile: Profile, rule: Rule = PHRAGMEN, **options: Any) -> Sheet:  # noqa: ANN401 - as Options has them
    return run(rule, profile, Options(**options))


def rounds_of(sheet: Sheet, figure: str) -> list[tuple[int, Fraction]]:
    """Return of each round by a figure: who was elected, and the figure."""
    found = []
    name = f"rounds by {figure}"
    if name not in [one.name for one in sheet.details if isinstance(one, Table)]:
        return []
    for _, elected, _, reached, about in table(sheet, name).rows:
        assert isinstance(elected, int)
        assert isinstance(reached, Fraction)
        assert abs(reached - Fraction(str(about))) * 200_000 <= abs(reached)
        found.append((elected, reached))
    return found


def everybody(profile: Profile) -> list[int]:
    return [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]


# Worked examples

EXAMPLE_12 = approving(3, (3, "CD"), (2, "AB"), (2, "AC"), (1, "BD"))
"""Lackner and Skowron, Multi-Winner Voting with Approval Preferences (2023), example 12; figures as
the program abcvoting 2.19 prints them for it."""


def test_the_whole_sheet_of_the_books_example() -> None:
    sheet = sheet_of(EXAMPLE_12)

    assert (sheet.valid, sheet.invalid, sheet.quota, sheet.stages) == (8, 0, None, ())
    assert (sheet.winners, sheet.ties, sheet.decided) == ((3, 2, 4), (), True)
    assert totals(sheet) == (4, 3, 5, 4)
    assert sheet.details[0] == Table("blank papers", ("papers",), ((Fraction(0),),))
    assert table(sheet, "rounds by load") == Table(
        "rounds by load",
        ("round", "elected", "papers", "load", "load, about"),
        (
            (Fraction(1), 3, Fraction(5), Fraction(1, 5), "0.200000"),
            (Fraction(2), 2, Fraction(3), Fraction(1, 3), "0.333333"),
            (Fraction(3), 4, Fraction(4), Fraction(29, 60), "0.483333"),
        ),
    )
    assert table(sheet, "load in each round") == Table(
        "load in each round",
        ("candidate", "round 1", "round 2", "round 3"),
        (
            (1, Fraction(1, 4), Fraction(7, 20), Fraction(31, 60)),
            (2, Fraction(1, 3), Fraction(1, 3), "elected"),
            (3, Fraction(1, 5), "elected", "elected"),
            (4, Fraction(1, 4), Fraction(2, 5), Fraction(29, 60)),
        ),
    )
    assert story_of(sheet) == [
        (
            "C is elected: the papers that approve of C (5) then bear 1/5 each, the lowest load"
            " that any candidate would bring; the next lowest is 1/4."
        ),
        (
            "B is elected: the papers that approve of B (3) then bear 1/3 each, the lowest load"
            " that any candidate would bring; the next lowest is 7/20."
        ),
        (
            "D is elected: the papers that approve of D (4) then bear 29/60 each, the lowest load"
            " that any candidate would bring; the next lowest is 31/60."
        ),
    ]


def test_the_books_example_by_equal_shares_takes_both_phases() -> None:
    sheet = sheet_of(EXAMPLE_12, SHARES)

    assert (sheet.winners, sheet.ties, sheet.decided) == ((3, 1, 4), (), True)
    assert rounds_of(sheet, "price") == [(3, Fraction(1, 5)), (1, Fraction(13, 40))]
    assert rounds_of(sheet, "load") == [(4, Fraction(1, 40))]
    assert table(sheet, "left after paying").rows == (
        (Fraction(1), Fraction(3, 8)),
        (Fraction(3), Fraction(7, 40)),
        (Fraction(2), Fraction(1, 20)),
        (Fraction(2), Fraction(0)),
    )
    assert story_of(sheet) == [
        "The papers (8) share the places (3) equally: each can pay 3/8 of a place.",
        (
            "C is elected: the papers that approve of C (5) pay for one place, none of them more"
            " than 1/5, the lowest price of any candidate; the next lowest is 1/4."
        ),
        (
            "A is elected: the papers that approve of A (4) pay for one place, none of them more"
            " than 13/40, the lowest price of any candidate; the next lowest is 1/3."
        ),
        (
            "No other candidate's papers have enough left to pay for a place. Places left: 1."
            " They are filled by the least load, where what a paper has left makes its load less."
        ),
        (
            "D is elected: the papers that approve of D (4) then bear 1/40 each, the lowest load"
            " that any candidate would bring; the next lowest is 7/40."
        ),
    ]


@BOTH
def test_groups_get_their_share_of_the_seats(rule: Rule) -> None:
    """The party-list case: 6 to 3 papers are 4 to 2 seats, whatever the majority would like."""
    profile = approving(6, (6, "ABCDEF"), (3, "GHIJKL"))

    found = [sheet_of(profile, rule, seed=f"lot {n}").winners for n in range(5)]

    assert {sum(n <= 6 for n in winners) for winners in found} == {4}


# Ties


def test_candidates_whom_no_paper_shares_need_no_lot() -> None:
    sheet = sheet_of(approving(2, (2, "A"), (2, "B"), (1, "C")))

    assert (sheet.winners, sheet.ties, sheet.decided) == ((1, 2), (), True)
    assert story_of(sheet) == [
        "A and B would bring the same load, 1/2, the lowest.",
        (
            "No paper approves of two of them, and there are places for all: so nobody's election"
            " changes anything for the others, and all are elected."
        ),
        (
            "A is elected: the papers that approve of A (2) then bear 1/2 each, the lowest load"
            " that any candidate would bring; the next lowest is 1."
        ),
        (
            "B is elected: the papers that approve of B (2) then bear 1/2 each, the lowest load"
            " that any candidate would bring; the next lowest is 1."
        ),
    ]


@BOTH
def test_a_tie_that_matters_waits_for_the_lot(rule: Rule) -> None:
    profile = approving(1, (2, "A"), (2, "B"), (1, "C"))
    decision = Decision(frozenset({1, 2}), 2, "straw")

    waiting = sheet_of(profile, rule)
    drawn = sheet_of(profile, rule, seed="a seed")
    told = sheet_of(profile, rule, decisions=(decision,))

    assert (waiting.decided, waiting.winners) == (False, ())
    assert waiting.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),)
    assert (drawn.winners, drawn.ties) == ((1,), (Tie((1, 2), Purpose.ELECTED, 1, Means.SEED),))
    assert (told.winners, told.decided) == ((2,), True)
    assert told.ties == (Tie((1, 2), Purpose.ELECTED, 2, Means.PERSON, recorded="straw"),)
    assert "The tie is decided: B. How, is told with the ties." in story_of(told)


@BOTH
def test_all_who_are_left_are_elected_where_a_tie_decides_nothing(rule: Rule) -> None:
    sheet = sheet_of(approving(2, (1, "AB"), (1, "AB")), rule)

    assert (sheet.winners, sheet.ties, sheet.decided) == ((1, 2), (), True)
    assert story_of(sheet)[-1] == "As many candidates remain as places; A and B are elected."


@BOTH
def test_whom_nobody_approves_of_comes_last_and_by_lot(rule: Rule) -> None:
    profile = approving(2, (3, "A"), candidates=3)

    sheets = [sheet_of(profile, rule), *outcomes(rule, profile)]

    assert [(one.winners, one.decided) for one in sheets] == [
        ((1,), False),
        ((1, 2), True),
        ((1, 3), True),
    ]
    assert "No paper approves of any candidate who is left: B and C." in story_of(sheets[0])
    assert sheet_of(profile, rule, seats=3).winners == (1, 2, 3)


# What it takes, and the edges


@BOTH
def test_order_and_equal_ranks_say_nothing_and_the_withdrawn_are_passed_over(rule: Rule) -> None:
    plain = approving(2, (3, "AB"), (2, "C"), (1, ""), withdrawn="A")
    ranked = replace(
        plain, papers=(replace(plain.papers[0], ranking=((), (2, 1))), *plain.papers[1:])
    )

    sheet = sheet_of(plain, rule)

    assert sheet == sheet_of(ranked, rule)
    assert (sheet.winners, sheet.valid, sheet.invalid) == ((2, 3), 6, 0)
    assert totals(sheet) == (0, 3, 2)
    assert table(sheet, "blank papers").rows == ((Fraction(1),),)


@BOTH
def test_papers_with_two_grades_are_approvals_and_others_are_refused(rule: Rule) -> None:
    papers = (GradedPaper(3, (0, 1, None)), GradedPaper(2, (1, 0, 0)))
    graded = GradedProfile("", 2, named(3), papers, ("yes", "no"))

    assert totals(run(rule, graded)) == (3, 2, 2)
    with pytest.raises(MalformedRecord, match="of grades, two are approvals; these are 3"):
        run(rule, replace(graded, scale=("yes", "perhaps", "no")))
    with pytest.raises(MalformedRecord, match="of grades, two are approvals; these are points"):
        run(rule, replace(graded, scale=(), most=5))
    with pytest.raises(MalformedRecord, match="these are totals without papers"):
        run(rule, TalliedProfile("", 1, named(2), (3, 4), 5, 2))


@BOTH
def test_without_papers_the_lot_decides_all(rule: Rule) -> None:
    profile = Profile("", 1, named(2), ())

    sheet = sheet_of(profile, rule)

    assert (sheet.winners, sheet.decided) == ((), False)
    assert committees(outcomes(rule, profile)) == {frozenset({1}), frozenset({2})}
    assert sheet_of(Profile("", 1, (Candidate("A"),), ()), rule).winners == (1,)


# A second count, written from the text in another way


def earned(purses: list[Fraction], papers: list[frozenset[int]], candidate: int) -> Fraction | None:
    """Return when the papers that approve have 1 together, if each earns 1 in a unit of time."""
    payers = [has for has, paper in zip(purses, papers, strict=True) if candidate in paper]
    return (1 - sum(payers)) / Fraction(len(payers)) if payers else None


def affordable(
    purses: list[Fraction], papers: list[frozenset[int]], candidate: int
) -> Fraction | None:
    """Return the least price, tried from each number of papers that have less than it."""
    payers = sorted(has for has, paper in zip(purses, papers, strict=True) if candidate in paper)
    for poor in range(len(payers)):
        price = (1 - sum(payers[:poor])) / Fraction(len(payers) - poor)
        if sum(min(has, price) for has in payers) == 1:
            return price
    return None


def lowest(figures: dict[int, Fraction | None]) -> tuple[set[int], Fraction] | None:
    known = {n: figure for n, figure in figures.items() if figure is not None}
    least = min(known.values(), default=None)
    if least is None:
        return None
    return {n for n, figure in known.items() if figure == least}, least


def replayed(profile: Profile, sheet: Sheet, rule: Rule) -> Iterator[tuple[str, int, Fraction]]:
    """Go through the elections of a sheet and yield each with its figure, by the text."""
    papers = single_papers(profile)
    share = Fraction(profile.seats, len(papers)) if papers and rule is SHARES else Fraction(0)
    purses = [share] * len(papers)
    clock = Fraction(0)
    paying = rule is SHARES
    told = len(rounds_of(sheet, "load"))
    told += len(rounds_of(sheet, "price")) if rule is SHARES else 0
    for place, winner in enumerate(sheet.winners[:told]):
        left = [n for n in everybody(profile) if n not in sheet.winners[:place]]
        found = lowest({n: affordable(purses, papers, n) for n in left}) if paying else None
        if found is None:
            paying = False
            found = lowest({n: earned(purses, papers, n) for n in left})
        assert found is not None
        tied, figure = found
        assert winner in tied
        if paying:
            yield "price", winner, figure
        else:
            clock += figure
            purses = [has + figure for has in purses]
            yield "load", winner, clock
        for number, paper in enumerate(papers):
            if winner in paper:
                purses[number] -= min(purses[number], figure) if paying else purses[number]


@BOTH
def test_random_elections_go_as_the_text_says(rule: Rule) -> None:
    random = Random(1894)
    lots = completed = 0
    for _ in range(ELECTIONS):
        profile = approval_election(random)
        sheet = sheet_of(profile, rule, seed="lot")
        by_price = rounds_of(sheet, "price") if rule is SHARES else []
        found = [*replayed(profile, sheet, rule)]
        assert [one[1:] for one in found if one[0] == "price"] == by_price
        assert [one[1:] for one in found if one[0] == "load"] == rounds_of(sheet, "load")
        assert len(set(sheet.winners)) == profile.seats
        assert set(sheet.winners) <= set(everybody(profile))
        assert (sheet.valid, sheet.invalid) == (profile.size, 0)
        lots += bool(sheet.ties)
        completed += bool(by_price and rounds_of(sheet, "load"))
    assert lots > ELECTIONS // 10
    assert completed > ELECTIONS // 10 or rule is PHRAGMEN


@BOTH
def test_abcvoting_finds_the_same_committees_whatever_the_lots(rule: Rule) -> None:
    random = Random(2017)
    elections = [approval_election(random, candidates=5, papers=7) for _ in range(ELECTIONS)]
    asked = [profile for profile in elections if profile.papers]
    questions = []
    for profile in asked:
        place_of = {n: place for place, n in enumerate(everybody(profile))}
        papers = [
            (paper.count, [place_of[n] for (n,) in paper.ranking if n in place_of])
            for paper in profile.papers
        ]
        questions.append(
            {
                "rule": rule.name,
                "candidates": len(place_of),
                "seats": profile.seats,
                "papers": papers,
            }
        )

    answers = ask("abcvoting_committees", questions)

    assert len(asked) > ELECTIONS * 4 // 5
    for profile, answer in zip(asked, answers, strict=True):
        standing = everybody(profile)
        expected = {frozenset(standing[place] for place in committee) for committee in answer}
        assert committees(outcomes(rule, profile)) == expected


# Laws


@BOTH
@given(st.data(), profiles())
def test_other_numbers_give_the_same_result(
    rule: Rule, data: st.DataObject, profile: Profile
) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet, other = sheet_of(profile, rule), sheet_of(renumbered(profile, numbers), rule)

    assert other.decided == sheet.decided
    if sheet.decided:
        assert set(other.winners) == {numbers[n - 1] for n in sheet.winners}
        figures = [figure for _, figure in rounds_of(sheet, "load")]
        assert [figure for _, figure in rounds_of(other, "load")] == figures


@given(profiles())
def test_what_papers_pay_and_have_left_is_what_they_were_given(profile: Profile) -> None:
    """Each elected at a price is paid with 1 in all."""
    sheet = sheet_of(profile, SHARES, seed="lot")

    rows = table(sheet, "left after paying").rows
    left = sum(Fraction(papers) * Fraction(has) for papers, has in rows)
    paid = len(rounds_of(sheet, "price"))
    given_out = profile.seats if profile.papers else 0
    at_once = len(sheet.winners) - paid - len(rounds_of(sheet, "load"))
    assert left + paid == given_out
    assert at_once >= 0
