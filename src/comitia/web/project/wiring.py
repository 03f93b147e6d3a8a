"""What the rooms give to the machinery of acts: handlers, consequences in order, suppliers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from comitia.record.kinds.organisation import MergeBranch
from comitia.record.kinds.values import Identifier
from comitia.web.acts.wiring import Wiring
from comitia.web.deadlines.running import note_missed
from comitia.web.notices import delivery, outbox
from comitia.web.notices.values import Notice
from comitia.web.organisation import acts as organisation_acts
from comitia.web.organisation import queries as organisation
from comitia.web.project.jobs import Job
from comitia.web.publicrecord.models import Place
from comitia.web.publicrecord.sequencing import sequence_soon
from comitia.web.register import acts as register_acts
from comitia.web.register import queries as register
from comitia.web.register.mergers import follow_merger
from comitia.web.rulebook import acts as rulebook_acts


def rests_on(branch: Identifier) -> tuple[Identifier, ...]:
    """Return what keeps a branch from closing: branches below it, and members."""
    below = organisation.branches_below(branch).filter(last_day=None)[:2]
    return (*(Identifier(one.pk) for one in below), *register.rests_on(branch))


def write_notices(notices: Sequence[Notice], now: datetime) -> None:
    """Put an act's notices into the outbox."""
    outbox.write_notices(notices, now)


def deliver(now: datetime) -> None:
    """Send what is due, a few at a time: the other jobs have their turn too."""
    delivery.deliver_due(now, _MESSAGES_A_TURN)


_MESSAGES_A_TURN: Final = 50


def names_of(identifiers: Collection[str]) -> dict[str, str]:
    """Return what readers know branches, holdings and memberships by."""
    return {**organisation.names_of(identifiers), **register.names_of(identifiers)}


def places_of(numbers: Collection[int]) -> dict[int, int]:
    """Return where entries stand in the record, by their numbers."""
    return dict(Place.objects.filter(entry__in=numbers).values_list("entry_id", "index"))


WIRING = Wiring(
    handlers={
        **organisation_acts.HANDLERS,
        **rulebook_acts.HANDLERS,
        **register_acts.HANDLERS,
    },
    holdings_of=organisation.holdings_of,
    path_of=organisation.path_of,
    rests_on=rests_on,
    names_of=names_of,
    organ_name=organisation.organ_name,
    places_of=places_of,
    consequences=((MergeBranch, follow_merger),),
    after_commit=sequence_soon,
    write_notices=write_notices,
)

JOBS: Final = (
    Job("mail", deliver, every_seconds=2),
    Job("deadlines", note_missed, every_seconds=60),
    Job("purge", outbox.purge_sent, every_seconds=3600),
)
"""What the ticker does, in this order."""
