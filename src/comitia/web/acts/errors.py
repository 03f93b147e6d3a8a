"""Why an act is not done: each a rule violation with a code, of which pages make sentences."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from comitia.errors import CheckFailed
from comitia.law.errors import RuleViolation


class Refusal(StrEnum):
    """Why the machinery of acts refuses, beside what the law says."""

    NOT_ALLOWED = "act.not_allowed"
    OVERTAKEN = "act.overtaken"
    NOT_FOUNDED = "act.not_founded"
    FOUNDED_ALREADY = "act.founded_already"
    NOT_THERE = "act.not_there"
    TOO_MANY = "act.too_many"
    CLOCK_BEHIND = "act.clock_behind"
    CLOCK_AHEAD = "act.clock_ahead"
    PROPOSAL_OPEN = "proposal.open"
    PROPOSAL_OVER = "proposal.over"
    PROPOSAL_OWN = "proposal.own"
    PROPOSAL_JOINED = "proposal.joined"
    PROPOSAL_CONCERNED = "proposal.concerned"
    PROPOSAL_MANY = "proposal.many"


class ActRefused(RuleViolation):
    """An act that the record would not take: ``failures`` says by which checks."""

    def __init__(self, failures: Sequence[CheckFailed]) -> None:
        first = failures[0]
        reason = first.subject.rpartition(", ")[2]
        super().__init__(
            reason if "." in reason else first.check, first.subject, first.expected, first.found
        )
        self.failures = tuple(failures)


def not_allowed(kind: str) -> RuleViolation:
    """Return that somebody has no right to a kind of act there."""
    return RuleViolation(Refusal.NOT_ALLOWED, kind, "a right to it", "none")
