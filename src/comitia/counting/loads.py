"""Phragmén's loads: whoever is elected is a load that papers bear, spread as evenly as can be.

A paper's load is at first 0, or less than 0 where it has something to its credit. Electing a
candidate brings a load of 1 in all, borne by the papers that approve of the candidate so that all
of them end with the same: (1 + the sum of their loads) / how many they are. In each round the
candidate is elected with whom that load is lowest (``rounds`` says how ties are settled).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from comitia.counting.approvals import Approvals, Carried
from comitia.counting.rounds import Rounds, Wording
from comitia.counting.sheet import Code

LOAD: Final = Wording("load", Code.LOADS_EQUAL, Code.LOAD_LOWEST, Code.LOAD_LOWER)


def elect_by_loads(approvals: Approvals, loads: Carried, rounds: Rounds) -> None:
    """Fill the seats that are left. loads: of the papers, before; they are changed.

    Raises Undecided where a lot is needed and there is none.
    """
    while rounds.seats_left:
        brought = {n: _load(approvals, loads, n) for n in rounds.left if approvals.supporters[n]}
        if not brought:
            rounds.elect_without_figures()
            return
        for candidate in rounds.elect_lowest(brought):
            loads.set(candidate, brought[candidate])


def _load(approvals: Approvals, loads: Carried, candidate: int) -> Fraction:
    """Return what each paper that approves of a candidate would bear."""
    borne = sum(load * papers for load, papers in loads.of_supporters(candidate))
    return (1 + borne) / Fraction(approvals.support(candidate))
