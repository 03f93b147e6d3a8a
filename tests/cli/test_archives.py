"""Archives on this machine: one writer, and nothing lost where a process or a machine stops."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comitia.ballots.v1.making.storage import ArchiveFile, UnendedAppend
from comitia.ballots.v1.model import ArchiveHeader, EventType
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.cli.archives import create_archive, open_archive
from comitia.cli.files import open_plain
from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.verify import Verdict
from tests.elections import TIMESTAMP, make_election, put_together, take_apart, verify_bytes

HEADER = ArchiveHeader(TIMESTAMP)


def append_election(archive: ArchiveFile, first: int = 0, last: int | None = None) -> None:
    for step in take_apart(make_election().archive)[first:last]:
        archive.append(step.type, *step.contents)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "election.bel"


def names(path: Path) -> list[str]:
    return sorted(found.name for found in path.parent.iterdir())


def test_an_archive_is_created_opened_again_and_verified(path: Path) -> None:
    with create_archive(path, HEADER) as archive:
        append_election(archive, last=3)
    with open_archive(path) as archive:
        assert archive.recovery is None
        append_election(archive, first=3)
    made = make_election()
    assert path.read_bytes() == made.archive
    assert verify_bytes(path.read_bytes(), bound=made.bound).verdict is Verdict.VALID


def test_no_archive_is_created_over_another_file(path: Path) -> None:
    path.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        create_archive(path, HEADER)
    assert path.read_bytes() == b"precious"


def test_an_archive_that_cannot_be_begun_leaves_no_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(StorageUnavailable, match="Input/output error"):
            create_archive(path, HEADER)
    assert names(path) == []
    create_archive(path, HEADER).close()


@pytest.mark.parametrize("name", ["missing.bel", "folder"])
def test_what_cannot_be_opened_is_the_systems_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=name):
        open_archive(tmp_path / name)


def test_what_is_no_plain_file_is_refused_at_once(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(MalformedRecord, match="expected a plain file"):
        open_archive(path)


def test_what_is_no_archive_is_refused_and_free_again(path: Path) -> None:
    path.write_bytes(b"x" * 2000)
    for _ in range(2):
        with pytest.raises(UnreadableArchive, match="this is not an election archive"):
            open_archive(path, recover=True)
    assert path.read_bytes() == b"x" * 2000


# --- Recovery ---


def test_a_tail_is_moved_to_a_file_beside_the_archive_only_when_asked(path: Path) -> None:
    made = make_election().archive
    start = len(put_together(take_apart(made)[:-1]))
    path.write_bytes(made[:-700])
    with pytest.raises(UnendedAppend, match="recover the archive"):
        open_archive(path)
    assert (path.read_bytes(), names(path)) == (made[:-700], [path.name])
    with open_archive(path, recover=True) as archive:
        assert archive.recovery is not None
        kept = path.with_name(archive.recovery.kept_as)
        assert kept.name == f"election.bel.tail-{start}"
        assert kept.read_bytes() == made[start:-700]
        append_election(archive, first=-1)
    assert (path.read_bytes(), names(path)) == (made, [path.name, kept.name])


def test_a_tail_never_replaces_another(path: Path) -> None:
    made = make_election().archive
    start = len(put_together(take_apart(made)[:-1]))
    beside = f"election.bel.tail-{start}"
    (path.parent / beside).symlink_to("nowhere")
    for suffix, end in (("-2", 700), ("-3", 600)):
        path.write_bytes(made[:-end])
        with open_archive(path, recover=True) as archive:
            assert archive.recovery is not None
            assert archive.recovery.kept_as == beside + suffix
        assert (path.parent / f"{beside}{suffix}").read_bytes() == made[start:-end]
    assert (path.parent / beside).is_symlink()


def test_a_tail_lies_where_the_archive_is_and_not_where_a_link_to_it_is(path: Path) -> None:
    (path.parent / "folder").mkdir()
    real = path.parent / "folder" / "real.bel"
    path.symlink_to(real)
    real.write_bytes(make_election().archive[:-1])
    open_archive(path, recover=True).close()
    assert path.is_symlink()
    assert len(names(real)) == 2


def test_nothing_is_cut_off_where_the_tail_cannot_be_stored(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_election().archive
    path.write_bytes(made[:-700])
    fsync = os.fsync

    def fail(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(StorageUnavailable, match="No space left on device"):
            open_archive(path, recover=True)
    assert (path.read_bytes(), names(path)) == (made[:-700], [path.name])
    open_archive(path, recover=True).close()


def test_file_and_folder_are_stored_before_an_archive_is_handed_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []

    def note(descriptor: int) -> None:
        stored.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)

    monkeypatch.setattr(os, "fsync", note)
    folder = path.parent.name
    create_archive(path, HEADER).close()
    assert stored == [path.name, folder]
    stored.clear()
    open_archive(path).close()
    assert stored == [folder, path.name]
    path.write_bytes(path.read_bytes() + b"x")
    stored.clear()
    open_archive(path, recover=True).close()
    assert stored == [folder, f"{path.name}.tail-1024", folder, path.name]


# --- One writer ---


def test_a_second_writer_is_told_so_and_touches_nothing(path: Path) -> None:
    with create_archive(path, HEADER) as archive:
        append_election(archive, last=2)
        before = path.read_bytes()
        for recover in (False, True):
            with pytest.raises(StorageUnavailable) as caught:
                open_archive(path, recover=recover)
            assert str(caught.value) == (
                f"{path}: another process is writing to this archive; wait until it has ended"
            )
        assert (path.read_bytes(), names(path)) == (before, [path.name])
        with open_plain(path) as reader:
            assert reader.read() == before
        append_election(archive, first=2)
    open_archive(path).close()
    assert path.read_bytes() == make_election().archive


APPEND = """
import sys
from pathlib import Path
from comitia.ballots.v1.model import EventType
from comitia.cli.archives import open_archive

with open_archive(Path(sys.argv[1]), recover=True) as archive:
    for number in range(int(sys.argv[2]), 10**9):
        event = archive.append(EventType.BALLOT, b'"%d"' % number * 2000)
        print(number, event.height, flush=True)
"""


def start_writer(path: Path, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APPEND, str(path), str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_writer_in_another_process_is_refused_until_the_first_has_ended(path: Path) -> None:
    with create_archive(path, HEADER) as archive:
        archive.append(EventType.SETUP, b"{}")
        with start_writer(path, 0) as second:
            _, complaint = second.communicate()
        assert "another process is writing to this archive" in complaint
        size = archive.size
    assert path.stat().st_size == size


def test_a_writer_that_is_killed_loses_no_event_that_it_told_of(path: Path) -> None:
    with create_archive(path, HEADER) as archive:
        archive.append(EventType.SETUP, b"{}")
    told: dict[int, int] = {}
    for delay in (0.0, 0.011, 0.023, 0.05):
        with start_writer(path, 1000 * (len(told) + 1)) as writer:
            assert writer.stdout is not None
            lines = [writer.stdout.readline()]
            time.sleep(delay)
            os.kill(writer.pid, signal.SIGKILL)
            lines += writer.stdout.readlines()
        assert writer.returncode == -signal.SIGKILL
        # The pipe may end within a line: that number was not told.
        told.update(map(int, line.split()) for line in lines if line.endswith("\n"))  # type: ignore[misc] # two words a line
        with open_archive(path, recover=True) as archive:
            recorded = {
                int(archive.read(records[0], 1 << 20).split(b'"')[1]): event.height
                for event, records in archive.events()
                if event.type is EventType.BALLOT
            }
        assert told.items() <= recorded.items()
        assert len(recorded) - len(told) <= 4
    assert len(told) > 4
