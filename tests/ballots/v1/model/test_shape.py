"""Flat rows in memory, nested rows on the wire, and what people call a place in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.model import RowShape, arrange, arrange_all, name_choice, width_of


@pytest.mark.parametrize(
    "row, width", [(0, 0), (4, 4), ((), 0), ((1,), 1), ((3, 2), 5), ((1, 1, 1), 3), ((0, 2), 2)]
)
def test_a_row_is_as_wide_as_all_of_its_lists(row: RowShape, width: int) -> None:
    assert width_of(row) == width


def test_a_row_of_choices_stays_flat_and_a_row_of_lists_is_cut() -> None:
    assert arrange([1, 2, 3], 3) == [1, 2, 3]
    assert arrange([1, 2, 3, 4, 5], (3, 2)) == [[1, 2, 3], [4, 5]]
    assert arrange([1, 2], (1, 0, 1)) == [[1], [], [2]]
    assert (arrange([], 0), arrange([], ())) == ([], [])


def test_rows_of_several_questions_are_arranged_one_by_one() -> None:
    assert arrange_all([[1, 2], [3, 4, 5]], (2, (1, 2))) == [[1, 2], [[3], [4, 5]]]
    assert arrange_all([], ()) == []


@pytest.mark.parametrize(
    "values, row, numbers",
    [([1], 2, "1 where its shape has 2"), ([1, 2, 3], (1, 1), "3 where its shape has 2")],
)
def test_a_row_of_another_width_is_a_callers_mistake(
    values: list[int], row: RowShape, numbers: str
) -> None:
    with pytest.raises(ValueError, match=f"^a row of {numbers}$"):
        arrange([*values], row)


def test_more_or_fewer_rows_than_questions_are_a_callers_mistake() -> None:
    for rows in ([], [[1], [2]]):
        with pytest.raises(ValueError, match=r"zip\(\)"):
            arrange_all(rows, (1,))


@given(st.lists(st.integers(0, 5)))
def test_what_is_arranged_has_the_same_values_in_the_same_order(lengths: list[int]) -> None:
    values = list(range(sum(lengths)))
    arranged = arrange([*values], tuple(lengths))
    assert isinstance(arranged, list)
    lists = [row for row in arranged if isinstance(row, list)]
    assert [len(row) for row in lists] == lengths
    assert [value for row in lists for value in row] == values


def test_a_choice_is_called_by_its_number_from_one() -> None:
    assert [name_choice(place, 3) for place in range(3)] == ["choice 1", "choice 2", "choice 3"]


def test_a_choice_on_lists_is_called_by_its_list_and_its_candidate() -> None:
    assert [name_choice(place, (3, 1, 2)) for place in range(6)] == [
        "list 1",
        "list 1, candidate 1",
        "list 1, candidate 2",
        "list 2",
        "list 3",
        "list 3, candidate 1",
    ]
