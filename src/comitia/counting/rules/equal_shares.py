"""The method of equal shares (Rule X) for a committee, completed by Phragmén's sequential rule.

Text: D. Peters and P. Skowron, "Proportionality and the limits of welfarism" (EC 2020), Rule X, of
candidates who cost 1 each. The paper was not at hand when this was written; both phases were
checked against the implementation in the program abcvoting 2.19.

1. Each of the n papers has k/n, where k is the number of seats: together they have as much as all
   seats cost, 1 each.
2. A candidate can be paid for at the price r if the papers that approve of them, each paying r or,
   if it has less, all that it has, pay 1 together. In each round the candidate with the lowest
   price is elected, and these papers pay.
3. When nobody can be paid for any more, seats can be left. The completion is the authors' second
   phase, Phragmén's sequential rule, in which a paper begins with the load -b, b being what it has
   left: as if all papers went on to receive money at the same pace, and a candidate were elected as
   soon as those who approve of them can pay.

Other completions are in use: raising k until the seats are full ("add one") and taking the
candidates with the most approvals. The authors' own was chosen because it always fills the seats,
does not let those with the most approvals override the shares, and keeps what a paper has saved.

Own readings: blank papers are among the n, as each voter has a share in the text. Ties go to the
lot, unless they decide nothing (``rounds`` says when).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from comitia.counting.approvals import Carried, take_approvals
from comitia.counting.count import Count, Rule
from comitia.counting.loads import LOAD, elect_by_loads
from comitia.counting.profile import GradedProfile, Profile
from comitia.counting.rounds import Rounds, Wording
from comitia.counting.sheet import Account, Code, Fact, Table

PRICE: Final = Wording("price", Code.PRICES_EQUAL, Code.PRICE_LOWEST, Code.PRICE_LOWER)


def count_equal_shares(count: Count) -> None:
    """Count by both phases."""
    approvals = take_approvals(count)
    facts: list[Fact] = []
    paying = Rounds(count, approvals, PRICE, facts)
    bearing = Rounds(count, approvals, LOAD, facts)
    share = Fraction(count.seats, approvals.papers) if approvals.papers else Fraction(0)
    shares = Carried(approvals, share)
    facts.append(Fact(Code.SHARE_SET, (), (share,), (approvals.papers, count.seats)))
    try:
        _elect_by_price(shares, paying)
        if bearing.seats_left:
            facts.append(Fact(Code.NOBODY_AFFORDABLE, (), (), (bearing.seats_left,)))
            elect_by_loads(approvals, shares.negated(), bearing)
    finally:
        count.details += [
            Account("how the seats were filled", tuple(facts)),
            *paying.tables(),
            _left_over(shares),
            *bearing.tables(),
        ]


def _elect_by_price(shares: Carried, rounds: Rounds) -> None:
    """Step 2, until nobody can be paid for."""
    while rounds.seats_left:
        prices = {n: price for n in rounds.left if (price := _price(shares, n)) is not None}
        if not prices:
            return
        for candidate in rounds.elect_lowest(prices):
            shares.pay(candidate, prices[candidate])


def _price(shares: Carried, candidate: int) -> Fraction | None:
    """Return the least r that pays for a candidate; None where all have too little together.

    The poorest give all that they have while an equal part of what is still to be paid is more.
    """
    to_pay = Fraction(1)
    has_shares = shares.of_supporters(candidate)
    payers = sum(papers for _, papers in has_shares)
    for has, papers in has_shares:
        if has * payers >= to_pay:
            return to_pay / payers
        to_pay -= has * papers
        payers -= papers
    return None


def _left_over(shares: Carried) -> Table:
    """Return what papers had left when the seats were full or nobody could be paid for."""
    rows = tuple((Fraction(papers), has) for has, papers in reversed(shares.of_all()))
    return Table("left after paying", ("papers", "each has"), rows)


RULE: Final = Rule(
    name="equal-shares",
    version=1,
    title="Method of equal shares, completed by Phragmén's sequential rule",
    source="Peters and Skowron, Proportionality and the limits of welfarism (2020): Rule X with its"
    " second phase",
    explanation="For several seats. Voters name all whom they approve of, without an order. Every"
    " paper has the same share of the seats to pay with; whoever can be elected at the lowest price"
    " for the papers that approve of them is, and these pay. So each group of voters who agree on"
    " enough candidates gets the seats that its share pays for, a stronger promise than Phragmén's."
    " Seats that nobody can pay for are filled by Phragmén's sequential rule, to which papers bring"
    " what they have left.",
    decimals=None,
    takes=(Profile, GradedProfile),
    count=count_equal_shares,
)
