from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.web.project.secret import make_secret, read_secret


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    make_secret(tmp_path)
    first = read_secret(tmp_path)
    make_secret(tmp_path)
    assert read_secret(tmp_path) == first
    assert len(first) == 86
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_two_folders_have_two_keys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_secret(tmp_path / name)
    assert read_secret(tmp_path / "a") != read_secret(tmp_path / "b")


def test_of_many_that_start_at_once_all_get_the_same_key(tmp_path: Path) -> None:
    def start(_: int) -> str:
        make_secret(tmp_path)
        return read_secret(tmp_path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(50)))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_key_that_came_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_secret(tmp_path)
    first = read_secret(tmp_path)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    make_secret(tmp_path)
    assert read_secret(tmp_path) == first


def test_without_a_key_one_is_told_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="`comitia serve` makes one"):
        read_secret(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_secret(tmp_path)
    (tmp_path / "secret.key").chmod(mode)
    with pytest.raises(MalformedRecord, match=f"mode {mode:o}.*chmod 600"):
        read_secret(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 86, b" " * 200])
def test_a_damaged_key_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    make_secret(tmp_path)
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(MalformedRecord) as refused:
        read_secret(tmp_path)
    assert refused.value.problem == "this is no secret key; move it away to get a new one"
