"""Programs of other people read in our files what we wrote."""

import json
from dataclasses import replace
from random import Random

from comitia.counting.formats.abif import write_abif
from comitia.counting.formats.preflib import parse_preflib, write_preflib
from comitia.counting.profile import GradedProfile, Profile
from tests.counting.peers import ask
from tests.counting.random_elections import graded_election, ranked_election

ELECTIONS = 2_000


def elections() -> list[Profile]:
    """Return elections such as PrefLib and ABIF can hold: nobody withdrew, no place was skipped.

    Without papers preflibtools takes the header's last line for one, and pref_voting a blank paper
    for a candidate without a name.
    """
    random = Random(3)
    made = [ranked_election(random, withdrawn=0, equal=0.3) for _ in range(ELECTIONS)]
    plain = [
        replace(
            profile,
            title=f"Vote {number}",
            seats=0,
            papers=tuple(
                replace(paper, ranking=tuple(rank for rank in paper.ranking if rank))
                for paper in profile.papers
                if paper.ranking
            ),
        )
        for number, profile in enumerate(made)
    ]
    return [profile for profile in plain if profile.papers]


def names_of(profile: Profile | GradedProfile) -> list[str]:
    return [candidate.name for candidate in profile.candidates]


def test_preflibtools_reads_the_orders() -> None:
    profiles = elections()
    files = [write_preflib(profile) for profile in profiles]
    kept = [parse_preflib(file, "file") for file in files]
    kinds = [file.partition("# DATA TYPE: ")[2][:3] for file in files]
    assert set(kinds) == {"soc", "soi", "toc", "toi"}
    answers = ask(
        "preflibtools_papers",
        [{"kind": kind, "text": file} for kind, file in zip(kinds, files, strict=True)],
    )
    for profile, read, answer in zip(profiles, kept, answers, strict=True):
        assert isinstance(read, Profile)
        assert answer == json_of(
            profile, [(paper.count, paper.ranking) for paper in read.papers], scale=[]
        )


def test_preflibtools_reads_the_categories() -> None:
    random = Random(4)
    made = [graded_election(random) for _ in range(ELECTIONS)]
    profiles = [
        replace(profile, title="Vote", withdrawn=frozenset()) for profile in made if profile.papers
    ]
    files = [write_preflib(profile) for profile in profiles]
    kept = [parse_preflib(file, "file") for file in files]
    answers = ask("preflibtools_papers", [{"kind": "cat", "text": file} for file in files])
    for profile, read, answer in zip(profiles, kept, answers, strict=True):
        assert isinstance(read, GradedProfile)
        groups = [
            (
                paper.count,
                [
                    [n for n, grade in enumerate(paper.grades, 1) if grade == category]
                    for category in range(len(profile.scale))
                ],
            )
            for paper in read.papers
        ]
        assert answer == json_of(profile, groups, scale=list(profile.scale))


def json_of(profile: Profile | GradedProfile, papers: object, scale: list[str]) -> object:
    """Return what a peer that reads the same would answer."""
    said = {"title": profile.title, "names": names_of(profile), "scale": scale, "papers": papers}
    return json.loads(json.dumps(said))


def test_pref_voting_reads_rankings_from_abif() -> None:
    profiles = elections()
    answers = ask("pref_voting_abif", [write_abif(profile) for profile in profiles])
    for profile, answer in zip(profiles, answers, strict=True):
        papers = [
            [paper.count, {f"c{n}": at for at, rank in enumerate(paper.ranking, 1) for n in rank}]
            for paper in profile.papers
        ]
        assert answer == {"names": names_of(profile), "papers": papers}
