"""dev.py, in a copy of the project whose `venv`, `pip` and tools only write down their calls.

The stand-ins lie in a folder on PYTHONPATH, before the standard library, so that dev.py itself runs
unchanged, in a process of its own. FAKE_PIP tells the stand-in what should befall it.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

SITECUSTOMIZE = """
import os, sys
if os.environ.get("FAKE_ENSUREPIP") == "absent":
    sys.modules["ensurepip"] = None

def note(*words):
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write(" ".join(words) + "\\n")
"""
VENV = """
import os, sys
from sitecustomize import note
note("venv", *sys.argv[1:-1])
folder = sys.argv[-1]
os.makedirs(folder + "/bin")
os.makedirs(folder + "/lib/python3/site-packages")
os.symlink(sys.executable, folder + "/bin/python")
if "--without-pip" not in sys.argv:
    open(folder + "/bin/pip", "w").close()
"""
PIP = """
import os, pathlib, signal, sys, time
from sitecustomize import note
fate = os.environ.get("FAKE_PIP")
if fate == "absent":
    sys.exit("No module named pip")
if "--version" in sys.argv:
    sys.exit(0)
venv = pathlib.Path(os.environ["FAKE_PROJECT"], ".venv")
if "requirements/peers.txt" in sys.argv[-1]:
    venv = venv.with_name(".venv-peers")
manners = ("--quiet", "--no-input", "--disable-pip-version-check")
note("pip", *(word for word in sys.argv[1:] if word not in manners))
print("pip talks on stdout", flush=True)
if fate == "offline":
    sys.exit("ERROR: no index can be reached")
(venv / "lib/python3/site-packages" / str(time.time_ns())).touch()
if fate == "breaks":
    sys.exit("ERROR: disk full")
if fate == "killed":
    os.kill(os.getppid(), signal.SIGKILL)
if fate == "slow":
    time.sleep(0.5)
for name in ("comitia", "ruff", "mypy", "lint-imports", "uv"):
    program = venv / "bin" / name
    program.write_text(f"#!{sys.executable}\\nimport tool\\n")
    program.chmod(0o755)
"""
# Stands for every program in .venv: FAKE_STATUS names the exit status of each that fails.
TOOL = """
import json, os, signal, sys
from pathlib import Path
from sitecustomize import note
if sys.argv[0].endswith("__main__.py"):
    name = Path(sys.argv[0]).parent.name
else:
    name = Path(sys.argv[0]).name
note(name, *sys.argv[1:])
if name == "comitia":
    print(json.dumps(sys.argv[1:]))
if name == "uv":
    note("uv sees", *sorted(key for key in os.environ if key.startswith(("PIP_", "UV_"))))
status = json.loads(os.environ.get("FAKE_STATUS", "{}")).get(" ".join([name, *sys.argv[1:2]]), 0)
if status < 0:
    os.kill(os.getpid(), -status)
sys.exit(status)
"""
PYPROJECT = """
[project]
name = "comitia"

[tool.pytest.ini_options]
testpaths = []
"""


@dataclass
class Checkout:
    """A copy of the project, and what its stand-ins wrote down."""

    folder: Path
    fakes: Path

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.fakes),
            "FAKE_LOG": str(self.fakes / "log"),
            "FAKE_PROJECT": str(self.folder),
            **variables,
        }

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.folder / "dev.py"), *arguments],
            env=self.environment(variables),
            cwd=self.fakes,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, **variables) as process:
            stdout, stderr = process.communicate(timeout=60)
        assert "Traceback" not in stderr, stderr
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def calls(self) -> list[str]:
        """What was called since the last look, with the checkout's own place left out."""
        log = self.fakes / "log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return [line.replace(str(self.folder), "HERE") for line in lines]

    def with_programs(self, *names: str) -> str:
        """Make a folder for PATH in which there are these programs and no others."""
        folder = self.fakes / "-".join(["programs", *names])
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        return str(folder)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


MAKE = ["venv"]
INSTALL_RUN = [
    "pip install --require-hashes -r HERE/requirements/run.txt",
    "pip install --no-deps --no-build-isolation -e HERE",
]
INSTALL_FUZZ = [
    "pip install --require-hashes -r HERE/requirements/fuzz.txt",
    "pip install --no-deps --no-build-isolation -e HERE",
]
INSTALL_WEB = [
    "pip install --require-hashes -r HERE/requirements/web.txt",
    "pip install --no-deps --no-build-isolation -e HERE",
]
INSTALL_DEV = [
    "pip install --require-hashes -r HERE/requirements/dev.txt",
    "pip install --no-deps --no-build-isolation -e HERE",
]
INSTALL_PEERS = ["pip install --no-deps --require-hashes -r HERE/requirements/peers.txt"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    fakes = tmp_path / "fakes"
    for name in ("venv", "pip", "pytest", "coverage"):
        (fakes / name).mkdir(parents=True)
        (fakes / name / "__init__.py").touch()
    for name, text in (
        ("sitecustomize.py", SITECUSTOMIZE),
        ("venv/__main__.py", VENV),
        ("pip/__main__.py", PIP),
        ("tool.py", TOOL),
        ("pytest/__main__.py", "import tool"),
        ("coverage/__main__.py", "import tool"),
    ):
        (fakes / name).write_text(text, encoding="utf-8")
    made = Checkout(tmp_path / "checkout", fakes)
    made.write("pyproject.toml", PYPROJECT)
    made.write("requirements/run.txt", "rich==1")
    made.write("requirements/dev.txt", "rich==1\nruff==1")
    made.write("requirements/web.txt", "rich==1\ndjango==1")
    made.write("requirements/fuzz.txt", "rich==1\natheris==1")
    made.write("requirements/peers.txt", "votekit==1")
    made.write("src/comitia/__init__.py", '__version__ = "1"')
    shutil.copy(ROOT / "dev.py", made.folder)
    return made


# --- The private environment ----------------------------------------------------------------


def test_the_first_run_installs_from_the_lock_and_the_second_nothing(checkout: Checkout) -> None:
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]
    assert checkout.run("comitia").stderr == ""
    assert checkout.calls() == ["comitia"]


def test_a_gate_adds_its_packages_to_the_same_environment(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    assert checkout.run("setup").returncode == 0
    assert checkout.calls() == INSTALL_DEV
    checkout.run("comitia")
    assert checkout.calls() == ["comitia"]


def test_the_application_gets_its_packages_and_data_of_its_own(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    assert checkout.run("serve", "--port", "0").returncode == 0
    data = "--data HERE/.cache/serve"
    assert checkout.calls() == [*INSTALL_WEB, f"comitia serve {data} --port 0"]
    assert checkout.run("serve", "--data", "elsewhere").returncode == 0
    assert checkout.calls() == ["comitia serve --data elsewhere"]


def test_what_the_gates_need_holds_what_the_application_needs(checkout: Checkout) -> None:
    checkout.run("setup")
    checkout.calls()
    checkout.run("serve", "--data", "elsewhere")
    assert checkout.calls() == ["comitia serve --data elsewhere"]


def test_a_change_of_a_translation_compiles_it_again(checkout: Checkout) -> None:
    checkout.write("src/comitia/web/locale/de/LC_MESSAGES/django.po", "one")
    checkout.run("comitia")
    checkout.calls()
    checkout.write("src/comitia/web/locale/de/LC_MESSAGES/django.po", "another")
    checkout.run("comitia")
    assert checkout.calls() == [*INSTALL_RUN, "comitia"]


@pytest.mark.parametrize(
    "name,text",
    [
        ("requirements/run.txt", "rich==2"),
        ("pyproject.toml", PYPROJECT.replace("comitia", "comitia-two")),
        ("src/comitia/__init__.py", '__version__ = "2"'),
    ],
)
def test_a_change_of_what_is_installed_installs_again(
    checkout: Checkout, name: str, text: str
) -> None:
    checkout.run("comitia")
    checkout.calls()
    checkout.write(name, text)
    checkout.run("comitia")
    assert checkout.calls() == [*INSTALL_RUN, "comitia"]


def test_a_change_of_the_kernel_s_source_builds_it_again(checkout: Checkout) -> None:
    checkout.write("native/cpu.c", "one")
    checkout.run("comitia")
    checkout.calls()
    checkout.write("native/cpu.c", "another")
    checkout.run("comitia")
    assert checkout.calls() == [*INSTALL_RUN, "comitia"]


def test_a_compiler_that_came_meanwhile_builds_the_kernel(checkout: Checkout) -> None:
    bare = checkout.with_programs()
    first = checkout.run("comitia", PATH=bare)
    assert "the native kernel could not be built" not in first.stderr, "there is no source"
    checkout.write("native/cpu.c", "")
    second = checkout.run("comitia", PATH=bare)
    assert "verifying is slower; install a C compiler" in second.stderr
    assert checkout.run("comitia", PATH=bare).stderr == ""
    checkout.calls()
    assert checkout.run("comitia", PATH=checkout.with_programs("cc")).returncode == 0
    assert checkout.calls() == [*INSTALL_RUN, "comitia"]


def test_a_kernel_of_other_source_does_not_outlive_a_set_up(checkout: Checkout) -> None:
    checkout.write("src/comitia/curve/_vartime.abi3.so", "old")
    checkout.run("comitia")
    assert list((checkout.folder / "src/comitia/curve").iterdir()) == []


def test_a_change_of_a_tool_setting_installs_nothing(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    checkout.write("pyproject.toml", PYPROJECT + "\n[tool.ruff]\nline-length = 1\n")
    checkout.run("comitia")
    assert checkout.calls() == ["comitia"]


def test_a_setup_killed_while_it_installs_is_begun_anew(checkout: Checkout) -> None:
    assert checkout.run("setup", FAKE_PIP="killed").returncode == -signal.SIGKILL
    checkout.calls()
    assert checkout.run("setup").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_DEV]


def test_a_moved_checkout_gets_a_new_environment(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


def test_an_environment_of_another_python_is_made_anew(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    checkout.write(".venv/stamp-base", "3.10")
    checkout.write(".venv/stamp-run", "3.10")
    checkout.run("comitia")
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run("comitia")
    checkout.calls()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python")
    checkout.run("comitia")
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


def test_an_environment_that_dev_py_did_not_make_is_replaced(checkout: Checkout) -> None:
    checkout.write(".venv/bin/python", "no program")
    checkout.run("comitia")
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


def test_without_a_network_one_sentence_and_the_environment_stays_good(checkout: Checkout) -> None:
    checkout.run("comitia")
    failed = checkout.run("setup", FAKE_PIP="offline")
    assert failed.returncode == 1
    assert failed.stdout == ""
    sentence = failed.stderr.splitlines()[-1]
    assert "could not be installed: connect to a network" in sentence
    assert "it ended with 'ERROR: no index can be reached'" in sentence
    assert "pip talks" in (checkout.folder / ".cache/setup.log").read_text(encoding="utf-8")
    checkout.calls()
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == ["comitia"]


def test_an_installation_that_broke_half_way_is_begun_anew(checkout: Checkout) -> None:
    checkout.run("comitia")
    assert checkout.run("setup", FAKE_PIP="breaks").returncode == 1
    checkout.calls()
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


def test_where_ensurepip_is_missing_the_system_pip_installs(checkout: Checkout) -> None:
    assert checkout.run("comitia", FAKE_ENSUREPIP="absent").returncode == 0
    with_python = "pip --python HERE/.venv/bin/python"
    expected = [call.replace("pip", with_python, 1) for call in INSTALL_RUN]
    assert checkout.calls() == ["venv --without-pip", *expected, "comitia"]
    assert checkout.run("setup").returncode == 0  # ensurepip came meanwhile, .venv has no pip yet
    assert checkout.calls() == [call.replace("run.txt", "dev.txt") for call in expected]


def test_without_any_pip_the_sentence_names_the_package_and_nothing_is_removed(
    checkout: Checkout,
) -> None:
    checkout.write(".venv/precious", "")
    failed = checkout.run("comitia", FAKE_ENSUREPIP="absent", FAKE_PIP="absent")
    assert failed.returncode == 1
    assert "apt-get install python3-venv" in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    assert (checkout.folder / ".venv/precious").exists()


def test_two_setups_at_once_wait_for_one_another(checkout: Checkout) -> None:
    with checkout.start("setup", FAKE_PIP="slow") as first:
        while not (checkout.folder / ".venv" / "unfinished").exists():
            time.sleep(0.01)
        second = checkout.run("comitia", FAKE_PIP="slow")
        first.communicate(timeout=60)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "waiting for another set-up" in second.stderr
    assert checkout.calls() == [*MAKE, *INSTALL_DEV, "comitia"]


def test_ctrl_c_while_installing_is_quiet_and_repaired(checkout: Checkout) -> None:
    with checkout.start("comitia", FAKE_PIP="slow") as process:
        while not checkout.fakes.joinpath("log").exists() or "-r" not in "".join(checkout.calls()):
            time.sleep(0.01)
        time.sleep(0.1)
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in stderr
    checkout.calls()
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_RUN, "comitia"]


# --- The command ----------------------------------------------------------------------------


def test_stdout_holds_only_the_command_s_and_arguments_pass_unchanged(checkout: Checkout) -> None:
    arguments = ["--help", "-x", "a b", "--", "", "é"]
    done = checkout.run("comitia", *arguments)
    assert json.loads(done.stdout) == arguments
    assert "the private environment .venv is ready" in done.stderr
    assert json.loads(checkout.run("demo", "--fast").stdout) == ["demo", "--fast"]


@pytest.mark.parametrize("status", [3, -signal.SIGTERM, -signal.SIGKILL])
def test_the_command_s_own_end_is_passed_on(checkout: Checkout, status: int) -> None:
    done = checkout.run("comitia", "x", FAKE_STATUS=json.dumps({"comitia x": status}))
    assert done.returncode == status


@pytest.mark.parametrize(
    "arguments,sentence,status",
    [
        (["nonsense"], "no command is called 'nonsense'", 2),
        (["setup", "x"], "`setup` takes no argument 'x'", 2),
        (["kernel", "x"], "`kernel` takes no argument 'x'", 2),
        (["wheel", "x"], "`wheel` takes no argument 'x'", 2),
        (["lint", "--fixx"], "`lint` takes no argument '--fixx'", 2),
        (["bench", "none-such"], "no benchmark is called 'none-such'", 2),
        (["bench", "--large"], "which benchmark '--large' is for is not said", 2),
        (["mutants", "dev.py"], "dev.py is no file or folder in src/", 2),
        (["peers", "x"], "`peers` takes no argument 'x'", 2),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_installs_nothing(
    checkout: Checkout, arguments: list[str], sentence: str, status: int
) -> None:
    done = checkout.run(*arguments)
    assert (done.returncode, done.stdout, checkout.calls()) == (status, "", [])
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_help_lists_every_command_and_each_has_its_own(checkout: Checkout) -> None:
    table = checkout.run("--help")
    assert table.returncode == 0
    names = [line.split()[0] for line in table.stdout.splitlines() if line.startswith("  ")]
    assert " ".join(names) == (
        "setup demo serve test lint sanitize bench fuzz mutants peers "
        "messages kernel wheel lock comitia"
    )
    for name in names[3:-1]:
        shown = checkout.run(name, "--help")
        assert (shown.returncode, shown.stdout.split()[3]) == (0, name)
    assert checkout.run().returncode == 2
    assert checkout.calls() == []


def test_a_lock_that_is_missing_is_one_sentence(checkout: Checkout) -> None:
    (checkout.folder / "requirements/run.txt").unlink()
    done = checkout.run("comitia")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "requirements/run.txt: No such file or directory" in done.stderr


def test_an_old_python_is_told_which_one_is_needed() -> None:
    program = "import sys; sys.version_info = (3, 10, 0); sys.argv = ['dev.py', 'test']; import dev"
    done = subprocess.run(
        [sys.executable, "-c", f"{program}; sys.exit(dev.main())"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "dev.py: this needs Python 3.11 or newer on Linux or macOS\n"


# --- Tests, gates, measurements, locks ------------------------------------------------------


def tools_called(checkout: Checkout) -> list[str]:
    return [call for call in checkout.calls() if not call.startswith(("venv", "pip"))]


ALL_TESTS = "pytest -n auto --maxprocesses 8 --dist loadfile --cov --cov-report= --cov-fail-under=0"


def test_without_arguments_all_tests_run_and_coverage_is_judged(checkout: Checkout) -> None:
    assert checkout.run("test").returncode == 0
    measured = [ALL_TESTS, "coverage report"]
    assert tools_called(checkout) == measured
    failed = checkout.run("test", FAKE_STATUS='{"coverage report": 2}')
    assert (failed.returncode, tools_called(checkout)) == (1, measured)
    assert "some branches of the core are not tested" in failed.stderr
    assert list((checkout.folder / ".cache").glob("coverage-*")) == []


def test_failing_tests_are_the_last_thing_said(checkout: Checkout) -> None:
    failed = checkout.run("test", FAKE_STATUS='{"pytest -n": 1}')
    assert (failed.returncode, tools_called(checkout)) == (1, [ALL_TESTS])


def test_with_arguments_only_those_tests_run_and_coverage_does_not_count(
    checkout: Checkout,
) -> None:
    done = checkout.run("test", "tests/curve", "-k", "x", FAKE_STATUS='{"pytest tests/curve": 5}')
    assert (done.returncode, tools_called(checkout)) == (5, ["pytest tests/curve -k x"])


def test_a_killed_tool_ends_as_in_a_shell(checkout: Checkout) -> None:
    done = checkout.run("test", "x", FAKE_STATUS=json.dumps({"pytest x": -signal.SIGKILL}))
    assert done.returncode == 128 + signal.SIGKILL


def test_lint_runs_every_gate_and_names_those_that_failed(checkout: Checkout) -> None:
    gates = [
        "ruff format --check",
        "ruff check",
        "mypy dev.py src",
        "lint-imports --no-logo --cache-dir .cache/import-linter",
    ]
    assert checkout.run("lint").returncode == 0
    assert tools_called(checkout) == gates
    failed = checkout.run("lint", FAKE_STATUS='{"ruff check": 1, "lint-imports --no-logo": 1}')
    assert (failed.returncode, failed.stderr) == (1, "dev.py: failed: ruff, lint-imports\n")
    assert tools_called(checkout) == gates


def test_lint_checks_the_types_of_the_frontend_where_its_packages_are(checkout: Checkout) -> None:
    checkout.write("frontend/package.json", "{}")
    node = Path(checkout.with_programs("node"), "node")
    node.write_text(f"#!{sys.executable}\nimport tool\n", encoding="utf-8")
    path = f"{node.parent}:{os.environ['PATH']}"
    without = checkout.run("lint", PATH=path)
    need = "that needs Node, and `npm ci` in frontend/"
    assert (without.returncode, without.stderr.splitlines()[-1]) == (
        0,
        f"dev.py: the types of frontend/ are not checked: {need}",
    )
    compiler = "frontend/node_modules/typescript/bin/tsc"
    checkout.write(compiler, "")
    tools_called(checkout)
    call = f"node {checkout.folder / compiler}"
    failed = checkout.run("lint", PATH=path, FAKE_STATUS=json.dumps({call: 2}))
    assert (failed.returncode, failed.stderr) == (1, "dev.py: failed: node\n")
    assert tools_called(checkout)[-1] == f"node HERE/{compiler} --project HERE/frontend"


def test_where_no_compiler_is_the_kernel_gets_one_from_a_package(checkout: Checkout) -> None:
    bare = checkout.with_programs()
    checkout.write("requirements/compiler.txt", "rich==1\nziglang==1")
    failed = checkout.run("kernel", PATH=bare)
    install = [call.replace("run.txt", "compiler.txt") for call in INSTALL_RUN]
    assert (failed.returncode, checkout.calls()) == (1, [*MAKE, *install])
    assert "could not be built; install a C compiler" in failed.stderr.splitlines()[-1]
    checkout.write("src/comitia/curve/_vartime.abi3.so", "")
    done = checkout.run("kernel", PATH=bare)
    assert (done.returncode, checkout.calls()) == (0, [])
    assert done.stderr == "dev.py: the native kernel is src/comitia/curve/_vartime.abi3.so\n"


def test_bench_runs_the_scripts_named_or_all_and_passes_failure_on(checkout: Checkout) -> None:
    script = "import sys; from sitecustomize import note; note('bench', {!r}); sys.exit({})"
    for name, status in (("one", 0), ("two", 3), ("_shared", 0)):
        checkout.write(f"benchmarks/{name}.py", script.format(name, status))
    assert checkout.run("bench", "one").returncode == 0
    assert tools_called(checkout) == ["bench one"]
    assert checkout.run("bench").returncode == 3
    assert tools_called(checkout) == ["bench one", "bench two"]


def test_fuzz_alone_installs_the_fuzzer_and_passes_arguments_and_findings_on(
    checkout: Checkout,
) -> None:
    fuzzer = "import sys; from sitecustomize import note; note('fuzz', *sys.argv[1:]); sys.exit(1)"
    checkout.write("tests/fuzz/run.py", fuzzer)
    assert checkout.run("setup").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_DEV]
    assert checkout.run("fuzz", "election", "--seconds", "3").returncode == 1
    assert checkout.calls() == [*INSTALL_FUZZ, "fuzz election --seconds 3"]
    assert checkout.run("fuzz").returncode == 1
    assert checkout.calls() == ["fuzz"]


def test_peers_have_an_environment_of_their_own_without_the_project(checkout: Checkout) -> None:
    assert checkout.run("setup").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_DEV]
    made = checkout.run("peers")
    assert made.returncode == 0
    assert "the private environment .venv-peers is ready" in made.stderr
    assert checkout.calls() == [*MAKE, *INSTALL_PEERS]
    checkout.write("src/comitia/__init__.py", '__version__ = "2"')
    assert checkout.run("peers").stderr == ""
    assert checkout.calls() == []
    checkout.write("requirements/peers.txt", "votekit==2")
    checkout.run("peers")
    assert checkout.calls() == INSTALL_PEERS


def test_peers_that_were_killed_half_way_leave_the_project_s_environment_alone(
    checkout: Checkout,
) -> None:
    checkout.run("comitia")
    assert checkout.run("peers", FAKE_PIP="killed").returncode == -signal.SIGKILL
    checkout.calls()
    assert checkout.run("comitia").returncode == 0
    assert checkout.calls() == ["comitia"]
    assert checkout.run("peers").returncode == 0
    assert checkout.calls() == [*MAKE, *INSTALL_PEERS]


def test_mutants_names_functions_by_path_or_pattern_and_passes_survivors_on(
    checkout: Checkout,
) -> None:
    program = "import sys; from sitecustomize import note; note('mutants', *sys.argv[1:])"
    checkout.write("tests/mutants/run.py", f"{program}; sys.exit(1)")
    checkout.write("src/comitia/curve/field.py", "")
    one = str(checkout.folder / "src/comitia/curve/field.py")
    whole = str(checkout.folder / "src/comitia/curve")
    assert checkout.run("mutants", one, whole, "comitia.verify*").returncode == 1
    assert tools_called(checkout) == [
        "mutants comitia.curve.field.* comitia.curve.* comitia.verify*"
    ]
    assert checkout.run("mutants").returncode == 1
    assert tools_called(checkout) == ["mutants"]


def test_locks_are_made_without_the_settings_that_name_a_host(checkout: Checkout) -> None:
    done = checkout.run("lock", "--upgrade", PIP_FIND_LINKS="/x", UV_INDEX_URL="https://x")
    assert done.returncode == 0
    compile_lock = (
        "uv --no-config --system-certs --quiet pip compile "
        "--universal --python-version 3.11 --generate-hashes --no-header --no-strip-extras"
        " --upgrade"
    )
    extras = "--extra web --extra postgresql"
    run_level = "pyproject.toml --group build --constraint requirements/dev.txt"
    left_out = "--overrides requirements/peers-left-out.txt"
    assert tools_called(checkout) == [
        f"{compile_lock} pyproject.toml {extras} --group dev --output-file requirements/dev.txt",
        "uv sees",
        f"{compile_lock} {run_level} --output-file requirements/run.txt",
        "uv sees",
        f"{compile_lock} {run_level} {extras} --output-file requirements/web.txt",
        "uv sees",
        f"{compile_lock} {run_level} --group fuzz --output-file requirements/fuzz.txt",
        "uv sees",
        f"{compile_lock} --group peers {left_out} --output-file requirements/peers.txt",
        "uv sees",
        f"{compile_lock} {run_level} --group compiler --output-file requirements/compiler.txt",
        "uv sees",
    ]
