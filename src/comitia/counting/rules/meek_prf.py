"""The reference Meek rule of the Proportional Representation Foundation.

Text: "Reference Meek Rule", prfound.org/resources/reference/reference-meek-rule, read as quoted
step by step in Jonathan Lundell's Droop (github.com/jklundell/droop, droop/rules/meek_prf.py).
Letters and numbers below are the text's. All figures have 9 decimals. The figures that Droop keeps
for its own nine test elections (65 stages, one of them with 25 candidates) come out the same here.

Own readings, where the text is silent:

- papers that rank nobody who stands are not counted; a place that was skipped is passed over; at a
  place that several share a paper ends;
- no keep factor is above 1 (B.2.f could round it there);
- candidates who are elected at the same time are listed by their votes.
"""

from __future__ import annotations

from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.meek import DECIMALS, MeekCount, figure
from comitia.counting.preferences import take_papers
from comitia.counting.profile import Profile
from comitia.counting.sheet import Code, Fact, Purpose

OMEGA: Final = 1_000
"""0.000001 in units (A)."""


def count_meek(count: Count) -> None:
    """Count by the rule: A, then rounds (B) until the count is complete, then C."""
    papers = MeekCount(count, take_papers(count, over_gaps=True), _rest)
    if papers.is_complete():
        papers.distribute()
    while not papers.is_complete():  # B.1
        if not _iterate(papers):
            _exclude_lowest(count, papers)
    papers.elect_rest()  # C


def _rest(weight: int, _factor: int, kept: int) -> int:
    """Return the weight that is left of a paper: what was not kept (B.2.a)."""
    return weight - kept


def _iterate(papers: MeekCount) -> bool:
    """Distribute and set keep factors until somebody is elected or nothing is left to do (B.2).

    Returns whether somebody was elected; the keep factors then stay for the next round.
    """
    last = None
    while True:
        papers.distribute()
        if elected := papers.elect():
            papers.facts.append(Fact(Code.SURPLUS_LEFT, (), (figure(_surplus(papers)),)))
            papers.show(elected)
            return True
        surplus = _surplus(papers)
        if surplus < OMEGA:
            papers.facts.append(Fact(Code.SURPLUS_SMALL, (), (figure(surplus), figure(OMEGA))))
        elif last is not None and surplus >= last:
            papers.facts.append(Fact(Code.SURPLUS_STUCK, (), (figure(surplus),)))
        else:
            last = surplus
            papers.set_keep()
            continue
        papers.show()
        return False


def _surplus(papers: MeekCount) -> int:
    """Return the total surplus (B.2.d)."""
    return max(0, sum(papers.surpluses))


def _exclude_lowest(count: Count, papers: MeekCount) -> None:
    """Exclude the lowest; whoever is within the surplus above is tied (B.3, T)."""
    surplus = _surplus(papers)
    lowest, following, *_ = sorted(papers.votes[n] for n in papers.hopeful)
    tied = [n for n in papers.hopeful if papers.votes[n] <= lowest + surplus]
    if len(tied) > 1:
        out = count.settle(tied, Purpose.EXCLUDED, preset=True)
        within = Fact(Code.WITHIN_SURPLUS, tuple(tied), (figure(surplus),))
        reasons = [within, Fact(Code.TIE_SETTLED, (out,))]
    else:
        out = tied[0]
        reasons = [Fact(Code.FEWEST_VOTES, (out,), (figure(lowest), figure(following)))]
    papers.exclude(out, reasons)


RULE: Final = Rule(
    name="meek-prf",
    version=1,
    title="Meek's method, reference rule of the Proportional Representation Foundation",
    source="https://prfound.org/resources/reference/reference-meek-rule/",
    explanation="Single transferable vote for a computer. Everybody elected keeps just the part of "
    "each paper that they need and passes on the rest, also to those already elected; when papers "
    "run out of preferences the quota falls; after an exclusion all is counted as if that "
    "candidate had never stood. So neither the order of events nor votes for sure winners or "
    "losers distort the result, at the price that nobody can repeat the count by hand. Written to "
    "give the same figures in every program; ties go by one random order made beforehand.",
    decimals=DECIMALS,
    takes=(Profile,),
    count=count_meek,
)
