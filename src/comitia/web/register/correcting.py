"""Requests that what is held about somebody be put right: asked, put off, answered.

Whoever answers does it by the mandate or appointment by which one corrects what is held (the law's
table, ``person.correct_details``), asked under the lock that acts take; one keeper is enough to
answer. The member is told by a message, of a later day too, as Article 12(3) of the GDPR wants it.
A request is granted by an entry: the one by which the keepers put it right is kept with the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comitia.errors import MalformedRecord
from comitia.law.errors import RuleViolation
from comitia.law.permissions import Act, Object
from comitia.law.requests import LATER_BY
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.accounts.models import Person
from comitia.web.acts.bases import choose_basis, roles_under_lock
from comitia.web.acts.errors import Refusal, not_allowed
from comitia.web.acts.history import HistoryLine, sentences_of
from comitia.web.database.locking import lock_rows
from comitia.web.deadlines.running import extend, meet
from comitia.web.notices.outbox import write_notices
from comitia.web.notices.values import FieldValue, Notice, Recipient
from comitia.web.notices.wording import Template
from comitia.web.register.limits import start_correction
from comitia.web.register.models import Membership
from comitia.web.register.own_models import CorrectionRequest, Outcome
from comitia.web.register.own_notices import GRANTED, PUT_OFF, REFUSED
from comitia.web.register.queries import rules_now


@transaction.atomic
def ask_for_correction(membership: Membership, wrong: str, now: datetime) -> CorrectionRequest:
    """Take in what somebody says is wrong, and start the time in which it is answered."""
    book, _ = rules_now()
    clock = start_correction(membership.pk, membership.branch_id, now, book)
    return CorrectionRequest.objects.create(
        membership=membership, deadline=clock, wrong=wrong, asked_at=now
    )


def entries_since(row: CorrectionRequest) -> list[HistoryLine]:
    """Return the membership's entries since a request: one of them may have put it right."""
    began = row.asked_at.replace(microsecond=0)  # as entries have it
    lines = sentences_of(Identifier(row.membership_id))
    return [one for one in lines if one.at >= began]


@transaction.atomic
def put_off(number: int, by: Person, reasons: str, now: datetime) -> None:
    """Answer later, once, for reasons. Raises RuleViolation."""
    asked = _take(number, by, now)
    book, _ = rules_now()
    clock = asked.row.deadline_id
    later = extend(clock, LATER_BY, reasons, now, book=book, by=asked.basis, by_law=True)
    CorrectionRequest.objects.filter(pk=number).update(deadline=later)
    asked.tell(PUT_OFF, now, until=later.last_day, reasons=reasons)


@transaction.atomic
def grant(number: int, by: Person, reasons: str, entry: EntryHash, now: datetime) -> None:
    """Say by which entry it was put right. Raises RuleViolation, and for an entry of others."""
    asked = _take(number, by, now)
    if entry not in {one.entry for one in entries_since(asked.row)}:
        raise MalformedRecord("entry", "expected one of this membership since the request")
    asked.answer(Outcome.GRANTED, reasons, now, entry)
    asked.tell(GRANTED, now, reasons=reasons)


@transaction.atomic
def refuse_correction(number: int, by: Person, reasons: str, now: datetime) -> None:
    """Say why it stays as it is. Raises RuleViolation."""
    asked = _take(number, by, now)
    asked.answer(Outcome.REFUSED, reasons, now)
    asked.tell(REFUSED, now, reasons=reasons)


@dataclass(frozen=True, slots=True)
class _Taken:
    """An open request, locked, and by which mandate or appointment somebody answers it."""

    row: CorrectionRequest
    basis: str

    def answer(self, outcome: Outcome, reasons: str, now: datetime, entry: str = "") -> None:
        """Write the answer; the deadline says whether it was in time."""
        meet(self.row.deadline_id, now, entry)
        CorrectionRequest.objects.filter(pk=self.row.pk).update(
            outcome=outcome,
            answer=reasons,
            answered_at=now,
            answered_by=self.basis,
            entry=entry,
        )

    def tell(self, template: Template, now: datetime, **said: FieldValue) -> None:
        """Tell the member."""
        person, branch = self.row.membership.person, self.row.membership.branch
        recipient = Recipient(person.pk, person.email, person.language, person.name)
        facts: Mapping[str, FieldValue] = {"branch": branch.name, **said}
        write_notices(
            [Notice(template, recipient, facts, branch=branch.pk, done_by=(self.basis,))], now
        )


def _take(number: int, by: Person, now: datetime) -> _Taken:
    """Return an open request with the basis of who answers it, both locked."""
    asked = CorrectionRequest.objects.filter(pk=number, outcome=Outcome.OPEN)
    own = asked.values_list("membership", flat=True).first()
    if own is None:
        raise _answered()
    (roles,) = roles_under_lock([by.pk], now, own)
    for _ in lock_rows(CorrectionRequest._base_manager.filter(pk=number)):
        row = asked.select_related("membership__person", "membership__branch").first()
        if row is None:
            break
        if row.membership.person_id == by.pk:
            raise not_allowed(Act.PERSON_CORRECT_DETAILS)
        place = Object(row.membership.branch.steps, own)
        return _Taken(row, choose_basis(Act.PERSON_CORRECT_DETAILS, place, roles).basis)
    raise _answered()


def _answered() -> RuleViolation:
    return RuleViolation(Refusal.NOT_THERE, "request", "one that waits", "answered")
