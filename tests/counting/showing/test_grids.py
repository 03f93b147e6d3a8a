from __future__ import annotations

from dataclasses import replace

from comitia.counting.sheet import Pairwise
from comitia.counting.showing.grids import Grid, batch_grids, cut, keep_grid, matrix_grid
from comitia.counting.showing.stage_table import on_paper, stage_table
from tests.counting.showing.sheets import batches, large, meek, scottish, sheet_of

COLUMNS = 30


def matrix() -> Grid:
    names = [f"Candidate of a long name {n}" for n in range(COLUMNS)]
    figures = tuple(tuple(1000 + m - n for m in range(COLUMNS)) for n in range(COLUMNS))
    return matrix_grid(Pairwise("preferences", figures), sheet_of(names), compared=True)


def test_table_that_fits_on_paper_is_not_cut() -> None:
    small = Grid("small", ("Candidate", "Votes"), (("Adler", "1"),), (False, True))
    assert cut(small) == (small,)


def test_wide_table_is_cut_into_even_parts_that_repeat_the_first_column() -> None:
    parts = cut(matrix())
    assert [part.heads for part in parts] == [
        ("", *map(str, range(1, 11))),
        ("", *map(str, range(11, 21))),
        ("", *map(str, range(21, 31))),
    ]
    rows = [
        (row[0], *(cell for part in parts for cell in part.rows[place][1:]))
        for place, row in enumerate(matrix().rows)
    ]
    assert rows == list(matrix().rows)
    marked = {
        (row, part.heads[column], part.rows[row][column])
        for part in parts
        for row, column in part.marked
    }
    whole = matrix()
    assert marked == {(row, whole.heads[c], whole.rows[row][c]) for row, c in whole.marked}


def test_long_words_count_as_far_as_they_are_not_broken_and_figures_to_a_line() -> None:
    wide = Grid("wide", ("", "A", "B"), (("x" * 99, "y" * 99, "z" * 99),), (False,) * 3)
    assert [part.heads for part in cut(wide)] == [("", "A", "B")]
    figures = tuple("9" * 25 for _ in range(5))
    deep = Grid("deep", ("", *"ABCDE"), (("x", *figures),), (False, *(True for _ in "ABCDE")))
    assert [part.heads for part in cut(deep)] == [("", "A", "B", "C"), ("", "D", "E")]


def test_stage_with_a_single_batch_has_no_table_of_batches() -> None:
    sheet = batches()
    (first, second) = sheet.stages
    single = replace(second, sub_stages=second.sub_stages[:1])
    assert batch_grids(replace(sheet, stages=(first, single))) == ()


def test_batches_leave_out_who_was_excluded_before() -> None:
    sheet = batches()
    names = ("Adler", "Brandt", "Cohen", "Dietz", "Ember")
    longer = [
        replace(
            stage,
            votes=(*stage.votes, stage.votes[0] * 0),
            sub_stages=tuple(
                replace(one, votes=(*one.votes, one.votes[0] * 0)) for one in stage.sub_stages
            ),
        )
        for stage in sheet.stages
    ]
    (grid,) = batch_grids(replace(sheet, names=names, stages=tuple(longer)))
    assert [row[0] for row in grid.rows] == [
        *("Adler", "Brandt", "Cohen", "Dietz", "Non-transferable"),
    ]


def test_rule_without_keep_factors_has_no_table_of_them() -> None:
    assert keep_grid(scottish()) is None
    assert keep_grid(replace(meek(), stages=meek().stages[:1])) is None


def test_small_table_stands_upright_and_a_large_one_across() -> None:
    small, wide = on_paper(stage_table(scottish())), on_paper(stage_table(large()))
    assert (len(small.parts), small.across) == (1, False)
    assert (len(wide.parts), wide.across) == (5, True)
    assert [head.number for part in wide.parts for head in part.heads] == list(range(1, 26))


def test_head_of_a_stage_names_some_of_many_and_shortens_long_names() -> None:
    names = ["Wolfeschlegelsteinhausen" * 9, *"BCDEFG"]
    first, second = batches().stages
    zeros = (first.votes[0] * 0,) * 7
    stages = (
        replace(first, votes=zeros, elected=()),
        replace(
            second,
            candidates=(1, 2, 3, 4, 5, 6),
            votes=zeros,
            elected=(),
            excluded=(),
            transfers=(),
        ),
    )
    head = stage_table(sheet_of(names, stages=stages, decimals=2)).heads[1]
    assert head.action.replace("\u2068", "").replace("\u2069", "") == (
        "Exclusion of WolfeschlegelsteinhausenWolfeschlegelst\u2026, B and C and 3 others"
    )
