import pytest

from comitia.counting.count import Count, Options
from comitia.counting.preferences import preferences_of, take_papers
from comitia.counting.profile import Candidate, Paper, Profile, Ranking, WrittenPapers


@pytest.mark.parametrize(
    "ranking, over_gaps, expected",
    [
        pytest.param(((2,), (1,), (3,)), True, "213", id="plain"),
        pytest.param(((2,), (), (3,)), True, "23", id="past a skipped place"),
        pytest.param(((2,), (), (3,)), False, "2", id="up to a skipped place"),
        pytest.param(((2,), (1, 3), (5,)), True, "2", id="up to a shared place"),
        pytest.param(((4,), (2,), (1, 4), (3,)), False, "213", id="withdrawn"),
        pytest.param((), True, "", id="blank"),
    ],
)
def test_what_a_paper_says(ranking: Ranking, over_gaps: bool, expected: str) -> None:  # noqa: FBT001 - a parameter of the test
    assert preferences_of(ranking, {4}, over_gaps=over_gaps) == expected


def test_papers_are_pooled_in_either_form() -> None:
    written = WrittenPapers((2, 3, 4, 5), ("312", "12", "3", "1"))
    single = tuple(Paper(one.count, one.ranking) for one in written)
    for papers in (written, single):
        profile = Profile("", 1, tuple(map(Candidate, "ABC")), papers, frozenset({3}))
        count = Count(profile, Options())

        assert take_papers(count, over_gaps=False) == {"12": 5, "1": 5}
        assert (count.valid, count.invalid) == (10, 4)
