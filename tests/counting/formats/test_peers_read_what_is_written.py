"""Programs of other people read in our files what we wrote."""

from dataclasses import replace
from random import Random

from comitia.counting.formats.abif import write_abif
from comitia.counting.profile import Profile
from tests.counting.peers import ask
from tests.counting.random_elections import ranked_election

ELECTIONS = 2_000


def elections() -> list[Profile]:
    """Return elections such as ABIF can hold: nobody withdrew, no place was skipped.

    pref_voting takes a blank paper for a candidate without a name.
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


def names_of(profile: Profile) -> list[str]:
    return [candidate.name for candidate in profile.candidates]


def test_pref_voting_reads_rankings_from_abif() -> None:
    profiles = elections()
    answers = ask("pref_voting_abif", [write_abif(profile) for profile in profiles])
    for profile, answer in zip(profiles, answers, strict=True):
        papers = [
            [paper.count, {f"c{n}": at for at, rank in enumerate(paper.ranking, 1) for n in rank}]
            for paper in profile.papers
        ]
        assert answer == {"names": names_of(profile), "papers": papers}
