"""Rounds of a count by approvals: in each, whoever has the lowest figure is elected.

The figure (a load, a price) is made anew for every round. Where several candidates have the lowest:

- all are elected in one round, if there are seats for all and no paper approves of two of them:
  then the election of one does not change the figures of the others, and theirs stay the lowest;
- if as many candidates are left as seats, all who are left are elected at once, in the order of
  their figures and, where those are equal, of the file: who goes first changes nothing in who is
  elected;
- else the lot decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from comitia.counting.approvals import Approvals
from comitia.counting.count import Count, tied_for
from comitia.counting.figures import approximate, expect_writable
from comitia.counting.sheet import Cell, Code, Detail, Fact, Purpose, Table


@dataclass(frozen=True, slots=True)
class Wording:
    """What a figure is called, and how sentences tell of it.

    name: "load". equal: of several with the lowest. alone: of the lowest where nobody else has a
    figure; lower: with the next.
    """

    name: str
    equal: Code
    alone: Code
    lower: Code


class Rounds:
    """The rounds of one count by one kind of figure, for its sheet."""

    def __init__(
        self, count: Count, approvals: Approvals, wording: Wording, facts: list[Fact]
    ) -> None:
        """Begin. facts: what is told of the count; more is added."""
        self._count = count
        self._approvals = approvals
        self._wording = wording
        self._facts = facts
        self._elected: list[tuple[Cell, ...]] = []
        self._figures: list[dict[int, Cell]] = []

    @property
    def left(self) -> tuple[int, ...]:
        """Who stands and is not elected yet."""
        return tuple(n for n in self._count.standing if n not in self._count.winners)

    @property
    def seats_left(self) -> int:
        """How many seats are not filled yet."""
        return self._count.seats - len(self._count.winners)

    def elect_lowest(self, figures: Mapping[int, Fraction]) -> Sequence[int]:
        """Elect one candidate, or several who do not touch one another; return whom.

        figures: of everybody who is left and has one, at least one of them. All who are left are
        elected where a tie then decides nothing; nobody is returned, and no seat is left.
        Raises Undecided where a lot is needed and there is none, MalformedRecord for fractions that
        have become too long.
        """
        number = len(self._figures) + 1
        instead = "approval, whose figures are whole, can fill so many seats"
        expect_writable(figures.values(), f"from round {number} on", instead)
        self._note(figures)
        tied = tied_for(figures, best=False)
        if len(tied) > 1:
            self._tell(self._wording.equal, tied, figures[tied[0]])
            if len(self.left) == self.seats_left and not self._can_all_go(tied):
                self._elect_the_rest(figures)
                return ()
        chosen = self._choose(tied)
        others = [figure for n, figure in figures.items() if n not in chosen]
        for candidate in chosen:
            self._elect(candidate, figures[candidate], others)
        return chosen

    def elect_without_figures(self) -> None:
        """Fill the seats with those who are left and have no figure: all of them, or by lot."""
        self._facts.append(Fact(Code.NO_APPROVALS, self.left))
        while len(self.left) > self.seats_left > 0:
            drawn = self._count.settle(self.left, Purpose.ELECTED)
            self._facts.append(Fact(Code.TIE_SETTLED, (drawn,)))
            self._count.winners.append(drawn)
        if self.seats_left:
            self._elect_the_rest({})

    def tables(self) -> tuple[Detail, ...]:
        """Return who was elected in which round, and everybody's figure in each; if any were."""
        if not self._figures:
            return ()
        name = self._wording.name
        heads = ("round", "elected", "papers", name, f"{name}, about")
        numbers = range(1, len(self._figures) + 1)
        rows = tuple(
            (n, *(figures.get(n, "-") for figures in self._figures)) for n in self._count.standing
        )
        return (
            Table(f"rounds by {name}", heads, tuple(self._elected)),
            Table(f"{name} in each round", ("candidate", *(f"round {n}" for n in numbers)), rows),
        )

    def _note(self, figures: Mapping[int, Fraction]) -> None:
        gone: dict[int, Cell] = dict.fromkeys(self._count.winners, "elected")
        self._figures.append(gone | dict(figures))

    def _can_all_go(self, tied: Sequence[int]) -> bool:
        return len(tied) <= self.seats_left and self._approvals.are_apart(tied)

    def _choose(self, tied: Sequence[int]) -> Sequence[int]:
        if len(tied) == 1:
            return tied
        if self._can_all_go(tied):
            self._facts.append(Fact(Code.NO_PAPER_SHARED))
            return tied
        drawn = self._count.settle(tied, Purpose.ELECTED)
        self._facts.append(Fact(Code.TIE_SETTLED, (drawn,)))
        return (drawn,)

    def _elect(self, candidate: int, figure: Fraction, others: Sequence[Fraction]) -> None:
        papers = self._approvals.support(candidate)
        if others:
            self._tell(self._wording.lower, (candidate,), figure, min(others), papers=papers)
        else:
            self._tell(self._wording.alone, (candidate,), figure, papers=papers)
        number = Fraction(len(self._figures))
        about = approximate(figure)
        self._elected.append((number, candidate, Fraction(papers), figure, about))
        self._count.winners.append(candidate)

    def _elect_the_rest(self, figures: Mapping[int, Fraction]) -> None:
        rest = sorted(self.left, key=lambda n: (n not in figures, figures.get(n, 0), n))
        self._facts.append(Fact(Code.DEEMED_ELECTED, tuple(rest)))
        self._count.winners += rest

    def _tell(
        self, code: Code, candidates: Sequence[int], *figures: Fraction, papers: int | None = None
    ) -> None:
        numbers = () if papers is None else (papers,)
        self._facts.append(Fact(code, tuple(candidates), figures, numbers))
