"""Small elections at random, full of ties, circles and short papers; and the same ones rearranged.

Each comes from a `Random` that the test seeds, so a failure comes back with its number.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from comitia.counting.profile import Candidate, GradedPaper, GradedProfile, Paper, Profile, Ranking


def ranked_election(
    random: Random,
    *,
    candidates: int = 5,
    papers: int = 15,
    equal: float = 0.2,
    withdrawn: float = 0.2,
) -> Profile:
    """Return an election of 1 to so many candidates and 0 to so many entries of papers.

    equal: how likely a candidate shares the rank before; half as likely, a rank is left empty.
    withdrawn: how likely one or two have withdrawn.
    """
    number = random.randint(1, candidates)
    gone: set[int] = set()
    if number > 1 and random.random() < withdrawn:
        gone = set(random.sample(range(1, number + 1), random.randint(1, min(2, number - 1))))
    entries = [
        Paper(random.choice((1, 1, 1, 2, 3)), _ranking(random, number, equal))
        for _ in range(random.randint(0, papers))
    ]
    return Profile(
        "",
        random.randint(1, number - len(gone)),
        named(number),
        tuple(entries),
        frozenset(gone),
    )


def graded_election(random: Random, *, candidates: int = 5, papers: int = 12) -> GradedProfile:
    """Return an election of 2 to 4 grades, a few papers of which grade only some, or nobody."""
    number = random.randint(1, candidates)
    scale = ("good", "fair", "poor", "bad")[: random.randint(2, 4)]
    gone = {random.randint(1, number)} if number > 1 and random.random() < 0.2 else set()
    entries = []
    for _ in range(random.randint(0, papers)):
        grades: list[int | None] = [random.randrange(len(scale)) for _ in range(number)]
        if random.random() < 0.1:
            grades = [None] * number
        elif random.random() < 0.1:
            grades[random.randrange(number)] = None
        entries.append(GradedPaper(random.choice((1, 1, 2)), tuple(grades)))
    seats = random.randint(1, number - len(gone))
    return GradedProfile("", seats, named(number), tuple(entries), scale, withdrawn=frozenset(gone))


def named(number: int) -> tuple[Candidate, ...]:
    """Return so many candidates: A, B, C..."""
    return tuple(Candidate(chr(ord("A") + place)) for place in range(number))


def _ranking(random: Random, candidates: int, equal: float) -> Ranking:
    order = random.sample(range(1, candidates + 1), random.randint(0, candidates))
    ranks: list[tuple[int, ...]] = []
    for candidate in order:
        if ranks and random.random() < equal:
            ranks[-1] = (*ranks[-1], candidate)
        else:
            if random.random() < equal / 2:
                ranks.append(())
            ranks.append((candidate,))
    return tuple(ranks)


def renumbered(profile: Profile, numbers: tuple[int, ...]) -> Profile:
    """Return the same election with other numbers: the candidate n becomes numbers[n - 1]."""
    names = sorted(zip(numbers, profile.candidates, strict=True), key=lambda pair: pair[0])
    return replace(
        profile,
        candidates=tuple(candidate for _, candidate in names),
        papers=tuple(
            Paper(
                paper.count,
                tuple(tuple(numbers[n - 1] for n in rank) for rank in paper.ranking),
            )
            for paper in profile.papers
        ),
        withdrawn=frozenset(numbers[n - 1] for n in profile.withdrawn),
    )


def rearranged(profile: Profile, random: Random) -> Profile:
    """Return the same papers in another order, each entry of several in two entries."""
    papers = [
        Paper(part, paper.ranking)
        for paper in profile.papers
        for part in (paper.count // 2, paper.count - paper.count // 2)
        if part
    ]
    random.shuffle(papers)
    return replace(profile, papers=tuple(papers))
