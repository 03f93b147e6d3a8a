"""Which votes are permitted, and in what words the others are refused."""

from __future__ import annotations

import pytest

from comitia.ballots.v1.making.answers import check_vote
from comitia.ballots.v1.model import ListsQuestion, SummedQuestion
from tests.elections import CHOOSE, LISTS


def refused(question: SummedQuestion, vote: tuple[int, ...]) -> str:
    """Return why a vote is refused."""
    with pytest.raises(ValueError, match=r".") as caught:
        check_vote(question, vote, 3)
    return str(caught.value).removeprefix("question 3: ")


NO_LIST = "expected exactly one list"
ANOTHERS = "a candidate of a list that is not chosen"
NOBODY = "expected at least one candidate of the list"
NO_ROW = "expected 5 times 0 or 1"


@pytest.mark.parametrize(
    "vote, problem",
    [
        ((0, 0, 0, 0, 0), NO_LIST),
        ((0, 1, 0, 0, 0), NO_LIST),
        ((1, 1, 0, 1, 1), NO_LIST),
        ((1, 1, 0, 0, 1), ANOTHERS),
        ((1, 0, 0, 0, 1), ANOTHERS),
        ((0, 0, 1, 1, 1), ANOTHERS),
        ((1, 0, 0, 0, 0), NOBODY),
        ((0, 0, 0, 1, 0), NOBODY),
        ((1, 1, 0, 0), NO_ROW),
        ((1, 1, 0, 0, 0, 0), NO_ROW),
        ((), NO_ROW),
        ((1, 2, 0, 0, 0), NO_ROW),
        ((1, 2, -1, 0, 0), NO_ROW),
        ((2, 1, 0, -1, 0), NO_ROW),
    ],
)
def test_a_vote_on_lists_that_is_not_permitted_is_refused_in_words(
    vote: tuple[int, ...], problem: str
) -> None:
    assert refused(LISTS, vote) == problem


@pytest.mark.parametrize(
    "vote", [(1, 1, 0, 0, 0), (1, 0, 1, 0, 0), (1, 1, 1, 0, 0), (0, 0, 0, 1, 1)]
)
def test_a_list_with_some_of_its_candidates_is_permitted(vote: tuple[int, ...]) -> None:
    check_vote(LISTS, vote, 1)


def test_nobody_can_vote_for_a_list_of_nobody() -> None:
    question = ListsQuestion("?", (("Empty",), ("Full", "A")))
    assert refused(question, (1, 0, 0)) == NOBODY
    assert refused(question, (1, 0, 1)) == ANOTHERS
    check_vote(question, (0, 1, 1), 1)


def test_a_vote_on_a_question_of_another_kind_is_refused_by_its_length() -> None:
    assert refused(CHOOSE, (1, 1, 0, 0, 0)) == "expected 4 times 0 or 1"
