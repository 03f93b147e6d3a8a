"""Profiles of any kind that a file can hold, writers for them, and the documented examples."""

from types import ModuleType

from hypothesis import strategies as st

from comitia.counting.profile import Candidate, Paper, Profile, Rank, Ranking

MOST_CANDIDATES = 6
# Readers drop white space around a name and refuse control characters.
NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from(' "\\#,()[]='), max_size=12
).map(str.strip)


@st.composite
def rankings(draw: st.DrawFn, candidates: int) -> Ranking:
    """Draw places with none, one or several of the candidates, nobody twice."""
    order = draw(st.permutations(range(1, candidates + 1)))
    ranks: list[Rank] = []
    named = draw(st.integers(0, candidates))
    while named:
        size = draw(st.integers(0, named))
        ranks.append(tuple(order[named - size : named]))
        named -= size
    return tuple(ranks)


@st.composite
def simple_rankings(draw: st.DrawFn, candidates: int) -> Ranking:
    """Draw places that hold one candidate each."""
    order = draw(st.permutations(range(1, candidates + 1)))
    return tuple((number,) for number in order[: draw(st.integers(0, candidates))])


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Draw what BLT can hold: equal and skipped ranks, withdrawn candidates, no parties."""
    candidates = draw(st.lists(NAMES.map(Candidate), min_size=1, max_size=MOST_CANDIDATES))
    numbers = st.integers(1, len(candidates))
    withdrawn = draw(st.frozensets(numbers, max_size=len(candidates) - 1))
    seats = draw(st.integers(1, len(candidates) - len(withdrawn)))
    papers = draw(_papers(rankings(len(candidates))))
    return Profile(draw(NAMES), seats, tuple(candidates), papers, withdrawn)


@st.composite
def council_profiles(draw: st.DrawFn) -> Profile:
    """Draw what a council CSV can hold: parties, and simple rankings only."""
    candidate = st.builds(Candidate, NAMES, NAMES)
    candidates = draw(st.lists(candidate, min_size=1, max_size=MOST_CANDIDATES))
    seats = draw(st.integers(1, len(candidates)))
    papers = draw(_papers(simple_rankings(len(candidates))))
    return Profile(draw(NAMES), seats, tuple(candidates), papers)


def _papers(ranking: st.SearchStrategy[Ranking]) -> st.SearchStrategy[tuple[Paper, ...]]:
    paper = st.builds(Paper, st.integers(1, 999_999_999), ranking)
    return st.lists(paper, max_size=8).map(tuple)


def example_in(module: ModuleType) -> str:
    """Return the file that the module's docstring opens with: its indented lines."""
    lines = (module.__doc__ or "").splitlines()
    return "\n".join(line.strip() for line in lines if line.startswith("    "))


def write_blt(profile: Profile) -> str:
    """Write a profile without parties as BLT."""
    lines = [f"{len(profile.candidates)} {profile.seats}"]
    lines += [f"-{number}" for number in sorted(profile.withdrawn)]
    lines += [
        " ".join([str(paper.count), *map(_write_rank, paper.ranking), "0"])
        for paper in profile.papers
    ]
    names = [*(candidate.name for candidate in profile.candidates), profile.title]
    lines += ["0", *map(_write_quoted, names)]
    return "\n".join(lines) + "\n"


def write_council_csv(profile: Profile) -> str:
    """Write a profile that a council CSV can hold as one."""
    lines = [f"{len(profile.candidates)},{profile.seats},"]
    lines += [
        "".join(f"{number}," for number in [paper.count, *sum(paper.ranking, ())])
        for paper in profile.papers
    ]
    lines += [
        f"{_write_field(f'Candidate {number}')},{_write_field(name)},{_write_field(party)},"
        for number, (name, party) in enumerate(
            ((candidate.name, candidate.party) for candidate in profile.candidates), 1
        )
    ]
    return "\n".join([*lines, f"{_write_field(profile.title)},"])


def _write_rank(rank: Rank) -> str:
    return "=".join(map(str, rank)) or "-"


def _write_quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write_field(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
