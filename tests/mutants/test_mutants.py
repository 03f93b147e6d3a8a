"""Explanations of mutants that fit today's code, and a run of mutants in a small project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants import run
from tests.mutants.explained import Change, change_between, read_explained, why_stale
from tests.mutants.making import Mutant
from tests.mutants.trying import Outcome, Result

ROOT = Path(__file__).resolve().parents[2]
SUM = '''
class Sum:
    def add(self, one: int, two: int) -> int:
        """Add."""
        return int(one + two)


def steps(number: int) -> int:
    count = 0
    while number > 0:
        number = number - 1
        count += 1
    return count
'''
TESTS = """
from comitia.curve.sum import Sum, steps

def test_sum():
    assert Sum().add(1, 2) == 3

def test_steps():
    assert (steps(1), steps(0)) == (1, 0)
"""
MORE = """
def test_two_steps():
    assert steps(2) == 2
"""


# --- Explanations ---------------------------------------------------------------------------


@pytest.mark.parametrize("change", read_explained(), ids=lambda change: change.function)
def test_an_explained_mutant_is_one_of_today_s_code(change: Change) -> None:
    assert why_stale(change, ROOT / "src") is None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project of one module and its tests."""
    program = ROOT / "tests" / "mutants"
    names = ("explained.py", "making.py", "run.py", "trying.py")
    for name, text in (
        *((f"tests/mutants/{n}", (program / n).read_text(encoding="utf-8")) for n in names),
        ("tests/mutants/explained.toml", ""),
        ("src/comitia/__init__.py", ""),
        ("src/comitia/curve/__init__.py", ""),
        ("src/comitia/curve/sum.py", SUM),
        ("tests/conftest.py", (ROOT / "tests/conftest.py").read_text(encoding="utf-8")),
        ("tests/curve/test_sum.py", TESTS),
        ("tests/ballots/test_none.py", "def test_nothing(): pass"),
        ("tests/verify/test_none.py", "def test_nothing(): pass"),
        ("tests/attacks/test_none.py", "def test_nothing(): pass"),
        ("tests/law/test_none.py", "def test_nothing(): pass"),
        ("tests/record/test_none.py", "def test_nothing(): pass"),
        ("docs/page.md", "A page that tests may read."),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['--import-mode=importlib']\n"),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "function, line, mutated, reason",
    [
        ("comitia.curve.sum.Sum.add", "return int(one + two)", "return int(one - two)", None),
        (
            "comitia.curve.sum.steps",
            "    while number > 0:\n        number = number - 1",
            "while number > 1:\nnumber = number - 1",
            None,
        ),
        ("comitia.curve.sum.Sum.add", "int(one + two)", "x", "the function has no such line"),
        ("comitia.curve.sum.Sum.add", "return count", "x", "the function has no such line"),
        ("comitia.curve.sum.add", "return int(one + two)", "x", "there is no such function"),
        ("comitia.curve.gone.add", "return int(one + two)", "x", "there is no such function"),
        ("elsewhere.add", "return int(one + two)", "x", "there is no such function"),
        (
            "comitia.curve.sum.Sum.add",
            "return int(one + two)",
            "return int(one + two)",
            "nothing is changed",
        ),
    ],
)
def test_an_explanation_is_stale_once_its_line_is_gone(
    project: Path, function: str, line: str, mutated: str, reason: str | None
) -> None:
    path = project / "explained.toml"
    path.write_text(
        f"[[mutant]]\nfunction = '{function}'\nline = '''{line}'''\n"
        f"mutated = '''{mutated}'''\nreason = 'none'\n",
        encoding="utf-8",
    )
    (change,) = read_explained(path)
    assert why_stale(change, project / "src") == reason


@pytest.mark.parametrize(
    "text",
    [
        "[[mutant]]\nfunction = 'f'\nline = 'a'\nmutated = 'b'\n",
        "[[mutant]]\nfunction = 'f'\nline = 'a'\nmutated = 'b'\nreason = ' '\n",
        2 * "[[mutant]]\nfunction = 'f'\nline = 'a'\nmutated = 'b'\nreason = 'c'\n",
    ],
)
def test_an_entry_without_a_reason_or_twice_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "explained.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="reason"):
        read_explained(path)


def test_what_a_mutant_changes_is_read_from_both_texts() -> None:
    change = change_between(
        "f", ["def f():", "    a(", "        1,", "    )"], ["def f():", "    x"]
    )
    assert change == Change("f", "a(\n1,\n)", "x")
    assert str(change) == "- a(\n- 1,\n- )\n+ x"


# --- Making and trying ----------------------------------------------------------------------


def try_mutants(project: Path, *patterns: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a project that has it too, in a process that knows nothing of ours."""
    return subprocess.run(
        [sys.executable, "-m", "tests.mutants.run", *patterns],
        check=False,
        cwd=project,
        env={name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        text=True,
    )


SURVIVORS = ["- count += 1\n+ count = 1", "- number = number - 1\n+ number = number - 2"]


def test_what_no_test_notices_is_listed_until_a_test_notices_it(project: Path) -> None:
    done = try_mutants(project, "*.steps")
    assert (done.returncode, done.stderr) == (1, "")
    listed = [part.partition("\n")[2] for part in done.stdout.split("\n\nsurvived: ")[1:]]
    assert "1 timeout" in done.stdout, done.stdout
    assert sorted(one.partition("\n\n")[0].strip() for one in listed) == sorted(SURVIVORS)

    again = try_mutants(project, "*.steps")
    assert ", 0 of them to try" in again.stdout
    assert again.stdout.splitlines()[-1] == done.stdout.splitlines()[-1]

    (project / "tests/curve/test_sum.py").write_text(TESTS + MORE, encoding="utf-8")
    last = try_mutants(project, "*.steps")
    assert ", 2 of them to try" in last.stdout
    assert (last.returncode, last.stdout.count("survived: ")) == (0, 0)


def test_only_functions_that_are_named_are_changed(project: Path) -> None:
    done = try_mutants(project, "comitia.curve.sum.Sum*")
    assert done.stdout.startswith("2 mutants, 2 of them to try")
    assert done.stdout.endswith("2 killed, 0 timeout, 0 survived, 0 explained, 0 not run\n")
    assert done.returncode == 0
    wrong = try_mutants(project, "comitia.none*")
    assert wrong.returncode == 2
    assert "no mutant is called like comitia.none*" in wrong.stderr


def test_tests_that_fail_without_a_mutant_are_no_measure(project: Path) -> None:
    (project / "tests/curve/test_sum.py").write_text("def test(): assert 0", encoding="utf-8")
    done = try_mutants(project)
    assert done.returncode == 1
    assert "the tests fail without a mutant" in done.stderr


# --- Results --------------------------------------------------------------------------------

CHANGE = Change("f", "a", "b")
MUTANT = Mutant("m.x_f__mutmut_1", "digest", CHANGE)


def test_results_are_kept_and_the_last_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    assert run.read_results(path) == {}
    for result in (Result(Outcome.SURVIVED, 1.5, "old"), Result(Outcome.KILLED, 0.5, "new")):
        run.add_result(path, MUTANT, result)
    assert run.read_results(path) == {MUTANT.key: Result(Outcome.KILLED, 0.5, "new")}


def test_what_survived_is_tried_again_with_other_tests_unless_it_is_explained() -> None:
    survived, killed = Result(Outcome.SURVIVED, 1, "old"), Result(Outcome.KILLED, 1, "old")
    assert run.is_open(None, "old", explained=True)
    assert run.is_open(survived, "new", explained=False)
    assert not run.is_open(survived, "old", explained=False)
    assert not run.is_open(survived, "new", explained=True)
    assert not run.is_open(killed, "new", explained=False)


def test_every_function_has_its_first_mutant_tried_before_any_has_its_second() -> None:
    changes = [Change(function, "a", line) for function, line in ("f1", "f2", "f3", "g1", "h1")]
    mutants = [Mutant(f"m.{change.function}{change.mutated}", "d", change) for change in changes]
    assert [one.name[2:] for one in run.in_turn(mutants)] == ["f1", "g1", "h1", "f2", "f3"]


@pytest.mark.parametrize(
    "outcome, explained, status, words",
    [
        (Outcome.SURVIVED, False, 1, "survived: f (m.x_f__mutmut_1)\n- a\n+ b"),
        (Outcome.SURVIVED, True, 0, "0 killed, 0 timeout, 0 survived, 1 explained, 0 not run"),
        (Outcome.KILLED, False, 0, "1 killed, 0 timeout, 0 survived, 0 explained, 0 not run"),
        (Outcome.KILLED, True, 0, "killed, though explained: f\n- a\n+ b"),
        (None, False, 0, "0 killed, 0 timeout, 0 survived, 0 explained, 1 not run"),
    ],
)
def test_only_survivors_that_nobody_explained_are_a_failure(
    capsys: pytest.CaptureFixture[str],
    outcome: Outcome | None,
    explained: bool,  # noqa: FBT001 - a column of the table
    status: int,
    words: str,
) -> None:
    results = {} if outcome is None else {MUTANT.key: Result(outcome, 1, "tests")}
    reasons = {CHANGE: "a reason"} if explained else {}
    assert run.report([MUTANT], results, reasons) == status
    assert words in capsys.readouterr().out
