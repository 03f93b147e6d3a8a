"""The result sheet of a hand count while it is written: votes, transfers and facts of each stage.

Figures are whole numbers of the rule's smallest unit here, exact fractions in what is written. The
votes of all candidates are kept for every point of the count, so that ties can look forward.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from comitia.counting.count import Count
from comitia.counting.figures import scaled
from comitia.counting.look_forward import Points
from comitia.counting.sheet import Code, Fact, Kind, Means, Purpose, Stage, SubStage, Transfer


class ResultSheet:
    """The votes credited to each candidate and the non-transferable vote, stage by stage.

    Whatever is told, moved or elected belongs to the stage in hand, until ``end_stage``.
    """

    def __init__(self, count: Count, decimals: int) -> None:
        """Begin with no votes. decimals: of the rule's smallest unit."""
        self.votes = dict.fromkeys(count.standing, 0)
        self.non_transferable = 0
        self.points = Points()
        self._count = count
        self._decimals = decimals
        self._facts: list[Fact] = []
        self._transfers: defaultdict[tuple[int, int | None], int] = defaultdict(int)
        self._elected: list[int] = []

    def tell(
        self, code: Code, names: Sequence[int] = (), *figures: int, numbers: tuple[int, ...] = ()
    ) -> None:
        """Note a fact of the stage in hand."""
        exact = tuple(self._exact(figure) for figure in figures)
        self._facts.append(Fact(code, tuple(names), exact, numbers))

    def move(self, giver: int, receiver: int | None, votes: int) -> None:
        """Pass votes on; receiver None: they become non-transferable."""
        self.votes[giver] -= votes
        if receiver is None:
            self.non_transferable += votes
        else:
            self.votes[receiver] += votes
        if votes:
            self._transfers[giver, receiver] += votes

    def elect(self, candidates: Sequence[int]) -> None:
        """Note who is elected, in this order."""
        self._elected += candidates
        self._count.winners += candidates

    def note_point(self) -> None:
        """Keep everybody's votes as a point to which a later tie looks."""
        self.points.note(len(self._count.stages) + 1, self.votes)

    def decide(self, tied: Sequence[int], purpose: Purpose, *, most: bool) -> int:
        """Return one of several candidates with equal figures: by looking forward, else by lot.

        most: whether it is about whoever had more, or whoever had fewer.
        """
        found = self.points.look_forward(tied, most=most)
        if len(found.candidates) == 1:
            decided = found.candidates[0]
            self._count.note_tie(tied, purpose, decided, Means.LOOK_FORWARD, found.stage)
        else:
            if apart := [n for n in tied if n not in found.candidates]:
                self.tell(Code.LOT_NARROWED, apart)
            decided = self._count.settle(found.candidates, purpose)
        self.tell(Code.TIE_SETTLED, [decided])
        return decided

    def sub_stage(self, value: int, papers: int, elected: Sequence[int]) -> SubStage:
        """Return how things stand after a batch of so many papers of one value."""
        lost = self._exact(self.non_transferable)
        return SubStage(self._exact(value), papers, self._figures(), lost, tuple(elected))

    def end_stage(
        self,
        kind: Kind,
        candidates: Sequence[int],
        quota: int,
        excluded: Sequence[int] = (),
        sub_stages: Sequence[SubStage] = (),
    ) -> None:
        """Write the stage in hand down and begin the next."""
        stage = Stage(
            kind=kind,
            candidates=tuple(candidates),
            votes=self._figures(),
            non_transferable=self._exact(self.non_transferable),
            quota=self._exact(quota),
            elected=tuple(self._elected),
            excluded=tuple(excluded),
            facts=tuple(self._facts),
            transfers=self._listed_transfers(),
            sub_stages=tuple(sub_stages),
        )
        self._count.quota = stage.quota
        self._count.stages.append(stage)
        self._facts.clear()
        self._transfers.clear()
        self._elected.clear()

    def _listed_transfers(self) -> tuple[Transfer, ...]:
        """Return the transfers in file order, what became non-transferable last."""
        last = len(self._count.names) + 1
        ways = sorted(self._transfers, key=lambda way: (way[0], way[1] or last))
        return tuple(Transfer(*way, self._exact(self._transfers[way])) for way in ways)

    def _figures(self) -> tuple[Fraction, ...]:
        return self._count.figures({n: self._exact(votes) for n, votes in self.votes.items()})

    def _exact(self, units: int) -> Fraction:
        return scaled(units, self._decimals)
