"""Who has an account, and what was done about it: lists and sentences for pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from comitia.law.standings import COUNTED, Standing
from comitia.web.accounts.claiming import VALID_FOR
from comitia.web.accounts.models import AccessUse, Channel, ClaimCode, Opening, Recovery, Step
from comitia.web.accounts.recovery import ENDS_AFTER
from comitia.web.accounts.uses import uses_of
from comitia.web.acts.wiring import wired
from comitia.web.register.models import Membership

OPENING_LAPSES: Final = timedelta(days=1)
"""A code from hand to hand is asked for and confirmed where the person is."""
CLAIMED: Final = gettext_lazy("has the account")
NOTHING: Final = gettext_lazy("no code yet")
CODE_OUT: Final = gettext_lazy("a code is out")
CODE_OVER: Final = gettext_lazy("the code is over")
RECOVERING: Final = gettext_lazy("a new way in was begun")
ASKED: Final = gettext_lazy("a code was asked for")

CHANNELS: Final[Mapping[str, Promise]] = {
    Channel.LETTER: gettext_lazy("by letter"),
    Channel.MAIL: gettext_lazy("by e-mail"),
    Channel.IN_PERSON: gettext_lazy("in person"),
}
STEPS: Final[Mapping[str, Promise]] = {
    Step.ASKED: gettext_lazy("A code was asked for; a second officer has to confirm it"),
    Step.ISSUED: gettext_lazy("A code for the account was issued"),
    Step.STARTED: gettext_lazy("A new way in was begun; a second officer has to confirm it"),
    Step.CONFIRMED: gettext_lazy(
        "The second officer confirmed it: all logins ended, and a new code was issued"
    ),
    Step.STOPPED: gettext_lazy("It was stopped"),
    Step.UNDONE: gettext_lazy("The member undid a change of the e-mail address: all logins ended"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """What was done, as a reader is told it. channel, by: empty where there is none."""

    at: datetime
    what: str
    channel: str
    by: str


def told_uses(membership: str) -> tuple[Use, ...]:
    """Return what officers did about the ways in to a member's account, the latest first.

    For the member's own page too: whoever acted stands there by office and name.
    """
    rows = list(uses_of(membership))
    names = wired().names_of({row.by for row in rows if row.by})
    return tuple(_told(row, names) for row in rows)


def _told(row: AccessUse, names: Mapping[str, str]) -> Use:
    channel = str(CHANNELS[row.channel]) if row.channel else ""
    by = names.get(row.by, "") if row.by else gettext("the member")
    return Use(row.at, str(STEPS[row.step]), channel, by)


def with_accounts(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Ask for those of whom it matters now: members and applicants."""
    return rows.filter(standing__in=[*COUNTED, Standing.APPLICANT], person__erased_at=None)


def without_account() -> Q:
    """Ask for those who have not claimed theirs."""
    return Q(person__claimed_at=None)


def states_of(rows: Iterable[Membership], now: datetime) -> dict[str, Promise]:
    """Return how far each of these people is, by their memberships."""
    people = {row.person_id: row for row in rows}
    issued = dict(
        ClaimCode.objects.filter(person__in=people, ended_at=None).values_list(
            "person", "issued_at"
        )
    )
    begun = Recovery.objects.filter(
        person__in=people, confirmed_at=None, stopped_at=None, started_at__gt=now - ENDS_AFTER
    )
    asked = Opening.objects.filter(person__in=people, begun_at__gt=now - OPENING_LAPSES)
    begun_by_one = {
        **dict.fromkeys(asked.values_list("person", flat=True), ASKED),
        **dict.fromkeys(begun.values_list("person", flat=True), RECOVERING),
    }
    return {
        row.pk: begun_by_one.get(person) or _state(row, issued.get(person), now)
        for person, row in people.items()
    }


def _state(row: Membership, issued: datetime | None, now: datetime) -> Promise:
    if row.person.claimed_at is not None:
        return CLAIMED
    if issued is None:
        return NOTHING
    return CODE_OUT if now < issued + VALID_FOR else CODE_OVER
