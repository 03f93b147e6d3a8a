"""Constraints and the filling of seats, against a search through all committees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations, permutations, product
from random import Random

import pytest

from comitia.counting.constraints import MOST, Constraint, Constraints
from comitia.counting.count import Options, run
from comitia.counting.profile import Profile, TalliedProfile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Means, Purpose, Sheet, Tie
from comitia.errors import MalformedRecord
from tests.counting.approving import approving, committees, outcomes, table
from tests.counting.random_elections import named

APPROVAL = RULES["approval"]
ELECTIONS = 10_000


def tallied(seats: int, *votes: int) -> TalliedProfile:
    return TalliedProfile("", seats, named(len(votes)), votes, sum(votes), len(votes))


def allowed(committee: Collection[int], constraints: Sequence[Constraint]) -> bool:
    counts = [len(one.members.intersection(committee)) for one in constraints]
    return all(
        one.least <= count and (one.most is None or count <= one.most)
        for one, count in zip(constraints, counts, strict=True)
    )


def best_committees(
    votes: Sequence[int], seats: int, constraints: Sequence[Constraint]
) -> set[frozenset[int]]:
    """Return, for every order that lots could make, the first allowed committee in that order."""
    numbers = range(1, len(votes) + 1)
    possible = [set(c) for c in combinations(numbers, seats) if allowed(c, constraints)]
    levels = [[n for n in numbers if votes[n - 1] == v] for v in sorted(set(votes), reverse=True)]
    orders = product(*(permutations(level) for level in levels))
    if not possible:
        return set()
    return {
        frozenset(max(possible, key=lambda c: [n in c for level in order for n in level]))
        for order in orders
    }


def random_constraints(random: Random, number: int, seats: int) -> list[Constraint]:
    found = []
    for place in range(random.choice((1, 1, 2, 3))):
        members = frozenset(n for n in range(1, number + 1) if random.random() < 0.5)
        least = random.choice((0, 0, 1, 2)) if seats > 1 else random.choice((0, 0, 1))
        most = random.choice((None, 1, 2)) if least else random.choice((0, 1, 1, 2))
        if most is None or least <= most:
            found.append(Constraint(f"group {place}", members, least, most))
    return found


def test_of_all_committees_the_best_is_elected_and_lots_fall_only_where_they_matter() -> None:
    random = Random(2012)
    counted = impossible = lots = passed_over = 0
    for _ in range(ELECTIONS):
        number = random.randint(2, 6)
        seats = random.randint(1, number - 1)
        votes = [random.randint(0, random.choice((2, 9))) for _ in range(number)]
        constraints = tuple(random_constraints(random, number, seats))
        expected = best_committees(votes, seats, constraints)
        if not expected:
            impossible += 1
            with pytest.raises(MalformedRecord, match=f"no choice of {seats} candidates meets"):
                run(APPROVAL, tallied(seats, *votes), Options(constraints=constraints))
            continue
        sheets = outcomes(APPROVAL, tallied(seats, *votes), constraints=constraints)
        assert committees(sheets) == expected
        assert all(one.ties for one in sheets) is (len(expected) > 1)
        counted += 1
        lots += len(expected) > 1
        passed_over += bool(constraints) and bool(table(sheets[0], "passed over").rows)
    assert min(impossible, lots, passed_over) > ELECTIONS // 20
    assert counted > ELECTIONS // 2


def test_impossible_constraints_are_refused_with_the_groups_that_conflict() -> None:
    profile = approving(2, (1, "A"), (1, "B"), (1, "C"))
    fine = Constraint("women", frozenset({1}), most=1)
    north = Constraint("north", frozenset({1, 2}), least=2)
    acme = Constraint("Acme", frozenset({2, 3}), least=1, most=1)
    south = Constraint("south", frozenset({3}), least=1)

    with pytest.raises(MalformedRecord) as refused:
        run(APPROVAL, profile, Options(constraints=(fine, north, acme, south)))

    assert str(refused.value) == (
        "constraints: no choice of 2 candidates meets what is set for 'north', 'south'"
    )


def test_the_withdrawn_do_not_help_to_meet_a_constraint() -> None:
    profile = approving(1, (1, "A"), (1, "B"), withdrawn="A")

    with pytest.raises(MalformedRecord, match="no choice of 1 candidates meets"):
        run(APPROVAL, profile, Options(constraints=(Constraint("A", frozenset({1}), 1),)))


def test_more_constraints_than_can_be_searched_are_refused() -> None:
    many = tuple(Constraint(str(n), frozenset({1}), most=1) for n in range(MOST + 1))

    with pytest.raises(MalformedRecord, match="expected at most 8 constraints, found 9"):
        run(APPROVAL, approving(1, (1, "A")), Options(constraints=many))


def test_groups_that_overlap_beyond_all_search_are_refused() -> None:
    """Everybody belongs to an even number of groups; the bounds add up to an odd number of members.

    No committee can do that, but only trying them all would show it.
    """
    standing = [n for n in range(1 << MOST) if n.bit_count() % 2 == 0]
    constraints = [
        Constraint(str(bit), frozenset(n for n in standing if n >> bit & 1), size, size)
        for bit, size in enumerate((10,) * (MOST - 1) + (11,))
    ]

    with pytest.raises(MalformedRecord, match="constraints: the groups overlap too much to find"):
        Constraints(constraints, 20).require_possible(standing)


def test_constraints_that_bar_only_together_are_both_named() -> None:
    """Electing C would leave one seat for both lower bounds, which nobody meets alone."""
    west = Constraint("west", frozenset({1}), least=1)
    east = Constraint("east", frozenset({2}), least=1)

    found = Constraints((west, east), 2).barring(3, (), (1, 2, 3))

    assert found == (west, east)


def test_a_constraint_that_bars_alone_is_named_alone() -> None:
    acme = Constraint("Acme", frozenset({1, 2}), most=1)
    west = Constraint("west", frozenset({3}), least=1)

    assert Constraints((acme, west), 3).barring(2, (1,), (2, 3, 4)) == (acme,)
    assert Constraints((acme, west), 3).barring(3, (1,), (2, 3, 4)) == ()


def test_of_equal_candidates_those_are_tied_whose_election_depends_on_the_lot() -> None:
    """A, B, C are equal for two seats, at most one of A and B: C is elected in any case."""
    constraint = Constraint("Acme", frozenset({1, 2}), most=1)

    sheet: Sheet = run(APPROVAL, tallied(2, 5, 5, 5), Options(constraints=(constraint,)))

    assert (sheet.winners, sheet.decided) == ((3,), False)
    assert sheet.ties == (Tie((1, 2), Purpose.ELECTED, None, Means.NOTHING),)


def test_many_equal_candidates_of_many_sorts_end_in_a_lot() -> None:
    """More ways to go through the level than are tried: nobody is sure, and the lot decides."""
    constraints = tuple(
        Constraint(str(n), frozenset(k for k in range(1, 21) if k >> n & 1), most=4)
        for n in range(4)
    )
    profile = Profile("", 6, named(20), ())

    sheet = run(APPROVAL, profile, Options(constraints=constraints, seed="lot"))

    assert sheet.ties[0].between == tuple(range(1, 21))
    assert len(sheet.winners) == 6
    assert allowed(sheet.winners, constraints)
