"""Meek's method as New Zealand's local elections use it.

Text: Local Electoral Regulations 2001 (SR 2001/145), Schedule 1A, "New Zealand method of counting
single transferable votes", version of 1 July 2025, read in full as Andrew Conway's ConcreteSTV
quotes it (github.com/AndrewConway/ConcreteSTV, nzmeek/legislation.md). Part 1, several vacancies,
is counted here, one vacancy (Part 2) in ``nz_single_vacancy``, ties (Part 5) in ``nz_ties``.

Own readings of Parts 1 and 3:

- clauses 2, 5, 11: non-transferable is whatever the papers are more than the votes, even below 0:
  clause 10 rounds every product up, so a paper can give a few billionths more than 1 in all. Were
  the quota not to rise with that, more candidates could reach it than there are vacancies;
- clauses 7 and 17: no keep value is above 1, where rounding could lead;
- a step is one count of all papers (clauses 40 and 48). Nobody is excluded at step 1: clause 13
  belongs to step 2 and those after;
- clause 20: only preferences that clause 37 lets recognise count as preferences;
- clause 21: "candidates with votes" are those whom clause 20 leaves. Without any valid paper nobody
  is elected;
- clause 23: where the keep values are what they were at an earlier step since the last change, the
  count would repeat itself for ever, and the lowest is excluded as by clause 13;
- clause 37: a place that a withdrawn candidate shares with one other belongs to the other, as if
  the withdrawn one were not named (clause 38).

The official program is known to differ from the text: ConcreteSTV found in published counts that
it excludes already at step 1 and cuts all products of clause 10 but the last. Neither is done here;
the last decimals, and ties, can differ from an official count for that. In the count of the Cargill
Ward, Dunedin, 2004 (its papers as ConcreteSTV has reconstructed them) all stages but the last are
equal; there, where papers have passed two elected candidates, figures differ by less than
0.0000002.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from comitia.counting.count import Count, Rule, tied_for
from comitia.counting.keep_tree import UNIT
from comitia.counting.meek import DECIMALS, MeekCount, figure
from comitia.counting.nz_single_vacancy import count_single_vacancy
from comitia.counting.nz_ties import FirstDifferences
from comitia.counting.preferences import Preferences, take_papers
from comitia.counting.profile import Profile, letter_of
from comitia.counting.sheet import Code, Fact

SMALL: Final = 100_000
"""0.0001 in units: with less surplus than this the lowest is excluded (clause 13)."""


def count_meek(count: Count) -> None:
    """Count by Schedule 1A: Part 2 for one vacancy, else Part 1."""
    if count.seats == 1:
        count_single_vacancy(count, DECIMALS)
    else:
        _Steps(count).run()


class _Steps:
    """The steps of one count.

    met: keep values since the last election or exclusion.
    """

    def __init__(self, count: Count) -> None:
        papers = take_papers(count, over_gaps=False)
        self._papers = MeekCount(count, papers, _rest)
        self._papers.withdraw(_not_named(count, papers))
        self._differences = FirstDifferences(count)
        self._met: set[tuple[int, ...]] = set()

    def run(self) -> None:
        """Carry out clauses 5 to 18 until the count is complete (clause 3)."""
        papers = self._papers
        self._distribute()
        if not papers.is_complete():
            papers.show(papers.elect())
        while not papers.is_complete():
            self._step()
        papers.elect_rest()

    def _distribute(self) -> None:
        self._papers.distribute()
        self._differences.note(self._papers.votes)

    def _step(self) -> None:
        """Set keep values, count the papers, elect, exclude (clauses 7 to 13, 17, 23)."""
        papers = self._papers
        papers.set_keep()
        keep = tuple(papers.keep.values())
        repeated = keep in self._met
        self._met.add(keep)
        self._distribute()
        elected = papers.elect()
        reasons = [] if papers.is_complete() else self._reasons(repeated=repeated)
        if elected or reasons:
            surplus = figure(self._surplus)
            papers.facts.append(Fact(Code.SURPLUS_LEFT, (), (surplus,)))
            papers.show(elected)
            self._met.clear()
        if reasons:
            out, why = self._choose_lowest()
            papers.exclude(out, [*reasons, *why])

    @property
    def _surplus(self) -> int:
        """The total surplus (clause 14)."""
        return sum(max(0, surplus) for surplus in self._papers.surpluses)

    def _reasons(self, *, repeated: bool) -> list[Fact]:
        """Return why the lowest must be excluded at this step, or nothing (clauses 13, 23)."""
        surplus, votes = self._surplus, self._papers.votes
        lowest, following, *_ = sorted(votes[n] for n in self._papers.hopeful)
        if lowest + surplus < following:
            return [Fact(Code.CANNOT_OVERTAKE, (), (figure(surplus),))]
        if surplus < SMALL:
            return [Fact(Code.SURPLUS_SMALL, (), (figure(surplus), figure(SMALL)))]
        if repeated:
            return [Fact(Code.SURPLUS_STUCK, (), (figure(surplus),))]
        return []

    def _choose_lowest(self) -> tuple[int, list[Fact]]:
        """Return who has the fewest votes, and how that is told; ties by clause 19."""
        votes = {n: self._papers.votes[n] for n in self._papers.hopeful}
        tied = tied_for(votes, best=False)
        out = self._differences.choose_to_exclude(tied, self._differences.steps)
        fewest = figure(votes[out])
        if len(tied) > 1:
            equal = Fact(Code.FEWEST_EQUAL, tuple(tied), (fewest,))
            return out, [equal, Fact(Code.TIE_SETTLED, (out,))]
        following = min(votes[n] for n in votes if n != out)
        return out, [Fact(Code.FEWEST_VOTES, (out,), (fewest, figure(following)))]


def _not_named(count: Count, papers: Mapping[Preferences, int]) -> tuple[int, ...]:
    """Return who has no preference at all (clause 20)."""
    named = set().union(*papers)
    return tuple(n for n in count.standing if letter_of(n) not in named)


def _rest(weight: int, factor: int, _kept: int) -> int:
    """Return the weight that is left of a paper, rounded up (clause 10)."""
    return -(-weight * (UNIT - factor) // UNIT)


RULE: Final = Rule(
    name="meek-nz",
    version=1,
    title="Meek's method, New Zealand local elections",
    source="New Zealand, Local Electoral Regulations 2001 (SR 2001/145), Schedule 1A",
    explanation="Meek's single transferable vote as a public law writes it down, used for councils "
    "in New Zealand since 2004. It differs from the reference rule in small things: candidates who "
    "cannot catch up are excluded before the surpluses are spread to the end, the last decimals "
    "are rounded in another way, and no tie waits for a lot: whoever was behind when the tied "
    "candidates first differed goes, and failing that the law's own pseudo-random numbers, made "
    "from the number of papers, candidates and seats, decide the same in every recount. Whoever is "
    "on no paper is not elected, even where a seat stays empty; one seat alone is filled by "
    "whole votes, as in an instant run-off.",
    decimals=DECIMALS,
    takes=(Profile,),
    count=count_meek,
)
