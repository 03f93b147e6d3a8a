"""Writing notices, and what may still be done with those that are not sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from comitia.web.notices.bounces import dead_addresses
from comitia.web.notices.models import DeadAddress, OutboxMessage, State
from comitia.web.notices.rendering import render
from comitia.web.notices.values import Notice, Rendered, Way

KEEP_SENT: Final = timedelta(days=30)
"""How long the text of a message is kept after it was sent or cancelled."""
_BLANK: Final = {"address": "", "subject": "", "body": ""}
_OVER: Final = (State.SENT, State.CANCELLED)
_NOT_SENT: Final = (State.WAITING, State.HELD, State.LETTER, State.FAILED)


def preview(notice: Notice) -> Rendered:
    """Return what would be written now: for the form that asks whether to go on.

    Raises what ``rendering.render`` does.
    """
    rendered = render(notice)
    dead = dead_addresses([notice.recipient.person])
    return _by_letter(rendered) if _key(notice) in dead else rendered


def write_notices(
    notices: Sequence[Notice], now: datetime, *, held: bool = False
) -> tuple[UUID, ...]:
    """Put notices into the outbox, within the transaction that is open; return their ids.

    held: they wait until ``release``. Raises what ``rendering.render`` does, before any is written.
    """
    dead = dead_addresses([notice.recipient.person for notice in notices])
    rows = []
    for notice in notices:
        rendered = render(notice)
        rendered = _by_letter(rendered) if _key(notice) in dead else rendered
        rows.append(_row(notice, rendered, now, held=held))
    OutboxMessage.objects.bulk_create(rows, batch_size=500)
    return tuple(row.pk for row in rows)


def _key(notice: Notice) -> tuple[UUID, str]:
    return notice.recipient.person, notice.recipient.email


def _by_letter(rendered: Rendered) -> Rendered:
    return replace(rendered, way=Way.LETTER)


def _row(notice: Notice, rendered: Rendered, now: datetime, *, held: bool) -> OutboxMessage:
    mail = rendered.way is Way.MAIL
    usual = State.WAITING if mail else State.LETTER
    return OutboxMessage(
        person=notice.recipient.person,
        branch=notice.branch,
        address=notice.recipient.email if mail else "",
        language=rendered.language,
        subject=rendered.subject,
        body=rendered.body,
        done_by=" ".join(notice.done_by),
        firm=notice.template.firm,
        template=notice.template.name,
        template_version=notice.template.version,
        state=State.HELD if held else usual,
        next_attempt_at=max(now, notice.after or now),
        made_at=now,
    )


def hold(messages: Iterable[UUID]) -> int:
    """Keep messages that nobody has tried to send from being sent; return how many were so.

    Firm ones go out all the same.
    """
    held = OutboxMessage.objects.filter(pk__in=messages, state__in=[State.WAITING, State.LETTER])
    return held.filter(attempts=0, firm=False).update(state=State.HELD)


@transaction.atomic
def release(messages: Iterable[UUID], now: datetime) -> int:
    """Let held and failed messages go, by mail or on paper; return how many were so.

    One that was to wait until some later moment still does.
    """
    held = OutboxMessage.objects.filter(pk__in=messages, state__in=[State.HELD, State.FAILED])
    held.filter(next_attempt_at__lt=now).update(next_attempt_at=now)
    papers = held.filter(address="").update(state=State.LETTER)
    return papers + held.exclude(address="").update(state=State.WAITING, attempts=0)


def cancel(messages: Iterable[UUID], now: datetime) -> int:
    """Give up messages that are not sent; return how many were so.

    Firm ones are never given up. One that a worker has taken this very moment may still arrive.
    """
    waiting = OutboxMessage.objects.filter(pk__in=messages, state__in=_NOT_SENT, firm=False)
    return waiting.update(state=State.CANCELLED, sent_at=now)


def purge_sent(now: datetime) -> int:
    """Blank address and text of what was sent or cancelled long enough ago; return how many.

    What stays is that this person was sent a notice of this template at this time: the evidence
    that somebody was given notice.
    """
    old = OutboxMessage.objects.filter(state__in=_OVER, sent_at__lt=now - KEEP_SENT)
    return old.exclude(body="").update(**_BLANK)


def empty_folder() -> None:
    """Delete the mails in the folder, where mail goes into one: any may name who is erased."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    for mail in Path(folder).glob("*.log") if folder else ():
        mail.unlink(missing_ok=True)


@transaction.atomic
def erase_person(person: UUID) -> None:
    """Delete what is not sent, blank what was, and forget whose it was. Doing it again is safe.

    A message that a worker has in hand this very moment still goes out.
    """
    theirs = OutboxMessage.objects.filter(person=person)
    theirs.filter(~Q(state__in=[*_OVER, State.BOUNCED])).delete()
    theirs.update(person=None, **_BLANK)
    DeadAddress.objects.filter(person=person).delete()
