"""Erasure: what identifies a person is destroyed; the entries, and what they add up to, stay.

Two keepers of the register decide, one by proposing it and the other by confirming, like every act
of two. Whose membership goes on is not erased, nor who holds something, nor anybody while a duty
runs to keep what is held. That is asked once more under the locks of the act itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.errors import Code, RuleViolation
from comitia.law.retention import require_ended
from comitia.record.folding.state import State
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts.models import Disclosure
from comitia.web.acts.performing import Asked
from comitia.web.acts.reading import state_of
from comitia.web.organisation.queries import holdings_of
from comitia.web.publicrecord.duties import running_duty
from comitia.web.register.models import Membership

KIND: Final = "record.erase"


class Refusal(StrEnum):
    """Why somebody is not erased, beside what the law says."""

    DUTY = "erasure.duty"
    OTHER_ENTRIES = "erasure.other_entries"


SENTENCES: Final[dict[str, Promise]] = {
    Refusal.DUTY: gettext_lazy(
        "A duty runs to keep what is held. Wait for its last day, or note that it is over."
    ),
    Refusal.OTHER_ENTRIES: gettext_lazy(
        "These are not all entries that still say who this is. Look at them as they are now."
    ),
}


def asked_for(membership: Membership, by: Iterable[UUID]) -> Asked:
    """Return the wish to erase whose membership it is.

    It is done in no branch: that where somebody was has closed keeps nobody from being forgotten.
    """
    own = Identifier(membership.pk)
    seen = EntryHash(membership.entry_id)
    act = EraseDisclosures(entries=sealed_entries(own))
    return Asked(act, own, None, tuple(by), membership.person_id, seen)


def sealed_entries(membership: Identifier) -> tuple[EntryHash, ...]:
    """Return the entries that still say who somebody is to whoever opens their salted values."""
    held = Disclosure.objects.filter(subject=membership).order_by("entry_id")
    return tuple(
        EntryHash(one) for one in dict.fromkeys(held.values_list("entry__hash", flat=True))
    )


def expect_erasable(own: Identifier, person: Person, state: State, day: date) -> None:
    """Raise RuleViolation for who must not be erased yet.

    state: with everything that the person holds. That the membership has ended the record says.
    """
    if person.erased_at is not None:
        raise RuleViolation(Code.ERASURE_DONE, own, "somebody", "nobody any more")
    for one in holdings_of(person.pk):
        held = state.holdings.get(one)
        if held is None or held.until >= day:
            raise RuleViolation(Code.ERASURE_STILL_HELD, own, "nothing held", one)
    duty = running_duty(own, day)
    if duty is not None:
        found = f"one until {duty.last_day.isoformat()}"
        raise RuleViolation(Refusal.DUTY, own, "no duty to keep it", found)


def expect_all_named(act: EraseDisclosures, own: Identifier) -> None:
    """Raise RuleViolation unless an erasure names just those entries that it seals for ever."""
    if set(act.entries) != set(sealed_entries(own)):
        raise RuleViolation(Refusal.OTHER_ENTRIES, own, "all sealed entries", "others")


def why_not(membership: Membership, at: datetime) -> RuleViolation | None:
    """Return what keeps somebody from being erased now; None where nothing does."""
    own = Identifier(membership.pk)
    state = state_of(own, *holdings_of(membership.person_id))
    day = state.day_of(at)
    try:
        require_ended(state.register[own].entries, day, own)
        expect_erasable(own, membership.person, state, day)
    except RuleViolation as violation:
        return violation
    return None
