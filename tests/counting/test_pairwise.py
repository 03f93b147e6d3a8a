import pytest
from hypothesis import given

from comitia.counting.pairwise import MOST_CANDIDATES, Path, preferences, strongest_paths
from comitia.counting.profile import Paper, Profile
from comitia.errors import MalformedRecord
from tests.counting.profiles import profiles
from tests.counting.random_elections import named


def rank(paper: Paper, candidate: int) -> int:
    places = [place for place, level in enumerate(paper.ranking) if candidate in level]
    return places[0] if places else len(paper.ranking)


@given(profiles())
def test_preferences_are_those_of_every_paper_asked_for_every_pair(profile: Profile) -> None:
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]

    assert preferences(profile, standing) == {
        (one, other): sum(p.count for p in profile.papers if rank(p, one) < rank(p, other))
        for one in standing
        for other in standing
        if one != other
    }


def test_as_many_candidates_as_can_be_compared_are_compared_and_no_more() -> None:
    every = tuple((n,) for n in range(1, MOST_CANDIDATES + 2))
    most = Profile("", 1, named(MOST_CANDIDATES), (Paper(10**9, every[:-1]),))
    more = Profile("", 1, named(MOST_CANDIDATES + 1), (Paper(1, every),))

    found = preferences(most, range(1, MOST_CANDIDATES + 1))

    assert all(votes == (10**9 if one < other else 0) for (one, other), votes in found.items())
    assert len(found) == MOST_CANDIDATES * (MOST_CANDIDATES - 1)
    with pytest.raises(MalformedRecord) as refused:
        preferences(more, range(1, MOST_CANDIDATES + 2))
    assert str(refused.value) == "candidates: two by two at most 255 can be compared, found 256"


def test_a_longer_path_replaces_a_weaker_one_only() -> None:
    links = {(1, 2): (5, -1), (2, 3): (4, -1), (1, 3): (3, -1), (4, 1): (2, -1), (2, 4): (2, -1)}

    assert strongest_paths(links, (1, 2, 3, 4)) == {
        (1, 2): Path((5, -1), (1, 2)),
        (1, 3): Path((4, -1), (1, 2, 3)),
        (1, 4): Path((2, -1), (1, 2, 4)),
        (2, 1): Path((2, -1), (2, 4, 1)),
        (2, 3): Path((4, -1), (2, 3)),
        (2, 4): Path((2, -1), (2, 4)),
        (4, 1): Path((2, -1), (4, 1)),
        (4, 2): Path((2, -1), (4, 1, 2)),
        (4, 3): Path((2, -1), (4, 1, 3)),
    }
