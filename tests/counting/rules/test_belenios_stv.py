"""Belenios STV against a twin that lays single papers in the order in which that program adds up.

The twin reckons in whatever numbers it is given: in fractions it is the second implementation, in
binary floats it is what that program does.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, TypeAlias, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.profile import Paper, Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Code, Fact, Kind, Means, Purpose, Sheet, Stage, Tie, Transfer
from comitia.errors import MalformedRecord
from tests.counting.belenios import ask_all, ballots_of, ranking_of
from tests.counting.profiles import profiles
from tests.counting.random_elections import named, ranked_election, rearranged, renumbered

RULE = RULES["belenios-stv"]
ELECTIONS = 10_000
ASKED = 1_000
CLOSE = 4_000
Event: TypeAlias = tuple[str, tuple[int, ...]]
Number = TypeVar("Number", float, Fraction)


def ordered_papers(profile: Profile) -> tuple[list[tuple[int, ...]], int]:
    """Return each valid paper's order of candidates, and how many papers are invalid."""
    orders = []
    invalid = 0
    for paper in profile.papers:
        ranks = [[n for n in rank if n not in profile.withdrawn] for rank in paper.ranking]
        ranks = [left for left, rank in zip(ranks, paper.ranking, strict=True) if left or not rank]
        while ranks and not ranks[-1]:
            ranks.pop()
        if all(len(rank) == 1 for rank in ranks):
            orders += [tuple(rank[0] for rank in ranks)] * paper.count
        else:
            invalid += paper.count
    return orders, invalid


def twin(orders: list[tuple[int, ...]], seats: int, one: Number) -> list[Event]:
    """Return what happens, in the order of summation of the program; one: as it is reckoned in."""
    quota = one * (len(orders) // (seats + 1) + 1)
    papers = [(one, order) for order in sorted(orders)]
    events: list[Event] = []
    while seats:
        piles: dict[int, list[tuple[Number, tuple[int, ...]]]] = {}
        for value, order in papers:
            for candidate in order:
                piles.setdefault(candidate, [])
            if order:
                piles[order[0]].insert(0, (value, order))
        if len(piles) <= seats:
            return [*events, ("Win", tuple(sorted(piles)))]
        votes = {n: sum((value for value, _ in pile), 0 * one) for n, pile in piles.items()}
        first, *others = sorted(votes, key=lambda n: (-votes[n], n))
        wins = votes[first] >= quota
        taken, rival = (first, others[0]) if wins else (others[-1], [first, *others][-2])
        if votes[taken] == votes[rival]:
            events.append(("TieWin" if wins else "TieLose", (taken, rival)))
        events.append(("Win" if wins else "Lose", (taken,)))
        part = (votes[taken] - quota) / votes[taken] if wins else one
        seats -= wins
        papers = [
            (value * part if n == taken else value, tuple(c for c in order if c != taken))
            for n in [first, *others]
            for value, order in piles[n]
        ][::-1]
    return events


def events_of(sheet: Sheet) -> list[Event]:
    """Return the events of a sheet, one candidate an event, without the ties."""
    return [
        (what, (n,))
        for stage in sheet.stages
        for what, numbers in (("Lose", stage.excluded), ("Win", stage.elected))
        for n in numbers
    ]


def single(events: list[Event]) -> list[Event]:
    """Return events one candidate each, without the ties."""
    return [(what, (n,)) for what, numbers in events if "Tie" not in what for n in numbers]


def ties_of(sheet: Sheet) -> list[tuple[str, int]]:
    names = {Purpose.ELECTED: "TieWin", Purpose.EXCLUDED: "TieLose"}
    return [(names[tie.purpose], tie.decided or 0) for tie in sheet.ties]


def told(events: list[Event]) -> list[tuple[str, int]]:
    return [(what, numbers[0]) for what, numbers in events if "Tie" in what]


def read_events(answer: Any) -> list[Event]:  # noqa: ANN401 - JSON
    """Return the events of the program's answer, candidates from 1."""
    return [
        (what, tuple(n + 1 for n in ([numbers] if isinstance(numbers, int) else numbers)))
        for what, numbers in answer["events"]
    ]


def election(seats: int, *papers: tuple[int, str], candidates: int = 3) -> Profile:
    """Return an election of papers like (3, "BA")."""
    return Profile(
        "",
        seats,
        named(candidates),
        tuple(Paper(n, tuple((ord(name) - 64,) for name in order)) for n, order in papers),
    )


def sheet_of(profile: Profile, **options: Any) -> Sheet:  # noqa: ANN401 - what Options takes
    return run(RULE, profile, Options(**options))


def test_every_step_of_a_count_is_in_the_sheet() -> None:
    profile = election(2, (6, "AB"), (2, "AC"), (1, "A"), (3, "C"), (2, "B"), (1, ""))

    sheet = sheet_of(profile)

    assert (sheet.valid, sheet.invalid, sheet.winners) == (15, 0, (1, 2))
    assert sheet.quota == 6
    assert sheet.stages == (
        Stage(
            Kind.FIRST_PREFERENCES,
            (),
            (Fraction(9), Fraction(2), Fraction(3)),
            Fraction(1),
            Fraction(6),
            elected=(1,),
            facts=(
                Fact(Code.QUOTA_SET, figures=(Fraction(6),)),
                Fact(Code.QUOTA_REACHED, (1,), (Fraction(6),)),
            ),
        ),
        Stage(
            Kind.SURPLUS,
            (1,),
            (Fraction(6), Fraction(4), Fraction(11, 3)),
            Fraction(4, 3),
            Fraction(6),
            facts=(Fact(Code.VALUE_SET, (1,), (Fraction(1, 3),)),),
            transfers=(
                Transfer(1, 2, Fraction(2)),
                Transfer(1, 3, Fraction(2, 3)),
                Transfer(1, None, Fraction(1, 3)),
            ),
        ),
        Stage(
            Kind.EXCLUSION,
            (3,),
            (Fraction(6), Fraction(4), Fraction(0)),
            Fraction(5),
            Fraction(6),
            elected=(2,),
            excluded=(3,),
            facts=(
                Fact(Code.LOWEST, (3,), (Fraction(11, 3),)),
                Fact(Code.NO_MORE_THAN_PLACES, (2,)),
            ),
            transfers=(Transfer(3, None, Fraction(11, 3)),),
        ),
    )
    assert sheet.ties == ()


def test_equal_votes_elect_the_first_and_exclude_the_last_on_the_ballot() -> None:
    excluding = sheet_of(election(1, (1, "A"), (1, "B"), (1, "C"), (1, "BA")))
    electing = sheet_of(election(2, (3, "B"), (3, "C"), (1, "A")))

    assert excluding.ties == (Tie((1, 3), Purpose.EXCLUDED, 3, Means.RULE),)
    assert excluding.winners == (2,)
    assert electing.ties == (Tie((2, 3), Purpose.ELECTED, 2, Means.RULE),)
    assert electing.winners == (2, 3)
    assert [fact.code for fact in electing.stages[0].facts] == [
        Code.QUOTA_SET,
        Code.QUOTA_REACHED,
        Code.ALL_EQUAL,
        Code.LISTED_FIRST,
    ]


def test_no_seed_is_ever_needed() -> None:
    profile = election(1, (1, "A"), (1, "B"), (1, "C"))

    assert sheet_of(profile).winners == sheet_of(profile, seed="any").winners == (1,)
    assert sheet_of(profile).decided


def test_one_is_elected_at_a_time_even_if_several_reach_the_quota() -> None:
    sheet = sheet_of(election(2, (5, "AC"), (4, "BC"), (1, "C")))

    assert [stage.elected for stage in sheet.stages] == [(1,), (2,)]
    assert sheet.stages[1].votes == tuple(map(Fraction, (4, 4, 2)))


def test_blank_papers_raise_the_quota() -> None:
    assert sheet_of(election(1, (3, "A"), (2, ""))).quota == 3
    assert sheet_of(election(1, (3, "A"), (3, ""))).quota == 4


def test_whoever_no_paper_names_cannot_be_elected_and_places_stay_empty() -> None:
    sheet = sheet_of(election(2, (3, "B"), (1, "")))

    assert sheet.winners == (2,)
    assert sheet.stages[0].facts == (
        Fact(Code.QUOTA_SET, figures=(Fraction(2),)),
        Fact(Code.NOT_NAMED, (1, 3)),
        Fact(Code.NO_MORE_THAN_PLACES, (2,)),
        Fact(Code.PLACES_LEFT_EMPTY, numbers=(1,)),
    )


@pytest.mark.parametrize("papers", [(), ((4, ""),)], ids=["none", "blank"])
def test_nobody_is_elected_without_a_paper_that_names_somebody(
    papers: tuple[tuple[int, str], ...],
) -> None:
    sheet = sheet_of(election(1, *papers))

    assert (sheet.winners, sheet.decided, len(sheet.stages)) == ((), True, 1)
    assert sheet.stages[0].facts[-1] == Fact(Code.PLACES_LEFT_EMPTY, numbers=(1,))


@pytest.mark.parametrize(
    "ranking, valid",
    [
        pytest.param(((1,), (2,)), 1, id="in order"),
        pytest.param(((1, 2),), 0, id="equal"),
        pytest.param(((1,), (), (2,)), 0, id="gap"),
        pytest.param((((), (1,))), 0, id="first rank skipped"),
        pytest.param(((1,), ()), 1, id="nothing behind the gap"),
        pytest.param(((1, 3),), 1, id="equal with a withdrawn one"),
        pytest.param(((3,), (1,)), 1, id="behind a withdrawn one"),
    ],
)
def test_papers_with_equal_ranks_or_gaps_are_invalid(
    ranking: tuple[tuple[int, ...], ...], valid: int
) -> None:
    profile = Profile(
        "", 1, named(3), (Paper(1, ranking), Paper(2, ((2,),))), frozenset({3}), rejected=5
    )

    sheet = sheet_of(profile)

    assert (sheet.valid, sheet.invalid) == (2 + valid, 5 + 1 - valid)
    assert sheet.winners == (2,)


def test_one_candidate_and_as_many_candidates_as_seats() -> None:
    assert sheet_of(election(1, (1, "A"), candidates=1)).winners == (1,)
    assert sheet_of(election(3, (1, "CBA"))).winners == (1, 2, 3)


def test_papers_that_all_say_the_same_fill_the_seats_in_their_order() -> None:
    sheet = sheet_of(election(2, (10, "CAB")))

    assert sheet.winners == (3, 1)
    assert sheet.stages[1].votes == tuple(map(Fraction, (6, 0, 4)))


def chain_of_surpluses(seats: int) -> Profile:
    """Return an election in which whoever is elected passes much on to the next one."""
    random = Random(9)
    weights = [Fraction(10, 13) ** n for n in range(20)]
    orders = [
        sorted(range(1, 21), key=lambda n: -(random.random() ** (1 / float(weights[n - 1]))))
        for _ in range(400)
    ]
    papers = tuple(Paper(1, tuple((n,) for n in order[:12])) for order in orders)
    return Profile("", seats, named(20), papers)


def test_figures_of_thousands_of_digits_are_refused() -> None:
    counted = sheet_of(chain_of_surpluses(9))

    assert sum(stage.kind is Kind.SURPLUS for stage in counted.stages) == 8
    with pytest.raises(MalformedRecord, match="have more than 4,000 digits"):
        sheet_of(chain_of_surpluses(16))


def test_the_number_of_seats_must_be_stated() -> None:
    with pytest.raises(MalformedRecord, match="seats"):
        sheet_of(election(0, (1, "A")))


def random_elections(number: int) -> list[Profile]:
    random = Random(20_260_721)
    shapes: list[Callable[[], Profile]] = [
        lambda: ranked_election(random, candidates=6, equal=0.03),
        lambda: ranked_election(random, candidates=6, papers=9, equal=0, withdrawn=0),
    ]
    return [shapes[place % 2]() for place in range(number)]


def test_random_elections_go_as_the_twin_in_fractions_says() -> None:
    otherwise_in_floats = 0
    for profile in random_elections(ELECTIONS):
        orders, invalid = ordered_papers(profile)
        sheet = sheet_of(profile)
        expected = twin(orders, profile.seats, Fraction(1))
        assert events_of(sheet) == single(expected)
        assert ties_of(sheet) == told(expected)
        assert (sheet.valid, sheet.invalid) == (len(orders), invalid)
        in_binary = twin(orders, profile.seats, 1.0)
        otherwise_in_floats += single(in_binary) != single(expected)
        assert elected(in_binary) == elected(expected)
    assert otherwise_in_floats == 7


def close_elections() -> list[Profile]:
    """Return elections of few papers that say few things, for three seats: surpluses of thirds."""
    random = Random(53)
    elections = []
    for _ in range(CLOSE):
        number = random.randint(5, 8)
        sorts = [random.sample(range(1, number + 1), random.randint(2, number)) for _ in range(4)]
        papers = tuple(Paper(1, tuple((n,) for n in random.choice(sorts))) for _ in range(12))
        elections.append(Profile("", 3, named(number), papers))
    return elections


def in_floats(profile: Profile) -> list[Event]:
    return twin(ordered_papers(profile)[0], profile.seats, 1.0)


def in_fractions(profile: Profile) -> list[Event]:
    return twin(ordered_papers(profile)[0], profile.seats, Fraction(1))


def elected(events: list[Event]) -> set[int]:
    return {n for what, numbers in events if what == "Win" for n in numbers}


def decided_otherwise_in_floats() -> list[Profile]:
    """Return the close elections that go otherwise in binary floats."""
    return [
        profile
        for profile in close_elections()
        if single(in_floats(profile)) != events_of(sheet_of(profile))
    ]


def test_elections_that_binary_floats_decide_otherwise_are_counted_exactly() -> None:
    differing = decided_otherwise_in_floats()
    others_elected = [p for p in differing if elected(in_floats(p)) != set(sheet_of(p).winners)]

    assert (len(differing), len(others_elected)) == (186, 132)
    for profile in differing:
        sheet = sheet_of(profile)
        assert events_of(sheet) == single(in_fractions(profile))
        assert ties_of(sheet) == told(in_fractions(profile))


def test_the_program_reckons_close_elections_as_the_twin_in_floats() -> None:
    differing = decided_otherwise_in_floats()

    answers = ask_all(
        [ballots_of(p) for p in differing],
        *([option] * len(differing) for option in ("stv", "--nseats=3")),
    )

    assert [read_events(answer) for answer in answers] == [in_floats(p) for p in differing]


def test_the_program_and_this_rule_agree_on_random_elections() -> None:
    random = Random(7)
    elections = [
        ranked_election(random, candidates=6, papers=20, equal=0.03, withdrawn=0)
        for _ in range(ASKED)
    ]
    seats = [f"--nseats={profile.seats}" for profile in elections]

    answers = ask_all([ballots_of(p) for p in elections], ["stv"] * ASKED, seats)

    assert [read_events(answer) for answer in answers] == [in_floats(p) for p in elections]
    for profile, answer in zip(elections, answers, strict=True):
        sheet = sheet_of(profile)
        assert events_of(sheet) == single(read_events(answer))
        assert ties_of(sheet) == told(read_events(answer))
        assert list(sheet.winners) == [n + 1 for n in answer["winners"]]
        assert (sheet.valid, sheet.invalid) == (len(answer["ballots"]), len(answer["invalid"]))


def reference_election(reference_data: Path, name: str) -> Profile:
    """Return the papers of a reference election's one ranked question."""
    with tarfile.open(reference_data / "vectors" / "valid.tar.xz") as archive:

        def load(file: str) -> Any:  # noqa: ANN401 - JSON
            found = archive.extractfile(next(n for n in archive.getnames() if n.endswith(file)))
            assert found is not None
            return json.load(found)

        (question,) = load(f"{name}/election.json")["questions"]
        (ballots,) = load(f"{name}/result.json")["result"]
    return Profile(
        "",
        question["extra"]["seats"],
        named(len(question["value"]["answers"])),
        tuple(Paper(1, ranking_of(ballot)) for ballot in ballots),
    )


@pytest.mark.parametrize(
    "name, winners",
    [("nh-stv-2shuffles-ed25519", (4, 1)), ("perf-stv10-100", (10, 9, 1))],
)
def test_reference_elections(reference_data: Path, name: str, winners: tuple[int, ...]) -> None:
    profile = reference_election(reference_data, name)

    sheet = sheet_of(profile)

    assert sheet.winners == winners
    assert events_of(sheet) == single(in_floats(profile))


@pytest.mark.parametrize("name", ["nh-stv-2shuffles-ed25519", "perf-stv10-100"])
def test_the_program_counts_reference_elections_alike(reference_data: Path, name: str) -> None:
    profile = reference_election(reference_data, name)

    (answer,) = ask_all([ballots_of(profile)], ["stv"], [f"--nseats={profile.seats}"])

    assert single(read_events(answer)) == events_of(sheet_of(profile))
    assert [n + 1 for n in answer["winners"]] == list(sheet_of(profile).winners)


@given(profiles())
def test_votes_and_non_transferable_papers_are_all_valid_papers(profile: Profile) -> None:
    sheet = sheet_of(profile)

    assert sheet.valid + sheet.invalid == profile.size
    for stage in sheet.stages:
        assert sum(stage.votes) + stage.non_transferable == sheet.valid
    for before, after in pairwise(sheet.stages):
        moved = [transfer.votes for transfer in after.transfers]
        (source,) = after.candidates
        assert before.votes[source - 1] - after.votes[source - 1] == sum(moved)


@given(profiles(), st.randoms())
def test_neither_order_nor_pooling_of_papers_matters(profile: Profile, random: Random) -> None:
    assert sheet_of(rearranged(profile, random)) == sheet_of(profile)


@given(st.data(), profiles())
def test_other_numbers_elect_the_same_candidates_where_none_are_tied(
    data: st.DataObject, profile: Profile
) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet, other = sheet_of(profile), sheet_of(renumbered(profile, numbers))

    if not sheet.ties:
        assert {numbers[n - 1] for n in sheet.winners} == set(other.winners)
        assert len(sheet.stages) == len(other.stages)
