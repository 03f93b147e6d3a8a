from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from comitia.counting.margins import Margin, margins_of
from comitia.counting.sheet import Kind, Purpose
from tests.counting.showing.sheets import batches, following, meek, moves, scottish


def test_margins_compare_with_the_next_and_with_the_quota() -> None:
    assert margins_of(scottish()) == (
        Margin(1, Purpose.ELECTED, (1,), None, Fraction(2)),
        Margin(3, Purpose.EXCLUDED, (5,), 3, Fraction("4.46152")),
        Margin(4, Purpose.EXCLUDED, (4,), 3, Fraction(0)),
        Margin(4, Purpose.ELECTED, (2,), None, Fraction("0.92304")),
    )


def test_quota_of_the_stage_goes_before_that_of_the_sheet() -> None:
    assert margins_of(meek()) == (
        Margin(1, Purpose.ELECTED, (1,), None, Fraction("7.999999")),
        Margin(2, Purpose.ELECTED, (2,), None, Fraction(3)),
    )


def test_several_excluded_together_are_compared_by_their_highest() -> None:
    made = batches()
    first, second = made.stages
    third = replace(first, elected=())
    sheet = replace(made, stages=(third, second), quota=Fraction(14))
    assert margins_of(sheet) == (
        Margin(2, Purpose.EXCLUDED, (4, 3), 2, Fraction(5)),
        Margin(2, Purpose.ELECTED, (2,), None, Fraction("0.42")),
    )


def test_elected_without_the_quota_has_no_margin() -> None:
    sheet = scottish()
    stages = (*sheet.stages[:3], replace(sheet.stages[3], elected=(2, 3)))
    assert margins_of(replace(sheet, stages=stages)) == margins_of(sheet)


def test_nobody_is_compared_who_leaves_because_all_places_are_filled() -> None:
    sheet = scottish()
    last = replace(sheet.stages[3], excluded=(4, 3))
    assert margins_of(replace(sheet, stages=(*sheet.stages[:3], last))) == margins_of(sheet)


def test_withdrawn_candidate_is_not_the_next() -> None:
    sheet = scottish()
    fourth = following(sheet.stages[2], Kind.EXCLUSION, 4, moves(4, (2, "5.46152")))
    made = replace(sheet, stages=(*sheet.stages[:3], fourth), withdrawn=frozenset({3}))
    assert margins_of(made)[-1] == Margin(4, Purpose.EXCLUDED, (4,), 2, Fraction("2.46152"))
