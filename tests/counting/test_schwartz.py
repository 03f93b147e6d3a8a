from __future__ import annotations

from random import Random

from comitia.counting.pairwise import Pair, Strength
from comitia.counting.schwartz import Round, drop_weakest, schwartz_set

TOURNAMENTS = 2_000


def transitive(links: set[Pair]) -> set[Pair]:
    found = set(links)
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return found


def schwartz(options: range, links: set[Pair]) -> tuple[int, ...]:
    over = transitive(links)
    return tuple(
        one for one in options if all((one, n) in over or (n, one) not in over for n in options)
    )


def naive_rounds(options: range, links: dict[Pair, Strength]) -> list[Round]:
    """Find the set anew from all options in every round, with all defeats that are left."""
    left, rounds = dict(links), []
    while True:
        among = schwartz(options, set(left))
        inside = [pair for pair in left if set(pair) <= set(among)]
        least = min((left[pair] for pair in inside), default=None)
        weakest = tuple(sorted(pair for pair in inside if left[pair] == least))
        rounds.append(Round(among, weakest))
        if not weakest:
            return rounds
        left = {pair: strength for pair, strength in left.items() if pair not in weakest}


def random_links(random: Random, options: range, strengths: int) -> dict[Pair, Strength]:
    links: dict[Pair, Strength] = {}
    for one in options:
        for other in options[one:]:
            pair = random.choice(((one, other), (other, one), None))
            if pair is not None:
                links[pair] = (random.randint(1, strengths), -random.randint(0, 1))
    return links


def test_rounds_are_those_of_finding_every_set_anew() -> None:
    random = Random(6)
    longest = 0
    for number in range(TOURNAMENTS):
        options = range(1, random.randint(1, 7) + 1)
        links = random_links(random, options, 3 if number % 2 else 30)
        rounds = list(drop_weakest(options, links))
        assert rounds == naive_rounds(options, links)
        longest = max(longest, len(rounds))
    assert longest > len(range(1, 8))


def test_two_circles_that_do_not_meet_are_both_in_the_set() -> None:
    links = [(1, 2), (2, 3), (3, 1), (4, 5), (5, 4), (1, 6), (4, 6)]

    assert schwartz_set(range(1, 7), links) == {1, 2, 3, 4, 5}
