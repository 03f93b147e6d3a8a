"""What officers did about the ways in to accounts: written with the deed, and never changed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from comitia.web.accounts.models import AccessUse, Context, Person, Pseudonym, Step


def note_use(membership: str, step: Step, by: str, now: datetime, channel: str = "") -> None:
    """Keep that a right was used, in the transaction of the deed itself."""
    AccessUse.objects.create(membership=membership, step=step, by=by, channel=channel, at=now)


def note_by_member(person: Person, step: Step, now: datetime) -> None:
    """Keep what the member did about it; of somebody who has no membership nothing is kept."""
    own = Pseudonym.objects.filter(person=person, context=Context.MEMBERSHIP)
    for membership in own.values_list("value", flat=True):
        note_use(membership, step, "", now)


def uses_of(membership: str) -> QuerySet[AccessUse]:
    """Ask for what was done about a member's ways in, the latest first."""
    return AccessUse.objects.filter(membership=membership).order_by("-number")
