from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from comitia.counting.hands import Hands
from comitia.counting.profile import Profile, WrittenPapers, letter_of
from tests.counting.profiles import council_profiles
from tests.counting.stv_elections import election, elections, single_papers

WHOLE = 100


def keep(value: int) -> int:
    return value


def held(hands: Hands, candidates: int) -> dict[int, dict[int, int]]:
    return {n: hands.papers_by_value(n) for n in range(1, candidates + 1)}


def test_papers_begin_with_their_first_preference() -> None:
    hands = Hands(election({"12": 4, "13": 2, "2": 1, "": 3}, 1, 3), WHOLE)

    assert held(hands, 3) == {1: {WHOLE: 6}, 2: {WHOLE: 1}, 3: {}}


def test_papers_pass_on_at_the_value_that_is_asked_for() -> None:
    hands = Hands(election({"12": 4, "13": 2, "1": 3, "2": 1}, 1, 3), WHOLE)
    hands.close(1)

    assert hands.pass_on(1, lambda value: value // 3) == {2: 4 * 33, 3: 2 * 33}
    assert held(hands, 3) == {1: {}, 2: {100: 1, 33: 4}, 3: {33: 2}}


def test_papers_of_one_value_are_joined_whoever_they_came_from() -> None:
    hands = Hands(election({"13": 2, "123": 1, "23": 3, "213": 4, "3": 5}, 1, 3), WHOLE)
    hands.close(1)
    assert hands.pass_on(1, keep) == {2: 100, 3: 200}
    hands.close(2)

    assert hands.pass_on(2, keep) == {3: 800}
    assert held(hands, 3) == {1: {}, 2: {}, 3: {WHOLE: 15}}


def test_nobody_who_is_closed_receives_papers_but_they_keep_theirs() -> None:
    hands = Hands(election({"123": 2, "2": 3}, 1, 3), WHOLE)
    hands.close(2)
    hands.close(1)

    assert hands.pass_on(1, keep) == {3: 200}
    assert held(hands, 3) == {1: {}, 2: {WHOLE: 3}, 3: {WHOLE: 2}}


def test_who_holds_nothing_passes_nothing_on() -> None:
    assert Hands(election({"1": 2}, 1, 3), WHOLE).pass_on(3, keep) == {}


def test_withdrawn_candidates_never_hold_papers() -> None:
    hands = Hands(election({"312": 2, "3": 4, "132": 5}, 1, 3, withdrawn=[3]), WHOLE)

    assert held(hands, 3) == {1: {WHOLE: 7}, 2: {}, 3: {}}
    hands.close(1)
    assert hands.pass_on(1, keep) == {2: 700}


@given(elections())
def test_first_preferences_are_those_of_single_papers(profile: Profile) -> None:
    hands = Hands(profile, WHOLE)
    firsts = [one[0] for one in single_papers(profile, over_gaps=False)]

    assert {n: sum(of.values()) for n, of in held(hands, len(profile.candidates)).items()} == {
        n: firsts.count(n) for n in range(1, len(profile.candidates) + 1)
    }


@given(council_profiles())
def test_written_papers_are_handled_as_single_objects_are(profile: Profile) -> None:
    written = WrittenPapers(
        [paper.count for paper in profile.papers],
        ["".join(letter_of(n) for (n,) in paper.ranking) for paper in profile.papers],
    )
    some, others = Hands(profile, WHOLE), Hands(replace(profile, papers=written), WHOLE)

    candidates = len(profile.candidates)
    for closed in range(1, candidates + 1):
        assert held(some, candidates) == held(others, candidates)
        some.close(closed)
        others.close(closed)
        assert some.pass_on(closed, keep) == others.pass_on(closed, keep)
