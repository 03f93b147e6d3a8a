import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.medians import (
    Difference,
    Judgment,
    Middle,
    Turns,
    judge,
    levels,
    median,
    medians_in_turn,
)

COUNTS = st.lists(st.integers(0, 6), min_size=1, max_size=5)


def taken_away_in_turn(counts: list[int], middle: Middle) -> list[int]:
    """Return the medians in turn by taking one at a time out of the row."""
    row = [grade for grade, papers in enumerate(counts) for _ in range(papers)]
    found = []
    while row:
        odd, half = len(row) % 2, len(row) // 2
        found.append(row.pop(half if odd or middle is Middle.WORSE else half - 1))
    return found


def one_by_one(turns: tuple[Turns, ...]) -> list[int]:
    return [grade for one in turns for _ in range(one.times) for grade in one.grades]


@given(COUNTS, st.sampled_from(Middle))
def test_medians_in_turn_are_those_taken_away_one_at_a_time(
    counts: list[int], middle: Middle
) -> None:
    expected = taken_away_in_turn(counts, middle)

    assert one_by_one(medians_in_turn(counts, middle)) == expected
    assert median(counts, middle) == (expected[0] if expected else None)


@pytest.mark.parametrize(
    "counts, worse, better",
    [
        pytest.param([2, 0, 2], (2, 0, 2, 0), (0, 2, 0, 2), id="even"),
        pytest.param([1, 1, 1], (1, 2, 0), (1, 0, 2), id="odd"),
        pytest.param([0, 3], (1, 1, 1), (1, 1, 1), id="all equal"),
        pytest.param([0, 0], (), (), id="no papers"),
    ],
)
def test_medians_of_small_rows(
    counts: list[int], worse: tuple[int, ...], better: tuple[int, ...]
) -> None:
    assert one_by_one(medians_in_turn(counts, Middle.WORSE)) == list(worse)
    assert one_by_one(medians_in_turn(counts, Middle.BETTER)) == list(better)


def test_a_billion_papers_take_as_few_turns_as_ten() -> None:
    billion = 10**9

    assert medians_in_turn((3 * billion, billion, 4 * billion), Middle.WORSE) == (
        Turns((2,), 1),
        Turns((1, 2), billion),
        Turns((0, 2), 3 * billion - 1),
        Turns((0,), 1),
    )


@given(st.data(), COUNTS, st.sampled_from(Middle))
def test_the_first_difference_is_where_the_medians_taken_away_first_differ(
    data: st.DataObject, counts: list[int], middle: Middle
) -> None:
    other = data.draw(st.permutations(counts))
    one_row, other_row = taken_away_in_turn(counts, middle), taken_away_in_turn(other, middle)
    pairs = list(enumerate(zip(one_row, other_row, strict=True)))
    expected = [Difference(place, here, there) for place, (here, there) in pairs if here != there]

    one, two = (
        Judgment(median(grades, middle), medians_in_turn(grades, middle))
        for grades in (counts, other)
    )

    assert one.difference(two) == (expected[0] if expected else None)


def test_further_medians_are_looked_at_only_where_a_median_is_shared() -> None:
    counts = {1: (1, 2, 0), 2: (3, 0, 0), 3: (0, 2, 1), 4: (0, 2, 1)}

    judgments = judge(counts, Middle.WORSE)

    assert judgments == {
        1: Judgment(1, (Turns((1,), 1), Turns((1, 0), 1))),
        2: Judgment(0),
        3: Judgment(1, (Turns((1,), 1), Turns((2, 1), 1))),
        4: Judgment(1, (Turns((1,), 1), Turns((2, 1), 1))),
    }
    assert levels(judgments) == ((2,), (1,), (3, 4))
