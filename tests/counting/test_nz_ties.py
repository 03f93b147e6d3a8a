from comitia.counting.nz_ties import pseudo_random_numbers

# Made with awk from clauses 42 to 47, for 3 candidates, 1 vacancy and 12 papers.
NUMBERS = {1: 11151, 2: 19229, 4: 24378}


def test_pseudo_random_numbers_are_those_of_the_schedule() -> None:
    assert pseudo_random_numbers((1, 2, 4), 1, 12, 1) == NUMBERS


def test_pseudo_random_numbers_turn_round_at_every_step() -> None:
    turned = {n: 10_000 - number for n, number in NUMBERS.items()}

    assert pseudo_random_numbers((1, 2, 4), 1, 12, 2) == turned
    assert pseudo_random_numbers((1, 2, 4), 1, 12, 3) == NUMBERS


def test_pseudo_random_numbers_are_distinct() -> None:
    # Among so many candidates the generator repeats itself.
    assert len(set(pseudo_random_numbers(range(1, 601), 5, 997, 1).values())) == 600
