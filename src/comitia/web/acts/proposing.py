"""Acts that several do together: the first proposes, the others see exactly that and join.

A proposal changes nothing. It keeps what the first one had before them: if that has changed when
the last one joins, the act is refused. Whoever joins and makes enough does the act; until then
joining is noted. That all of them have the right, and are as many people as the law and the rule
book want, is asked when it is done; here it is only asked early.

Several proposals about the same may wait, as long as they say different things: nobody keeps the
others from what is theirs to do. Everybody with the right can reject one.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from comitia.law.errors import RuleViolation
from comitia.record.canonical import canonical_bytes
from comitia.record.kinds import KINDS, kind_of
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import RevokeAdministration
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.errors import Refusal, not_allowed
from comitia.web.acts.models import Joining, Proposal
from comitia.web.acts.performing import (
    Asked,
    Done,
    new_identifier,
    perform,
    person_concerned,
    preview,
)
from comitia.web.acts.reading import fold_around
from comitia.web.acts.rights import Roles, object_in, right_to, roles_in
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import lock_rows

LAPSES_AFTER: Final = timedelta(days=14)
MOST_OPEN: Final = 50
"""Of one person at a time."""


def propose(asked: Asked, now: datetime) -> Proposal:
    """Write down an act that the only person in `asked.by` wants to do with others.

    Raises RuleViolation where that person has no right to it, alone or with others, where the same
    is proposed already, and where it would end that person's own rights.
    """
    (proposer,) = asked.by
    if how_many(asked, proposer, now) is None:
        raise not_allowed(kind_of(asked.act).name)
    if isinstance(asked.act, RevokeAdministration) and asked.aggregate in wired().holdings_of(
        proposer
    ):
        raise _refused(Refusal.PROPOSAL_CONCERNED, asked.aggregate)
    _expect_new(asked, proposer, now)
    kind = kind_of(asked.act)
    return Proposal.objects.create(
        id=new_identifier(),
        kind=kind.name,
        version=kind.version,
        act=_written(asked.act),
        aggregate=asked.aggregate,
        branch=asked.branch or "",
        person=person_concerned(asked.act, asked.aggregate, asked.person),
        seen=asked.seen or "",
        proposed_by=proposer,
        proposed_at=now,
        expires_at=now + LAPSES_AFTER,
    )


def confirm(proposal: str, person: UUID, now: datetime) -> Done | None:
    """Join a proposal; do what it says where that makes enough, else return None.

    Raises as ``perform``.
    """
    with transaction.atomic():
        row = _open_row(proposal, now)
        asked = asked_with(row, person, now)
        if asked is None:
            Joining.objects.create(proposal=row, person=person, at=now)
            return None
        done = perform(asked)
        _end(row, person, now, done.entries[0])
        return done


def foresee(row: Proposal, person: UUID, now: datetime) -> Done | None:
    """Return what joining a proposal would bring, and do nothing. Raises as ``confirm``."""
    asked = asked_with(row, person, now)
    return None if asked is None else preview(asked)


def withdraw(proposal: str, person: UUID, now: datetime) -> None:
    """Take back what one has proposed, or that one has joined it."""
    with transaction.atomic():
        row = _open_row(proposal, now)
        if row.proposed_by == person:
            _end(row, person, now)
        elif not row.joinings.filter(person=person).delete()[0]:
            raise _refused(Refusal.PROPOSAL_OWN, row.pk)


def reject(proposal: str, person: UUID, now: datetime) -> None:
    """End somebody else's proposal, as everybody can who has a right to what it says."""
    with transaction.atomic():
        row = _open_row(proposal, now)
        if row.proposed_by == person:
            raise _refused(Refusal.PROPOSAL_OWN, row.pk)
        if needed_by(row, person, now) is None:
            raise not_allowed(row.kind)
        _end(row, person, now)


def open_proposals(now: datetime) -> QuerySet[Proposal]:
    """Return what waits to be confirmed, the oldest first."""
    return Proposal.objects.filter(ended_at=None, expires_at__gt=now).order_by("proposed_at", "pk")


def act_of(row: Proposal) -> Any:  # noqa: ANN401 - an act of the proposal's own kind
    """Return the act that was proposed. Raises RuleViolation where it is over."""
    if not row.act:
        raise proposal_over(row.pk)
    kind = KINDS[row.kind, row.version]
    said = json.loads(row.act)
    fields = (field for field in kind.fields if field.name in said)
    return kind.act(
        **{field.name: field.form.read(said[field.name], field.name) for field in fields}
    )


def people_of(row: Proposal) -> tuple[UUID, ...]:
    """Return who wants it: the one who proposed it, then those who have joined."""
    return row.proposed_by, *row.joinings.values_list("person", flat=True)


def asked_with(row: Proposal, person: UUID, now: datetime) -> Asked | None:
    """Return the wish of those who want it and one more; None where it takes still more people.

    Who has joined and lost the right since counts no longer. Raises RuleViolation.
    """
    if row.proposed_by == person:
        raise _refused(Refusal.PROPOSAL_OWN, row.pk)
    proposer, *joined = people_of(row)
    if person in joined:
        raise _refused(Refusal.PROPOSAL_JOINED, row.pk)
    needed = needed_by(row, person, now)
    if needed is None:
        raise not_allowed(row.kind)
    still = [one for one in joined if needed_by(row, one, now) is not None]
    by = (proposer, *still, person)
    return _asked_by(row, *by) if len(by) >= needed else None


def needed_by(row: Proposal, person: UUID, now: datetime) -> int | None:
    """Return how many people it takes, with this one; None where this one has no right to it."""
    return how_many(_asked_by(row, person), person, now)


def how_many(asked: Asked, person: UUID, now: datetime) -> int | None:
    """Return how few people can do an act, one of them by an office; None where that one cannot."""
    holdings = wired().holdings_of(person)
    state = fold_around(asked.act, asked.aggregate, asked.branch, holdings).state
    place = object_in(state, asked.act, asked.aggregate, asked.branch, now)
    roles = Roles(roles_in(state, holdings, now), state, now)
    return roles.how_many(right_to(asked.act), place)


def purge_proposals(now: datetime) -> int:
    """Blank what lapsed proposals say; return of how many. A job of the ticker."""
    return Proposal.objects.filter(expires_at__lte=now).exclude(act="").update(act="")


def erase_person(person: UUID) -> None:
    """Delete every proposal about somebody, or by them, and that they have joined any."""
    Joining.objects.filter(person=person).delete()
    Proposal.objects.filter(Q(person=person) | Q(proposed_by=person)).delete()


def _asked_by(row: Proposal, *people: UUID) -> Asked:
    return Asked(
        act_of(row),
        Identifier(row.aggregate),
        Identifier(row.branch) if row.branch else None,
        people,
        row.person,
        EntryHash(row.seen) if row.seen else None,
    )


def _expect_new(asked: Asked, proposer: UUID, now: datetime) -> None:
    """Raise RuleViolation where this waits already, or too much of this person's does.

    What begins something is about nothing that is there: two such are the same if they say the
    same.
    """
    kind = kind_of(asked.act)
    alike = open_proposals(now).filter(kind=kind.name)
    is_same = Q(act=_written(asked.act))
    if kind.begins is not Begins.ALWAYS:
        alike = alike.filter(aggregate=asked.aggregate)
        is_same |= Q(proposed_by=proposer)
    if alike.filter(is_same).exists():
        raise _refused(Refusal.PROPOSAL_OPEN, asked.aggregate)
    if open_proposals(now).filter(proposed_by=proposer).count() >= MOST_OPEN:
        raise _refused(Refusal.PROPOSAL_MANY, asked.aggregate)


def _open_row(proposal: str, now: datetime) -> Proposal:
    rows = lock_rows(Proposal.objects.filter(pk=proposal))
    if not rows:
        raise _refused(Refusal.NOT_THERE, proposal)
    if rows[0].ended_at is not None or rows[0].expires_at <= now:
        raise proposal_over(proposal)
    return rows[0]


def _end(row: Proposal, person: UUID, now: datetime, entry: str = "") -> None:
    """Note that a proposal is over; none is left where the act erased somebody."""
    over = Proposal.objects.filter(pk=row.pk)
    over.update(act="", ended_at=now, ended_by=person, entry=entry)


def _written(act: Any) -> str:  # noqa: ANN401 - any act
    fields = ((one, getattr(act, one.name)) for one in kind_of(act).fields)
    given = {one.name: one.form.write(value) for one, value in fields if value is not None}
    return canonical_bytes(given).decode()


def proposal_over(proposal: str) -> RuleViolation:
    """Return that a proposal is no longer one that anybody could answer."""
    return _refused(Refusal.PROPOSAL_OVER, proposal)


def _refused(code: Refusal, subject: str) -> RuleViolation:
    return RuleViolation(code, subject, "an open proposal of somebody else's", "none")
