"""Phragmén's sequential rule: a committee from approvals that mirrors the voters.

Text: M. Brill, R. Freeman, S. Janson and M. Lackner, "Phragmén's voting methods and justified
representation" (AAAI 2017; Mathematical Programming 203, 2024), the rule seq-Phragmén; after
L. E. Phragmén (1894). The paper was not at hand when this was written; the formula was checked
against the rule's implementation in the program abcvoting 2.19.

1. Every paper begins with a load of 0.
2. Electing a candidate brings a load of 1, which the papers that approve of the candidate take on
   them, over what they bear already, so that all of them end with the same load.
3. In each round the candidate is elected with whom that load is lowest.

Own readings: a tie goes to the lot, unless it decides nothing (``rounds`` says when). Candidates of
whom no paper approves come last, by lot. Blank papers are valid and bear nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from comitia.counting.approvals import Carried, take_approvals
from comitia.counting.count import Count, Rule
from comitia.counting.loads import LOAD, elect_by_loads
from comitia.counting.profile import GradedProfile, Profile
from comitia.counting.rounds import Rounds
from comitia.counting.sheet import Account, Fact


def count_phragmen(count: Count) -> None:
    """Count by the sequential rule."""
    approvals = take_approvals(count)
    facts: list[Fact] = []
    rounds = Rounds(count, approvals, LOAD, facts)
    try:
        elect_by_loads(approvals, Carried(approvals, Fraction(0)), rounds)
    finally:
        count.details += [Account("how the seats were filled", tuple(facts)), *rounds.tables()]


RULE: Final = Rule(
    name="phragmen",
    version=1,
    title="Phragmén's sequential rule",
    source="Brill, Freeman, Janson and Lackner, Phragmén's voting methods and justified"
    " representation (2017, 2024): seq-Phragmén",
    explanation="For several seats. Voters name all whom they approve of, without an order. Each"
    " elected candidate is a load of one, shared by the papers that approve of them; in every round"
    " whoever can be elected with the lowest load on any paper is. So a group of voters who agree"
    " gets about its share of the seats, and a majority cannot take them all. The order of election"
    " can serve as the order of a list. Loads are fractions, exact, but no longer to be followed by"
    " hand where many vote.",
    decimals=None,
    takes=(Profile, GradedProfile),
    count=count_phragmen,
)
