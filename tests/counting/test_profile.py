import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.profile import (
    Candidate,
    Paper,
    Profile,
    Ranking,
    WrittenPapers,
    candidate_of,
    display_names,
    letter_of,
)
from tests.counting.profiles import NAMES, profiles


def three_candidates(*papers: Paper, withdrawn: frozenset[int] = frozenset()) -> Profile:
    return Profile("Chair", 1, (Candidate("A"), Candidate("B"), Candidate("C")), papers, withdrawn)


@pytest.mark.parametrize(
    "ranking, withdrawn, expected",
    [
        pytest.param(((2,), (1,)), set(), 2, id="one candidate"),
        pytest.param((), set(), None, id="blank"),
        pytest.param(((1, 2), (3,)), set(), None, id="equal"),
        pytest.param(((), (3,)), set(), None, id="skipped"),
        pytest.param(((1,), (3,)), {1}, 3, id="withdrawn, the next counts"),
        pytest.param(((1, 2), (3,)), {1}, 2, id="equal with a withdrawn one"),
        pytest.param(((1, 2), (3,)), {1, 2}, 3, id="equal and both withdrawn"),
        pytest.param(((1,), (), (3,)), {1}, None, id="a gap after a withdrawn one"),
        pytest.param(((1,), (2,)), {1, 2}, None, id="nobody left"),
    ],
)
def test_first_preference_of_a_paper(
    ranking: Ranking, withdrawn: set[int], expected: int | None
) -> None:
    assert Paper(1, ranking).first_preference(frozenset(withdrawn)) == expected


def test_papers_count_as_often_as_they_say() -> None:
    profile = three_candidates(
        Paper(5, ((2,), (1,))),
        Paper(2, ((1,),)),
        Paper(3, ((2,),)),
        Paper(4, ()),
        Paper(7, ((1, 3),)),
    )

    assert profile.size == 21
    assert profile.first_preferences() == (2, 8, 0)
    assert profile.without_first_preference == 11


def test_a_withdrawn_candidate_has_no_first_preferences() -> None:
    papers = (Paper(5, ((2,), (1,))), Paper(2, ((2,),)))

    profile = three_candidates(*papers, withdrawn=frozenset({2}))

    assert profile.first_preferences() == (5, 0, 0)
    assert profile.without_first_preference == 2


@given(profiles())
def test_every_paper_has_a_first_preference_or_none(profile: Profile) -> None:
    first = profile.first_preferences()

    assert len(first) == len(profile.candidates)
    assert sum(first) + profile.without_first_preference == profile.size
    assert all(first[number - 1] == 0 for number in profile.withdrawn)


@pytest.mark.parametrize(
    "names, expected",
    [
        pytest.param(["Ann", "Bob"], ("Ann", "Bob"), id="unique"),
        pytest.param(["Ann", "Bob", "Ann"], ("Ann (1)", "Bob", "Ann (3)"), id="repeated"),
        pytest.param(["", "Bob", ""], (" (1)", "Bob", " (3)"), id="empty"),
        pytest.param(["Bob", ""], ("Bob", " (2)"), id="empty once"),
        pytest.param(
            ["A", "A", "A (1)"], ("A (1)", "A (2)", "A (1) (3)"), id="borne by another already"
        ),
        pytest.param(
            ["A", "A", "A (1)", "A (1) (3)"],
            ("A (1)", "A (2)", "A (1) (3)", "A (1) (3) (4)"),
            id="borne by another in turn",
        ),
        pytest.param([], (), id="nobody"),
    ],
)
def test_display_names(names: list[str], expected: tuple[str, ...]) -> None:
    assert display_names(names) == expected


@given(st.lists(NAMES | st.sampled_from(["", "A", "A (1)", "A (2)", "A (1) (3)", " (1)"])))
def test_display_names_are_unique_and_change_no_more_than_needed(names: list[str]) -> None:
    shown = display_names(names)

    assert len(shown) == len(set(shown)) == len(names)
    for number, (name, display) in enumerate(zip(names, shown, strict=True), 1):
        assert display in {name, f"{name} ({number})"}
        if not name or names.count(name) > 1:
            assert display == f"{name} ({number})"


def test_a_profile_shows_its_candidates_by_unique_names() -> None:
    profile = Profile("Chair", 1, (Candidate("Ann", "Lab"), Candidate("Ann", "Con")), ())

    assert profile.display_names() == ("Ann (1)", "Ann (2)")


def test_letters_stand_for_candidates_from_1_on() -> None:
    assert "".join(map(letter_of, (1, 2, 9, 10, 11))) == "129:;"
    assert [candidate_of(letter_of(n)) for n in (1, 10, 99)] == [1, 10, 99]


def test_written_papers_are_as_good_as_a_tuple_of_papers() -> None:
    papers = (Paper(5, ((2,), (10,))), Paper(2, ()), Paper(1, ((1,),)))
    written = WrittenPapers([5, 2, 1], ["2:", "", "1"])

    assert written == papers
    assert written == WrittenPapers([5, 2, 1], ["2:", "", "1"])
    assert written != WrittenPapers([5, 2, 1], ["2:", "", "2"])
    assert written != WrittenPapers([5, 2, 2], ["2:", "", "1"])
    assert (len(written), tuple(written), repr(written)) == (3, papers, repr(papers))
    assert (written[0], written[1:], hash(written)) == (papers[0], papers[1:], hash(papers))


def test_written_papers_count_as_often_as_they_say() -> None:
    candidates = (Candidate("A"), Candidate("B"))
    profile = Profile("Chair", 1, candidates, WrittenPapers([5, 2, 1], ["21", "", "1"]))

    assert (profile.size, profile.first_preferences()) == (8, (1, 5))
    assert profile.without_first_preference == 2
