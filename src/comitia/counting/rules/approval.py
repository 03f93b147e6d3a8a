"""Approval voting: those of whom the most papers approve are elected, within constraints if any.

Text: S. J. Brams and P. C. Fishburn, "Approval voting", American Political Science Review 72
(1978), and their book of the same name (1983), for one seat: each voter approves of as many
candidates as they like, and whoever has the most approvals wins. Neither was read again for this
module. With several seats those with the most approvals are taken, as associations that elect their
boards so have it.

Own readings: a paper that approves of nobody is valid. A tie that decides a seat goes to the lot,
one seat at a time. Constraints are met as ``electing`` says: candidates are taken from the top, and
passed over where the seats could no longer be filled within the constraints. Totals without papers
(a homomorphic tally) are taken as they are, also where a voter could name only so many.
"""

from __future__ import annotations

from typing import Final

from comitia.counting.approvals import take_approvals, total_approvals
from comitia.counting.count import Count, Rule
from comitia.counting.electing import elect_from_order
from comitia.counting.profile import GradedProfile, Profile, TalliedProfile


def count_approval(count: Count) -> None:
    """Add up and elect from the top."""
    if isinstance(count.profile, TalliedProfile):
        totals = {n: count.profile.votes[n - 1] for n in count.standing}
        count.details.append(total_approvals(count, totals))
    else:
        approvals = take_approvals(count)
        totals = {n: approvals.support(n) for n in count.standing}
    elect_from_order(count, totals, "approvals")


RULE: Final = Rule(
    name="approval",
    version=1,
    title="Approval voting",
    source="Brams and Fishburn, Approval voting (1978, 1983); with several seats, those with the"
    " most approvals",
    explanation="Voters name all whom they accept, without an order; those whom most papers name"
    " are elected. Simple to vote and to count, and nobody suffers from like-minded rivals. With"
    " several seats a majority that agrees can take them all; where the body should mirror its"
    " voters, phragmen or equal-shares count the same papers. Can keep to constraints, such as at"
    " most two from one employer or at least three women. A tie that decides a seat goes to the"
    " lot.",
    decimals=0,
    takes=(Profile, GradedProfile, TalliedProfile),
    count=count_approval,
    constrained=True,
)
