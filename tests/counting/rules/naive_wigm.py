"""The reference WIGM rule once more, from its text: every single paper with its own weight."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from comitia.counting.profile import Profile
from tests.counting.stv_elections import preset_order, single_papers


def cut(value: Fraction) -> Fraction:
    return Fraction(floor(value * 10_000), 10_000)


@dataclass
class Ballot:
    preferences: list[int]
    weight: Fraction = Fraction(1)
    holder: int | None = None


@dataclass
class Outcome:
    """winners; and after each transfer whose ballots they were, and the votes of everybody."""

    winners: set[int]
    transfers: list[tuple[int | None, dict[int, Fraction]]]


def naive_wigm(profile: Profile, seats: int) -> Outcome:  # noqa: C901 - reads as the text does
    ballots = [Ballot(one) for one in single_papers(profile, over_gaps=True)]
    hopeful = {n for n in range(1, len(profile.candidates) + 1) if n not in profile.withdrawn}
    order = preset_order(hopeful)
    pending: set[int] = set()
    elected: set[int] = set()
    vote = dict.fromkeys(hopeful, Fraction(0))
    quota = cut(Fraction(len(ballots), seats + 1)) + Fraction(1, 10_000)
    done: list[tuple[int | None, dict[int, Fraction]]] = []

    def complete() -> bool:  # D.3
        filled = len(elected) + len(pending)
        return filled == seats or filled + len(hopeful) <= seats

    def transfer(ballot: Ballot) -> None:  # D.2
        ballot.holder = None
        for candidate in ballot.preferences:
            if candidate in hopeful and ballot.weight > 0:
                ballot.holder = candidate
                vote[candidate] += ballot.weight
                return

    if not complete():
        for ballot in ballots:
            transfer(ballot)
        done.append((None, dict(vote)))
    while not complete():
        reached = {n for n in hopeful if vote[n] >= quota}  # B.1
        pending |= reached
        hopeful -= reached
        if complete():
            break
        if pending:  # B.3
            most = max(vote[n] for n in pending)
            high = next(n for n in order if n in pending and vote[n] == most)
            surplus = vote[high] - quota
            for ballot in ballots:
                if ballot.holder == high:
                    ballot.weight = cut(cut(ballot.weight * surplus) / vote[high])
                    transfer(ballot)
            vote[high] = quota
            pending.remove(high)
            elected.add(high)
            if surplus:
                done.append((high, dict(vote)))
            continue
        least = min(vote[n] for n in hopeful)  # B.4
        low = next(n for n in order if n in hopeful and vote[n] == least)
        hopeful.remove(low)
        if complete():
            break
        for ballot in ballots:
            if ballot.holder == low:
                transfer(ballot)
        vote[low] = Fraction(0)
        done.append((low, dict(vote)))
    elected |= pending  # C
    if len(elected) < seats:
        elected |= hopeful
    return Outcome(elected, done)
