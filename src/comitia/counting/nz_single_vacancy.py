"""One vacancy in New Zealand's local elections.

Text: Local Electoral Regulations 2001, Schedule 1A, Part 2 (clauses 24 to 36), read as ``meek_nz``
says. Whole votes, no keep values: whoever has an absolute majority is elected; until somebody has,
the candidate with the fewest votes is excluded and their papers go to the next preferences.

Own readings:

- clauses 31 and 32: whether the majority is the one from before the last papers moved (clause 31)
  or after (clause 26, repeated) changes nobody's election, so only the latter is shown;
- clause 34 (b): of two candidates with just the majority, which then is half of all votes, the one
  whom clause 40 or the pseudo-random numbers would exclude is not elected;
- without any votes every candidate has the majority of 0; more than two are excluded one by one, as
  in a tie for the lowest, which clause 34 (b) does not foresee;
- a step is a count of votes; an exclusion belongs to the step that it begins (clauses 28 to 31), an
  election to the step whose votes it follows from.
"""

from __future__ import annotations

from typing import Final

from comitia.counting.count import Count, tied_for
from comitia.counting.nz_ties import FirstDifferences
from comitia.counting.sheet import Code, Fact, Kind
from comitia.counting.transfers import Tally

_TWO: Final = 2


def count_single_vacancy(count: Count, decimals: int) -> None:
    """Count by Part 2. decimals: of the figures, all of which are whole."""
    tally, steps = Tally(count, decimals), FirstDifferences(count)
    _end_step(tally, steps, ())
    while not count.winners:
        excluded, facts = _choose_lowest(tally, steps)
        tally.close((excluded,))
        tally.move(excluded, tally.votes[excluded], lambda value: value)
        _end_step(tally, steps, (excluded,), *facts)


def _end_step(
    tally: Tally, steps: FirstDifferences, excluded: tuple[int, ...], *reasons: Fact
) -> None:
    """Find the majority and who has it; write the stage (clauses 26, 27, 31, 34 (b))."""
    count, votes = tally.count, tally.votes
    steps.note(votes)
    active = count.valid * tally.unit - tally.non_transferable
    majority = -(-active // (_TWO * tally.unit)) * tally.unit
    count.quota = tally.figure(majority)
    facts = [*reasons, tally.fact(Code.ABSOLUTE_MAJORITY, (), active, majority)]
    reached = [n for n in tally.continuing if votes[n] >= majority]
    if len(reached) == _TWO:
        facts.append(tally.fact(Code.MAJORITY_SHARED, reached, majority))
        reached.remove(steps.choose_to_exclude(reached, steps.steps))
        facts.append(tally.fact(Code.TIE_SETTLED, reached))
    elected = reached if len(reached) == 1 else []
    if elected:
        facts.append(tally.fact(Code.MAJORITY_REACHED, elected, votes[elected[0]]))
    tally.end_stage(
        Kind.EXCLUSION if excluded else Kind.FIRST_PREFERENCES,
        excluded,
        facts,
        elected=elected,
        excluded=excluded,
    )


def _choose_lowest(tally: Tally, steps: FirstDifferences) -> tuple[int, list[Fact]]:
    """Return who is excluded, and why (clauses 28, 34 (a))."""
    votes = {n: tally.votes[n] for n in tally.continuing}
    tied = tied_for(votes, best=False)
    if len(tied) == 1:
        following = min(votes[n] for n in votes if n not in tied)
        return tied[0], [tally.fact(Code.FEWEST_VOTES, tied, votes[tied[0]], following)]
    chosen = steps.choose_to_exclude(tied, steps.steps + 1)
    equal = tally.fact(Code.FEWEST_EQUAL, tied, votes[chosen])
    return chosen, [equal, tally.fact(Code.TIE_SETTLED, (chosen,))]
