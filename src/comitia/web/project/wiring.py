"""What the rooms give to the machinery of acts: handlers, consequences in order, suppliers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from comitia.record.kinds.organisation import (
    CloseBranch,
    EndAppointment,
    EndMandate,
    GrantAdministration,
    MakeAppointment,
    MergeBranch,
    RevokeAdministration,
)
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.register import CorrectMembership, LeaveMembership, RecordDeath
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import Identifier
from comitia.web.accounts import sweeping
from comitia.web.accounts.models import Context
from comitia.web.accounts.pseudonyms import find_person
from comitia.web.accounts.refusals import SENTENCES
from comitia.web.acts import leaps
from comitia.web.acts.proposing import purge_proposals
from comitia.web.acts.wiring import Wiring
from comitia.web.deadlines import running as deadlines
from comitia.web.deadlines.running import note_missed
from comitia.web.interface.answering import purge_answers
from comitia.web.notices import delivery, outbox
from comitia.web.notices.values import Notice
from comitia.web.organisation import acts as organisation_acts
from comitia.web.organisation import queries as organisation
from comitia.web.organisation.ending import end_offices
from comitia.web.organisation.words import organ_name
from comitia.web.project.jobs import Job
from comitia.web.publicrecord import acts as publicrecord_acts
from comitia.web.publicrecord import erasing, rotating
from comitia.web.publicrecord.forgetting import destroy_all_that_is_left, destroy_what_is_left
from comitia.web.publicrecord.models import Place
from comitia.web.publicrecord.sequencing import LATELY, sequence, sequence_soon
from comitia.web.register import acts as register_acts
from comitia.web.register import queries as register
from comitia.web.register.founding import acts as founding_acts
from comitia.web.register.mergers import follow_merger
from comitia.web.rulebook import acts as rulebook_acts
from comitia.web.rulebook import notifying

_MESSAGES_A_TURN: Final = 50
_PEOPLE_A_TURN: Final = 40
"""Fewer than are sent: however many are told of something, other messages do not wait for them."""
_HOUR: Final = 3600.0


def rests_on(act: object, aggregate: Identifier) -> tuple[Identifier, ...]:
    """Return what else an act rests on.

    What keeps a branch from closing, of whom enough administrators must be left, who holds, or is
    to hold, an office as a member, and what somebody holds who is to be erased.
    """
    match act:
        case CloseBranch():
            below = organisation.branches_below(aggregate).filter(last_day=None)[:2]
            held = register.rests_on(aggregate, act.last_day)
            return (*(Identifier(one.pk) for one in below), *held)
        case MakeAppointment():
            return (Identifier(act.holder),)
        case EndMandate() | EndAppointment():
            return organisation.holder_of(aggregate)
        case RevokeAdministration() | AdoptRuleBook():
            return organisation.administrations()
        case EraseDisclosures():
            person = find_person(aggregate, Context.MEMBERSHIP)
            return () if person is None else tuple(organisation.holdings_of(person))
        case _:
            return ()


def person_of(act: object, pseudonym: str) -> UUID | None:
    """Return whose pseudonym it is in an act: technical rights have one of their own."""
    technical = isinstance(act, GrantAdministration)
    return find_person(pseudonym, Context.ADMINISTRATION if technical else Context.MEMBERSHIP)


def write_notices(notices: Sequence[Notice], now: datetime) -> None:
    """Put an act's notices into the outbox."""
    outbox.write_notices(notices, now)


def deliver(now: datetime) -> None:
    """Send what is due, a few at a time: the other jobs have their turn too."""
    delivery.deliver_due(now, _MESSAGES_A_TURN)


def tell_members(now: datetime) -> None:
    """Tell the next few members of what was announced or adopted."""
    notifying.tell_members(now, _PEOPLE_A_TURN)


def place(now: datetime) -> None:
    """Give places to what an act's own process did not get to."""
    sequence(now, LATELY)


def place_all(now: datetime) -> None:
    """Give places also to what was committed long after its number was drawn."""
    sequence(now)


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
        **publicrecord_acts.HANDLERS,
        **founding_acts.HANDLERS,
    },
    consequences=(
        (MergeBranch, follow_merger),
        (RecordDeath, end_offices),
        (LeaveMembership, end_offices),
        (CorrectMembership, end_offices),
    ),
    holdings_of=organisation.holdings_of,
    path_of=organisation.path_of,
    above=organisation.above,
    person_of=person_of,
    rests_on=rests_on,
    members_on=register.members_on,
    count_members=register.count_members,
    members_who_log_in=register.members_who_log_in,
    names_of=names_of,
    organ_name=organ_name,
    places_of=places_of,
    after_commit=sequence_soon,
    write_notices=write_notices,
    refusals={
        **SENTENCES,
        **deadlines.SENTENCES,
        **erasing.SENTENCES,
        **rotating.SENTENCES,
        **register_acts.REFUSALS,
    },
)

JOBS: Final = (
    Job("clock", leaps.note, every_seconds=60, is_for_any_clock=True),
    Job("record", place, every_seconds=2),
    Job("all_record", place_all, every_seconds=60),
    Job("mail", deliver, every_seconds=2),
    Job("members", tell_members, every_seconds=2),
    Job("deadlines", note_missed, every_seconds=60),
    Job("erasures", destroy_what_is_left, every_seconds=60),
    Job("all_erasures", destroy_all_that_is_left, every_seconds=_HOUR),
    Job("proposals", purge_proposals, every_seconds=_HOUR),
    Job("answers", purge_answers, every_seconds=_HOUR),
    Job("purge", outbox.purge_sent, every_seconds=_HOUR),
    Job("secrets", sweeping.sweep_secrets, every_seconds=_HOUR),
    Job("sessions", sweeping.sweep_sessions, every_seconds=_HOUR),
    Job("counters", sweeping.sweep_counters, every_seconds=_HOUR),
    Job("codes", sweeping.sweep_codes, every_seconds=_HOUR),
)
"""What the ticker does, in this order."""
