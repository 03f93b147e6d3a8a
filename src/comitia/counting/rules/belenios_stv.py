"""The single transferable vote as the Belenios system counts it, in exact fractions.

Text: what release 3.3.0 of that system does, read there and compared with its program. It is no
statute and has no other text.

1. A paper ranks candidates 1, 2, 3 without gaps, and may leave some out or all. A paper with equal
   ranks or a gap is invalid. Blank papers are valid.
2. The quota is the number of valid papers, blank ones included, divided by the seats and one more,
   without the fraction, plus one. It never changes.
3. Whoever no valid paper names takes no part. If no more candidates remain than seats, all of them
   are elected, in the ballot's order; seats may so stay empty.
4. Otherwise, if the candidate with most votes has at least the quota, they alone are elected, even
   if others reach it too. Each of their papers passes on to the next of the remaining candidates on
   it, at its value times (votes - quota) / votes. Equal votes: the first on the ballot.
5. Otherwise the candidate with fewest votes is excluded; each of their papers passes on at the
   value that it has. Equal votes: the last on the ballot.
6. So on until all seats are filled; the last surplus is not passed on.

That program reckons in binary floating point, whose rounding can make equal votes unequal, or put a
candidate below a quota that they reach exactly. This rule has no rounding at all, so where the two
differ, this is the one that follows the steps above. Exact figures get up to twice as long with
every surplus that passes on; past some 4,000 digits, with 12 seats or more, the count is refused.

Own readings: withdrawn candidates are taken off the papers first, and whoever stands behind them
moves up; a place that held only withdrawn candidates is no gap. Candidates whom nobody names have
no votes and are not recorded as excluded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

from comitia.counting.count import Count, Rule, tied_for
from comitia.counting.figures import expect_writable
from comitia.counting.profile import Profile, Ranking
from comitia.counting.sheet import Code, Fact, Kind, Means, Purpose, Stage, Transfer

ONE: Final = Fraction(1)
ZERO: Final = Fraction(0)

_Order: TypeAlias = tuple[int, ...]
"""The candidates of a paper, first to last."""

_Pile: TypeAlias = dict[Fraction, dict[_Order, int]]
"""Papers that lie with one candidate: by their value, how many name which candidates next."""


@dataclass(slots=True)
class _Move:
    """What leads from the figures of one stage to those of the next."""

    kind: Kind
    candidates: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    facts: list[Fact] = field(default_factory=list)
    transfers: tuple[Transfer, ...] = ()


class _Papers:
    """Where all papers lie. ``piles`` and ``votes`` are those of the remaining candidates."""

    def __init__(self, papers: Mapping[_Order, int]) -> None:
        named = sorted({n for order in papers for n in order})
        self.piles: dict[int, _Pile] = {n: {} for n in named}
        self.votes = dict.fromkeys(named, ZERO)
        self.kept: dict[int, Fraction] = {}
        self.non_transferable = ZERO
        self._lay(papers, ONE)

    def take_out(self, candidate: int, kept: Fraction, part: Fraction) -> tuple[Transfer, ...]:
        """Pass a candidate's papers on, each at a part of its value; the candidate keeps the rest.

        kept: that rest, their votes less those that pass on.
        """
        moved: defaultdict[int | None, Fraction] = defaultdict(Fraction)
        pile = self.piles.pop(candidate)
        del self.votes[candidate]
        self.kept[candidate] = kept
        for value, papers in pile.items():
            for target, votes in self._lay(papers, value * part).items():
                moved[target] += votes
        targets = [*sorted(n for n in moved if n is not None), *([None] if None in moved else [])]
        return tuple(Transfer(candidate, target, moved[target]) for target in targets)

    def _lay(self, papers: Mapping[_Order, int], value: Fraction) -> dict[int | None, Fraction]:
        """Lay papers of one value with the first remaining candidate on each.

        Return the votes that go to each, and (None) to nobody.
        """
        numbers: Counter[int | None] = Counter()
        laid: dict[int, dict[_Order, int]] = {}
        for order, number in papers.items():
            place, target = next(
                ((place, n) for place, n in enumerate(order) if n in self.piles), (0, None)
            )
            numbers[target] += number
            if target is not None:
                pile = laid.setdefault(target, {})
                rest = order[place + 1 :]
                pile[rest] = pile.get(rest, 0) + number
        for target, batch in laid.items():
            lying = self.piles[target].setdefault(value, {})
            for order, number in batch.items():
                lying[order] = lying.get(order, 0) + number
            self.votes[target] += numbers[target] * value
        self.non_transferable += numbers[None] * value
        return {target: number * value for target, number in numbers.items()}


def count_papers(count: Count) -> None:
    """Count rankings: steps 1 to 6 above."""
    papers = _Papers(_valid_papers(count))
    quota = Fraction(count.valid // (count.seats + 1) + 1)
    count.quota = quota
    move = _Move(Kind.FIRST_PREFERENCES, facts=_opening_facts(count, papers, quota))
    while True:
        elected = _elect(count, papers, quota, move)
        _record(count, papers, quota, move, elected)
        if len(count.winners) == count.seats or len(elected) == len(papers.piles):
            return
        move = _pass_on(papers, elected[0], quota) if elected else _exclude(count, papers)


def _valid_papers(count: Count) -> dict[_Order, int]:
    """Return the valid papers by what they say, and note how many are not valid: step 1."""
    papers: defaultdict[_Order, int] = defaultdict(int)
    invalid = 0
    for paper in count.ranked.papers:
        order = _order(paper.ranking, count.ranked.withdrawn)
        if order is None:
            invalid += paper.count
        else:
            papers[order] += paper.count
    count.invalid += invalid
    count.valid -= invalid
    return papers


def _order(ranking: Ranking, withdrawn: frozenset[int]) -> _Order | None:
    order: list[int] = []
    gap = False
    for level in ranking:
        standing = [n for n in level if n not in withdrawn]
        if len(standing) > 1 or (standing and gap):
            return None
        gap = gap or not level
        order += standing
    return tuple(order)


def _opening_facts(count: Count, papers: _Papers, quota: Fraction) -> list[Fact]:
    facts = [Fact(Code.QUOTA_SET, figures=(quota,))]
    if unnamed := tuple(n for n in count.standing if n not in papers.piles):
        facts.append(Fact(Code.NOT_NAMED, unnamed))
    return facts


def _elect(count: Count, papers: _Papers, quota: Fraction, move: _Move) -> tuple[int, ...]:
    """Return who is elected on the figures as they are, nobody or one or all: steps 3 and 4."""
    left = count.seats - len(count.winners)
    if len(papers.piles) <= left:
        elected = tuple(sorted(papers.piles))
        if elected:
            move.facts.append(Fact(Code.NO_MORE_THAN_PLACES, elected))
        if empty := left - len(elected):
            move.facts.append(Fact(Code.PLACES_LEFT_EMPTY, numbers=(empty,)))
        count.winners += elected
        return elected
    votes = papers.votes
    most = tied_for(votes, best=True)
    if votes[most[0]] < quota:
        return ()
    move.facts.append(Fact(Code.QUOTA_REACHED, tuple(most), (quota,)))
    if len(most) > 1:
        move.facts.append(Fact(Code.ALL_EQUAL, tuple(most), (votes[most[0]],)))
        move.facts.append(Fact(Code.LISTED_FIRST, (most[0],)))
        count.note_tie(most, Purpose.ELECTED, most[0], Means.RULE)
    count.winners.append(most[0])
    return (most[0],)


def _pass_on(papers: _Papers, candidate: int, quota: Fraction) -> _Move:
    """Pass a surplus on: step 4."""
    votes = papers.votes[candidate]
    part = (votes - quota) / votes
    transfers = papers.take_out(candidate, quota, part)
    fact = Fact(Code.VALUE_SET, (candidate,), (part,))
    return _Move(Kind.SURPLUS, (candidate,), facts=[fact], transfers=transfers)


def _exclude(count: Count, papers: _Papers) -> _Move:
    """Exclude whoever has fewest votes: step 5."""
    votes = papers.votes
    fewest = tied_for(votes, best=False)
    lowest = fewest[-1]
    facts = [Fact(Code.LOWEST, tuple(fewest), (votes[lowest],))]
    if len(fewest) > 1:
        facts.append(Fact(Code.LISTED_LAST, (lowest,)))
        count.note_tie(fewest, Purpose.EXCLUDED, lowest, Means.RULE)
    transfers = papers.take_out(lowest, ZERO, ONE)
    return _Move(Kind.EXCLUSION, (lowest,), (lowest,), facts, transfers)


def _record(
    count: Count, papers: _Papers, quota: Fraction, move: _Move, elected: tuple[int, ...]
) -> None:
    stage = Stage(
        kind=move.kind,
        candidates=move.candidates,
        votes=count.figures(papers.votes | papers.kept),
        non_transferable=papers.non_transferable,
        quota=quota,
        elected=elected,
        excluded=move.excluded,
        facts=tuple(move.facts),
        transfers=move.transfers,
    )
    _require_short(stage, len(count.stages) + 1)
    count.stages.append(stage)


def _require_short(stage: Stage, number: int) -> None:
    """Raise MalformedRecord for figures that nobody could write down.

    They can be twice as long after each surplus, so the next ones would soon take for ever.
    """
    told = [figure for fact in stage.facts for figure in fact.figures]
    moved = [transfer.votes for transfer in stage.transfers]
    figures = (*stage.votes, stage.non_transferable, *told, *moved)
    instead = "a rule that cuts its figures, such as wigm-prf, can count so many seats"
    expect_writable(figures, f"from stage {number} on", instead)


RULE: Final = Rule(
    name="belenios-stv",
    version=1,
    title="Single transferable vote (as Belenios 3.3.0, in exact fractions)",
    source="Belenios 3.3.0, counting method STV; in exact fractions",
    explanation="Voters rank the candidates. Whoever reaches the quota is elected, and what they"
    " have beyond it passes on to the next choices of all their voters, each paper at the same part"
    " of its value; while nobody reaches it, the candidate with fewest votes is excluded. Ties are"
    " decided by the order of the candidates on the ballot, which favours whoever is listed first:"
    " draw that order by lot. Papers with equal or skipped ranks are invalid. Candidates whom no"
    " paper ranks cannot be elected, so places can stay empty. Its exact figures grow with every"
    " surplus: it is for about ten seats at most. Choose it where a result must be the"
    " one that the Belenios system's steps give; it is no published statute.",
    decimals=None,
    takes=(Profile,),
    count=count_papers,
)
