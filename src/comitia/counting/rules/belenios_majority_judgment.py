"""Majority judgment as the Belenios system counts it: the better of two middle grades.

Text: what release 3.3.0 of that system does, read there and compared with its program. It differs
from ``majority_judgment`` in one point only: of an even number of grades the median is the *better*
of the two middle ones, at first and after each median that is taken away. So candidates graded
good, good, bad, bad and fair, fair, fair, fair stand in this order by this rule, and in the other
by Balinski and Laraki's. All else is said there.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from comitia.counting.count import Rule
from comitia.counting.medians import Middle
from comitia.counting.profile import GradedProfile
from comitia.counting.rules.majority_judgment import count_papers

RULE: Final = Rule(
    name="belenios-majority-judgment",
    version=1,
    title="Majority judgment (as Belenios 3.3.0)",
    source="Belenios 3.3.0, counting method majority judgment",
    explanation="Majority judgment with one difference: where a number of grades is even and two"
    " stand in the middle, the better one is the median, not the worse one. Choose it only where a"
    " result must be the one that the Belenios system shows; majority-judgment is the published"
    " rule.",
    decimals=0,
    takes=(GradedProfile,),
    count=partial(count_papers, middle=Middle.BETTER),
    single=True,
)
