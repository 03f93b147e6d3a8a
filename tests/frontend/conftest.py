"""The booth's bundle, the one that browsers are given, run by Node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
BUNDLE: Final = ROOT / "src/comitia/web/project/static/booth/booth.js"
PROGRAM: Final = Path(__file__).with_name("program.mjs")


class Refused(Exception):  # noqa: N818 - says what happened to a request, and is caught as such
    """The program answered with an error. kind: the name of its class."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Booth:
    """A running program of ``program.mjs``."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        self._requests, self._answers = requests, answers

    def ask(self, command: str, **request: Any) -> Any:  # noqa: ANN401 - JSON
        """Return its answer to a request, or raise Refused."""
        self._requests.write(json.dumps({"command": command, **request}) + "\n")
        self._requests.flush()
        answer = json.loads(self._answers.readline())
        if "refused" in answer:
            raise Refused(answer["refused"], answer["message"])
        return answer["value"]


@pytest.fixture(scope="session")
def node() -> str:
    """Give the path of Node."""
    path = shutil.which("node") or shutil.which("nodejs")
    if path is None:
        pytest.skip("no Node: neither node nor nodejs is installed")
    return path


@pytest.fixture(scope="session")
def booth(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booth]:
    """Give the running program."""
    module = tmp_path_factory.mktemp("booth") / "booth.mjs"  # by its name Node knows a module
    shutil.copy(BUNDLE, module)
    with subprocess.Popen(
        [node, str(PROGRAM), str(module)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Booth(process.stdin, process.stdout)
        process.stdin.close()
        assert process.wait(timeout=30) == 0
