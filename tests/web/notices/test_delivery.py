from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected
from unittest import mock
from uuid import UUID

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections
from django.test import override_settings

from comitia.web.notices import delivery
from comitia.web.notices.bounces import address_works
from comitia.web.notices.delivery import MOST_ATTEMPTS, TAKEN, deliver_due
from comitia.web.notices.models import OutboxMessage, State
from comitia.web.notices.outbox import cancel, write_notices
from tests.web.notices.making import ANNA, NOTICE, NOW, to_berta

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def message() -> UUID:
    return write_notices([NOTICE], NOW)[0]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Give what was logged, and look that nobody is named in it."""
    caplog.set_level(logging.INFO)
    yield caplog
    assert "union.example" not in caplog.text
    assert "noise" not in caplog.text


def facts(message: UUID) -> tuple[str, int, datetime]:
    row = OutboxMessage.objects.get(pk=message)
    return row.state, row.attempts, row.next_attempt_at


def failing(error: Exception, method: str = "send_messages") -> AbstractContextManager[mock.Mock]:
    patch: AbstractContextManager[mock.Mock]
    patch = mock.patch.object(EmailBackend, method, side_effect=error)
    return patch


def refused(code: int, text: bytes) -> Exception:
    return SMTPRecipientsRefused({"anna@union.example": (code, text)})


def test_what_is_due_is_sent_once(message: UUID) -> None:
    assert [deliver_due(NOW, 10) for _ in range(2)] == [1, 0]
    (sent,) = mail.outbox
    row = OutboxMessage.objects.get()
    assert (sent.to, sent.subject, sent.body) == ([row.address], row.subject, row.body)
    assert sent.extra_headers == {
        "Message-ID": f"<{message}@localhost>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
    }
    assert (row.state, row.sent_at is not None) == ("sent", True)


def test_only_what_waits_and_is_due_is_sent(message: UUID) -> None:
    write_notices([to_berta("")], NOW)
    assert deliver_due(NOW - MINUTE, 10) == 0
    OutboxMessage.objects.filter(pk=message).update(state=State.HELD)
    assert deliver_due(NOW, 10) == 0
    assert mail.outbox == []


def test_what_has_been_due_for_longest_goes_first_and_no_more_than_the_limit() -> None:
    write_notices([NOTICE], NOW)
    write_notices([to_berta()], NOW - MINUTE)
    assert [deliver_due(NOW, 1), mail.outbox[0].to] == [1, ["berta@union.example"]]
    assert [deliver_due(NOW, 1), mail.outbox[1].to] == [1, ["anna@union.example"]]


@override_settings(MAIL_SERVER=False)
def test_without_a_mail_server_everything_waits(message: UUID) -> None:
    assert deliver_due(NOW, 10) == 0
    assert facts(message) == ("waiting", 0, NOW)


def test_a_server_that_cannot_be_reached_costs_no_attempt(
    message: UUID, lines: pytest.LogCaptureFixture
) -> None:
    with failing(ConnectionRefusedError("anna@union.example"), "open"):
        assert deliver_due(NOW, 10) == 0
    assert facts(message) == ("waiting", 0, NOW)
    assert lines.messages == ["the mail server cannot be reached: ConnectionRefusedError"]


def test_a_message_that_was_not_taken_is_put_off_ever_longer(
    message: UUID, lines: pytest.LogCaptureFixture
) -> None:
    moment, waits = NOW, []
    with failing(SMTPDataError(451, "anna@union.example")):
        for _ in range(7):
            assert deliver_due(moment, 10) == 0
            waits.append(round((facts(message)[2] - moment) / MINUTE))
            moment = facts(message)[2]
    assert waits == [1, 4, 16, 64, 256, 720, 720]
    assert lines.messages == [f"message {message} was not taken: SMTPDataError"] * 7


def test_a_message_that_was_tried_often_enough_has_failed(message: UUID) -> None:
    OutboxMessage.objects.update(attempts=MOST_ATTEMPTS)
    assert deliver_due(NOW, 10) == 0
    assert (facts(message)[0], mail.outbox) == ("failed", [])


def test_one_that_is_not_taken_does_not_keep_the_next_waiting() -> None:
    first, second = write_notices([NOTICE, to_berta()], NOW)
    send = EmailBackend.send_messages

    def refuse_one(self: EmailBackend, messages: Sequence[mail.EmailMessage]) -> int:
        if messages[0].to == ["anna@union.example"]:
            raise SMTPDataError(554, "no")
        return send(self, messages)

    with mock.patch.object(EmailBackend, "send_messages", refuse_one):
        assert deliver_due(NOW, 10) == 1
    assert (facts(first)[0], facts(second)[0]) == ("waiting", "sent")


@pytest.mark.usefixtures("lines")
def test_a_server_that_goes_away_ends_the_round() -> None:
    write_notices([NOTICE, to_berta()], NOW)
    with failing(SMTPServerDisconnected("anna@union.example")) as tried:
        assert deliver_due(NOW, 10) == 0
    assert tried.call_count == 1
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 1]


@pytest.mark.parametrize(
    "code,text",
    [(550, b"5.1.1 no such user"), (550, b"5.2.1 disabled"), (550, b"unknown"), (553, b"5 1 1")],
)
def test_an_address_that_the_server_does_not_know_is_marked(
    message: UUID, code: int, text: bytes
) -> None:
    with failing(refused(code, text)):
        assert deliver_due(NOW, 10) == 0
    assert facts(message)[0] == "letter"
    assert not address_works(ANNA, "anna@union.example")


@pytest.mark.parametrize(
    "code,text", [(450, b"4.2.1 later"), (550, b"5.7.1 spam"), (552, b"full"), (550, b"5.2.2 full")]
)
@pytest.mark.usefixtures("lines")
def test_another_refusal_says_nothing_of_the_address(message: UUID, code: int, text: bytes) -> None:
    with failing(refused(code, text)):
        assert deliver_due(NOW, 10) == 0
    assert facts(message)[0] == "waiting"
    assert address_works(ANNA, "anna@union.example")


def test_what_is_cancelled_while_it_is_sent_stays_so(message: UUID) -> None:
    def cancelling(*_: object) -> int:
        return cancel([message], NOW)

    with mock.patch.object(EmailBackend, "send_messages", side_effect=cancelling):
        deliver_due(NOW, 10)
    assert facts(message)[0] == "cancelled"


@pytest.mark.usefixtures("message")
def test_a_server_that_does_not_part_in_order_has_had_the_message(
    lines: pytest.LogCaptureFixture,
) -> None:
    with failing(OSError("anna@union.example"), "close"):
        assert deliver_due(NOW, 10) == 1
    assert lines.messages == ["the mail server did not part in order: OSError"]


def test_a_message_in_a_worker_s_hands_is_nobody_else_s_for_a_while(message: UUID) -> None:
    taken = delivery._take_next(NOW)
    assert taken is not None
    assert deliver_due(NOW + TAKEN - MINUTE, 10) == 0
    assert facts(message) == ("waiting", 1, NOW + TAKEN)
    # Its worker died: nobody can tell whether the message went out, so it goes out again.
    assert deliver_due(NOW + TAKEN, 10) == 1
    delivery._finish(taken, NOW, dead=True)  # it had only slept: the other one's word counts
    assert facts(message)[0] == "sent"


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_the_same_message() -> None:
    if connection.vendor == "sqlite":
        return  # in memory; two tickers on a file are tested in project/test_ticker.py
    write_notices([NOTICE] * 20, NOW)
    start = threading.Barrier(2, timeout=20)
    sent: list[int] = []

    def work() -> None:
        try:
            start.wait()
            sent.append(deliver_due(NOW, 30))
        finally:
            connections["default"].close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert (sum(sent), len(mail.outbox)) == (20, 20)
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 20
