"""The registrar: a roll becomes credentials, each for one voter and none to be seen."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.cli.election.roll import Roll, parse_roll
from comitia.errors import MalformedRecord
from tests.cli.election.parties import World, comitia, sentence, wrong_options

FILES = {
    "private_creds.json": 0o600,
    "registrar_creds.json": 0o600,
    "registrar.key": 0o600,
    "public_creds.json": 0o644,
    "credentials_certificate.json": 0o644,
}


# --- The roll ---


@pytest.mark.parametrize(
    "data, roll",
    [
        (b"a@x\nb@x\n", Roll(("a@x", "b@x"), None)),
        (b"a@x,ann\r\nb@x,,\r\n", Roll(("ann", "b@x"), None)),
        (b"a@x,ann,0\nb@x,,12\nc@x", Roll(("ann", "b@x", "c@x"), (0, 12, 1))),
        ("Zo\u00eb\n".encode(), Roll(("Zo\u00eb",), None)),
    ],
)
def test_a_roll_is_read_line_by_line(data: bytes, roll: Roll) -> None:
    assert parse_roll(data) == roll


@pytest.mark.parametrize(
    "data, where, problem",
    [
        (b"", "roll, line 1", "expected ADDRESS"),
        (b"a\n\nb", "roll, line 2", "expected ADDRESS"),
        (b"a,b,1,2", "roll, line 1", "expected ADDRESS"),
        (b" ,b", "roll, line 1", "expected ADDRESS"),
        (b"\xff", "roll", "not UTF-8 at byte 0"),
        (b"a,b,-1", "roll, line 1", "expected a weight"),
        (b"a,b,01", "roll, line 1", "expected a weight"),
        ("a,b,\u0661".encode(), "roll, line 1", "expected a weight"),
        (b"a,b,1000000000000", "roll, line 1", "expected a weight"),
        (b"a\x1b[2J", "roll, line 1", "cannot be printed"),
        ("\ufeffa@x".encode(), "roll, line 1", "cannot be printed"),
        (b"a,  ", "roll, line 1", "begins or ends with a space"),
        (b"a@x \n", "roll, line 1", "begins or ends with a space"),
        (b"ann\nb@x,ann", "roll, line 2", "stands in roll, line 1 already"),
        (b"a@x\nA@X", "roll, line 2", "stands in roll, line 1 already"),
        ("Zo\u00eb\nZoe\u0308".encode(), "roll, line 2", "stands in roll, line 1 already"),
        ("stra\u00dfe\nSTRASSE".encode(), "roll, line 2", "stands in roll, line 1 already"),
    ],
)
def test_a_line_that_is_no_voter_s_is_refused(data: bytes, where: str, problem: str) -> None:
    with pytest.raises(MalformedRecord) as refused:
        parse_roll(data)
    assert refused.value.where == where
    assert problem in refused.value.problem


@given(st.binary() | st.text().map(str.encode))
def test_any_roll_is_read_or_refused(data: bytes) -> None:
    try:
        roll = parse_roll(data)
    except MalformedRecord:
        return
    assert len(set(roll.voters)) == len(roll.voters) > 0
    assert roll.weights is None or len(roll.weights) == len(roll.voters)


# --- The commands ---


def test_an_identifier_is_fresh_each_time() -> None:
    first, second = comitia("uuid"), comitia("uuid")
    assert (first.status, first.err, len(first.out)) == (0, "", 15)
    assert first.out != second.out


def test_the_registrar_s_files_are_private_and_published_as_they_should(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        world = World(tmp_path)
        world.issue("a@x,ann,3\nb@x\n")
    finally:
        os.umask(before)
    folder = world.folder("registrar")
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in FILES} == FILES
    private = json.loads((folder / "private_creds.json").read_bytes())
    assert list(private) == ["ann", "b@x"]
    listed = json.loads((folder / "registrar_creds.json").read_bytes())
    assert {tuple(entry.split(",")[1:]) for entry in listed} == {("3", "ann"), ("1", "b@x")}
    public = json.loads((folder / "public_creds.json").read_bytes())
    assert [entry.rpartition(",")[0] for entry in listed] == public


@pytest.mark.parametrize("there", FILES)
def test_nothing_is_issued_where_one_of_the_files_is_there(there: str, tmp_path: Path) -> None:
    (tmp_path / "voters").write_text("ann\n")
    (tmp_path / there).write_text("kept")
    words = ("--uuid", "1" * 14, "--voters", tmp_path / "voters", "--dir", tmp_path)
    said = sentence(comitia("credentials", *words), 2)
    assert said == (
        f"comitia: {tmp_path / there}: there is such a file already, and none is overwritten; "
        "move it away, or write elsewhere\n"
    )
    assert (tmp_path / there).read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"voters", there}


def test_weights_that_nobody_can_count_are_refused(tmp_path: Path) -> None:
    (tmp_path / "voters").write_text("a,,99999999999\nb,,2\n")
    words = ("--uuid", "1" * 14, "--voters", tmp_path / "voters", "--dir", tmp_path)
    assert "at most 100000000000 together" in sentence(comitia("credentials", *words), 2)
    assert [path.name for path in tmp_path.iterdir()] == ["voters"]


@pytest.mark.parametrize("uuid", ["", "short", "0" * 14, "1" * 129, "../../../../etc", "1" * 13])
def test_an_identifier_of_another_form_is_refused(uuid: str, tmp_path: Path) -> None:
    words = ("--uuid", uuid, "--voters", tmp_path / "voters")
    assert "expected 14 to 128 Base58 characters" in wrong_options(comitia("credentials", *words))
