"""Plurality, or plurality at large: a vote for as many as there are seats, the most votes win.

Text: the Local Elections (Parishes and Communities) (England and Wales) Rules 2006 (SI 2006/3305),
Schedule 2, rule 15: those with more votes than the others are elected, up to the number of seats.
Papers with votes for more candidates than there are seats, and unmarked papers, are rejected (the
Electoral Commission's guidance on doubtful papers); of equal candidates the returning officer
draws one by lot, as if that candidate had one vote more (rule on equality of votes, from memory).

Own readings: whether a paper names too many is looked at among the candidates who stand, and a
paper that names none of them is unmarked. The order in which a paper names candidates says nothing.
Totals without papers (a homomorphic tally) are taken if no paper could name more candidates than
there are seats; blank papers are then among the valid ones, as nobody can tell them apart.
Constraints, which the text does not know, are met as ``electing`` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.electing import elect_from_order
from comitia.counting.profile import Profile, TalliedProfile
from comitia.counting.sheet import Table, Totals
from comitia.errors import MalformedRecord


def count_plurality(count: Count) -> None:
    """Add up the votes of valid papers and elect from the top."""
    profile = count.profile
    if isinstance(profile, TalliedProfile):
        votes: Mapping[int, int] = _votes_of_tally(count, profile)
    else:
        votes = _votes_of_papers(count)
    given = count.figures({n: Fraction(votes[n]) for n in count.standing})
    count.details.append(Totals("votes", given))
    elect_from_order(count, votes, "votes")


def _votes_of_tally(count: Count, profile: TalliedProfile) -> dict[int, int]:
    if profile.choices > count.seats:
        problem = f"a paper could name {profile.choices} candidates, more than are elected"
        raise MalformedRecord("papers", f"{problem} ({count.seats}); approval counts such papers")
    return {n: profile.votes[n - 1] for n in count.standing}


def _votes_of_papers(count: Count) -> Counter[int]:
    """Return the votes of each candidate; write which papers are rejected."""
    standing = frozenset(count.standing)
    votes: Counter[int] = Counter()
    too_many = unmarked = 0
    for paper in count.ranked.papers:
        named = standing.intersection(n for rank in paper.ranking for n in rank)
        if not named:
            unmarked += paper.count
        elif len(named) > count.seats:
            too_many += paper.count
        else:
            votes.update(dict.fromkeys(named, paper.count))
    count.invalid += too_many + unmarked
    count.valid -= too_many + unmarked
    rows = (("unmarked", Fraction(unmarked)), ("votes for too many", Fraction(too_many)))
    count.details.append(Table("papers not counted", ("why", "papers"), rows))
    return votes


RULE: Final = Rule(
    name="plurality",
    version=1,
    title="Plurality (at large where there are several seats)",
    source="Local Elections (Parishes and Communities) (England and Wales) Rules 2006"
    " (SI 2006/3305), Schedule 2, rule 15",
    explanation="Voters name at most as many candidates as there are seats; those with the most"
    " votes are elected. Everybody knows it, but like-minded candidates take votes from each other,"
    " and with several seats the largest group can take them all. Papers that name too many are not"
    " counted. Can keep to constraints, such as at most two from one employer or at least three"
    " women. A tie that decides a seat goes to the lot.",
    decimals=0,
    takes=(Profile, TalliedProfile),
    count=count_plurality,
    constrained=True,
)
