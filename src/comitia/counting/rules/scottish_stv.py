"""Single transferable vote as Scotland's councils are elected: weighted inclusive Gregory.

The text is the Scottish Local Government Elections Order 2007 (SSI 2007/42), article 2 (what a
stage, a surplus and the next available preference are) and rules 45 to 52 of Schedule 1; the Order
of 2011 (SSI 2011/399) re-enacts them, one number higher. The numbers below are those of 2007.

A vote is a whole number of 0.00001 votes: rule 48(3) cuts the value of a paper there. Of a surplus
goes what the papers with a next preference take along; all the rest of it, cut-off parts included,
is shown as non-transferable, as the councils' own reports do. So each stage sums to the valid
papers.

Own readings, where the text leaves a choice:

- a place that is empty or holds several candidates ends a paper (article 2: preferences "in
  consecutive order"); without a clear first preference it is invalid;
- ties of three and more are narrowed by looking back (docs/decisions/0014);
- a surplus without any transferable paper is a stage too, in which all of it becomes
  non-transferable;
- who is elected at the same stage is listed by votes, largest first; the Order gives no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.look_back import break_tie
from comitia.counting.profile import Profile
from comitia.counting.sheet import Code, Fact, Kind, Purpose
from comitia.counting.transfers import Tally

DECIMALS: Final = 5


def count_scottish_stv(count: Count) -> None:
    """Count by rules 45 to 52."""
    tally = Tally(count, DECIMALS)
    quota = _find_quota(count) * tally.unit
    _end_stage(tally, quota, Kind.FIRST_PREFERENCES, (), [tally.fact(Code.QUOTA_SET, (), quota)])
    while len(count.winners) < count.seats:
        # Rule 50(1): nobody is excluded while a surplus is left to transfer.
        if any(tally.votes[n] > quota for n in count.winners):
            _transfer_surplus(tally, quota)
        else:
            _exclude(tally, quota)


def _find_quota(count: Count) -> int:
    """Rule 46: the valid papers by one more than the seats, decimals ignored, plus one."""
    quota: int = count.valid // (count.seats + 1) + 1
    count.quota = Fraction(quota)
    return quota


def _end_stage(
    tally: Tally, quota: int, kind: Kind, candidates: Sequence[int], facts: list[Fact]
) -> None:
    """Rules 47(1) and 52: see who is elected now that votes have moved, and write the stage."""
    reached = tally.in_order([n for n in tally.continuing if tally.votes[n] >= quota])
    tally.close(reached)
    if reached:
        facts.append(tally.fact(Code.QUOTA_REACHED, reached, quota))
    deemed: list[int] = []
    places = tally.count.seats - len(tally.count.winners) - len(reached)
    if len(tally.continuing) == places > 0:
        deemed = tally.in_order(tally.continuing)
        tally.close(deemed)
        facts.append(tally.fact(Code.DEEMED_ELECTED, deemed))
    excluded = candidates if kind is Kind.EXCLUSION else ()
    tally.end_stage(kind, candidates, facts, elected=[*reached, *deemed], excluded=excluded)


def _transfer_surplus(tally: Tally, quota: int) -> None:
    """Rules 48 and 49: pass on the largest surplus."""
    surpluses = {n: tally.votes[n] - quota for n in tally.count.winners if tally.votes[n] > quota}
    candidate, facts = _choose_surplus(tally, surpluses)
    surplus, total = surpluses[candidate], tally.votes[candidate]

    def value_of(value: int) -> int:
        """Rule 48(3): to five decimal places, any remainder being ignored."""
        return surplus * value // total

    papers = tally.hands.papers_by_value(candidate)
    for value in papers:
        facts.append(tally.fact(Code.VALUE_BECOMES, (), value, value_of(value)))
    if cut := surplus - sum(number * value_of(value) for value, number in papers.items()):
        facts.append(tally.fact(Code.CUT_OFF, (), cut))
    tally.move(candidate, surplus, value_of)
    _end_stage(tally, quota, Kind.SURPLUS, (candidate,), facts)


def _choose_surplus(tally: Tally, surpluses: dict[int, int]) -> tuple[int, list[Fact]]:
    """Rule 49: the largest; if equal, the most votes at the last stage that differs; else lot."""
    largest = max(surpluses.values())
    tied = [n for n, surplus in surpluses.items() if surplus == largest]
    if len(tied) > 1:
        chosen = break_tie(tally.count, tied, tally.history, Purpose.SURPLUS, best=True)
        equal = tally.fact(Code.SURPLUS_EQUAL, sorted(tied), largest)
        return chosen, [equal, tally.fact(Code.TIE_SETTLED, (chosen,))]
    total = tally.votes[tied[0]]
    if len(surpluses) == 1:
        return tied[0], [tally.fact(Code.SURPLUS_ALONE, tied, largest, total)]
    _, second = sorted(surpluses.values(), reverse=True)[:2]
    return tied[0], [tally.fact(Code.SURPLUS_LARGEST, tied, total, largest, second)]


def _exclude(tally: Tally, quota: int) -> None:
    """Rules 50 and 51: exclude the lowest and pass on all papers at the value they came with."""
    candidate, facts = tally.choose_lowest()
    tally.close((candidate,))
    facts.append(tally.fact(Code.PAPERS_KEEP_VALUE, ()))
    tally.move(candidate, tally.votes[candidate], lambda value: value)
    _end_stage(tally, quota, Kind.EXCLUSION, (candidate,), facts)


RULE: Final = Rule(
    name="scottish-stv",
    version=1,
    title="Scottish STV",
    source="Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, rules 45 to"
    " 52; re-enacted by the Order of 2011 (SSI 2011/399)",
    explanation="Voters number candidates in the order of their choice. Whoever reaches the quota"
    " is elected; what they have beyond it passes on to the next choices of all their voters, each"
    " paper at the same fraction of its value. When no surplus is left, whoever has the fewest"
    " votes is excluded and their papers pass on. Every step follows a published law, is done with"
    " five decimals and can be repeated by hand. The best-tried rule for electing a committee so"
    " that every sizeable group is represented; Scotland's councils have used it since 2007.",
    decimals=DECIMALS,
    takes=(Profile,),
    count=count_scottish_stv,
)
