"""What a member's own page tells beside what is held: messages, proposals, copies, dead addresses.

All of it could be used against somebody who does not know of it. So the member reads the same
messages as the officers, with who decided about them, and what is proposed before it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext

from comitia.web.accounts.models import Person
from comitia.web.acts import proposing
from comitia.web.acts.models import Proposal
from comitia.web.acts.wiring import wired
from comitia.web.notices.models import DeadAddress, OutboxMessage
from comitia.web.register.cards import CARD_ACTS
from comitia.web.register.models import Copy, Membership
from comitia.web.register.outbox_deciding import STATES
from comitia.web.register.own_models import CorrectionRequest

MOST: Final = 20
"""On the page; the download has all."""
_TITLES: Final = {one.kind: one.title for one in CARD_ACTS}


@dataclass(frozen=True, slots=True)
class Told:
    """A message, as its recipient is shown it. by: the office that last decided about it."""

    at: datetime
    subject: str
    body: str
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class Dead:
    """An address from which mail came back. by: the office that said so; nothing for a server."""

    address: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """An act about somebody that waits for a second officer."""

    title: str
    at: datetime
    lapses: datetime


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a register in which somebody may stand, as at a day."""

    branch: str
    day: date
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for correction. by, put_off_by: the offices that answered and put it off."""

    row: CorrectionRequest
    by: str
    put_off_by: str


def messages_to(person: Person) -> tuple[Told, ...]:
    """Return the latest messages to somebody, the newest first."""
    rows = list(OutboxMessage.objects.filter(person=person.pk).order_by("-made_at", "pk")[:MOST])
    names = _names({row.decided_by for row in rows})
    return tuple(
        Told(
            row.made_at,
            row.subject or gettext("(blanked)"),
            row.body,
            str(STATES[row.state]),
            names.get(row.decided_by, ""),
        )
        for row in rows
    )


def dead_addresses_of(person: Person) -> tuple[Dead, ...]:
    """Return the addresses at which somebody gets no mail any more."""
    rows = list(DeadAddress.objects.filter(person=person.pk).order_by("since", "pk"))
    names = _names({row.by for row in rows})
    return tuple(Dead(row.address, row.since, names.get(row.by, "")) for row in rows)


def proposals_about(person: Person, now: datetime) -> tuple[Proposed, ...]:
    """Return what is proposed about somebody and can still be confirmed."""
    rows = proposing.open_proposals(now).filter(person=person.pk)
    return tuple(Proposed(_title(row), row.proposed_at, row.expires_at) for row in rows)


def copies_with(membership: Membership | None) -> QuerySet[Copy]:
    """Ask for the copies of registers that cover where somebody belongs now, the latest first."""
    if membership is None:
        return Copy.objects.none()
    return Copy.objects.filter(branch__in=membership.branch.steps).select_related("branch")


def copied(membership: Membership | None) -> tuple[Copied, ...]:
    """Return the latest of them; not who took them, which the keepers know."""
    rows = copies_with(membership)[:MOST]
    return tuple(Copied(one.branch.name, one.day, one.purpose, one.taken_at) for one in rows)


def requests_by(membership: Membership | None) -> tuple[Asked, ...]:
    """Return what somebody asked to be put right, with the offices that answered."""
    rows = (
        []
        if membership is None
        else list(membership.correction_requests.select_related("deadline__extends"))
    )
    names = _names({basis for row in rows for basis in (row.answered_by, row.extended_by)})
    return tuple(
        Asked(row, names.get(row.answered_by, ""), names.get(row.extended_by, "")) for row in rows
    )


def _title(row: Proposal) -> str:
    title = _TITLES.get(type(proposing.act_of(row)))
    return row.kind if title is None else str(title)


def _names(bases: set[str]) -> Mapping[str, str]:
    known = bases - {""}
    return wired().names_of(known) if known else {}
