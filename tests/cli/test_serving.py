"""``comitia serve`` as a person meets it: a program that is started, asked and told to end."""

from __future__ import annotations

import argparse
import os
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from comitia.cli import serving
from comitia.cli.terminal import Terminal
from comitia.errors import MalformedRecord, StorageUnavailable

PATIENCE_SECONDS = 60
STARTED = re.compile(r"Comitia is at (http://\S+/) and its data in (.+); Ctrl-C ends it\n")


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment without what it may have set for the application."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COMITIA_")}
    return {**kept, "COLUMNS": "1000", **variables}


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "comitia", "serve", *map(str, arguments)]


def refused(*arguments: str | Path, **variables: str) -> tuple[int, str]:
    """Run to the end; return the exit status and the one sentence."""
    done = subprocess.run(
        command(*arguments),
        check=False,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.returncode, done.stderr


@contextmanager
def running(
    *arguments: str | Path, **variables: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the application at a free port; yield its process and address."""
    process = subprocess.Popen(
        command("--port", "0", *arguments),
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    assert process.stderr is not None
    try:
        assert select.select([process.stderr], [], [], PATIENCE_SECONDS)[0]
        line = process.stderr.readline()
        started = STARTED.fullmatch(line)
        assert started, line + process.stderr.read()
        yield process, started[1]
    finally:
        process.kill()
        process.communicate()


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_starts_from_nothing_serves_pages_and_ends_when_it_is_told(tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    with running("--data", data, COMITIA_ORGANISATION="Union of Examples") as (process, address):
        assert get(address + "healthz") == (200, "ok\n")
        status, page = get(address)
        assert (status, "<h1>Found the organisation</h1>" in page) == (200, True)
        assert ">Union of Examples</a>" in page
        (style,) = re.findall(r'href="/(static/project/comitia\.[0-9a-f]{12}\.css)"', page)
        with urllib.request.urlopen(address + style) as answer:  # noqa: S310 - ours
            assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
            assert b"--accent" in answer.read()
        assert get(address + "styleguide")[0] == 503  # not founded yet
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr is not None
        code = data / "installation.code"
        assert process.stderr.read() == (
            f"Mail is sent nowhere: each lies as a file in {data / 'mail'}, codes to log in too\n"
            "Nobody is known here yet: found the organisation at "
            f"{address}install with the code in {code}\n"
        )
    modes = {path.name: path.stat().st_mode & 0o077 for path in (data, *data.rglob("*"))}
    made = {"data", "comitia.sqlite3", "secrets.sqlite3", "installation.code", "secret.key"}
    assert made | {"static"} <= modes.keys()
    assert set(modes.values()) == {0}


def test_a_story_is_told_once_into_fresh_data_and_can_be_logged_in_to(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("--port", "0", "--data", tmp_path, "--story"),
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = [process.stderr.readline() for _ in range(7)]
        started = STARTED.fullmatch(said[-1])
        assert started, said
        codes = [line.rpartition(": ")[2].strip() for line in said[2:6]]
        assert all(re.fullmatch(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}", code) for code in codes)
        assert get(started[1] + "claim")[0] == 200
        assert get(started[1] + "record/checkpoint")[1].splitlines()[1].isdecimal()
    finally:
        process.kill()
        process.communicate()
    status, sentence = told_again(tmp_path)
    assert (status, "needs a fresh one" in sentence) == (1, True)


def told_again(data: Path) -> tuple[int, str]:
    done = subprocess.run(
        command("--port", "0", "--data", data, "--story"),
        check=False,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    return done.returncode, done.stderr


def test_a_story_is_for_this_machine_alone(tmp_path: Path) -> None:
    status, sentence = refused("--data", tmp_path / "x", "--story", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert (status, "without --host only" in sentence) == (1, True)
    assert not (tmp_path / "x").exists()


def test_ctrl_c_ends_it_and_its_workers(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (process, address):
        get(address)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", int(address.rsplit(":", 1)[1].strip("/"))))


def test_a_second_start_finds_what_the_first_one_made(tmp_path: Path) -> None:
    with running("--data", tmp_path):
        pass
    key = (tmp_path / "secret.key").read_bytes()
    with running("--data", tmp_path) as (_, address):
        assert get(address + "healthz") == (200, "ok\n")
    assert (tmp_path / "secret.key").read_bytes() == key


def test_two_serve_the_same_data_side_by_side(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (_, first), running("--data", tmp_path) as (_, second):
        assert get(first + "healthz") == get(second + "healthz") == (200, "ok\n")


def test_it_is_reached_from_this_machine_alone_unless_told_otherwise(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (_, address):
        assert address.startswith("http://127.0.0.1:")
    with running("--data", tmp_path, "--host", "::1") as (_, address):
        assert address.startswith("http://[::1]:")
        assert get(address + "healthz") == (200, "ok\n")


def test_a_request_that_is_no_http_is_answered_and_not_logged(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (process, address):
        get(address)
        port = int(address.rsplit(":", 1)[1].strip("/"))
        for bad in (b"\x16\x03\x01 maria\r\n\r\n", b"GET /maria HTTP/9\r\n\r\n", b"A" * 9000):
            with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as link:
                link.sendall(bad + b"\r\n\r\n")
                link.shutdown(socket.SHUT_WR)
                assert link.recv(100)[:10] == b"HTTP/1.1 4"
        smuggled = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as link:
            link.sendall(smuggled + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            assert link.recv(100)[:12] == b"HTTP/1.1 400"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr is not None
        assert "maria" not in process.stderr.read()


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with running("--data", tmp_path) as (process, address):
        assert get(address + "healthz") == (200, "ok\n")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            return  # no Linux; nothing to ask who the workers are
        for worker in children.read_text(encoding="ascii").split():
            os.kill(int(worker), signal.SIGKILL)
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            try:
                assert get(address + "healthz") == (200, "ok\n")
            except OSError:  # the connection that the dead one had taken
                continue
            break
        else:
            pytest.fail("nobody answers")


# --- What keeps it from starting: one sentence each ------------------------------------------


def test_a_port_that_is_taken_is_one_sentence_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = refused("--data", tmp_path, "--port", str(port))
    assert status == 1
    assert f"port {port} at 127.0.0.1: Address already in use" in said
    assert list(tmp_path.iterdir()) == []


def test_an_address_of_another_machine_is_one_sentence(tmp_path: Path) -> None:
    for host in ("203.0.113.7", "no such host", "x" * 300, ""):
        status, said = refused("--data", tmp_path, "--host", host, "--port", "0")
        assert status == 1, said
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = refused("--data", tmp_path / "file" / "data")
    assert (status, "Not a directory" in said) == (1, True)
    status, said = refused("--data", tmp_path / "file")
    assert (status, f"{tmp_path / 'file'}" in said) == (1, True)


def test_a_folder_that_only_others_may_write_is_one_sentence() -> None:
    status, said = refused("--data", "/proc/self")  # not even root may
    assert status == 1
    assert "/proc/" in said


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "comitia.env").write_text("COMITIA_TLS=perhaps\n", encoding="utf-8")
    assert refused("--data", tmp_path) == (1, "comitia: COMITIA_TLS: expected yes or no\n")


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "comitia.sqlite3").write_bytes(b"Maria" * 1000)
    status, said = refused("--data", tmp_path, "--port", "0")
    assert (status, "comitia.sqlite3) cannot be used (DatabaseError)" in said) == (1, True)


def test_a_database_of_a_newer_version_is_one_sentence(tmp_path: Path) -> None:
    with running("--data", tmp_path):
        pass
    with sqlite3.connect(tmp_path / "comitia.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('x', '0002_new', '')"
        )
    database.close()
    status, said = refused("--data", tmp_path, "--port", "0")
    assert status == 1
    assert "a newer version has changed the database (this one does not know x/0002_new)" in said


def test_secrets_beside_an_empty_database_are_one_sentence(tmp_path: Path) -> None:
    with running("--data", tmp_path):
        pass
    with sqlite3.connect(tmp_path / "secrets.sqlite3") as database:
        database.execute("INSERT INTO person_secrets_secretsowner VALUES (1, ?)", ["f" * 32])
    database.close()
    status, said = refused("--data", tmp_path, "--port", "0")
    assert status == 1
    assert "the secrets are an organisation's, and the database knows none" in said


def test_a_server_of_databases_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    address = f"postgresql://anna:geheim@/register?host={tmp_path}"
    status, said = refused("--data", tmp_path, "--port", "0", COMITIA_DATABASE=address)
    assert status == 1
    assert f"the database ({tmp_path}, register) cannot be used (OperationalError)" in said
    assert "geheim" not in said


@pytest.mark.parametrize("port", ["-1", "65536", "http", "8000.0", "٨", "9" * 5000, ""])
def test_a_port_that_is_none_is_refused_with_the_usage(port: str) -> None:
    done = subprocess.run(
        command("--port", port), check=False, env=environment(), capture_output=True, text=True
    )
    assert (done.returncode, "is no port (0 to 65535)" in done.stderr) == (2, True)


# --- The same in this process, for what a program of its own does not show --------------------


def run_here(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    serving.add_options(parser)
    return serving.run_command(parser.parse_args(arguments), Terminal())


def test_options_are_handed_on_and_an_end_is_not_caught(tmp_path: Path) -> None:
    with (
        mock.patch("comitia.web.project.serving.serve", side_effect=SystemExit(0)) as serve,
        pytest.raises(SystemExit) as ended,
    ):
        run_here("--data", str(tmp_path), "--port", "65535", "--host", "::1")
    assert ended.value.code == 0
    assert serve.call_args.args[:3] == (tmp_path, "::1", 65_535)


@pytest.mark.parametrize(
    "error", [StorageUnavailable("no room"), MalformedRecord("a", "b"), OSError(28, "no room", "x")]
)
def test_what_keeps_it_from_starting_is_a_sentence_and_status_1(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    with mock.patch("comitia.web.project.serving.serve", side_effect=error):
        assert run_here() == 1
    said = capsys.readouterr().err
    assert said.startswith("comitia: ")
    assert len(said.splitlines()) == 1


def test_a_missing_package_is_named_with_what_brings_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "comitia.web.project.serving", raising=False)
    monkeypatch.setitem(sys.modules, "gunicorn.arbiter", None)
    assert run_here("--port", "0") == 2
    assert "needs the package gunicorn: pip install comitia[web]" in capsys.readouterr().err


def test_a_port_is_a_number_of_one() -> None:
    assert serving._parse_port("0") == 0
    with pytest.raises(argparse.ArgumentTypeError, match="'65536' is no port"):
        serving._parse_port("65536")
    with pytest.raises(argparse.ArgumentTypeError, match="'x' is no port"):
        serving._parse_port("x")


# --- Who needs Django and who does not -------------------------------------------------------


@pytest.mark.parametrize("package", ["django", "gunicorn"])
def test_without_the_application_s_packages_one_sentence_says_what_to_install(
    package: str,
) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from comitia.cli import main; sys.exit(main(['serve']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == (
        f"comitia: the application needs the package {package}: "
        "pip install comitia[web] installs all that it needs\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["serve", "--help"], ["verify", "/nowhere"], ["count", "--list-rules"]],
)
def test_no_other_command_loads_django(arguments: list[str]) -> None:
    program = (
        "import sys\nfrom comitia.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "print('loaded' if 'django' in sys.modules else 'not loaded')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "not loaded"
