"""A count that moves papers in parcels, stage by stage, and the sheet that it leaves.

Shared by the rules in which a paper lies with one candidate at a time and passes on with all that
it is worth or a part of it. Votes are whole numbers of the rule's smallest unit. At the end of each
stage the votes of all candidates and the non-transferable ones are together exactly the valid
papers: what is not credited to somebody is added to the non-transferable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from comitia.counting.count import Count
from comitia.counting.figures import scaled
from comitia.counting.hands import Hands
from comitia.counting.look_back import break_tie
from comitia.counting.sheet import Code, Fact, Kind, Purpose, Stage, Transfer


class Tally:
    """The votes of every candidate, the papers behind them, and what has happened so far.

    votes: by candidate, in units. history: the votes at the end of each stage.
    continuing: who is neither elected nor excluded, in file order.
    """

    def __init__(self, count: Count, decimals: int) -> None:
        """Read the papers: who has which first preferences, and which papers are not counted."""
        self.count = count
        self.decimals = decimals
        self.unit: int = 10**decimals
        self.hands = Hands(count.ranked, self.unit)
        numbers = range(1, len(count.names) + 1)
        papers = {n: sum(self.hands.papers_by_value(n).values()) for n in numbers}
        self.votes: dict[int, int] = {n: number * self.unit for n, number in papers.items()}
        count.invalid += count.valid - sum(papers.values())
        count.valid = sum(papers.values())
        self.continuing = list(count.standing)
        self.non_transferable = 0
        self.history: list[dict[int, int]] = []
        self._moved: list[tuple[int, int | None, int]] = []
        self._figures: dict[int, Fraction] = {}

    def figure(self, units: int) -> Fraction:
        """Return a number of units as a figure of the sheet."""
        known = self._figures.get(units)
        if known is None:
            known = self._figures[units] = scaled(units, self.decimals)
        return known

    def fact(self, code: Code, candidates: Sequence[int], *units: int) -> Fact:
        """Return a fact with figures."""
        return Fact(code, tuple(candidates), tuple(map(self.figure, units)))

    def move(self, source: int, votes: int, value_of: Callable[[int], int]) -> None:
        """Take votes from somebody and pass their papers on, each at ``value_of`` its value.

        votes: at least what the papers come to; the rest becomes non-transferable.
        """
        gained = self.hands.pass_on(source, value_of)
        self.votes[source] -= votes
        for target in sorted(gained):
            self.votes[target] += gained[target]
            self._moved.append((source, target, gained[target]))
        if lost := votes - sum(gained.values()):
            self.non_transferable += lost
            self._moved.append((source, None, lost))

    def close(self, candidates: Sequence[int]) -> None:
        """Let candidates who are elected or excluded receive nothing more."""
        for candidate in candidates:
            self.continuing.remove(candidate)
            self.hands.close(candidate)

    def choose_lowest(self) -> tuple[int, list[Fact]]:
        """Return who of those continuing has the fewest votes, ties decided, and why.

        There are at least two of them. Raises Undecided where a lot is needed and there is none.
        """
        fewest = min(self.votes[n] for n in self.continuing)
        tied = [n for n in self.continuing if self.votes[n] == fewest]
        if len(tied) > 1:
            chosen = break_tie(self.count, tied, self.history, Purpose.EXCLUDED, best=False)
            equal = self.fact(Code.FEWEST_EQUAL, tied, fewest)
            return chosen, [equal, self.fact(Code.TIE_SETTLED, (chosen,))]
        following = min(self.votes[n] for n in self.continuing if n not in tied)
        return tied[0], [self.fact(Code.FEWEST_VOTES, tied, fewest, following)]

    def in_order(self, candidates: Sequence[int]) -> list[int]:
        """Return candidates by votes, largest first; equal ones by their votes before that.

        Those who were equal at every stage stand in file order: no rule gives them another.
        """
        before = [self.votes, *reversed(self.history)]
        return sorted(candidates, key=lambda n: [*(-votes[n] for votes in before), n])

    def end_stage(
        self,
        kind: Kind,
        candidates: Sequence[int],
        facts: Sequence[Fact],
        *,
        elected: Sequence[int] = (),
        excluded: Sequence[int] = (),
    ) -> None:
        """Write a stage with the votes as they are now."""
        self.history.append(dict(self.votes))
        self.count.winners.extend(elected)
        self.count.stages.append(
            Stage(
                kind,
                tuple(candidates),
                tuple(map(self.figure, self.votes.values())),
                self.figure(self.non_transferable),
                quota=self.count.quota,
                elected=tuple(elected),
                excluded=tuple(excluded),
                facts=tuple(facts),
                transfers=tuple(
                    Transfer(source, target, self.figure(votes))
                    for source, target, votes in self._moved
                ),
            )
        )
        self._moved.clear()
