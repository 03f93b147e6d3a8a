"""The command as a program: what the shell, the terminal and the pipe see of it."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from comitia import __version__
from comitia.cli import INTERRUPTED, main
from comitia.cli.command import NOBODY_READS, build_parser
from comitia.curve.kernel import VARIABLE
from tests.elections import VOTES, make_election, put_together, take_apart
from tests.verify.building import small

COMITIA = (sys.executable, "-m", "comitia")
SECONDS = 60


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "small.bel"
    path.write_bytes(small().archive)
    return path


@pytest.fixture(scope="session")
def long_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an archive that takes some seconds to verify: every ballot is there many times."""
    one = make_election(votes=VOTES[:1]).archive
    path = tmp_path_factory.mktemp("long") / "long.bel"
    path.write_bytes(many_times(one, 6000))
    return path


def many_times(one: bytes, number: int) -> bytes:
    """Return an election in which the only ballot is recorded so many times."""
    steps = take_apart(one)
    return put_together([steps[0], *[steps[1]] * number, *steps[2:]])


def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMITIA, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_package_is_the_command(archive: Path) -> None:
    done = run("verify", "--json", archive)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["verdict"] == "valid"
    assert "\x1b" not in done.stdout


def test_nothing_but_the_report_is_printed_in_a_pipe(long_archive: Path) -> None:
    done = run("verify", "--json", "--jobs", "1", long_archive.with_name("missing"))
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (2, "", 1)


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr() == (f"comitia {__version__}\n", "")


@pytest.mark.parametrize("words", [["--help"], ["verify", "--help"], ["demo", "-h"]])
def test_help_is_printed(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(words)
    assert leaving.value.code == 0
    assert capsys.readouterr().out.startswith("usage: comitia")
    assert build_parser().prog == "comitia"


@pytest.mark.parametrize(
    "words, sentence",
    [
        ([], "the following arguments are required: COMMAND"),
        (["--json"], "unrecognized arguments: --json"),
        (["vote"], "argument COMMAND: invalid choice: 'vote'"),
        (["demo", "--fas"], "unrecognized arguments: --fas"),
        (["demo", "--ballots"], "argument --ballots: expected one argument"),
    ],
)
def test_a_command_line_that_is_not_understood_is_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: comitia")
    assert sentence in err or words == ["--json"]


def test_the_command_line_is_read_from_the_program_s_arguments(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["comitia", "verify", "--json", "/nowhere"])
    assert main() == 2
    assert json.loads(capsys.readouterr().out)["error"] == "/nowhere: No such file or directory"


def test_only_what_the_command_needs_is_loaded(archive: Path) -> None:
    program = (
        "import sys; from comitia.cli import main; main(sys.argv[1:]);"
        "print(sorted({'comitia.counting', 'rich', 'gmpy2', 'urllib.request', 'comitia.verify'}"
        " & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, "verify", "--json", str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout.splitlines()[-1] == "['comitia.verify']"


def test_a_library_that_a_command_lacks_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "comitia.cli.verifying", None)
    assert main(["verify", "/nowhere"]) == 2
    assert capsys.readouterr().err.startswith("comitia: import of comitia.cli.verifying halted")


# --- Pipes, terminals and full disks ---


@pytest.mark.parametrize("option", [[], ["--json"], ["-v"]])
def test_a_reader_who_leaves_ends_the_command_quietly(option: list[str], archive: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "wb") as broken:  # noqa: PTH123 - a descriptor, no path
        done = subprocess.run(
            [*COMITIA, "verify", *option, archive],
            stdout=broken,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (NOBODY_READS, b"")


def test_a_full_disk_is_one_sentence(archive: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMITIA, "verify", "--json", archive],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=SECONDS,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"comitia: No space left on device\n")


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_closed_outputs_are_no_defect(closed: str, archive: Path) -> None:
    command = f'"$0" -m comitia verify "$1" {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, sys.executable, str(archive)],
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_terminal_that_knows_ascii_only_gets_ascii(option: list[str], archive: Path) -> None:
    done = run("verify", *option, archive, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()


def on_a_terminal(*arguments: str | Path) -> tuple[int, bytes, bytes]:
    """Run with standard error on a terminal; return the status, stdout, and what was shown."""
    master, slave = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMITIA, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=slave,
            stdin=slave,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        )
        os.close(slave)
        shown = b"".join(read_all(master))
        out, _ = process.communicate(timeout=SECONDS)
        return process.returncode, out, shown
    finally:
        os.close(master)


def read_all(descriptor: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # the other side is closed
        while piece := os.read(descriptor, 4096):
            yield piece


def test_progress_is_shown_on_a_terminal_and_only_there(archive: Path) -> None:
    status, out, shown = on_a_terminal("verify", "--json", "--jobs", "1", archive)
    assert status == 0
    assert json.loads(out)["verdict"] == "valid"
    assert b"checking ballots" in shown
    assert b"2/2" in shown
    assert run("verify", "--json", archive).stderr == ""


# --- Ctrl-C ---


def group_has_ended(group: int) -> bool:
    """Say whether no process of a group is left after a moment."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    "wait, layer",
    [
        pytest.param(0.0, "", id="at once, threads"),
        pytest.param(0.0, "none", id="at once, processes"),
        pytest.param(0.3, "none", id="amidst, processes"),  # a kernel may have done by then
    ],
)
def test_an_interrupt_ends_the_command_with_130_and_no_traceback(
    jobs: str, wait: float, layer: str, long_archive: Path, tmp_path: Path
) -> None:
    """As a terminal sends it: to the command and to all of its processes."""
    master, slave = pty.openpty()
    printed = (
        tmp_path / "printed"
    )  # a pipe that nobody reads would hold up what was not interrupted
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [*COMITIA, "verify", "--json", "--jobs", jobs, long_archive],
            stdout=out,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", VARIABLE: layer},
        )
    os.close(slave)
    try:
        shown = os.read(master, 4096)  # the progress bar: the command is at work
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        shown += b"".join(read_all(master))
        process.wait(timeout=SECONDS)
    finally:
        process.kill()
        os.close(master)
    assert (process.returncode, printed.read_bytes()) == (INTERRUPTED, b"")
    assert b"Traceback" not in shown
    assert b"KeyboardInterrupt" not in shown
    assert group_has_ended(process.pid)
