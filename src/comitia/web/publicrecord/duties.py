"""What keeps somebody from being erased for a time, and who has asked to be.

A duty to keep what is held (GDPR, Article 17(3)) has a ground, words that name nobody, and a last
day; it says in which capacity somebody noted it. A request has a time limit, which is met when the
person is erased, or told of a duty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from comitia.law.requests import ANSWERED_WITHIN
from comitia.web.acts.models import Aggregate
from comitia.web.database.locking import lock_rows
from comitia.web.deadlines.models import Deadline, State
from comitia.web.deadlines.running import Kind, meet, start_deadline
from comitia.web.publicrecord.models import Duty, ErasureRequest
from comitia.web.register.models import Membership

ANSWER: Final = Kind("record.erasure", gettext_noop("Answer a request to be erased"))


@transaction.atomic
def ask_for_erasure(membership: Membership, now: datetime) -> ErasureRequest:
    """Take in that somebody wants to be erased; asking again changes nothing."""
    lock_rows(Aggregate.objects.filter(pk=membership.pk))
    request, is_new = ErasureRequest.objects.get_or_create(
        membership=membership, defaults={"asked_at": now}
    )
    if is_new:
        where = membership.branch_id
        start_deadline(ANSWER, membership.pk, now, ANSWERED_WITHIN, branch=where, book=None)
    return request


@transaction.atomic
def note_duty(membership: Membership, duty: Duty, now: datetime) -> None:
    """Keep what is held up to the duty's last day; a request is answered by it."""
    lock_rows(Aggregate.objects.filter(pk=membership.pk))
    duty.membership, duty.noted_at = membership, now
    duty.save()
    for one in open_answers([membership.pk]):
        meet(one.pk, now)


@transaction.atomic
def end_duty(duty: Duty, day: date, basis: str) -> None:
    """Let a duty have ended the day before; it stays readable, with who noted that last."""
    lock_rows(Aggregate.objects.filter(pk=duty.membership_id))
    Duty.objects.filter(pk=duty.pk, last_day__gte=day).update(
        last_day=day - timedelta(days=1), noted_by=basis
    )


def running_duty(membership: str, day: date) -> Duty | None:
    """Return the duty that runs longest; None where nothing must be kept."""
    running = Duty.objects.filter(membership=membership, last_day__gte=day)
    return running.order_by("-last_day", "pk").first()


def open_answers(memberships: Iterable[str]) -> list[Deadline]:
    """Return the time limits of requests that were not answered yet, the soonest end first."""
    rows = Deadline.objects.filter(kind=ANSWER.name, subject__in=[*memberships], met_at=None)
    return list(rows.exclude(state=State.EXTENDED).order_by("ends_at", "pk"))
