"""Profiles that PrefLib's, ABIF's and Debian's files can hold, and a writer for the last."""

from hypothesis import strategies as st

from comitia.counting.profile import (
    Candidate,
    GradedPaper,
    GradedProfile,
    Paper,
    Profile,
    Ranking,
)
from tests.counting.profiles import MOST_CANDIDATES, NAMES, rankings

COUNTS = st.integers(1, 999_999_999)
# PrefLib's header holds the sum, which is no longer than other numbers.
FEWER = st.integers(1, 99_999_999)
DIGITS = "-123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def weak_orders(candidates: int) -> st.SearchStrategy[Ranking]:
    """Draw places with one or several candidates."""
    return rankings(candidates).map(lambda ranking: tuple(rank for rank in ranking if rank))


def orders(candidates: int) -> st.SearchStrategy[Ranking]:
    """Draw complete orders, strict ones, or any: every data type of PrefLib's."""
    everybody = st.permutations(range(1, candidates + 1))
    strict = everybody.map(lambda order: tuple((number,) for number in order))
    tied = everybody.map(lambda order: (tuple(order),))
    kinds = (strict, strict | tied, strict.map(lambda order: order[1:]), weak_orders(candidates))
    return st.sampled_from(kinds).flatmap(lambda kind: kind)


def without_order(ranking: Ranking) -> tuple[frozenset[int], ...]:
    return tuple(map(frozenset, ranking))


@st.composite
def preflib_profiles(draw: st.DrawFn) -> Profile:
    """Draw different names, and papers of which no two say the same."""
    names = draw(st.lists(NAMES.filter(bool), min_size=1, max_size=MOST_CANDIDATES, unique=True))
    each = st.lists(orders(len(names)), max_size=8, unique_by=without_order)
    papers = tuple(Paper(draw(FEWER), ranking) for ranking in draw(each))
    return Profile(draw(NAMES), 0, tuple(map(Candidate, names)), papers)


@st.composite
def preflib_grades(draw: st.DrawFn) -> GradedProfile:
    """Draw papers that put candidates into categories with names."""
    names = draw(st.lists(NAMES.filter(bool), min_size=1, max_size=MOST_CANDIDATES, unique=True))
    scale = draw(st.lists(NAMES, min_size=1, max_size=4))
    grade = st.none() | st.integers(0, len(scale) - 1)
    each = st.lists(st.tuples(*[grade] * len(names)), max_size=8, unique=True)
    papers = tuple(GradedPaper(draw(FEWER), grades) for grades in draw(each))
    return GradedProfile(draw(NAMES), 0, tuple(map(Candidate, names)), papers, tuple(scale))


@st.composite
def abif_profiles(draw: st.DrawFn) -> Profile:
    """Draw rankings without skipped places."""
    candidates = draw(st.lists(NAMES.map(Candidate), min_size=1, max_size=MOST_CANDIDATES))
    paper = st.builds(Paper, COUNTS, weak_orders(len(candidates)))
    return Profile(draw(NAMES), 0, tuple(candidates), tuple(draw(st.lists(paper, max_size=8))))


@st.composite
def abif_grades(draw: st.DrawFn) -> GradedProfile:
    """Draw papers with points, or without for some of the candidates."""
    candidates = draw(st.lists(NAMES.map(Candidate), min_size=1, max_size=MOST_CANDIDATES))
    most = draw(st.integers(0, 999_999_999))
    grade = st.none() | st.integers(0, most)
    paper = st.builds(GradedPaper, COUNTS, st.tuples(*[grade] * len(candidates)))
    papers = tuple(draw(st.lists(paper, max_size=8)))
    return GradedProfile(draw(NAMES), 0, tuple(candidates), papers, most=most)


@st.composite
def debian_profiles(draw: st.DrawFn) -> Profile:
    """Draw a vote on options, with ranks that are equal or skipped."""
    names = draw(st.lists(NAMES, min_size=1, max_size=12))
    ranks = st.tuples(*[st.integers(0, len(names))] * len(names))
    votes = draw(st.lists(ranks, min_size=1, max_size=8))
    papers = tuple(Paper(1, places(vote)) for vote in votes)
    return Profile("", 0, tuple(map(Candidate, names)), papers)


def places(ranks: tuple[int, ...]) -> Ranking:
    """Return the options by rank, from 1 to the last rank given."""
    options = range(1, len(ranks) + 1)
    last = max(ranks, default=0)
    return tuple(tuple(n for n in options if ranks[n - 1] == r) for r in range(1, last + 1))


def write_debian(profile: Profile) -> str:
    """Write a tally sheet with the names of the options and a hash behind every vote."""
    last = len(profile.candidates)
    lines = ["", "   Tally Sheet for the votes cast.", " -=-=-=-=-="]
    for number, option in enumerate(profile.candidates, 1):
        lines.append(f"   {'|' * (number - 2)}/ Option {number}{'-' * last}>: {option.name}")
    lines.append(f"   {'|' * last}/")
    for voter, paper in enumerate(profile.papers):
        ranks = {n: rank for rank, place in enumerate(paper.ranking, 1) for n in place}
        vote = "".join(DIGITS[ranks.get(n, 0)] for n in range(1, last + 1))
        lines.append(f"V: {vote} \t\t{voter:032x}")
    return "\n".join([*lines, ""])
