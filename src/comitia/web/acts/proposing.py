"""Acts that two do together: the first proposes, the second sees exactly that and confirms.

A proposal changes nothing. It keeps what the first one had before them: if that has changed when
the second one confirms, the act is refused. That both have the right, and are two people, is asked
of the law when it is done; here it is only asked early.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from comitia.law.errors import RuleViolation
from comitia.law.permissions import Act
from comitia.record.canonical import canonical_bytes
from comitia.record.kinds import KINDS, kind_of
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.errors import Refusal, not_allowed
from comitia.web.acts.models import Proposal
from comitia.web.acts.performing import Asked, Done, new_identifier, perform, preview
from comitia.web.acts.reading import fold_around
from comitia.web.acts.rights import Roles, object_in, roles_in
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import lock_rows

LAPSES_AFTER: Final = timedelta(days=14)


def propose(asked: Asked, now: datetime) -> Proposal:
    """Write down an act that the only person in `asked.by` wants to do with somebody else.

    Raises RuleViolation where that person has no right to it, alone or with others, and where the
    same kind of act is proposed already.
    """
    (proposer,) = asked.by
    _expect_right(asked, proposer, now)
    if open_proposals(now).filter(aggregate=asked.aggregate, kind=kind_of(asked.act).name).exists():
        raise _refused(Refusal.PROPOSAL_OPEN, asked.aggregate)
    kind = kind_of(asked.act)
    return Proposal.objects.create(
        id=new_identifier(),
        kind=kind.name,
        version=kind.version,
        act=_written(asked.act),
        aggregate=asked.aggregate,
        branch=asked.branch or "",
        person=asked.person,
        seen=asked.seen or "",
        proposed_by=proposer,
        proposed_at=now,
        expires_at=now + LAPSES_AFTER,
    )


def confirm(proposal: str, person: UUID, now: datetime) -> Done:
    """Do what was proposed, together with the one who proposed it. Raises as ``perform``."""
    with transaction.atomic():
        row = _open_row(proposal, now)
        done = perform(asked_with(row, person))
        over = Proposal.objects.filter(pk=row.pk)  # none is left where the act erased somebody
        over.update(act="", ended_at=now, entry=done.entries[0])
        return done


def foresee(row: Proposal, person: UUID) -> Done:
    """Return what confirming a proposal would bring, and do nothing. Raises as ``confirm``."""
    return preview(asked_with(row, person))


def withdraw(proposal: str, person: UUID, now: datetime) -> None:
    """Take back what one has proposed."""
    with transaction.atomic():
        row = _open_row(proposal, now)
        if row.proposed_by != person:
            raise _refused(Refusal.PROPOSAL_OWN, row.pk)
        row.act, row.ended_at = "", now
        row.save(update_fields=["act", "ended_at"])


def open_proposals(now: datetime) -> QuerySet[Proposal]:
    """Return what waits to be confirmed, the oldest first."""
    return Proposal.objects.filter(ended_at=None, expires_at__gt=now).order_by("proposed_at", "pk")


def act_of(row: Proposal) -> Any:  # noqa: ANN401 - an act of the proposal's own kind
    """Return the act that was proposed. Raises RuleViolation where it is over."""
    if not row.act:
        raise _refused(Refusal.PROPOSAL_OVER, row.pk)
    kind = KINDS[row.kind, row.version]
    said = json.loads(row.act)
    fields = (field for field in kind.fields if field.name in said)
    return kind.act(
        **{field.name: field.form.read(said[field.name], field.name) for field in fields}
    )


def asked_with(row: Proposal, person: UUID) -> Asked:
    """Return the wish of the one who proposed it and somebody else. Raises RuleViolation."""
    if row.proposed_by == person:
        raise _refused(Refusal.PROPOSAL_OWN, row.pk)
    return Asked(
        act_of(row),
        Identifier(row.aggregate),
        Identifier(row.branch) if row.branch else None,
        (row.proposed_by, person),
        row.person,
        EntryHash(row.seen) if row.seen else None,
    )


def purge_proposals(now: datetime) -> int:
    """Blank what lapsed proposals say; return of how many. A job of the ticker."""
    return Proposal.objects.filter(expires_at__lte=now).exclude(act="").update(act="")


def erase_person(person: UUID) -> None:
    """Delete every proposal about somebody, or by them."""
    Proposal.objects.filter(Q(person=person) | Q(proposed_by=person)).delete()


def _open_row(proposal: str, now: datetime) -> Proposal:
    rows = lock_rows(Proposal.objects.filter(pk=proposal))
    if not rows:
        raise _refused(Refusal.NOT_THERE, proposal)
    if rows[0].ended_at is not None or rows[0].expires_at <= now:
        raise _refused(Refusal.PROPOSAL_OVER, proposal)
    return rows[0]


def _expect_right(asked: Asked, person: UUID, now: datetime) -> None:
    holdings = wired().holdings_of(person)
    state = fold_around(asked.act, asked.aggregate, asked.branch, holdings).state
    place = object_in(state, asked.act, asked.aggregate, asked.branch, now)
    name = kind_of(asked.act).name
    kind = next((one for one in Act if one == name), None)
    roles = Roles(roles_in(state, holdings, now), state, now)
    if kind is None or not roles.may(kind, place):
        raise not_allowed(name)


def _written(act: Any) -> str:  # noqa: ANN401 - any act
    fields = ((one, getattr(act, one.name)) for one in kind_of(act).fields)
    given = {one.name: one.form.write(value) for one, value in fields if value is not None}
    return canonical_bytes(given).decode()


def _refused(code: Refusal, subject: str) -> RuleViolation:
    return RuleViolation(code, subject, "an open proposal of somebody else's", "none")
