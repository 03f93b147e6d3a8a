"""The steps of a start, in this process; ``tests/cli/test_serving.py`` starts it in earnest."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client

from comitia.errors import StorageUnavailable
from comitia.web.project import serving
from comitia.web.project.secret import read_secret


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("umask")
def test_a_start_makes_everything_says_where_it_is_and_hands_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITIA_DATA", "/nowhere")
    monkeypatch.setenv("COMITIA_ADDRESS", "")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "")
    said: list[str] = []
    with (
        mock.patch.object(serving, "_Server") as arbiter,
        pytest.raises(AssertionError, match="leaves by SystemExit"),
    ):
        serving.serve(tmp_path / "data", "127.0.0.1", 0, said.append)
    (application,) = arbiter.call_args.args
    (bound,) = application.cfg.address
    with socket.socket(fileno=bound) as listener:
        port = listener.getsockname()[1]
    assert os.environ["COMITIA_ADDRESS"] == f"http://localhost:{port}"
    places = f"http://127.0.0.1:{port}/ and its data in {tmp_path / 'data'}"
    code = tmp_path / "data" / "installation.code"
    page = f"http://127.0.0.1:{port}/install"
    files = f"each lies as a file in {tmp_path / 'data' / 'mail'}"
    assert said == [
        f"Comitia is at {places}; Ctrl-C ends it",
        f"Mail is sent nowhere: {files}, codes to log in too",
        f"Nobody is known here yet: found the organisation at {page} with the code in {code}",
    ]
    assert code.stat().st_mode & 0o077 == 0
    assert Client().post("/install", {"code": code.read_text("ascii")}).status_code == 302
    assert len(read_secret(tmp_path / "data")) == 86
    assert (settings.STATIC_ROOT / "project" / "comitia.css").exists()
    assert application.cfg.worker_class_str == "gthread"
    assert application.cfg.control_socket_disable
    assert callable(application.load())
    logger = application.cfg.logger_class(application.cfg)
    logger.access(None, None, None, None)
    assert (logger.error_log.propagate, logger.access_log.handlers) == (True, [])


@pytest.mark.django_db(transaction=True)
def test_without_a_folder_the_environment_s_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITIA_DATA", str(tmp_path))
    with (
        mock.patch.object(serving, "prepare") as prepare,
        mock.patch.object(serving, "_Server") as arbiter,
        mock.patch.object(os, "umask"),
        pytest.raises(AssertionError),
    ):
        serving.serve(None, "127.0.0.1", 0, lambda _: None)
    prepare.assert_called_once_with(tmp_path)
    socket.socket(fileno=arbiter.call_args.args[0].cfg.address[0]).close()


@pytest.mark.parametrize("host", ["x" * 300, "no such host", "\ud800"])
def test_what_is_no_address_is_refused(host: str) -> None:
    with pytest.raises(StorageUnavailable, match="no address of this machine"):
        serving.listen(host, 0)


def test_a_port_that_is_taken_is_refused() -> None:
    with (
        serving.listen("127.0.0.1", 0) as first,
        pytest.raises(StorageUnavailable, match="choose another by --port"),
    ):
        serving.listen("127.0.0.1", first.getsockname()[1])


@pytest.mark.django_db
def test_a_database_that_fails_is_named_without_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "")
    failing = mock.patch.object(serving, "migrate", side_effect=DatabaseError("Maria"))
    closing = mock.patch("django.db.connections.close_all")
    with failing, closing, pytest.raises(StorageUnavailable, match="cannot be used") as refused:
        serving.prepare(tmp_path)
    assert "Maria" not in str(refused.value)


def test_postgresql_without_its_driver_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("COMITIA_DATABASE", "postgresql:///register")
    with pytest.raises(StorageUnavailable, match=r"pip install comitia\[postgresql\]"):
        serving.serve(Path("/nowhere"), "127.0.0.1", 0, lambda _: None)


def test_an_address_with_colons_stands_in_brackets() -> None:
    assert serving._address("::1", 80) == "http://[::1]:80/"


@pytest.mark.django_db
def test_health_says_what_is_wrong() -> None:
    client = Client()
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok\n")
    pending = mock.patch("comitia.web.project.views.pending_migrations")
    with pending as asked:
        asked.return_value = {("sessions", "0001_initial")}
        answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (503, "the database is not migrated\n")
        asked.side_effect = DatabaseError("Maria")
        answer = client.get("/healthz")
        assert (answer.status_code, answer.text) == (503, "the database does not answer\n")
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("alias", ["default", "secrets"])
def test_health_looks_at_both_databases(alias: str) -> None:
    pending = {alias: {("sessions", "0001_initial")}}
    with mock.patch("comitia.web.project.views.pending_migrations") as asked:
        asked.side_effect = lambda connection: pending.get(connection.alias, set())
        assert Client().get("/healthz").status_code == 503
