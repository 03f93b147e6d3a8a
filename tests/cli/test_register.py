"""``comitia register founding``: a draft is checked where there is no application."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from comitia.cli import main
from comitia.web.register.founding.draft import Draft, draft_bytes
from tests.web.drafted import DRAFT, with_row

CAPTURED = pytest.CaptureFixture[str]
SOON = (date.today() + timedelta(days=100)).isoformat()  # noqa: DTZ011 - the command's own clock is meant
LASTING = replace(
    with_row(with_row(DRAFT, "mandates", 0, until=SOON, since=""), "mandates", 1, until=SOON),
    administrators=tuple(replace(one, until="") for one in DRAFT.administrators),
)
"""A draft that can be founded whenever the tests run."""


def store(draft: Draft, folder: Path) -> str:
    path = folder / "draft.json"
    path.write_bytes(draft_bytes(draft))
    return str(path)


def test_what_is_wrong_with_a_draft_is_listed(tmp_path: Path, capsys: CAPTURED) -> None:
    draft = with_row(LASTING, "members", 1, name="Ada Lowe", birth_date="1980-02-29")
    draft = with_row(draft, "mandates", 0, until="2998-12-31")
    assert main(["register", "founding", store(draft, tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "Founding draft of The Association",
        "3 branches, 4 members, 2 mandates, 1 cases, 2 administrators",
        f"SHA-256 {draft.hash}",
    ]
    assert lines[3].startswith("wrong: mandates[0].until: By your rules this term ends on ")
    assert lines[-1].startswith("look at: members[1].name: Somebody of the same name")


def test_a_draft_that_can_be_founded_ends_with_0(tmp_path: Path, capsys: CAPTURED) -> None:
    assert main(["register", "founding", store(LASTING, tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("It can be founded, on what is known here.\n")


def test_an_empty_draft_is_read_in_the_time_of_greenwich(tmp_path: Path, capsys: CAPTURED) -> None:
    assert main(["register", "founding", store(Draft(), tmp_path)]) == 1
    assert capsys.readouterr().out.startswith("Founding draft of no name yet\n")


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000])
def test_what_is_no_draft_ends_with_2(tmp_path: Path, capsys: CAPTURED, content: bytes) -> None:
    path = tmp_path / "draft.json"
    path.write_bytes(content)
    assert main(["register", "founding", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"comitia: {path}, draft")


def test_a_draft_is_checked_without_django(tmp_path: Path) -> None:
    path = store(DRAFT, tmp_path)
    program = (
        "import sys; from comitia.cli import main; "
        f"main(['register', 'founding', {path!r}]); sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
