"""The ballots of the demonstration: one real council ward, or a file of one's own.

Only first preferences are used here: one choose-one question. What is known of the ward's source
and terms, and its official first preferences, stand beside its ballots.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from comitia.cli.files import open_plain
from comitia.counting.formats import read_profile
from comitia.counting.profile import Profile
from comitia.errors import MalformedRecord

_NAME: Final = "kirkwall-west-and-orphir-2017"
_EVERY: Final = 10
LARGEST_ELECTORATE: Final = 100_000
"""Some minutes of work a core for every ten thousand; more is a benchmark, not a demonstration."""


@dataclass(frozen=True, slots=True)
class Ward:
    """What is voted on, and how every voter votes.

    candidates: the names on the ballot. votes: for each paper the candidate's index, or None for a
    paper without a first preference, which votes blank.
    official: the declared first preferences, where all papers are taken and a declaration is known.
    """

    title: str
    source: str
    candidates: tuple[str, ...]
    votes: tuple[int | None, ...]
    official: tuple[int, ...] | None

    @property
    def allows_blank(self) -> bool:
        """Whether some paper has no first preference."""
        return None in self.votes

    def plain_count(self) -> tuple[int, ...]:
        """Return the votes for blank, where allowed, and for each candidate, from the papers."""
        choices: list[int | None] = list(range(len(self.candidates)))
        if self.allows_blank:
            choices.insert(0, None)
        return tuple(self.votes.count(choice) for choice in choices)


def load_ward(*, fast: bool) -> Ward:
    """Return the ward that comes with Comitia; ``fast`` takes every tenth of its papers."""
    folder = resources.files("comitia.cli.demonstration")
    facts = json.loads((folder / f"{_NAME}.json").read_text("utf-8"))
    profile = read_profile((folder / f"{_NAME}.csv").read_bytes(), f"{_NAME}.csv")
    official = tuple(facts["official_first_preferences"]["votes"])
    return _ward(
        profile,
        title=f"{facts['title']}, {facts['council']}, {facts['year']}",
        source=f"{facts['ballots']['source']}; official count: {_credit(facts)}",
        official=None if fast else official,
        fast=fast,
    )


def _credit(facts: dict[str, dict[str, str]]) -> str:
    count = facts["official_first_preferences"]
    return f"{count['source']} ({count['licence']}, {count['credit']})"


def load_file(path: Path, *, fast: bool) -> Ward:
    """Return the ballots of a file; raise MalformedRecord where it cannot be read as ballots."""
    profile = read_profile(_read(path), str(path))
    return _ward(
        profile, title=profile.title or path.stem, source=str(path), official=None, fast=fast
    )


def _read(path: Path) -> bytes:
    with open_plain(path) as stream:
        return stream.read()


def _ward(
    profile: Profile, *, title: str, source: str, official: tuple[int, ...] | None, fast: bool
) -> Ward:
    if profile.size > LARGEST_ELECTORATE:
        problem = f"{profile.size} papers; the demonstration takes up to {LARGEST_ELECTORATE}"
        raise MalformedRecord(source, problem)
    names = profile.display_names()
    standing = [n for n in range(1, len(names) + 1) if n not in profile.withdrawn]
    votes: list[int | None] = []
    for paper in profile.papers:
        first = paper.first_preference(profile.withdrawn)
        votes += [None if first is None else standing.index(first)] * paper.count
    taken = tuple(votes[::_EVERY] if fast else votes)
    if not taken:
        raise MalformedRecord(source, "there are no papers in this file")
    return Ward(title, source, tuple(names[n - 1] for n in standing), taken, official)
