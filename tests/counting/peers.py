"""Other people's counting programs, asked through a process of their own.

They bring hundreds of megabytes, some under copyleft licences, so they are no dependency of ours:
they live in `.venv-peers` (``dev.py peers`` makes it), or where COMITIA_PEERS names a Python.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = Path(__file__).resolve().parent / "asking"


@lru_cache
def python_of_peers() -> str:
    """Return the Python that has the peers; skip the test where there is none."""
    named = os.environ.get("COMITIA_PEERS")
    python = Path(named) if named else ROOT / ".venv-peers" / "bin" / "python"
    if not python.exists():
        pytest.skip("no peers: `python3 dev.py peers` installs the programs to compare with")
    return str(python)


def ask(script: str, questions: Sequence[Any]) -> list[Any]:
    """Return a peer's answers: one JSON value a line to ``asking/SCRIPT.py``, one a line back."""
    text = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [python_of_peers(), "-W", "ignore", str(SCRIPTS / f"{script}.py")],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(questions)
    return answers
