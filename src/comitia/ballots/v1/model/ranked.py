"""Questions that are answered with a number for every choice: a rank, a grade or a score.

Specification section "Non-homomorphic questions". Such answers are opened one by one, after a
shuffle. The protocol carries any vector of numbers from 0 to 255; what a ballot may say is the
counting method's, which ``extra`` names (observed of release 3.3.0; ``Score`` is ours). A ballot
that says anything else was cast all the same: it is invalid at the count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from comitia.ballots.v1.model.canonical import Json


class Method(StrEnum):
    """The counting methods whose ballots are known, by their names on the wire."""

    SCHULZE = "Schulze"
    MAJORITY_JUDGMENT = "MajorityJudgment"
    STV = "STV"
    SCORE = "Score"


class Reading(StrEnum):
    """What a count makes of an opened ballot."""

    VALID = "valid"
    BLANK = "blank"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class CountingMethod:
    """What ``extra`` says about a question's ballots.

    blank: whether a vector of zeros is a blank vote.
    grades: of majority judgment, the best first; seats: of STV; most: the highest score.
    """

    method: Method
    blank: bool
    grades: tuple[str, ...] = ()
    seats: int = 0
    most: int = 0

    def to_json(self) -> Json:
        """Return the object of ``extra``."""
        fields: dict[str, Json] = {"method": self.method.value, "blank": self.blank}
        match self.method:
            case Method.MAJORITY_JUDGMENT:
                fields["grades"] = list(self.grades)
            case Method.STV:
                fields["seats"] = self.seats
            case Method.SCORE:
                fields["most"] = self.most
            case Method.SCHULZE:
                pass
            case _:
                assert_never(self.method)
        return fields

    def read(self, vector: Sequence[int]) -> Reading:
        """Return whether the count takes a ballot's numbers.

        Ranks of Schulze: 1 best, 0 last of all, ties and gaps allowed. Of STV: 1, 2, 3 without gap
        or tie, 0 for not ranked. Grades: from 1, of every choice. Scores: from 0 to ``most``.
        """
        if self.blank and not any(vector):
            return Reading.BLANK
        return Reading.VALID if self._permits(vector) else Reading.INVALID

    def _permits(self, vector: Sequence[int]) -> bool:
        match self.method:
            case Method.SCHULZE:
                return True
            case Method.MAJORITY_JUDGMENT:
                return all(1 <= grade <= len(self.grades) for grade in vector)
            case Method.STV:
                ranks = sorted(rank for rank in vector if rank)
                return ranks == list(range(1, len(ranks) + 1))
            case Method.SCORE:
                return all(score <= self.most for score in vector)
            case _:
                assert_never(self.method)
