"""Score (range) voting: each candidate gets points from each paper, the highest sums are elected.

Text: the Fedora Project's elections guide, "Information on range voting" (docs.fedoraproject.org,
program management, read): points from 0, for the least preference, to a highest number; they are
added up, what a paper leaves out counts as 0, and no quorum is asked; those with the most points
win. The guide's highest number is 3; here the file or the election says which it is.

Own readings: a paper without any points is valid. A tie that decides a seat goes to the lot, one
seat at a time; the guide does not say. Constraints, which it does not know, are met as
``electing`` says. Grades in words are refused: a rule would have to say how many points each is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from comitia.counting.approvals import blank_papers
from comitia.counting.count import Count, Rule
from comitia.counting.electing import elect_from_order
from comitia.counting.profile import GradedProfile
from comitia.counting.sheet import Totals
from comitia.errors import MalformedRecord


def count_score(count: Count) -> None:
    """Add up the points and elect from the top."""
    profile = count.graded
    if profile.scale:
        raise MalformedRecord("papers", "score takes points, these are grades")
    points = dict.fromkeys(count.standing, 0)
    blank = 0
    for paper in profile.papers:
        given = {n: paper.grades[n - 1] or 0 for n in count.standing}
        for n, some in given.items():
            points[n] += paper.count * some
        blank += 0 if any(given.values()) else paper.count
    count.details += [
        blank_papers(blank),
        Totals("points", count.figures({n: Fraction(some) for n, some in points.items()})),
    ]
    elect_from_order(count, points, "points")


RULE: Final = Rule(
    name="score",
    version=1,
    title="Score voting (range voting, sums)",
    source="Fedora Project, elections guide: range voting (score-summing, blanks are zero, no"
    " quorum)",
    explanation="Voters give each candidate points, up to a highest number that is set before, and"
    " nothing to those whom they leave out; those with the most points in all are elected. It shows"
    " how much voters like each candidate, but a paper counts for most if it gives only the highest"
    " and the lowest number, and with several seats a majority can take them all. Can keep to"
    " constraints, such as at most two from one employer or at least three women. A tie that"
    " decides a seat goes to the lot.",
    decimals=0,
    takes=(GradedProfile,),
    count=count_score,
    constrained=True,
)
