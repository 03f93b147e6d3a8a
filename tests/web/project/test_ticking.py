"""The ticking process in earnest: started, killed, doubled, hanging; on both databases."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psycopg
import pytest

from comitia.web.project import ticking
from comitia.web.project.jobs import Rounds
from comitia.web.project.ticking import Ticker
from tests.web.conftest import postgresql_socket
from tests.web.postgresql import USER, address_of
from tests.web.project.smtp import PATIENCE_SECONDS, MailServer, mail_server

HERE = str(Path(__file__).resolve().parents[3])
PREPARE = """
import sys
from pathlib import Path
from comitia.web.project.serving import prepare
prepare(Path(sys.argv[1]))
"""
WRITE = """
import sys, django
django.setup()
from comitia.web.acts.clock import now
from comitia.web.notices.outbox import write_notices
from tests.web.notices.making import NOTICE
print(*write_notices([NOTICE] * int(sys.argv[1]), now()))
"""
LAPSE = """
import django
django.setup()
from comitia.web.acts.clock import now
from comitia.web.notices.models import OutboxMessage
OutboxMessage.objects.update(next_attempt_at=now())
"""
STATES = """
import django
django.setup()
from comitia.web.notices.models import OutboxMessage
print(*sorted(OutboxMessage.objects.values_list("state", flat=True)))
"""
STUBBORN = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)"
)


def run(environment: Mapping[str, str], script: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        env=environment,
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    return done.stdout.split()


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, server: MailServer
) -> dict[str, str]:
    """Give the environment of an application with all its tables, of either kind."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COMITIA_")}
    made = {
        **kept,
        "COMITIA_DATA": str(tmp_path),
        "COMITIA_MAIL": server.address,
        "DJANGO_SETTINGS_MODULE": "comitia.web.project.settings",
    }
    if request.param == "postgresql":
        socket, name = postgresql_socket(), f"ticking_{secrets.token_hex(4)}"
        with psycopg.connect(f"host={socket} user={USER} dbname=postgres", autocommit=True) as own:
            own.execute(f"CREATE DATABASE {name}")
        made["COMITIA_DATABASE"] = address_of(socket, name)
    run(made, PREPARE, str(tmp_path))
    return made


@contextmanager
def ticker(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "comitia.web.project.ticking", str(os.getpid())],
        env=environment,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(environment: Mapping[str, str], states: list[str]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := run(environment, STATES)) != states:
        assert time.monotonic() < end, found
        time.sleep(0.2)


def test_a_ticker_killed_while_it_sends_costs_nothing(
    environment: dict[str, str], server: MailServer
) -> None:
    """The worst moment: the server has the message, and nobody has written that down."""
    (message,) = run(environment, WRITE, "1")
    server.answers = False
    with ticker(environment) as first:
        server.wait_for(1)
        first.send_signal(signal.SIGKILL)
        assert first.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    server.answers = True
    assert run(environment, STATES) == ["waiting"]
    with ticker(environment) as second:
        time.sleep(3)
        assert server.ids() == [message]  # still the dead one's
        run(environment, LAPSE)
        wait_until(environment, ["sent"])
        assert server.ids() == [message, message]  # at least once, and known by its id
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE_SECONDS) == 0


def test_of_two_tickers_one_works_and_the_other_takes_over(
    environment: dict[str, str], server: MailServer
) -> None:
    with ticker(environment) as first, ticker(environment) as second:
        messages = run(environment, WRITE, "5")
        wait_until(environment, ["sent"] * 5)
        assert sorted(server.ids()) == sorted(messages)
        first.kill()
        first.wait()
        more = run(environment, WRITE, "2")
        wait_until(environment, ["sent"] * 7)
        second.kill()
        second.wait()
        (last,) = run(environment, WRITE, "1")
        with ticker(environment):
            wait_until(environment, ["sent"] * 8)
        assert sorted(server.ids()) == sorted([*messages, *more, last])


def test_a_process_that_has_died_is_started_anew_but_not_at_once() -> None:
    made = Ticker(sys.executable, "-c", "import time; time.sleep(600)")
    made.keep_running()
    first = made._process
    made.keep_running()
    assert made._process is first
    assert first is not None
    first.kill()
    first.wait()
    made.keep_running()
    assert made._process is first  # what dies at once is not started a thousand times
    with mock.patch.object(ticking, "_RESTART_SECONDS", 0):
        made.keep_running()
    assert made._process is not first
    made.end()
    made.end()
    made.tell_to_end()


def test_one_that_does_not_end_when_it_is_told_is_killed() -> None:
    made = Ticker(sys.executable, "-c", STUBBORN)
    with mock.patch.object(subprocess, "Popen", side_effect=_with_output):
        made.keep_running()
    process = made._process
    assert process is not None
    assert process.stdout is not None
    process.stdout.readline()  # it ignores SIGTERM from here on
    made.tell_to_end()
    began = time.monotonic()
    made.end(grace_seconds=0.2)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 5


_popen = subprocess.Popen


def _with_output(command: list[str], **_: object) -> subprocess.Popen[bytes]:
    return _popen(command, stdout=subprocess.PIPE)


def test_it_ends_when_its_parent_is_another() -> None:
    rounds = Rounds((), mock.Mock())
    assert ticking._reason_to_end(os.getppid(), rounds) is None
    assert ticking._reason_to_end(os.getppid() + 1, rounds) == 0


def test_it_ends_when_a_job_hangs_and_its_parent_starts_it_anew() -> None:
    rounds = Rounds((), mock.Mock())
    rounds.began_at = time.monotonic() - ticking.HANGS_SECONDS + 100
    assert ticking._reason_to_end(os.getppid(), rounds) is None
    rounds.began_at -= 200
    assert ticking._reason_to_end(os.getppid(), rounds) == 70


def test_the_watch_ends_the_process_at_once() -> None:
    with (
        mock.patch.object(os, "getppid", side_effect=[1, 1, 2]),
        mock.patch.object(ticking, "_WATCH_SECONDS", 0),
        mock.patch.object(os, "_exit") as leaving,
    ):
        ticking._watch(1, Rounds((), mock.Mock()))
    leaving.assert_called_once_with(0)


@pytest.mark.parametrize("arguments", [[], ["x"], ["1", "2"]])
def test_the_program_wants_its_parent_s_number(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ticking", *arguments])
    assert ticking.main() == 2
    assert capsys.readouterr().err.startswith("usage: ")
