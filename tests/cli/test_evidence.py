"""``comitia verify`` of the file of proofs that a member keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from comitia.cli import main
from tests.verify.test_evidence import HEAD, TRUST, made

CAPTURED = pytest.CaptureFixture[str]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my-entries.json"
    path.write_bytes(made().to_bytes())
    return path


@pytest.fixture
def trust(tmp_path: Path) -> str:
    path = tmp_path / "trust.txt"
    path.write_text(TRUST.to_text(), encoding="utf-8")
    return str(path)


def verify(capsys: CAPTURED, *words: str | Path) -> tuple[int, str, str]:
    status = main(["verify", *map(str, words)])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def test_sound_entries_are_listed_and_nobody_is_named(
    mine: Path, trust: str, capsys: CAPTURED
) -> None:
    status, out, err = verify(capsys, mine, "--trust", trust)
    assert (status, err) == (0, "")
    assert out.startswith("Entries of the record record.example.org/union\nCheckpoint of 3 entries")
    assert "✓ record.disclosure" in out
    assert "membership.apply\n" in out
    assert "Ada" not in out
    assert out.endswith("VALID: every check that applies was made and holds.\n")


def test_a_program_is_told_the_same(mine: Path, trust: str, capsys: CAPTURED) -> None:
    status, out, _ = verify(capsys, mine, "--trust", trust, "--json")
    report = json.loads(out)
    assert (status, report["verdict"]) == (0, "valid")
    assert report["subject"] == {"origin": TRUST.origin, "size": 3, "root": HEAD.root.hex()}
    assert [one["id"] for one in report["checks"]] == [
        *("record.key", "record.witness", "record.inclusion", "record.entry", "record.disclosure")
    ]
    assert set(report) == {"verdict", "subject", "checks", "warnings", "result"}


def test_without_trust_it_is_incomplete(mine: Path, capsys: CAPTURED) -> None:
    status, out, _ = verify(capsys, mine)
    assert (status, "- record.key" in out) == (3, True)


def test_a_changed_entry_fails_and_is_not_listed(mine: Path, trust: str, capsys: CAPTURED) -> None:
    first, second = made().entries
    changed = replace(made(), entries=(first, replace(second, place=0)))
    mine.write_bytes(changed.to_bytes())
    status, out, _ = verify(capsys, mine, "--trust", trust)
    assert (status, "✗ record.inclusion" in out) == (1, True)
    assert "membership.apply\n" in out
    assert "membership.admit\n" not in out


@pytest.mark.parametrize("content", [b"{", b'{"format":"comitia-evidence/1"}', b"{}\n"])
def test_what_is_no_such_file_is_one_sentence(
    content: bytes, mine: Path, trust: str, capsys: CAPTURED
) -> None:
    mine.write_bytes(content)
    status, out, err = verify(capsys, mine, "--trust", trust)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert "my-entries.json" in err
    status, out, _ = verify(capsys, mine, "--trust", trust, "--json")
    assert (status, json.loads(out)["verdict"]) == (2, "unreadable")


def test_an_earlier_copy_is_nothing_to_compare_it_with(mine: Path, capsys: CAPTURED) -> None:
    status, out, err = verify(capsys, mine, "--since", mine)
    assert (status, out) == (2, "")
    assert "this is a file of entries" in err


def test_trust_is_for_no_archive(tmp_path: Path, trust: str, capsys: CAPTURED) -> None:
    other = tmp_path / "other.bel"
    other.write_bytes(b"BELENIOS")
    status, _, err = verify(capsys, other, "--trust", trust)
    assert (status, "--trust: is for records and their entries" in err) == (2, True)
