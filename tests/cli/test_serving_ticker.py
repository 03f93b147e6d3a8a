"""The ticker that ``comitia serve`` runs beside its server: it is there, and it is gone with it."""

from __future__ import annotations

import fcntl
import signal
import sqlite3
import time
from pathlib import Path

from tests.cli.test_serving import PATIENCE_SECONDS, running
from tests.web.project.smtp import mail_server

MESSAGE = """
INSERT INTO notices_outboxmessage (id, address, language, subject, body, template,
    template_version, branch, state, attempts, next_attempt_at, made_at, decided_by,
    done_by, firm)
VALUES (?, 'anna@union.example', 'en', 'a', 'b', 'a.b', 1, '', 'waiting', 0, ?, ?, '', '', 0)
"""
LONG_AGO = "2026-01-01 00:00:00"


def write_message(data: Path) -> None:
    """Put a message into the outbox, as an act would."""
    with sqlite3.connect(data / "comitia.sqlite3", timeout=PATIENCE_SECONDS) as database:
        database.execute(MESSAGE, ["0" * 32, LONG_AGO, LONG_AGO])


def is_ticking(data: Path) -> bool:
    """Whether a process has the ticker's place."""
    with (data / "comitia.sqlite3-ticking").open("a") as place:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_until_ticking(data: Path, *, expected: bool) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while is_ticking(data) is not expected:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_mail_is_sent_while_it_serves(tmp_path: Path) -> None:
    with mail_server() as server, running("--data", tmp_path, COMITIA_MAIL=server.address):
        write_message(tmp_path)
        server.wait_for(1)


def test_a_job_that_hangs_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with mail_server() as server:
        server.answers = False
        with running("--data", tmp_path, COMITIA_MAIL=server.address) as (process, _):
            write_message(tmp_path)
            server.wait_for(1)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_SECONDS) == 0
            assert time.monotonic() - began < 15  # the mail server would be waited for for longer
        wait_until_ticking(tmp_path, expected=False)


def test_the_ticker_is_gone_when_the_server_was_killed(tmp_path: Path) -> None:
    with mail_server() as server:
        server.answers = False
        with running("--data", tmp_path, COMITIA_MAIL=server.address) as (process, _):
            write_message(tmp_path)
            server.wait_for(1)  # in the middle of a job
            assert is_ticking(tmp_path)
            process.kill()
        wait_until_ticking(tmp_path, expected=False)


def test_ctrl_c_ends_the_ticker_without_a_word(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (process, _):
        wait_until_ticking(tmp_path, expected=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr is not None
        mail, founding = process.stderr.read().splitlines()
        assert mail.startswith("Mail is sent nowhere: ")
        assert founding.startswith("Nobody is known here yet: ")
        assert not is_ticking(tmp_path)
