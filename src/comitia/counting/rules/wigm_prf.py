"""The reference rule of the Proportional Representation Foundation for a weighted inclusive count.

Text: "Reference WIGM Rule", prfound.org/resources/reference/reference-wigm-rule, read as quoted in
Jonathan Lundell's Droop (github.com/jklundell/droop, droop/rules/wigm_prf.py). Letters and numbers
below are the text's. All figures have 4 decimals, cut (D.4). The figures that Droop keeps for its
own nine test elections (64 stages) come out the same here.

The text leaves it open whether sure losers are defeated together (B.2): here they are not, so every
exclusion is a stage of its own and one name is one behaviour.

Own readings, where the text is silent:

- papers that rank nobody who stands are not valid ballots; a place that was skipped is passed over;
  at a place that several share a paper ends;
- whoever has exactly the quota passes on nothing (B.3), so no stage shows it and no lot is drawn
  for which of several such candidates does so first;
- candidates who are elected at the same time are listed by their votes;
- the votes of whoever is defeated last, with no seat left to contest, stay where they are (B.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count, Rule, tied_for
from comitia.counting.figures import scaled
from comitia.counting.preferences import Preferences, take_papers
from comitia.counting.profile import Profile, candidate_of, letter_of
from comitia.counting.sheet import Code, Fact, Kind, Purpose, Stage, Transfer

DECIMALS: Final = 4
UNIT: Final = 10**DECIMALS
"""A whole vote."""


def count_wigm(count: Count) -> None:
    """Count by the rule: A, then rounds (B) until the count is complete, then C."""
    _Election(count).run()


def _figure(units: int) -> Fraction:
    return scaled(units, DECIMALS)


@dataclass(frozen=True, slots=True)
class _Action:
    """What a stage does: to whom, why, and where the votes went."""

    kind: Kind
    candidates: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    reasons: tuple[Fact, ...] = ()
    transfers: tuple[Transfer, ...] = ()


class _Election:
    """One count.

    piles: of each candidate the papers that are assigned to them: what each says from them on and
    its weight, with their number. pending: elected, with a surplus still to be passed on.
    """

    def __init__(self, count: Count) -> None:
        """Set the quota, assign the ballots to their first preferences (A)."""
        self._count = count
        papers = take_papers(count, over_gaps=True)
        self._quota = count.valid * UNIT // (count.seats + 1) + 1
        count.quota = _figure(self._quota)
        self._hopeful = list(count.standing)
        self._pending: list[int] = []
        self._votes = dict.fromkeys(count.standing, 0)
        self._piles: dict[int, Counter[tuple[Preferences, int]]] = {
            n: Counter() for n in count.standing
        }
        self._assign((preferences, UNIT, number) for preferences, number in papers.items())

    def run(self) -> None:
        """Carry out rounds until the count is complete (B, C)."""
        action = _Action(Kind.FIRST_PREFERENCES)
        if self._is_complete():
            self._elect_rest(action)
            return
        self._show(action)
        while not self._is_complete():
            if self._surpluses:
                self._show(self._pass_surplus())
            else:
                action = self._choose_lowest()
                if self._is_complete():
                    self._elect_rest(action)
                else:
                    self._show(self._pass_all(action))

    def _is_complete(self) -> bool:
        """Whether all seats are filled or no more candidates are left than seats (D.3)."""
        elected, seats = len(self._count.winners), self._count.seats
        return elected >= seats or elected + len(self._hopeful) <= seats

    @property
    def _surpluses(self) -> dict[int, int]:
        return {n: self._votes[n] - self._quota for n in self._pending}

    def _pass_surplus(self) -> _Action:
        """Pass on the largest surplus (B.3)."""
        chosen, reasons = self._choose_surplus()
        self._pending.remove(chosen)
        votes = self._votes[chosen]
        surplus = votes - self._quota
        targets = self._assign(
            (preferences, weight * surplus // UNIT * UNIT // votes, number)
            for (preferences, weight), number in self._piles.pop(chosen).items()
        )
        self._votes[chosen] = self._quota
        scaled_by = Fact(Code.WEIGHTS_SCALED, (chosen,), (_figure(surplus), _figure(votes)))
        transfers = _transfers(chosen, surplus, targets)
        return _Action(Kind.SURPLUS, (chosen,), reasons=(*reasons, scaled_by), transfers=transfers)

    def _choose_surplus(self) -> tuple[int, list[Fact]]:
        """Return whose surplus is the largest, and how that is told (B.3, T)."""
        surpluses = self._surpluses
        tied = tied_for(surpluses, best=True)
        chosen, largest = tied[0], _figure(surpluses[tied[0]])
        if len(tied) > 1:
            chosen = self._count.settle(tied, Purpose.SURPLUS, preset=True)
            equal = Fact(Code.SURPLUS_EQUAL, tuple(tied), (largest,))
            return chosen, [equal, Fact(Code.TIE_SETTLED, (chosen,))]
        votes = _figure(self._votes[chosen])
        if len(surpluses) == 1:
            return chosen, [Fact(Code.SURPLUS_ALONE, (chosen,), (largest, votes))]
        following = _figure(sorted(surpluses.values())[-2])
        return chosen, [Fact(Code.SURPLUS_LARGEST, (chosen,), (votes, largest, following))]

    def _choose_lowest(self) -> _Action:
        """Defeat the candidate with the fewest votes (B.4)."""
        votes = sorted(self._votes[n] for n in self._hopeful)
        tied = [n for n in self._hopeful if self._votes[n] == votes[0]]
        out = tied[0]
        reasons = [Fact(Code.FEWEST_VOTES, (out,), (_figure(votes[0]), _figure(votes[1])))]
        if len(tied) > 1:
            out = self._count.settle(tied, Purpose.EXCLUDED, preset=True)
            equal = Fact(Code.FEWEST_EQUAL, tuple(tied), (_figure(votes[0]),))
            reasons = [equal, Fact(Code.TIE_SETTLED, (out,))]
        self._hopeful.remove(out)
        return _Action(Kind.EXCLUSION, (out,), (out,), tuple(reasons))

    def _pass_all(self, action: _Action) -> _Action:
        """Pass on the papers of whoever was defeated, at the weights they have (B.4)."""
        (out,) = action.excluded
        targets = self._assign(
            (preferences, weight, number)
            for (preferences, weight), number in self._piles.pop(out).items()
        )
        transfers = _transfers(out, self._votes[out], targets)
        self._votes[out] = 0
        return _Action(Kind.EXCLUSION, (out,), (out,), action.reasons, transfers)

    def _assign(self, papers: Iterable[tuple[Preferences, int, int]]) -> dict[int, int]:
        """Give papers to their highest-ranking hopeful candidates (A.4, D.2); return the votes."""
        gone = "".join(letter_of(n) for n in self._count.standing if n not in self._hopeful)
        targets = dict.fromkeys(self._hopeful, 0)
        for preferences, weight, number in papers:
            if weight and (left := preferences.lstrip(gone)):
                candidate = candidate_of(left[0])
                self._piles[candidate][left, weight] += number
                targets[candidate] += weight * number
        for candidate, votes in targets.items():
            self._votes[candidate] += votes
        return targets

    def _show(self, action: _Action) -> None:
        """Elect whoever has the quota (B.1) and write the stage."""
        reached = self._enter(n for n in self._hopeful if self._votes[n] >= self._quota)
        self._pending += [n for n in reached if self._votes[n] > self._quota]
        facts = []
        if action.kind is Kind.FIRST_PREFERENCES:
            facts.append(Fact(Code.QUOTA_SET, (), (_figure(self._quota),)))
        if reached:
            facts.append(Fact(Code.QUOTA_REACHED, reached, (_figure(self._quota),)))
        self._write(action, reached, facts)

    def _elect_rest(self, action: _Action) -> None:
        """Elect all who are left, no more than the seats (C)."""
        rest = self._enter(self._hopeful)
        facts = [Fact(Code.DEEMED_ELECTED, rest)]
        if action.excluded:
            facts.insert(0, Fact(Code.NO_TRANSFER))
            action = _Action(Kind.ELECTION, rest, action.excluded, action.reasons)
        self._write(action, rest, facts)

    def _enter(self, candidates: Iterable[int]) -> tuple[int, ...]:
        """Move hopeful candidates to the winners, most votes first."""
        entering = sorted(candidates, key=lambda n: (-self._votes[n], n))
        for n in entering:
            self._hopeful.remove(n)
        self._count.winners += entering
        return tuple(entering)

    def _write(self, action: _Action, elected: tuple[int, ...], facts: Sequence[Fact]) -> None:
        count = self._count
        left = count.valid * UNIT - sum(self._votes.values())
        stage = Stage(
            kind=action.kind,
            candidates=action.candidates,
            votes=count.figures({n: _figure(votes) for n, votes in self._votes.items()}),
            non_transferable=_figure(left),
            quota=count.quota,
            elected=elected,
            excluded=action.excluded,
            facts=(*action.reasons, *facts),
            transfers=action.transfers,
        )
        count.stages.append(stage)


def _transfers(source: int, votes: int, targets: Mapping[int, int]) -> tuple[Transfer, ...]:
    """Return where votes went; what nobody got is non-transferable, what was cut included."""
    passed = [Transfer(source, n, _figure(part)) for n, part in sorted(targets.items()) if part]
    if left := votes - sum(targets.values()):
        passed.append(Transfer(source, None, _figure(left)))
    return tuple(passed)


RULE: Final = Rule(
    name="wigm-prf",
    version=1,
    title="Weighted inclusive Gregory method, reference rule of the Proportional Representation "
    "Foundation",
    source="https://prfound.org/resources/reference/reference-wigm-rule/",
    explanation="Single transferable vote that follows papers step by step, near the Scottish "
    "rule: the largest surplus passes on first, each paper at the same part of its weight, then "
    "the lowest candidate is excluded. Differences: the quota is the exact Droop quota, not a "
    "whole number, figures have four decimals, and ties go by one random order made beforehand, "
    "without looking back. A fair choice where no statute binds and the count should be easy to "
    "follow; Meek's method is the better one where a computer may count.",
    decimals=DECIMALS,
    takes=(Profile,),
    count=count_wigm,
)
