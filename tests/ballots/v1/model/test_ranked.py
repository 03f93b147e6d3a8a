"""What the counts make of a ballot's numbers, method by method and number by number."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from comitia.ballots.v1.model import (
    CountingMethod,
    Method,
    QuestionKind,
    RankedAnswer,
    RankedQuestion,
    Reading,
)
from tests.ballots.v1.forging import ballot_of
from tests.ballots.v1.samples import RANKED
from tests.elections import GRADE, RANK

VALID, BLANK, INVALID = Reading.VALID, Reading.BLANK, Reading.INVALID
SCHULZE = CountingMethod(Method.SCHULZE, blank=False)
STV = CountingMethod(Method.STV, blank=False, seats=2)
JUDGMENT = CountingMethod(Method.MAJORITY_JUDGMENT, blank=False, grades=("a", "b", "c"))
SCORE = CountingMethod(Method.SCORE, blank=False, most=10)


def with_blank(counting: CountingMethod) -> CountingMethod:
    return CountingMethod(
        counting.method,
        blank=True,
        grades=counting.grades,
        seats=counting.seats,
        most=counting.most,
    )


@pytest.mark.parametrize(
    "counting, vector, reading",
    [
        (SCHULZE, (1, 2, 3), VALID),
        (SCHULZE, (0, 0, 0), VALID),
        (SCHULZE, (1, 1, 1), VALID),
        (SCHULZE, (255, 0, 7), VALID),
        (STV, (1, 2, 3), VALID),
        (STV, (3, 1, 2), VALID),
        (STV, (0, 1, 0), VALID),
        (STV, (0, 0, 0), VALID),
        (STV, (2, 1, 0), VALID),
        (STV, (2, 0, 0), INVALID),
        (STV, (1, 1, 0), INVALID),
        (STV, (1, 3, 0), INVALID),
        (STV, (1, 2, 4), INVALID),
        (STV, (1, 2, 2), INVALID),
        (STV, (255, 1, 2), INVALID),
        (JUDGMENT, (1, 2, 3), VALID),
        (JUDGMENT, (3, 3, 3), VALID),
        (JUDGMENT, (1, 0, 1), INVALID),
        (JUDGMENT, (1, 4, 1), INVALID),
        (JUDGMENT, (0, 0, 0), INVALID),
        (JUDGMENT, (1, 255, 1), INVALID),
        (SCORE, (0, 10, 5), VALID),
        (SCORE, (0, 0, 0), VALID),
        (SCORE, (0, 11, 0), INVALID),
        (SCORE, (255, 0, 0), INVALID),
    ],
    ids=lambda value: value.method.value if isinstance(value, CountingMethod) else f"{value}",
)
def test_a_ballot_is_read_as_its_counting_method_says(
    counting: CountingMethod, vector: tuple[int, ...], reading: Reading
) -> None:
    assert counting.read(vector) is reading
    allowing = with_blank(counting).read(vector)
    assert allowing is (reading if any(vector) else BLANK)
    assert RankedQuestion("?", ("A", "B", "C"), counting).read(vector) is reading


@pytest.mark.parametrize("counting", [SCHULZE, STV, JUDGMENT, SCORE], ids=lambda c: c.method.value)
def test_every_ballot_of_small_numbers_is_read(counting: CountingMethod) -> None:
    """Against the rules in other words."""
    rules: dict[Method, Callable[[tuple[int, ...]], bool]] = {
        Method.SCHULZE: lambda _: True,
        Method.STV: lambda v: {n for n in v if n} == set(range(1, 1 + sum(map(bool, v)))),
        Method.MAJORITY_JUDGMENT: lambda v: 0 not in v and max(v) <= 3,
        Method.SCORE: lambda v: max(v) <= 10,
    }
    for vector in product(range(5), repeat=3):
        permitted = rules[counting.method](vector)
        assert counting.read(vector) is (VALID if permitted else INVALID), vector


def test_a_ballot_that_nobody_says_how_to_count_is_valid() -> None:
    question = RankedQuestion("?", ("A", "B"))
    assert question.counting is None
    assert {question.read(vector) for vector in ((0, 0), (255, 255), (1, 2))} == {VALID}


def test_a_ranked_question_has_one_ciphertext_a_ballot() -> None:
    assert (RANK.kind, RANK.row_shape) == (QuestionKind.NON_HOMOMORPHIC, 1)
    assert GRADE.to_json() == {
        "type": "NonHomomorphic",
        "value": {"answers": ["Red", "Blue"], "question": "Grade!"},
        "extra": {"method": "MajorityJudgment", "blank": False, "grades": ["good", "bad"]},
    }


def test_ranked_rows_of_a_result_are_vectors() -> None:
    """The order is that of the last shuffle; the ballots are those that were cast."""
    ranks, choices, grades = RANKED.result
    assert sorted(ranks) == [(0, 0, 0), (1, 2, 3), (2, 1, 0)]
    assert choices == (1, 1)
    assert sorted(grades) == [(1, 2), (2, 1), (2, 2)]


def test_an_answer_shows_its_one_ciphertext_as_its_choices() -> None:
    answer = ballot_of(RANKED).answers[0]
    assert isinstance(answer, RankedAnswer)
    assert answer.choices == (answer.choice,)
