from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from comitia.cli.files import (
    expect_new,
    lock_file,
    naming,
    open_plain,
    read_plain,
    read_private,
    replace_private,
    replace_public,
    write_or_find,
    write_private,
    write_public,
)
from comitia.cli.sentences import sentence_of
from comitia.errors import MalformedRecord, StorageUnavailable


def test_a_private_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private(tmp_path / "key", b"secret")
    finally:
        os.umask(before)
    assert (tmp_path / "key").read_bytes() == b"secret"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_private_file_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("key", "link"):
        with pytest.raises(FileExistsError):
            write_private(tmp_path / name, b"secret")
    assert (tmp_path / "key").read_bytes() == b"old"
    assert not (tmp_path / "elsewhere").exists()


def test_a_plain_file_is_opened_even_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    (tmp_path / "link").symlink_to("file")
    for name in ("file", "link"):
        with open_plain(tmp_path / name) as stream:
            assert (stream.read(), stream.seek(0), stream.read(3)) == (b"content", 0, b"con")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_plain_file_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    path = {"pipe": tmp_path / "pipe", "folder": tmp_path, "device": Path("/dev/zero")}[kind]
    before = open_files()
    with pytest.raises(MalformedRecord, match="expected a plain file"):
        open_plain(path)
    assert open_files() == before


def test_a_file_that_is_not_there_is_the_system_s_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_plain(tmp_path / "missing")


# --- Secrets ---


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_secret_that_only_its_owner_can_read_is_read(mode: int, tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"secret")
    (tmp_path / "key").chmod(mode)
    assert read_private(tmp_path / "key", 6) == b"secret"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601, 0o777])
def test_a_secret_that_others_can_reach_is_refused_unread(mode: int, tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"secret")
    (tmp_path / "link").symlink_to("key")
    (tmp_path / "key").chmod(mode)
    for name in ("key", "link"):
        with pytest.raises(MalformedRecord) as refused:
            read_private(tmp_path / name, 6)
        assert refused.value.where == str(tmp_path / name)
        assert refused.value.problem == (
            f"others can read this secret (mode {mode:o}); make it yours with chmod 600"
        )


@pytest.mark.parametrize("read", [read_plain, read_private])
def test_a_file_that_is_too_large_is_refused(
    read: Callable[[Path, int], bytes], tmp_path: Path
) -> None:
    write_private(tmp_path / "file", b"12345")
    assert read(tmp_path / "file", 5) == b"12345"
    with pytest.raises(MalformedRecord, match="more than the 4 bytes"):
        read(tmp_path / "file", 4)


@pytest.mark.parametrize("read", [read_plain, read_private])
def test_a_folder_is_no_file(read: Callable[[Path, int], bytes], tmp_path: Path) -> None:
    with pytest.raises(MalformedRecord, match="expected a plain file"):
        read(tmp_path, 5)


# --- Writing ---


@pytest.mark.parametrize("write, mode", [(write_private, 0o600), (write_public, 0o644)])
def test_a_file_that_could_not_be_stored_is_not_there(
    write: Callable[[Path, bytes], None],
    mode: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: int) -> NoReturn:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space left"):
            write(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "file", b"content")
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode


@pytest.mark.parametrize("replace, mode", [(replace_private, 0o600), (replace_public, 0o644)])
def test_a_file_is_replaced_whole_or_not_at_all(
    replace: Callable[[Path, bytes], None],
    mode: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError("no space left")

    path = tmp_path / "file"
    replace(path, b"old")
    for broken in ("os.fsync", "pathlib.Path.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(broken, fail)
            with pytest.raises(OSError, match="no space left"):
                replace(path, b"new")
        assert path.read_bytes() == b"old"
        assert [file.name for file in tmp_path.iterdir()] == ["file"]
    replace(path, b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", mode)


def test_a_file_with_the_same_content_is_found_and_any_other_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for _ in range(2):
        write_or_find(path, b"content")
    for other in (b"conten", b"content+", b"", b"CONTENT"):
        with pytest.raises(FileExistsError):
            write_or_find(path, other)
        assert path.read_bytes() == b"content"


def test_what_is_there_is_named_before_anything_is_written(tmp_path: Path) -> None:
    expect_new([tmp_path / "a", tmp_path / "b"])
    (tmp_path / "b").symlink_to("nowhere")
    with pytest.raises(FileExistsError) as refused:
        expect_new([tmp_path / "a", tmp_path / "b"])
    assert sentence_of(refused.value) == (
        f"{tmp_path / 'b'}: there is such a file already, and none is overwritten; "
        "move it away, or write elsewhere"
    )


def test_a_refusal_of_a_file_s_content_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(MalformedRecord) as refused, naming(tmp_path / "key", "; try another"):
        raise MalformedRecord("version", "expected 1")
    assert str(refused.value) == f"{tmp_path / 'key'}, version: expected 1; try another"


# --- Locks ---


def test_a_lock_keeps_others_out_until_it_is_given_back(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        lock_file(tmp_path / "file"),
        pytest.raises(StorageUnavailable, match="another process works with this file"),
        lock_file(tmp_path / "file"),
    ):
        pass
    with lock_file(tmp_path / "file"):
        pass
