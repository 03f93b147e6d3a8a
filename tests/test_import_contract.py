"""The import contract in pyproject.toml, tried on a skeleton of the project that breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = (
    "",
    "curve",
    "ballots",
    "ballots/v1",
    "ballots/v1/model",
    "record",
    "verify",
    "counting",
    "law",
    "engine",
    "web",
    "web/database",
    "web/acts",
    "web/notices",
    "web/deadlines",
    "web/documents",
    "web/accounts",
    "web/interface",
    "web/organisation",
    "web/rulebook",
    "web/register",
    "web/publicrecord",
    "web/project",
    "cli",
)
MODULES = (
    *("errors", "__main__", "curve/field", "verify/checks", "counting/stv", "engine/local"),
    *("law/rules", "law/terms", "record/tree"),
    *("ballots/v1/model/ballot", "ballots/v1/parse", "ballots/v1/equations"),
    *("ballots/v1/making", "ballots/v1/wire", "cli/verify"),
    *("cli/backing_up", "cli/checking", "cli/clock", "cli/register", "cli/restoring"),
    *("cli/serving", "web/database/locking", "web/acts/clock", "web/register/views"),
    *("web/project/wiring",),
)
ALLOWED = {
    "__main__": "from comitia.cli import main",
    "cli/verify": "from comitia import counting, engine, verify\nimport comitia.ballots.v1.making",
    "cli/serving": "from comitia.web.project import wiring",
    "web/project/wiring": "from comitia.web.register import views",
    "web/register/views": "from comitia.web.acts import clock\nfrom comitia import counting",
    "web/acts/clock": "from comitia.web.database import locking",
    "record/tree": "from comitia.errors import CheckFailed\nfrom comitia.law import rules",
    "verify/checks": "from comitia.ballots.v1 import equations, model, parse\n"
    "from comitia.record import tree\n"
    "from comitia.ballots.v1.model.ballot import Ballot\nfrom comitia.curve import field\n"
    "from comitia.law import rules",
    "ballots/v1/making": "from comitia.ballots.v1 import equations, model, wire",
    "ballots/v1/parse": "from comitia import errors\nfrom comitia.curve import field",
    "counting/stv": "from comitia.errors import MalformedRecord",
    "law/terms": "from comitia import errors\nfrom comitia.law import rules",
    "engine/local": "from comitia import errors",
}


def lint_imports(folder: Path, module: str, line: str) -> subprocess.CompletedProcess[str]:
    """Check the skeleton after one more line in one of its modules."""
    source = folder / "src" / "comitia"
    for package in PACKAGES:
        (source / package).mkdir(parents=True)
        (source / package / "__init__.py").touch()
    for name in MODULES:
        (source / f"{name}.py").write_text(ALLOWED.get(name, "") + "\n", encoding="utf-8")
    with (source / f"{module}.py").open("a", encoding="utf-8") as changed:
        changed.write(line + "\n")
    shutil.copy(ROOT / "pyproject.toml", folder)
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
    )


def test_what_the_design_allows_keeps_the_contract(tmp_path: Path) -> None:
    done = lint_imports(tmp_path, "errors", "")
    assert (done.returncode, "8 kept, 0 broken" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    "module,line",
    [
        ("verify/checks", "from comitia.ballots.v1 import making"),
        ("verify/checks", "from comitia.ballots.v1 import wire"),
        ("verify/checks", "import comitia.ballots.v1"),
        ("verify/checks", "from comitia.engine import local"),
        ("verify/checks", "from comitia import counting"),
        ("verify/__init__", "from comitia import cli"),
        ("ballots/v1/equations", "from comitia.ballots.v1 import making"),
        ("ballots/v1/model/ballot", "from comitia.ballots.v1.making import encrypt"),
        ("ballots/v1/__init__", "from .making import encrypt"),
        ("ballots/v1/parse", "from comitia import verify"),
        ("curve/field", "from comitia.ballots.v1 import model"),
        ("counting/stv", "from comitia.curve import field"),
        ("counting/stv", "from comitia import engine"),
        ("counting/stv", "from comitia.record import tree"),
        ("engine/local", "from comitia.ballots.v1 import model"),
        ("web/database/locking", "from comitia.web.acts import clock"),
        ("web/acts/clock", "from comitia.web.register import views"),
        ("web/register/views", "from comitia.web.project import wiring"),
        ("web/register/views", "from comitia.cli import verify"),
        ("web/newcomer", "# a room without a place in the order"),
        ("cli/verify", "from comitia.web.database import locking"),
        ("verify/checks", "from comitia.web.database import locking"),
        ("record/tree", "from comitia.ballots.v1 import model"),
        ("record/tree", "from comitia.curve import field"),
        ("record/tree", "from comitia import counting"),
        ("record/tree", "from comitia import engine"),
        ("record/tree", "from comitia import verify"),
        ("law/terms", "from comitia.record import tree"),
        ("law/terms", "from comitia.ballots.v1 import model"),
        ("law/terms", "from comitia.curve import field"),
        ("law/terms", "from comitia import counting"),
        ("ballots/v1/equations", "from comitia.law import rules"),
        ("counting/stv", "from comitia.law import rules"),
        ("engine/local", "from comitia.law import rules"),
        ("errors", "from comitia import curve"),
        ("newcomer", "# a package without a place in the layers"),
    ],
)
def test_what_the_design_forbids_breaks_the_contract(
    tmp_path: Path, module: str, line: str
) -> None:
    done = lint_imports(tmp_path, module, line)
    assert (done.returncode, " broken." in done.stdout) == (1, True), done.stdout + done.stderr
