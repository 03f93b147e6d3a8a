"""Both Meek rules against pref_voting, which counts in floating point and elects later.

It elects when the surpluses are spread, ours as soon as somebody has the quota. As surpluses spread
votes only rise and the quota only falls, so that changes no winner. Its own ties it decides by the
numbers of the candidates, so only elections without a tie are compared. It is slow; ten thousand
elections are compared with the naive count instead.
"""

from __future__ import annotations

import random
import tarfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from comitia.counting.count import Rule, run
from comitia.counting.formats import read_rankings
from comitia.counting.profile import Profile
from comitia.counting.rules.meek_nz import RULE as NZ
from comitia.counting.rules.meek_prf import RULE as PRF
from tests.counting.peers import ask
from tests.counting.stv_elections import election

ELECTIONS = 200
WARDS = 6
both = pytest.mark.parametrize("rule", [PRF, NZ], ids=lambda rule: rule.name)


def question(profile: Profile) -> dict[str, Any]:
    papers = [paper for paper in profile.papers if paper.ranking]
    return {
        "preferences": [[n for rank in paper.ranking for n in rank] for paper in papers],
        "counts": [paper.count for paper in papers],
        "candidates": list(range(1, len(profile.candidates) + 1)),
        "seats": profile.seats,
    }


@lru_cache
def asked(profiles: tuple[Profile, ...]) -> list[list[int]]:
    return ask("pref_voting_meek", [question(profile) for profile in profiles])


def larger_elections() -> tuple[Profile, ...]:
    """Return random elections of so many papers that ties are rare."""
    draw = random.Random(7)
    found = []
    for _ in range(ELECTIONS):
        candidates = draw.randint(3, 6)
        numbers = range(1, candidates + 1)
        papers = [
            (
                draw.randint(1, 1000),
                tuple((n,) for n in draw.sample(numbers, draw.randint(1, candidates))),
            )
            for _ in range(draw.randint(4, 12))
        ]
        found.append(election(papers, draw.randint(1, candidates - 1), candidates))
    return tuple(found)


@lru_cache
def small_wards(folder: Path) -> tuple[Profile, ...]:
    """Return the wards with the fewest different papers."""
    profiles: list[Profile] = []
    with tarfile.open(folder / "counting" / "scottish-wards.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".csv") else None
            if stream is not None:
                profiles.append(read_rankings(stream.read(), member.name))
    return tuple(sorted(profiles, key=lambda profile: len(profile.papers))[:WARDS])


@both
def test_winners_of_random_elections_are_those_of_pref_voting(rule: Rule) -> None:
    profiles = larger_elections()
    counted = [
        (run(rule, one), theirs) for one, theirs in zip(profiles, asked(profiles), strict=True)
    ]
    clear = [(sorted(sheet.winners), theirs) for sheet, theirs in counted if not sheet.ties]

    assert [pair for pair in clear if pair[0] != pair[1]] == []
    assert len(clear) > ELECTIONS * 9 // 10


@both
def test_winners_of_small_wards_are_those_of_pref_voting(rule: Rule, reference_data: Path) -> None:
    wards = small_wards(reference_data)

    assert [sorted(run(rule, ward).winners) for ward in wards] == asked(wards)
