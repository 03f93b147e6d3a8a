"""The tutorial among three people, run as it is written, with the command itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "three-people.md"
LONGEST_SECONDS = 300
"""Far beyond what it takes; a command that waits for somebody ends here."""
BASH = shutil.which("bash") or "/bin/bash"
VALID = "VALID: every check that applies was made and holds."


def bash_blocks() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_bash(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    return subprocess.run(
        [BASH, "-c", f"set -euo pipefail\n{script}"],
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )


@dataclass(frozen=True)
class Followed:
    """What somebody sees who followed the whole tutorial, and where the files are."""

    done: subprocess.CompletedProcess[str]
    folder: Path


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    folder = tmp_path_factory.mktemp("tutorial")
    return Followed(run_bash("".join(bash_blocks()), folder), folder / "three-people")


def test_every_block_runs_and_all_three_find_the_election_valid(followed: Followed) -> None:
    done = followed.done
    assert (done.returncode, done.stderr, done.stdout.count(VALID)) == (0, "", 3)


def test_the_result_is_the_one_the_tutorial_tells(followed: Followed) -> None:
    command = "comitia verify cem --since cem/kept --min-shuffles 2 --json"
    verified = run_bash(command, followed.folder)
    report = json.loads(verified.stdout)
    assert verified.returncode == 0
    meeting, reading = report["result"]
    assert (report["verdict"], report["warnings"]) == ("valid", [])
    assert (meeting, sorted(reading)) == ([2, 1], [[1, 2, 3], [1, 3, 2], [2, 1, 3]])
    assert {check["status"] for check in report["checks"]} == {"passed"}
    assert list(followed.folder.glob("cem/*.key")) == []


def test_every_private_file_is_its_owners_alone(followed: Followed) -> None:
    private = re.compile(
        r".*\.(key|privkey|memory)|(private|registrar)_creds\.json|credential|choice|made-up"
    )
    found = [path for path in followed.folder.rglob("*") if private.fullmatch(path.name)]
    assert len(found) == 20
    assert [path for path in found if path.stat().st_mode & 0o077] == []
