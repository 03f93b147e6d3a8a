from comitia.counting.look_forward import Foremost, Points


def points(*votes: tuple[int, int, int]) -> Points:
    """Record the votes of candidates 1 to 3 at the points given, each a stage of its own."""
    kept = Points()
    for stage, figures in enumerate(votes, 1):
        kept.note(stage, dict(enumerate(figures, 1)))
    return kept


def test_the_earliest_difference_decides() -> None:
    kept = points((5, 5, 0), (5, 6, 0), (9, 6, 0), (9, 9, 0))

    assert kept.look_forward([1, 2], most=True) == Foremost((2,), 2)
    assert kept.look_forward([1, 2], most=False) == Foremost((1,), 2)


def test_of_three_a_later_point_tells_the_first_two_apart() -> None:
    kept = points((5, 5, 4), (7, 6, 9), (9, 9, 9))

    assert kept.look_forward([1, 2, 3], most=True) == Foremost((1,), 2)
    assert kept.look_forward([1, 2, 3], most=False) == Foremost((3,), 1)


def test_candidates_who_were_always_equal_stay_together() -> None:
    kept = points((5, 5, 4), (6, 6, 6))

    assert kept.look_forward([2, 1], most=True) == Foremost((1, 2), None)
    assert kept.look_forward([1, 2, 3], most=True) == Foremost((1, 2), 1)
    assert Points().look_forward([3, 1], most=False) == Foremost((1, 3), None)


def test_several_points_may_belong_to_one_stage() -> None:
    kept = points((5, 5, 5))
    kept.note(2, {1: 5, 2: 6, 3: 5})
    kept.note(2, {1: 6, 2: 6, 3: 5})

    assert kept.look_forward([1, 2], most=True) == Foremost((2,), 2)


def test_votes_are_kept_as_they_were() -> None:
    votes = {1: 5, 2: 4}
    kept = Points()
    kept.note(1, votes)
    votes[2] = 6

    assert kept.look_forward([1, 2], most=True) == Foremost((1,), 1)
