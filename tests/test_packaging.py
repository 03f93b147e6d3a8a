"""What is installed and what is shipped: the locks, their licences, the wheel and the source."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

import comitia

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("run", "web", "dev", "fuzz", "peers", "compiler")


def lock_lines(level: str) -> list[str]:
    return (ROOT / "requirements" / f"{level}.txt").read_text(encoding="utf-8").splitlines()


def locked(level: str) -> dict[str, tuple[Version, tuple[str, ...]]]:
    """Read a lock: each package's version and hashes."""
    text = "\n".join(line for line in lock_lines(level) if not line.lstrip().startswith("#"))
    found: dict[str, tuple[Version, tuple[str, ...]]] = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        name, version = re.match(r"([\w.-]+)(?:\[.+?\])?==(\S+)", entry).groups()  # type: ignore[union-attr] # a lock has nothing else
        hashes = tuple(re.findall(r"--hash=(\S+)", entry))
        found[canonicalize_name(name)] = (Version(version), hashes)
    return found


def declared() -> dict[str, list[Requirement]]:
    """Read from pyproject.toml what each lock must hold."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    run = [
        *project["project"]["dependencies"],
        *groups["build"],
        *project["build-system"]["requires"],
    ]
    extras = project["project"]["optional-dependencies"]
    web = [*run, *extras["web"], *extras["postgresql"]]
    dev = [*web, *(line for line in groups["dev"] if isinstance(line, str))]
    return {
        "run": [Requirement(line) for line in run],
        "web": [Requirement(line) for line in web],
        "dev": [Requirement(line) for line in dev],
        "fuzz": [Requirement(line) for line in (*run, *groups["fuzz"])],
        "compiler": [Requirement(line) for line in (*run, *groups["compiler"])],
        "peers": [Requirement(line) for line in groups["peers"]],
    }


@pytest.mark.parametrize("level", LOCKS)
def test_every_locked_package_has_hashes(level: str) -> None:
    bad = {
        name: hashes
        for name, (_, hashes) in locked(level).items()
        if not hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)
    }
    assert bad == {}


@pytest.mark.parametrize("level", LOCKS)
def test_no_lock_names_a_host_or_a_path_of_a_machine(level: str) -> None:
    stranger = re.compile(r"://|(^|[\s=:'\"])/|[\s=:]~|^\s*-(?!-hash=sha256:)|@ |file:")
    assert [line for line in lock_lines(level) if stranger.search(line)] == []


@pytest.mark.parametrize("level", LOCKS)
def test_what_pyproject_declares_is_locked(level: str) -> None:
    found = locked(level)
    missing = [
        str(requirement)
        for requirement in declared()[level]
        if canonicalize_name(requirement.name) not in found
        or found[canonicalize_name(requirement.name)][0] not in requirement.specifier
    ]
    assert missing == []


def test_what_the_gates_need_holds_all_of_the_web_lock() -> None:
    assert locked("web").items() <= locked("dev").items()


@pytest.mark.parametrize("level", ["web", "dev", "fuzz", "compiler"])
def test_every_lock_holds_all_of_the_run_lock(level: str) -> None:
    assert locked("run").items() <= locked(level).items()


def test_what_a_package_asks_for_with_extras_is_pinned_with_them() -> None:
    """A pip before 23.3 holds `name[extra]` to no pin of `name` alone."""
    pinned = {
        canonicalize_name(name): {canonicalize_name(extra) for extra in extras.split(",")}
        for name, extras in re.findall(r"(?m)^([\w.-]+)\[(.+?)\]==", "\n".join(lock_lines("dev")))
    }
    missing = []
    for name in locked("dev"):
        try:
            lines = metadata(name).get_all("Requires-Dist", [])
        except PackageNotFoundError:  # of another system or Python
            continue
        asked = [Requirement(line) for line in lines]
        missing += [
            f"{name}: {one}"
            for one in asked
            if (one.marker is None or one.marker.evaluate({"extra": ""}))
            and not {canonicalize_name(extra) for extra in one.extras}
            <= pinned.get(canonicalize_name(one.name), set())
        ]
    assert missing == []
    assert pinned[canonicalize_name("coverage")] == {"toml"}


def test_the_tests_do_not_need_the_fuzzer() -> None:
    assert "atheris" not in locked("dev")


def test_what_the_peers_leave_out_is_locked_for_no_machine() -> None:
    listed = (ROOT / "requirements" / "peers-left-out.txt").read_text(encoding="utf-8").splitlines()
    left_out = {canonicalize_name(line.split()[0]) for line in listed if not line.startswith("#")}
    entries = [line for line in lock_lines("peers") if line[:1] not in {" ", "#"}]
    locked_for_nobody = {
        canonicalize_name(re.split(r"\[|==", line)[0])
        for line in entries
        if "sys_platform == 'never'" in line
    }
    assert left_out & set(locked("peers")) <= locked_for_nobody
    assert {"cbcbox", "gurobipy", "pabutools"} <= locked_for_nobody


def test_no_locked_package_is_under_the_gpl() -> None:
    """Only gmpy2 and, for PostgreSQL, psycopg are under the Lesser GPL."""
    found = {}
    for name in locked("dev"):
        try:
            about = metadata(name)
        except PackageNotFoundError:  # of another system or Python
            continue
        words = [*about.get_all("License-Expression", []), *about.get_all("Classifier", [])]
        found[name] = [each for each in words if "GPL" in each or "General Public" in each]
    assert len(found) > len(locked("dev")) / 2
    assert {name: words for name, words in found.items() if words} == {
        "gmpy2": ["LGPL-3.0-or-later"],
        "psycopg": ["LGPL-3.0-only"],
        "psycopg-binary": ["LGPL-3.0-only"],
    }


def build(folder: Path, *options: str, **variables: str) -> Path:
    """Build as a packager does without a network, from a copy without old builds."""
    source = folder / "source"
    for name in ("src/comitia", "native"):
        ignored = shutil.ignore_patterns("__pycache__", "*.so", "*.mo")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, source)
    done = subprocess.run(
        [sys.executable, "-m", "build", *options, "--no-isolation", "--outdir", folder, source],
        check=False,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (path for path in folder.iterdir() if path.is_file())
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"), "--wheel", COMITIA_KERNEL="required")


def shipped_source() -> set[str]:
    """Name what lies in src/ but for what was built there."""
    return {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src" / "comitia").rglob("*")
        if path.is_file() and path.suffix not in {".pyc", ".pyo", ".so", ".mo"}
    }


def compiled_texts() -> set[str]:
    """Name what the translations in src/ are compiled to."""
    return {name.removesuffix(".po") + ".mo" for name in shipped_source() if name.endswith(".po")}


def shipped(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


KERNEL = "comitia/curve/_vartime.abi3.so"


def test_the_wheel_holds_the_code_the_data_the_kernel_and_the_typing_marker(wheel: Path) -> None:
    assert "comitia/py.typed" in shipped_source()
    assert shipped(wheel) == shipped_source() | compiled_texts() | {KERNEL}


def test_one_wheel_serves_every_python_from_3_11_on(wheel: Path) -> None:
    _, _, _, tags = parse_wheel_filename(wheel.name)
    assert {(tag.interpreter, tag.abi) for tag in tags} == {("cp311", "abi3")}


def test_without_a_compiler_the_package_is_built_and_works(tmp_path: Path) -> None:
    """The compiler that setuptools is told of ends at once; nothing else is different."""
    built = build(tmp_path, "--wheel", CC="false", COMITIA_KERNEL="")
    assert shipped(built) == shipped_source() | compiled_texts()
    program = "from comitia.curve import kernel; print(kernel.active_name())"
    done = run_unpacked(built, tmp_path / "unpacked", program)
    assert (done.stdout, done.stderr) == ("none\n", "")


def test_the_source_archive_holds_what_the_kernel_is_built_from(tmp_path: Path) -> None:
    built = build(tmp_path, "--sdist")
    with tarfile.open(built) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    native = {f"native/{path.name}" for path in (ROOT / "native").glob("*.*")}
    assert {f"src/{name}" for name in shipped_source()} | native | {"setup.py"} <= names
    assert not [name for name in names if name.endswith(".so")]


def run_unpacked(wheel: Path, folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program with what a wheel holds and without the source."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202 - what we have just made
    # Not measured: its lines are those of src/ under another path.
    ours = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=folder,
        env={**ours, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_the_wheel_says_version_licence_and_command(wheel: Path) -> None:
    folder = f"comitia-{comitia.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        about = archive.read(f"{folder}/METADATA").decode()
        commands = archive.read(f"{folder}/entry_points.txt").decode()
        licence = archive.read(f"{folder}/licenses/LICENSE")
    assert f"\nVersion: {comitia.__version__}\n" in about
    assert "\nLicense-Expression: Apache-2.0\n" in about
    assert "\nRequires-Python: >=3.11\n" in about
    assert commands.split() == ["[console_scripts]", "comitia", "=", "comitia.cli:main"]
    assert licence == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_s_command_runs_without_the_source(wheel: Path, tmp_path: Path) -> None:
    program = (
        "import sys, comitia; print(comitia.__file__, flush=True);"
        "sys.argv = ['comitia', '--help'];"
        "from comitia.cli import main; sys.exit(main())"
    )
    done = run_unpacked(wheel, tmp_path, program)
    assert done.returncode == 0, done.stderr
    place, *shown = done.stdout.splitlines()
    assert Path(place).parent == tmp_path / "comitia"
    assert "comitia" in "\n".join(shown)


def test_the_wheel_s_kernel_runs_without_the_source(wheel: Path, tmp_path: Path) -> None:
    program = (
        "from comitia.curve import _vartime, kernel;"
        "print(_vartime.__file__, kernel.active_name() != 'none')"
    )
    done = run_unpacked(wheel, tmp_path, program)
    assert (done.stdout, done.stderr) == (f"{tmp_path / KERNEL} True\n", "")
