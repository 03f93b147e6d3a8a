"""What this room refuses: codes, for interfaces to make sentences of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.errors import RuleViolation

_SUBJECT: Final = "account"


class Refusal(StrEnum):
    """Why something may not be done to an account."""

    CLAIMED = "account.claimed"
    ERASED = "account.erased"
    OWN = "account.own"
    TAKES_TWO = "account.takes_two"
    LEVEL_ABOVE = "account.level_above"
    NOT_BY_HAND = "account.not_by_hand"
    TOO_MANY = "account.too_many"
    OWN_DEED = "notice.own_deed"
    UNDER_WAY = "recovery.under_way"
    NOT_OPEN = "recovery.not_open"
    SAME_OFFICER = "recovery.same_officer"
    TOO_EARLY = "recovery.too_early"
    TOO_LATE = "recovery.too_late"


SENTENCES: Final[Mapping[str, Promise]] = {
    Refusal.CLAIMED: gettext_lazy(
        "This account was claimed already. Who has lost the way in gets a new one from two"
        " officers."
    ),
    Refusal.ERASED: gettext_lazy("This person was erased, and has no account."),
    Refusal.OWN: gettext_lazy("Nobody does this for oneself. Ask another officer."),
    Refusal.TAKES_TWO: gettext_lazy("This takes two officers: begin it, and another confirms it."),
    Refusal.LEVEL_ABOVE: gettext_lazy(
        "This person holds an office. An officer of a branch above that office gives the code."
    ),
    Refusal.NOT_BY_HAND: gettext_lazy(
        "This way is not open now: the code goes out by another one that reaches the person."
    ),
    Refusal.TOO_MANY: gettext_lazy(
        "You have given as many codes within a day as the rule book lets one person do at once."
    ),
    Refusal.OWN_DEED: gettext_lazy(
        "You did what this message tells of. Another officer decides about it."
    ),
    Refusal.UNDER_WAY: gettext_lazy("This was begun already. Another officer can confirm it."),
    Refusal.NOT_OPEN: gettext_lazy(
        "Nothing is under way: it was confirmed, stopped, or never begun. Look at it as it is now."
    ),
    Refusal.SAME_OFFICER: gettext_lazy("You began this, so another officer has to confirm it."),
    Refusal.TOO_EARLY: gettext_lazy(
        "The member has time to stop this: a day from when the mail went out, seven days from when"
        " the letter was posted. Confirm it when that is over."
    ),
    Refusal.TOO_LATE: gettext_lazy("This was begun too long ago. Begin anew."),
}
"""What a reader is told."""


def refuse(refusal: Refusal, expected: str, found: str) -> RuleViolation:
    """Return what to raise; neither text names anybody."""
    return RuleViolation(refusal, _SUBJECT, expected, found)
