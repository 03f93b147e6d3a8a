"""The stages of an election: what leads from which to which stands in ``TRANSITIONS`` alone.

A halt and a correction of the roll are no stages: they happen within one. So is drawing the order
of candidates, which must be done before the election is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from comitia.law.errors import Code, RuleViolation


class Stage(StrEnum):
    """Where an election is.

    CALLED: nominations come in. CONTESTED: the candidates are known, there will be a vote. READY:
    keys and credentials are made. DECLARED: there is a result, or the seats are uncontested.
    FAILED: it ended without anybody being elected. What comes after is another election.
    """

    CALLED = "called"
    CONTESTED = "contested"
    READY = "ready"
    OPEN = "open"
    CLOSED = "closed"
    DECLARED = "declared"
    REPORTED = "reported"
    CERTIFIED = "certified"
    FAILED = "failed"
    ANNULLED = "annulled"


class Move(StrEnum):
    """What brings an election from a stage to another."""

    CALL = "call"
    REOPEN = "reopen"
    CONTEST = "contest"
    LEAVE_UNCONTESTED = "leave_uncontested"
    FIND_NOBODY = "find_nobody"
    SET_UP = "set_up"
    OPEN = "open"
    CLOSE = "close"
    DECLARE = "declare"
    FIND_TOO_FEW = "find_too_few"
    REPORT = "report"
    CERTIFY = "certify"
    ANNUL = "annul"


_LIVING: Final = (
    *(Stage.CALLED, Stage.CONTESTED, Stage.READY, Stage.OPEN, Stage.CLOSED),
    *(Stage.DECLARED, Stage.REPORTED, Stage.CERTIFIED),
)

TRANSITIONS: Final[Mapping[Move, Mapping[Stage | None, Stage]]] = {
    Move.CALL: {None: Stage.CALLED},
    Move.REOPEN: {Stage.CALLED: Stage.CALLED},
    Move.CONTEST: {Stage.CALLED: Stage.CONTESTED},
    Move.LEAVE_UNCONTESTED: {Stage.CALLED: Stage.DECLARED},
    Move.FIND_NOBODY: {Stage.CALLED: Stage.FAILED},
    Move.SET_UP: {Stage.CONTESTED: Stage.READY},
    Move.OPEN: {Stage.READY: Stage.OPEN},
    Move.CLOSE: {Stage.OPEN: Stage.CLOSED},
    Move.DECLARE: {Stage.CLOSED: Stage.DECLARED},
    Move.FIND_TOO_FEW: {Stage.CLOSED: Stage.FAILED},
    Move.REPORT: {Stage.DECLARED: Stage.REPORTED},
    Move.CERTIFY: {Stage.REPORTED: Stage.CERTIFIED},
    Move.ANNUL: dict.fromkeys(_LIVING, Stage.ANNULLED),
}
"""Of each move, from which stage it leads to which; None is before the call."""

OVER: Final = frozenset({Stage.CERTIFIED, Stage.FAILED, Stage.ANNULLED})
"""After these another election of the same office can be called."""


def move_on(stage: Stage | None, move: Move, subject: str) -> Stage:
    """Return the stage that a move leads to. Raises RuleViolation where it leads nowhere."""
    ways = TRANSITIONS[move]
    if stage not in ways:
        wanted = " or ".join(str(one) for one in ways if one is not None) or "no election"
        code = Code.ELECTION_NOT_POSSIBLE
        raise RuleViolation(code, subject, wanted, "none" if stage is None else str(stage))
    return ways[stage]
