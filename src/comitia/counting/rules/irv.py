"""Instant run-off (alternative vote): one seat, whole papers, the lowest out until a majority.

The count is that of the Parliamentary Voting System and Constituencies Act 2011 (UK), section 9,
which wrote a rule 45A on the alternative vote: whoever has more votes than all other remaining
candidates together is elected; else the candidate with the fewest is eliminated, and each of their
votes goes to the remaining candidate whom the paper ranks highest; what cannot be reallocated plays
no further part. (The referendum refused the system and the section was repealed; its text is the
plainest statement of the rule.)

Own decisions:

- ties are decided by the most recent earlier stage at which the tied candidates differed, as in
  ``scottish_stv`` (SSI 2007/42, rule 51), and not from the first stage on as rules 49 and 49A of
  the Act's Schedule 10 have it; else by lot. Where the last two are equal, this decides who of them
  is elected;
- papers are read as in ``scottish_stv``: up to the first place that is empty or shared;
- whoever is left alone is elected, also without any votes.
"""

from __future__ import annotations

from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.look_back import break_tie
from comitia.counting.profile import Profile
from comitia.counting.sheet import Code, Fact, Kind, Purpose
from comitia.counting.transfers import Tally
from comitia.errors import MalformedRecord

_LAST_TWO: Final = 2


def count_irv(count: Count) -> None:
    """Count by rule 45A."""
    if count.seats != 1:
        raise MalformedRecord("seats", f"irv elects one candidate, not {count.seats}")
    tally = Tally(count, decimals=0)
    _end_stage(tally, Kind.FIRST_PREFERENCES, None, [])
    while not count.winners:
        if len(tally.continuing) == _LAST_TWO and len(_remaining_votes(tally)) == 1:
            _elect_one_of_two(tally)
        else:
            _eliminate(tally)


def _remaining_votes(tally: Tally) -> set[int]:
    return {tally.votes[n] for n in tally.continuing}


def _end_stage(tally: Tally, kind: Kind, candidate: int | None, facts: list[Fact]) -> None:
    """Rule 45A(2), (4): see whether one has more than all others together; write the stage."""
    elected = []
    total = sum(tally.votes[n] for n in tally.continuing)
    for n in tally.continuing:
        if len(tally.continuing) == 1:
            elected.append(n)
            facts.append(tally.fact(Code.ONLY_ONE_LEFT, (n,)))
        elif 2 * tally.votes[n] > total:
            elected.append(n)
            facts.append(tally.fact(Code.MAJORITY, (n,), tally.votes[n], total))
    moved = () if candidate is None else (candidate,)
    tally.end_stage(kind, moved, facts, elected=elected, excluded=moved)


def _eliminate(tally: Tally) -> None:
    """Rule 45A(3): the fewest votes go; each passes to the highest remaining preference."""
    candidate, facts = tally.choose_lowest()
    tally.close((candidate,))
    tally.move(candidate, tally.votes[candidate], lambda value: value)
    _end_stage(tally, Kind.EXCLUSION, candidate, facts)


def _elect_one_of_two(tally: Tally) -> None:
    """Elect one of two who are equal in the end; the Act's rule 49A, looking back."""
    two = tuple(tally.continuing)
    equal = tally.fact(Code.LAST_TWO_EQUAL, two, tally.votes[two[0]])
    chosen = break_tie(tally.count, two, tally.history, Purpose.ELECTED, best=True)
    facts = [equal, tally.fact(Code.TIE_SETTLED, (chosen,))]
    tally.end_stage(Kind.ELECTION, (chosen,), facts, elected=(chosen,))


RULE: Final = Rule(
    name="irv",
    version=1,
    title="Instant run-off",
    source="Parliamentary Voting System and Constituencies Act 2011 (UK), section 9 (rule 45A);"
    " ties by looking back as in SSI 2007/42, Schedule 1, rule 51",
    explanation="For one seat. Voters number candidates in the order of their choice. Whoever has"
    " more than half of the votes that still count is elected; until somebody has, whoever has the"
    " fewest is eliminated and each of their papers goes to its next choice. Nobody is hurt by"
    " naming a second choice, and like-minded candidates do not spoil each other's chances; but a"
    " compromise whom most would accept can be eliminated early (a Condorcet rule would elect"
    " them).",
    decimals=0,
    takes=(Profile,),
    count=count_irv,
    single=True,
)
