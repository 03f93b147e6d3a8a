import pytest

from comitia.counting.parcels import (
    Parcel,
    next_preference,
    papers_with_first_preference,
    sort_papers,
)
from comitia.counting.profile import Candidate, Paper, Profile, Ranking


@pytest.mark.parametrize(
    "ranking, continuing, expected",
    [
        pytest.param(((1,), (2,)), {1, 2}, 1, id="the first"),
        pytest.param(((1,), (2,)), {2}, 2, id="past one who is out"),
        pytest.param(((1,), (2,)), {3}, None, id="nobody continues"),
        pytest.param(((1,), (), (2,)), {2}, 2, id="past a number left out"),
        pytest.param(((1,), (2, 3), (4,)), {2, 4}, None, id="shared with one who is out"),
        pytest.param(((1,), (2, 3), (4,)), {2, 3, 4}, None, id="shared"),
        pytest.param(((1,), (2, 3), (4,)), {4}, 4, id="shared by two who are out"),
        pytest.param((), {1}, None, id="blank"),
    ],
)
def test_to_whom_a_paper_goes(ranking: Ranking, continuing: set[int], expected: int | None) -> None:
    assert next_preference(ranking, continuing) == expected


def test_papers_are_sorted_by_whom_they_go_to() -> None:
    papers = [Paper(2, ((1,), (3,))), Paper(1, ((2,),)), Paper(4, ((1,),)), Paper(5, ((3,),))]

    assert sort_papers(papers, {2, 3}) == {
        3: (papers[0], papers[3]),
        2: (papers[1],),
        None: (papers[2],),
    }


def test_papers_that_say_the_same_are_pooled_without_withdrawn_candidates() -> None:
    papers = (
        Paper(2, ((1,), (3,))),
        Paper(1, ((2,), (1,), (), (3,))),
        Paper(3, ((1,), (2,), (3,))),
        Paper(4, ((2,),)),
        Paper(5, ((1, 3), (2,))),
        Paper(6, ((2, 3), (1, 2))),
        Paper(7, ()),
        Paper(8, ((), (1,))),
    )
    profile = Profile("", 1, tuple(map(Candidate, "ABC")), papers, frozenset({2}))

    assert papers_with_first_preference(profile) == (
        Paper(5, ((1,), (3,))),
        Paper(1, ((1,), (), (3,))),
        Paper(6, ((3,), (1,))),
    )


def test_a_parcel_knows_its_papers_and_their_worth() -> None:
    parcel = Parcel(21, (Paper(2, ((1,),)), Paper(3, ((2,),))))

    assert (parcel.size, parcel.worth) == (5, 105)
