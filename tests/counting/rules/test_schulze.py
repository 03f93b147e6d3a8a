from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.counting.count import Options, run
from comitia.counting.lots import Decision
from comitia.counting.profile import Paper, Profile
from comitia.counting.rules import RULES
from comitia.counting.sheet import Levels, Means, Pairwise, Purpose, Sheet, Table, Tie
from tests.counting.belenios import ask_all, ballots_of, numbered, ranking_of
from tests.counting.peers import ask
from tests.counting.profiles import profiles
from tests.counting.random_elections import named, ranked_election, rearranged, renumbered

RULE = RULES["schulze"]
ELECTIONS = 10_000
ASKED = 1_000
Strength = tuple[int, int]


def sheet_of(profile: Profile, **options: Any) -> Sheet:  # noqa: ANN401 - what Options takes
    return run(RULE, profile, Options(**options))


def figures_of(sheet: Sheet, name: str) -> tuple[tuple[int, ...], ...]:
    (found,) = (d for d in sheet.details if isinstance(d, Pairwise) and d.name == name)
    return found.figures


def levels_of(sheet: Sheet) -> list[list[int]]:
    (found,) = (detail for detail in sheet.details if isinstance(detail, Levels))
    return [list(level) for level in found.levels]


def votes_over(profile: Profile, one: int, other: int) -> int:
    """Return how many papers prefer one to the other, asking each paper in turn."""

    def rank(paper: Paper, candidate: int) -> int:
        for place, level in enumerate(paper.ranking):
            if candidate in level:
                return place
        return len(paper.ranking)

    return sum(p.count for p in profile.papers if rank(p, one) < rank(p, other))


def all_paths(profile: Profile) -> dict[tuple[int, int], Strength]:
    """Return the strength of the strongest of all paths, every one of which is tried."""
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]
    votes = {
        (a, b): (votes_over(profile, a, b), votes_over(profile, b, a))
        for a in standing
        for b in standing
    }
    found = {}
    for one, other in permutations(standing, 2):
        strengths: list[Strength] = [(0, 0)]
        between = [n for n in standing if n not in {one, other}]
        for number in range(len(between) + 1):
            for stops in permutations(between, number):
                path = (one, *stops, other)
                links = [votes[link] for link in pairwise(path)]
                if all(over > under for over, under in links):
                    strengths.append(min((over, -under) for over, under in links))
        found[one, other] = max(strengths)
    return found


def levels_of_chains(paths: dict[tuple[int, int], Strength], profile: Profile) -> list[list[int]]:
    """Return the levels: a candidate's is the length of the longest chain of beaters above."""
    standing = [n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn]

    def depth(candidate: int) -> int:
        beaters = [
            n for n in standing if n != candidate and paths[n, candidate] > paths[candidate, n]
        ]
        return 1 + max(map(depth, beaters), default=-1)

    depths = {n: depth(n) for n in standing}
    return [[n for n in standing if depths[n] == d] for d in range(max(depths.values()) + 1)]


def test_the_whole_sheet_of_a_circle() -> None:
    profile = Profile(
        "",
        1,
        named(4),
        (
            Paper(5, ((1,), (2,), (3,))),
            Paper(4, ((2,), (3,), (1,))),
            Paper(3, ((3,), (1,), (2,))),
            Paper(2, ()),
            Paper(1, ((4,),)),
        ),
        withdrawn=frozenset({4}),
        rejected=6,
    )

    sheet = sheet_of(profile)

    assert (sheet.valid, sheet.invalid, sheet.stages, sheet.ties) == (15, 6, (), ())
    assert (sheet.winners, sheet.quota, sheet.decided) == ((1,), None, True)
    assert sheet.details == (
        Pairwise("preferences", ((0, 8, 5, 0), (4, 0, 9, 0), (7, 3, 0, 0), (0, 0, 0, 0))),
        Pairwise(
            "beat paths",
            ((0, 8, 8, 0), (7, 0, 9, 0), (7, 7, 0, 0), (0, 0, 0, 0)),
            {
                (1, 2): (1, 2),
                (1, 3): (1, 2, 3),
                (2, 1): (2, 3, 1),
                (2, 3): (2, 3),
                (3, 1): (3, 1),
                (3, 2): (3, 1, 2),
            },
        ),
        Pairwise(
            "votes against on beat paths",
            ((0, 4, 4, 0), (5, 0, 3, 0), (5, 5, 0, 0), (0, 0, 0, 0)),
        ),
        Levels(((1,), (2,), (3,))),
        Table("blank papers", ("papers",), ((Fraction(3),),)),
        Table(
            "strongest paths of the elected",
            ("elected", "other", "path to other", "against", "path back", "against"),
            (
                (1, 2, Fraction(8), Fraction(4), Fraction(7), Fraction(5)),
                (1, 3, Fraction(8), Fraction(4), Fraction(7), Fraction(5)),
            ),
        ),
    )


def test_of_equally_many_votes_for_a_defeat_fewer_against_make_it_stronger() -> None:
    """A defeats B by 4 to 3, B C by 4 to 2, C A by 4 to 3: B's one defeat is the strongest."""
    profile = Profile(
        "",
        1,
        named(3),
        (
            Paper(2, ((2,), (3,), (1,))),
            Paper(2, ((3,), (1,), (2,))),
            Paper(2, ((1,), (2, 3))),
            Paper(1, ((2,), (1, 3))),
            Paper(1, ((1, 2), (3,))),
        ),
    )

    sheet = sheet_of(profile)

    assert figures_of(sheet, "preferences") == ((0, 4, 3), (3, 0, 4), (4, 2, 0))
    assert levels_of(sheet) == [[1, 2], [3]]


@pytest.mark.parametrize("papers", [(), (Paper(3, ()),), (Paper(2, ((1, 2, 3),)),)])
def test_nothing_to_tell_candidates_apart_is_a_tie_of_all(papers: tuple[Paper, ...]) -> None:
    sheet = sheet_of(Profile("", 1, named(3), papers))

    assert (sheet.decided, sheet.winners) == (False, ())
    assert sheet.ties == (Tie((1, 2, 3), Purpose.ELECTED, None, Means.NOTHING),)
    assert levels_of(sheet) == [[1, 2, 3]]


def test_a_tie_for_the_last_seat_goes_to_the_lot() -> None:
    profile = Profile("", 3, named(5), (Paper(1, ((4,), (1, 2, 3, 5))),))

    waiting = sheet_of(profile)
    drawn = sheet_of(profile, seed="a seed")
    told = sheet_of(
        profile,
        decisions=(
            Decision(frozenset({1, 2, 3, 5}), 5, "straw"),
            Decision(frozenset({1, 2, 3}), 1, "coin"),
        ),
    )

    assert (waiting.winners, waiting.decided) == ((4,), False)
    assert (drawn.winners, [tie.means for tie in drawn.ties]) == ((4, 1, 2), [Means.SEED] * 2)
    assert told.winners == (4, 5, 1)
    assert told.ties == (
        Tie((1, 2, 3, 5), Purpose.ELECTED, 5, Means.PERSON, recorded="straw"),
        Tie((1, 2, 3), Purpose.ELECTED, 1, Means.PERSON, recorded="coin"),
    )


def test_a_level_that_fits_needs_no_lot() -> None:
    profile = Profile("", 3, named(4), (Paper(1, ((3, 1), (4,))),))

    assert (sheet_of(profile).winners, sheet_of(profile).ties) == ((1, 3, 4), ())


def test_one_seat_is_filled_where_the_file_does_not_say_how_many() -> None:
    assert sheet_of(Profile("", 0, named(2), (Paper(1, ((2,),)),))).winners == (2,)


def test_one_candidate_is_elected_without_papers() -> None:
    assert sheet_of(Profile("", 1, named(1), ())).winners == (1,)


def random_elections(number: int, **shape: float) -> list[Profile]:
    random = Random(2011)
    return [ranked_election(random, **shape) for _ in range(number)]  # type: ignore[arg-type]


def test_random_elections_have_the_strongest_of_all_paths() -> None:
    circles = 0
    for profile in random_elections(ELECTIONS):
        sheet = sheet_of(profile)
        numbers = range(1, len(profile.candidates) + 1)
        paths = all_paths(profile)
        strengths = tuple(tuple(paths.get((a, b), (0, 0))[0] for b in numbers) for a in numbers)
        against = tuple(tuple(-paths.get((a, b), (0, 0))[1] for b in numbers) for a in numbers)
        assert figures_of(sheet, "beat paths") == strengths
        assert figures_of(sheet, "votes against on beat paths") == against
        assert levels_of(sheet) == levels_of_chains(paths, profile)
        circles += any(paths[a, b] > (0, 0) < paths[b, a] for a, b in paths)
    assert circles == 256


def test_the_paths_shown_are_as_strong_as_stated() -> None:
    for profile in random_elections(ASKED, candidates=6):
        sheet = sheet_of(profile)
        over = figures_of(sheet, "preferences")
        against = figures_of(sheet, "votes against on beat paths")
        beat_paths = sheet.details[1]
        assert isinstance(beat_paths, Pairwise)
        for (start, end), path in beat_paths.paths.items():
            assert (path[0], path[-1], len(set(path))) == (start, end, len(path))
            links = [(a - 1, b - 1) for a, b in pairwise(path)]
            assert all(over[a][b] > over[b][a] for a, b in links)
            weakest = min((over[a][b], -over[b][a]) for a, b in links)
            assert weakest[0] == beat_paths.figures[start - 1][end - 1]
            assert -weakest[1] == against[start - 1][end - 1]


def test_pref_voting_puts_random_elections_in_the_same_order() -> None:
    elections = [p for p in random_elections(ELECTIONS, candidates=6) if p.papers]
    questions = [
        {
            "candidates": [
                n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn
            ],
            "rankings": [
                {
                    n: place
                    for place, level in enumerate(paper.ranking)
                    for n in level
                    if n not in profile.withdrawn
                }
                for paper in profile.papers
            ],
            "counts": [paper.count for paper in profile.papers],
        }
        for profile in elections
    ]

    answers = ask("pref_voting_schulze", questions)

    assert [levels_of(sheet_of(profile)) for profile in elections] == answers


def test_the_program_counts_random_elections_alike() -> None:
    elections = random_elections(ASKED, candidates=6, withdrawn=0)
    choices = [f"--nchoices={len(profile.candidates)}" for profile in elections]

    answers = ask_all(
        [ballots_of(p) for p in elections],
        ["schulze"] * ASKED,
        ["--blank-allowed=true"] * ASKED,
        choices,
    )

    for profile, answer in zip(elections, answers, strict=True):
        require_same(sheet_of(profile), answer)


def require_same(sheet: Sheet, answer: Any) -> None:  # noqa: ANN401 - JSON
    """Compare all figures of a sheet with the program's answer."""
    assert [list(row) for row in figures_of(sheet, "preferences")] == answer["raw"]
    pairs = [
        [[w, against] for w, against in zip(row, minus, strict=True)]
        for row, minus in zip(
            figures_of(sheet, "beat paths"),
            figures_of(sheet, "votes against on beat paths"),
            strict=True,
        )
    ]
    for place, row in enumerate(answer["beatpaths"]):
        row[place] = [0, 0]  # circles back to oneself, which decide nothing
    assert pairs == answer["beatpaths"]
    assert levels_of(sheet) == numbered(answer["winners"])
    blank = sheet.details[4]
    assert isinstance(blank, Table)
    assert blank.rows == ((Fraction(answer["blank"]),),)
    assert sheet.valid == answer["valid"] + answer["blank"]


def test_the_reference_election_gives_the_result_that_lies_beside_it(reference_data: Path) -> None:
    folder = "nh-mixed-schulze-2shuffles-ed25519"
    with tarfile.open(reference_data / "vectors" / "valid.tar.xz") as archive:

        def load(file: str) -> Any:  # noqa: ANN401 - JSON
            path = next(n for n in archive.getnames() if n.endswith(f"{folder}/{file}"))
            found = archive.extractfile(path)
            assert found is not None
            return json.load(found)

        ballots, answer = load("result.json")["result"][1], load("method-schulze.json")
    papers = tuple(Paper(1, ranking_of(ballot)) for ballot in ballots)

    sheet = sheet_of(Profile("", 1, named(3), papers))

    require_same(sheet, answer)
    assert (sheet.winners, sheet.valid) == ((1,), 60)


@given(profiles(), st.randoms())
def test_neither_order_nor_pooling_of_papers_matters(profile: Profile, random: Random) -> None:
    assert sheet_of(rearranged(profile, random)) == sheet_of(profile)


@given(st.data(), profiles())
def test_other_numbers_give_the_same_order(data: st.DataObject, profile: Profile) -> None:
    numbers = tuple(data.draw(st.permutations(range(1, len(profile.candidates) + 1))))

    sheet, other = sheet_of(profile), sheet_of(renumbered(profile, numbers))

    renamed = [sorted(numbers[n - 1] for n in level) for level in levels_of(sheet)]
    assert levels_of(other) == renamed
    assert other.decided == sheet.decided
    if sheet.decided:
        assert set(other.winners) == {numbers[n - 1] for n in sheet.winners}


@given(profiles())
def test_whoever_wins_against_each_other_alone_is_elected_first(profile: Profile) -> None:
    profile = replace(profile, seats=1)
    sheet = sheet_of(profile)
    over = figures_of(sheet, "preferences")
    standing = [n - 1 for n in range(1, len(over) + 1) if n not in profile.withdrawn]
    unbeaten = tuple(
        n + 1
        for n in standing
        if all(over[n][other] > over[other][n] for other in standing if other != n)
    )

    assert not unbeaten or sheet.winners == unbeaten
