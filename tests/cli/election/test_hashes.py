"""No file of another party is looked into before its hash was announced."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.ballots.v1.model import derive_hash
from comitia.cli.election.hashes import HashedFile, hash_line, read_announced
from comitia.errors import CheckFailed, MalformedRecord
from tests.cli.election.conftest import Stations
from tests.cli.election.parties import comitia, one, sentence

HASH = derive_hash(b"key\n")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "a.pubkey"
    path.write_bytes(b"key\n")
    return path


def announce(folder: Path, text: str) -> Path:
    path = folder / "hashes.txt"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        f"{HASH}\n",
        f"{HASH}",
        f"# by telephone\n\n{HASH}  a.pubkey\n",
        f"{HASH} *b\u00e9 c.pubkey\n",
        f"{derive_hash(b'other')}  a.pubkey\r\n{HASH}  another name\n",
    ],
)
def test_a_file_on_the_list_is_read_whatever_its_name(text: str, key: Path) -> None:
    assert read_announced([key], announce(key.parent, text)) == (HashedFile(key, b"key\n"),)


def test_a_file_that_nobody_announced_is_refused_by_name(key: Path) -> None:
    hashes = announce(key.parent, f"{derive_hash(b'key')}  a.pubkey\n")
    with pytest.raises(CheckFailed) as refused:
        read_announced([key], hashes)
    assert (refused.value.check, refused.value.subject) == ("ceremony.hashes", str(key))
    assert refused.value.found == f"the hash {HASH}"


@pytest.mark.parametrize(
    "line",
    ["nothing", HASH[:-1], HASH.upper(), f"{HASH}a.pubkey", f"\\{HASH}  a", f"SHA256={HASH}"],
)
def test_a_line_that_is_no_hash_is_refused_with_its_number(line: str, key: Path) -> None:
    hashes = announce(key.parent, f"# list\n{line}\n")
    with pytest.raises(MalformedRecord, match="line 2: expected a SHA-256") as refused:
        read_announced([key], hashes)
    assert refused.value.where == f"{hashes}, line 2"


@given(st.binary())
def test_any_list_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "hashes.txt").write_bytes(data)
    with suppress(MalformedRecord):
        read_announced([], folder / "hashes.txt")


def test_a_hash_is_printed_as_sha256sum_does_and_a_name_plays_no_tricks(tmp_path: Path) -> None:
    (tmp_path / "a.pubkey").write_bytes(b"key\n")
    done = comitia("hashes", tmp_path / "a.pubkey")
    assert (done.status, done.out, done.err) == (0, f"{HASH}  a.pubkey\n", "")
    named = hash_line(Path(f"a\n{HASH}  b\x1b[2J"), b"")
    assert named == f"{derive_hash(b'')}  a\\n{HASH}  b\\x1b[2J"


@pytest.mark.parametrize(
    "name", ["$(id).pubkey", "`id`", "a;id", "--help", "\x1b]0;x\x07", "\u202e"]
)
def test_a_hostile_name_of_a_file_is_inert(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"key\n")
    done = comitia("hashes", tmp_path / name)
    assert done.out.startswith(f"{HASH}  ")
    assert not set(done.out) & set("\x1b\x07\u202e")


def test_what_cannot_be_parsed_is_still_refused_by_its_hash(at: Stations) -> None:
    world = at("certificates")
    one(world.folder("ben"), "*.cert").write_bytes(b"not a certificate")
    said = sentence(comitia(*world.step("threshold-polynomial", "cert")), 1)
    assert said.startswith(f"comitia: ceremony.hashes: {one(world.folder('ben'), '*.cert')}: ")
    world = at("keys")
    one(world.server, "*.pubkey").write_bytes(b"not a key")
    assert "ceremony.hashes" in sentence(comitia(*world.setting_up()), 1)
    assert not world.archive.exists()


@pytest.mark.parametrize("step", ["threshold-polynomial", "threshold-confirm", "threshold-finish"])
def test_no_step_works_without_the_hashes(step: str, at: Stations) -> None:
    world = at("confirmed")
    world.hashes.write_text("")
    words = {
        "threshold-polynomial": world.step(step, "cert"),
        "threshold-confirm": world.step(step, "cert", "polynomial"),
        "threshold-finish": world.finishing,
    }
    assert "ceremony.hashes" in sentence(comitia(*words[step]), 1)
