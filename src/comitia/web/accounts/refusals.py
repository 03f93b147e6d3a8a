"""What this room refuses: codes, for interfaces to make sentences of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from comitia.law.errors import RuleViolation

_SUBJECT: Final = "account"


class Refusal(StrEnum):
    """Why something may not be done to an account."""

    CLAIMED = "account.claimed"
    ERASED = "account.erased"
    OWN = "account.own"
    UNDER_WAY = "recovery.under_way"
    NOT_OPEN = "recovery.not_open"
    SAME_OFFICER = "recovery.same_officer"
    TOO_EARLY = "recovery.too_early"
    TOO_LATE = "recovery.too_late"


def refuse(refusal: Refusal, expected: str, found: str) -> RuleViolation:
    """Return what to raise; neither text names anybody."""
    return RuleViolation(refusal, _SUBJECT, expected, found)
