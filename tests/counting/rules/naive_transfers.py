"""Scottish STV and instant run-off once more, from their texts: paper by paper, in fractions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from math import floor
from typing import Any

from comitia.counting.profile import Profile
from comitia.counting.sheet import Means, Sheet
from tests.counting.stv_elections import SEED, election, single_papers

EARLIER_STAGE = {Means.LOOK_BACK, Means.LOOK_BACK_IN_PART}
Votes = dict[int, Fraction]


@dataclass
class Ballot:
    preferences: list[int]
    with_candidate: int | None
    value: Fraction = Fraction(1)


@dataclass
class Outcome:
    """stages: whose papers moved, the votes after, and who is elected by then for the first time.

    ties: the tied candidates, the stage that told them apart (None: a lot), and who it was.
    """

    winners: set[int] = field(default_factory=set)
    stages: list[tuple[int | None, Votes, Fraction, set[int]]] = field(default_factory=list)
    ties: list[tuple[frozenset[int], int | None, int]] = field(default_factory=list)
    lots: int = 0


def lot(outcome: Outcome, tied: Collection[int]) -> int:
    """Draw by the statement of ``lots``."""
    outcome.lots += 1
    written = {n: f"comitia-lot-1|{outcome.lots}|{n}|{SEED}".encode() for n in tied}
    return min(tied, key=lambda n: sha256(written[n]).hexdigest())


def one_of(outcome: Outcome, tied: Collection[int], *, most: bool) -> int:
    """Rules 49(2), (3) and 51(2) of the Order, said again of those whom they leave equal."""
    if len(tied) == 1:
        return next(iter(tied))
    for number in reversed(range(len(outcome.stages))):
        votes = outcome.stages[number][1]
        different = {votes[n] for n in tied}
        if len(different) > 1:
            wanted = max(different) if most else min(different)
            place = len(outcome.ties)
            chosen = one_of(outcome, [n for n in tied if votes[n] == wanted], most=most)
            outcome.ties.insert(place, (frozenset(tied), number + 1, chosen))
            return chosen
    chosen = lot(outcome, tied)
    outcome.ties.append((frozenset(tied), None, chosen))
    return chosen


def credited(ballots: Sequence[Ballot], standing: Collection[int]) -> Votes:
    return {
        n: sum((b.value for b in ballots if b.with_candidate == n), Fraction(0)) for n in standing
    }


def hand_on(ballots: Sequence[Ballot], source: int, continuing: Collection[int]) -> None:
    for ballot in ballots:
        if ballot.with_candidate == source:
            following = [n for n in ballot.preferences if n in continuing]
            ballot.with_candidate = following[0] if following else None


def naive_scottish_stv(profile: Profile, seats: int) -> Outcome:
    """Rules 45 to 52. An elected candidate whose papers have passed on keeps a quota of votes."""
    ballots = [Ballot(one, one[0]) for one in single_papers(profile, over_gaps=False)]
    valid = Fraction(len(ballots))
    quota = Fraction(floor(valid / (seats + 1)) + 1)
    standing = set(range(1, len(profile.candidates) + 1)) - profile.withdrawn
    continuing = set(standing)
    spent: set[int] = set()
    outcome = Outcome()

    def votes_now() -> Votes:
        return credited(ballots, standing) | dict.fromkeys(spent, quota)

    def finish_stage(whose: int | None) -> None:
        votes = votes_now()
        new = {n for n in continuing if votes[n] >= quota}
        if len(continuing - new) == seats - len(outcome.winners | new):
            new = set(continuing)
        outcome.winners |= new
        continuing.difference_update(new)
        outcome.stages.append((whose, votes, valid - sum(votes.values()), new))

    finish_stage(None)
    while len(outcome.winners) < seats:
        votes = votes_now()
        over = {n: votes[n] - quota for n in outcome.winners if votes[n] > quota}
        if over:
            highest = [n for n in over if over[n] == max(over.values())]
            whose = one_of(outcome, highest, most=True)
            for ballot in ballots:
                if ballot.with_candidate == whose:
                    exact = over[whose] * ballot.value / votes[whose]
                    ballot.value = Fraction(floor(exact * 100_000), 100_000)
            spent.add(whose)
        else:
            least = min(votes[n] for n in continuing)
            whose = one_of(outcome, [n for n in continuing if votes[n] == least], most=False)
            continuing.remove(whose)
        hand_on(ballots, whose, continuing)
        finish_stage(whose)
    return outcome


def naive_irv(profile: Profile) -> Outcome:
    """Rule 45A: out with the fewest votes until one has more than all others together."""
    ballots = [Ballot(one, one[0]) for one in single_papers(profile, over_gaps=False)]
    valid = Fraction(len(ballots))
    standing = set(range(1, len(profile.candidates) + 1)) - profile.withdrawn
    continuing = set(standing)
    outcome = Outcome()

    def finish_stage(whose: int | None) -> None:
        votes = credited(ballots, standing)
        for n in continuing:
            others = sum(votes[other] for other in continuing if other != n)
            if votes[n] > others or continuing == {n}:
                outcome.winners.add(n)
        outcome.stages.append((whose, votes, valid - sum(votes.values()), set(outcome.winners)))

    finish_stage(None)
    while not outcome.winners:
        votes = credited(ballots, standing)
        least = min(votes[n] for n in continuing)
        last = [n for n in continuing if votes[n] == least]
        if len(continuing) == len(last) == 2:
            winner = one_of(outcome, last, most=True)
            outcome.winners.add(winner)
            outcome.stages.append((winner, votes, valid - sum(votes.values()), {winner}))
        else:
            whose = one_of(outcome, last, most=False)
            continuing.remove(whose)
            hand_on(ballots, whose, continuing)
            finish_stage(whose)
    return outcome


def outcome_of(sheet: Sheet) -> Outcome:
    """Say of a sheet what the naive count says."""
    standing = set(range(1, len(sheet.names) + 1)) - sheet.withdrawn
    lots = [tie for tie in sheet.ties if tie.means is Means.SEED]
    assert all(tie.means in EARLIER_STAGE for tie in sheet.ties if tie not in lots)
    assert all(stage.votes[n - 1] == 0 for stage in sheet.stages for n in sheet.withdrawn)
    return Outcome(
        set(sheet.winners),
        [
            (
                stage.candidates[0] if stage.candidates else None,
                {n: stage.votes[n - 1] for n in standing},
                stage.non_transferable,
                set(stage.elected),
            )
            for stage in sheet.stages
        ],
        [(frozenset(tie.between), tie.stage, tie.decided or 0) for tie in sheet.ties],
        len(lots),
    )


def close_elections(number: int) -> Iterator[Profile]:
    """Yield elections in which all begin nearly alike, so that several catch up with each other."""
    draw = random.Random(20260102)
    for _ in range(number):
        candidates = draw.randint(5, 7)
        firsts = [n for n in range(1, candidates + 1) for _ in range(draw.randint(2, 4))]
        papers = [
            (1, tuple((n,) for n in (first, *draw.sample(others(first, candidates), 3))))
            for first in firsts
        ]
        yield election(papers, draw.randint(1, 2), candidates)


def others(first: int, candidates: int) -> list[int]:
    return [n for n in range(1, candidates + 1) if n != first]


def question(profile: Profile) -> dict[str, Any]:
    """Return what the peer is asked: the preferences as our rule reads them."""
    one_by_one = single_papers(profile, over_gaps=False)
    papers = Counter(map(tuple, one_by_one))
    return {
        "preferences": list(papers),
        "counts": list(papers.values()),
        "candidates": sorted({*range(1, len(profile.candidates) + 1)} - profile.withdrawn),
        "seats": profile.seats,
        "seed": SEED,
    }
