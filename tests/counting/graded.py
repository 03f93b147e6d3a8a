"""Graded profiles of any kind, and rearranged."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from comitia.counting.profile import Candidate, GradedPaper, GradedProfile
from tests.counting.profiles import MOST_CANDIDATES, NAMES


@st.composite
def graded_profiles(draw: st.DrawFn) -> GradedProfile:
    """Draw 1 to 5 grades, withdrawn candidates, blank and incomplete papers."""
    candidates = draw(st.lists(NAMES.map(Candidate), min_size=1, max_size=MOST_CANDIDATES))
    scale = tuple(f"grade {n}" for n in range(draw(st.integers(1, 5))))
    numbers = st.integers(1, len(candidates))
    withdrawn = draw(st.frozensets(numbers, max_size=len(candidates) - 1))
    grade = st.integers(0, len(scale) - 1)
    full = st.tuples(*[grade] * len(candidates))
    partial = st.tuples(*[grade | st.none()] * len(candidates))
    papers = draw(st.lists(st.builds(GradedPaper, st.integers(1, 99), full | partial), max_size=8))
    return GradedProfile(
        draw(NAMES),
        draw(st.integers(1, len(candidates) - len(withdrawn))),
        tuple(candidates),
        tuple(papers),
        scale,
        withdrawn=withdrawn,
    )


def renumbered(profile: GradedProfile, numbers: tuple[int, ...]) -> GradedProfile:
    """Return the same election with other numbers: the candidate n becomes numbers[n - 1]."""
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    return replace(
        profile,
        candidates=tuple(profile.candidates[place] for place in order),
        papers=tuple(
            GradedPaper(paper.count, tuple(paper.grades[place] for place in order))
            for paper in profile.papers
        ),
        withdrawn=frozenset(numbers[n - 1] for n in profile.withdrawn),
    )


def rearranged(profile: GradedProfile, random: Random) -> GradedProfile:
    """Return the same papers in another order, each entry of several in two entries."""
    papers = [
        GradedPaper(part, paper.grades)
        for paper in profile.papers
        for part in (paper.count // 2, paper.count - paper.count // 2)
        if part
    ]
    random.shuffle(papers)
    return replace(profile, papers=tuple(papers))
