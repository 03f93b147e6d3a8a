"""Handing what is due to the mail server.

A worker takes one message at a time: it marks it as taken, for a while, in a transaction of its
own; sends it outside of any; and writes down how it went. So no transaction waits for the network,
and two workers never have the same message. A message is sent **at least once**: of a worker that
dies after the server took the message and before that was written down, nobody can tell, and the
message goes out again when its time as taken is over. Each attempt carries the same Message-ID.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet

from comitia.web.database.locking import lock_rows, take_rows
from comitia.web.notices.bounces import bury
from comitia.web.notices.models import OutboxMessage, State

TAKEN: Final = timedelta(minutes=15)
"""How long a worker has for one message. The server's time limit ends an attempt far sooner."""
MOST_ATTEMPTS: Final = 12
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=12)
_log = logging.getLogger(__name__)


class _ServerGoneError(Exception):
    """There is no point in trying the next message now."""


def deliver_due(now: datetime, limit: int) -> int:
    """Send up to `limit` messages that are due, the longest due first; return how many were sent.

    Without a mail server (``MAIL_SERVER``) everything waits. A server that cannot be reached costs
    no message an attempt. It logs kinds of errors and ids of messages, and never an address.
    """
    if not settings.MAIL_SERVER or not _is_anything_due(now):
        return 0
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:  # smtplib's are an OSError's
        _log.warning("the mail server cannot be reached: %s", type(error).__name__)
        return 0
    try:
        return _send_each(connection, now, limit)
    finally:
        _close(connection)


def _is_anything_due(now: datetime) -> bool:
    due = OutboxMessage.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    return due.exists()


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:  # it had what it was to have
        _log.info("the mail server did not part in order: %s", type(error).__name__)


def _send_each(connection: BaseEmailBackend, now: datetime, limit: int) -> int:
    began, sent = time.monotonic(), 0
    for _ in range(limit):
        moment = now + timedelta(seconds=time.monotonic() - began)
        row = _take_next(moment)
        if row is None:
            break
        try:
            sent += row.state == State.WAITING and _send(connection, row, moment)
        except _ServerGoneError:
            break
    return sent


@transaction.atomic
def _take_next(now: datetime) -> OutboxMessage | None:
    """Take the message that has been due for longest; give up on one that was tried too often."""
    due = OutboxMessage.objects.filter(state=State.WAITING, next_attempt_at__lte=now)
    for row in take_rows(due.order_by("next_attempt_at", "pk"), 1):
        if row.attempts >= MOST_ATTEMPTS:
            row.state = State.FAILED
        else:
            row.attempts += 1
            row.next_attempt_at = now + TAKEN
        row.save(update_fields=["state", "attempts", "next_attempt_at"])
        return row
    return None


def _send(connection: BaseEmailBackend, row: OutboxMessage, now: datetime) -> bool:
    try:
        connection.send_messages([_message(row)])
    except SMTPRecipientsRefused as error:
        if any(_is_no_mailbox(*answer) for answer in error.recipients.values()):
            _finish(row, now, dead=True)
        else:
            _put_off(row, now, error)
        return False
    except (OSError, ValueError) as error:
        _put_off(row, now, error)
        if isinstance(error, (SMTPServerDisconnected, ConnectionError, TimeoutError)):
            raise _ServerGoneError from None
        return False
    _finish(row, now, dead=False)
    return True


def _message(row: OutboxMessage) -> EmailMessage:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {
        "Message-ID": f"<{row.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday answers, please
        "Content-Language": row.language,
    }
    return EmailMessage(row.subject, row.body, to=[row.address], headers=headers)


def _is_no_mailbox(code: int, text: bytes) -> bool:
    """Whether a refusal says that the mailbox is not there (RFC 3463: 5.1.x, 5.2.1).

    A refusal of ours (5.7.x: not allowed, taken for spam) says nothing of the address.
    """
    detail = re.match(rb"5\.(\d{1,3})\.(\d{1,3})\b", text)
    if detail is not None:
        return detail[1] == b"1" or detail.groups() == (b"2", b"1")
    return code in {550, 551, 553}


def _finish(row: OutboxMessage, now: datetime, *, dead: bool) -> None:
    """Write down how it went, unless somebody cancelled or erased the message meanwhile."""
    with transaction.atomic():
        for taken in lock_rows(_as_taken(row)):
            if dead:
                bury(taken, now)
            else:
                taken.state, taken.sent_at = State.SENT, now
                taken.save(update_fields=["state", "sent_at"])


def _put_off(row: OutboxMessage, now: datetime, error: Exception) -> None:
    _log.warning("message %s was not taken: %s", row.pk, type(error).__name__)
    wait = min(_FIRST_WAIT * 4 ** (row.attempts - 1), _LONGEST_WAIT)
    _as_taken(row).update(next_attempt_at=now + wait)


def _as_taken(row: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Ask for the row, if it is still as this worker took it."""
    return OutboxMessage.objects.filter(pk=row.pk, state=State.WAITING, attempts=row.attempts)
