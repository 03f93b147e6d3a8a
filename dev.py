#!/usr/bin/env python3
"""Run what a contributor runs: set-up, tests, gates, and the command `comitia` itself.

Needs only a Python of at least 3.11. Everything else goes into the private environment `.venv`,
from hash-locked files, at one of five levels: `run` (what the command needs), `web` (what the
application needs as well), `dev` (`web` and what the tests and gates need), `fuzz` (`run` and the
fuzzer, which not every machine can have) and `compiler` (`run` and a C compiler, for machines
without one). The level `peers`, other people's counting programs, has an environment of its own,
`.venv-peers`. What is done already is not done again, and then needs no network.

The native kernel is built along, where there is a C compiler; without it everything works, slower.

A set-up that was killed, a moved checkout or another Python is noticed, and the environment is made
anew.
Set-up talk goes to stderr; stdout belongs to the command that was asked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NoReturn

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
# Apart, so that nothing of ours can come to import them: decision 15.
PEERS_VENV = ROOT / ".venv-peers"
CACHE = ROOT / ".cache"
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "8", "--dist", "loadfile")
"""Tests of one file share what it sets up, so they stay in one process."""
SETUP_LOG = CACHE / "setup.log"
# Lies in an environment while its packages change: where it is found, the last set-up did not end.
UNFINISHED = "unfinished"
NATIVE = ROOT / "native"
FRONTEND = ROOT / "frontend"
TRANSLATIONS = "src/comitia/web/locale/*/LC_MESSAGES/*.po"
USAGE_ERROR = 2
# A compiler alone is not enough: Python's own header files are needed too.
WAYS_TO_BUILD = (
    "install a C compiler and Python's header files (on Debian: apt-get install gcc libc6-dev "
    "python3-dev), or a compiler in .venv by `dev.py kernel` (400 MB)"
)
OLDEST_GLIBC = (2, 17)
# What a level's lock holds all of, beside its own.
ALSO_HELD = {"web": ("run",), "dev": ("run", "web"), "fuzz": ("run",), "compiler": ("run",)}
KERNEL_TESTS = (
    *(
        f"tests/curve/test_{name}.py"
        for name in ("vartime", "vartime_field", "kernel", "lists", "many_generators")
    ),
    "tests/ballots/v1/equations/test_recipe.py",
    "tests/verify/test_native.py",
)
STACK = "print_stacktrace=1"


class CannotGoOnError(Exception):
    """What a person must do before this can work, as one sentence."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


def say(sentence: str) -> None:
    """Tell the person at the terminal something that is not the command's output."""
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)


# --- The private environments ---------------------------------------------------------------


def base_python() -> Path:
    """Find the interpreter that stands behind this one, for dev.py may run inside `.venv`."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    outside = Path(sys.base_prefix, "bin", name)
    return outside if outside.exists() else Path(sys.executable)


def venv_of(level: str) -> Path:
    return PEERS_VENV if level == "peers" else VENV


def venv_program(name: str, venv: Path = VENV) -> str:
    return str(venv / "bin" / name)


def lock_file(level: str) -> Path:
    return ROOT / "requirements" / f"{level}.txt"


def base_stamp(venv: Path) -> str:
    """Name what an environment as such depends on: this Python and this place."""
    return f"{sys.version}\n{base_python()}\n{venv}\n"


def level_stamp(level: str) -> str:
    """Digest everything that decides what a set-up at this level would install.

    Of pyproject.toml only the tables before the tools' settings count, so that a changed lint rule
    does not install anything. The kernel's source counts, and whether there is a C compiler, and
    translations, which are compiled. Beside the peers nothing of the project is installed.
    """
    locked = (base_stamp(venv_of(level)).encode(), lock_file(level).read_bytes())
    parts = locked if level == "peers" else (*locked, *packaging())
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def packaging() -> tuple[bytes, ...]:
    """Read what decides how the project itself is installed."""
    tables = (ROOT / "pyproject.toml").read_bytes().split(b"\n[tool.pytest", maxsplit=1)[0]
    version = (ROOT / "src" / "comitia" / "__init__.py").read_bytes()
    kernel = (path.read_bytes() for path in kernel_sources())
    texts = (path.read_bytes() for path in sorted(ROOT.glob(TRANSLATIONS)))
    return tables, version, *kernel, *texts, str(system_compiler()).encode()


def kernel_sources() -> list[Path]:
    return [path for path in (ROOT / "setup.py", *sorted(NATIVE.glob("*.*"))) if path.is_file()]


def system_compiler() -> str | None:
    """Find the C compiler that this Python was built with, or any."""
    names = ((sysconfig.get_config_var("CC") or "cc").split()[0], "cc")
    return next(filter(None, map(shutil.which, names)), None)


def build_environment() -> dict[str, str]:
    """Name the compiler of the level `compiler`, where it is installed and there is no other."""
    if system_compiler() is None and any(VENV.glob("lib/*/site-packages/ziglang")):
        return {"CC": f"{venv_program('python')} -m ziglang cc"}
    return {}


def built_kernel() -> list[Path]:
    return list(ROOT.glob("src/comitia/curve/_vartime*.so"))


def stamp_holds(venv: Path, name: str, expected: str) -> bool:
    stamp = venv / f"stamp-{name}"
    return (
        not (venv / UNFINISHED).exists()
        and Path(venv_program("python", venv)).exists()
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8") == expected
    )


def write_stamp(venv: Path, name: str, text: str) -> None:
    (venv / f"stamp-{name}").write_text(text, encoding="utf-8")


@contextlib.contextmanager
def sole_setup() -> Iterator[int]:
    """Keep every other set-up of this checkout waiting; yields the lock's file descriptor.

    The installer inherits the descriptor, so that the lock outlives a dev.py that was killed for
    as long as its installer still writes.
    """
    import fcntl  # noqa: PLC0415 - not on every system; main() has answered for those

    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up of this checkout to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def ensure(level: str) -> None:
    """Make the environment hold all of this level, doing nothing where it does already."""
    venv = venv_of(level)
    if stamp_holds(venv, level, level_stamp(level)):
        return
    with sole_setup() as lock:
        if stamp_holds(venv, level, level_stamp(level)):
            return
        if not stamp_holds(venv, "base", base_stamp(venv)):
            make_venv(venv, lock)
        install(level, lock)
    say(f"the private environment {venv.name} is ready")


def run_logged(command: Sequence[str], lock: int, failure: str) -> None:
    """Run a step of the set-up; where it fails, say `failure` and where the step's words are."""
    with SETUP_LOG.open("wb") as log:
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            env={**os.environ, **build_environment()},
        )
    if done.returncode != 0:
        words = SETUP_LOG.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last = f"it ended with {words[-1]!r}; " if words else ""
        raise CannotGoOnError(f"{failure} ({last}all that it said is in {SETUP_LOG})")


def make_venv(venv: Path, lock: int) -> None:
    """Make an empty environment in place of whatever lies there."""
    if importlib.util.find_spec("venv") is None:
        raise CannotGoOnError(
            f"{base_python()} cannot make private environments; "
            "install its `venv` module (on Debian: apt-get install python3-venv)"
        )
    if not has_ensurepip():
        system_pip(venv)  # says what to install, before anything is removed
    say(f"making the private environment {venv.name}")
    if venv.exists():
        shutil.rmtree(venv)
    options = [] if has_ensurepip() else ["--without-pip"]
    run_logged(
        [str(base_python()), "-m", "venv", *options, str(venv)],
        lock,
        f"the private environment {venv.name} could not be made",
    )
    write_stamp(venv, "base", base_stamp(venv))


def has_ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def system_pip(venv: Path) -> list[str]:
    """Find a pip outside `venv` that can install into it, as Debian without python3-venv needs."""
    command = [str(base_python()), "-m", "pip", "--python", venv_program("python", venv)]
    try_out = [str(base_python()), "-m", "pip", "--python", str(base_python()), "--version"]
    if subprocess.run(try_out, check=False, capture_output=True).returncode != 0:
        raise CannotGoOnError(
            f"{base_python()} has neither `ensurepip` nor a pip of at least 22.3; "
            "install one of them (on Debian: apt-get install python3-venv)"
        )
    return command


def pip(venv: Path) -> list[str]:
    inside = [venv_program("python", venv), "-m", "pip"]
    return inside if Path(venv_program("pip", venv)).exists() else system_pip(venv)


def install(level: str, lock: int) -> None:
    """Install the level's locked packages and, unless they are peers, the project itself, editable.

    pip resolves and downloads before it writes: where it failed without touching the packages, as
    without a network, the environment stays as good as it was.
    """
    venv = venv_of(level)
    say(f"installing what requirements/{level}.txt names into {venv.name}")
    packages = next(venv.glob("lib/*/site-packages"))
    before = packages.stat().st_mtime_ns
    # Taken now: what changes meanwhile is for the next set-up.
    stamps = {name: level_stamp(name) for name in (*ALSO_HELD.get(level, ()), level)}
    manners = ("--quiet", "--no-input", "--disable-pip-version-check")
    install_quietly = [*pip(venv), "install", *manners]
    # The peers' lock is whole but for what is left out, which pip would miss.
    without = ("--no-deps",) if level == "peers" else ()
    unfinished = venv / UNFINISHED
    unfinished.touch()
    try:
        run_logged(
            [*install_quietly, *without, "--require-hashes", "-r", str(lock_file(level))],
            lock,
            f"the packages that requirements/{level}.txt names could not be installed: "
            "connect to a network where pip finds them and try again",
        )
        if level != "peers":
            for old in built_kernel():  # may be of other source; a process that runs it keeps it
                old.unlink()
            run_logged(
                [*install_quietly, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
                lock,
                "the project could not be installed into .venv",
            )
    except CannotGoOnError:
        if packages.stat().st_mtime_ns == before:
            unfinished.unlink()
        raise
    for name, stamp in stamps.items():
        write_stamp(venv, name, stamp)
    unfinished.unlink()
    if level != "peers" and kernel_sources() and not built_kernel():
        say(f"the native kernel could not be built, and verifying is slower; {WAYS_TO_BUILD}")


# --- Running --------------------------------------------------------------------------------


def run(*command: str, env: Mapping[str, str] | None = None, folder: Path = ROOT) -> int:
    """Run a program to its end and give its exit status, as a shell would.

    Ctrl-C reaches the program as well: what it means there is the program's decision.
    """
    with subprocess.Popen(command, cwd=folder, env={**os.environ, **(env or {})}) as child:
        while True:
            try:
                status = child.wait()
            except KeyboardInterrupt:
                continue
            return status if status >= 0 else 128 - status


def become(*command: str) -> NoReturn:
    """Turn into the program: its streams, signals and exit status are then simply its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)


def refuse(arguments: Sequence[str], command: str) -> None:
    if arguments:
        raise CannotGoOnError(f"`{command}` takes no argument {arguments[0]!r}", USAGE_ERROR)


# --- The commands: each one's docstring is its help, the first line its row in the table -----


def setup(arguments: Sequence[str]) -> int:
    """Make the private environment `.venv` with everything, for an editor or to work offline.

    Every other command does the part that it needs by itself.
    """
    refuse(arguments, "setup")
    ensure("dev")
    return 0


def demo(arguments: Sequence[str]) -> int:
    """Run `comitia demo ARGS...`: a whole election on this machine, verified at the end."""
    return comitia(["demo", *arguments])


def serve(arguments: Sequence[str]) -> int:
    """Run `comitia serve ARGS...`: the application, with its data in .cache/serve by default."""
    ensure("web")
    place = () if "--data" in arguments else ("--data", str(CACHE / "serve"))
    become(venv_program("comitia"), "serve", *place, *arguments)


def test(arguments: Sequence[str]) -> int:
    """Run the tests; without arguments all of them, and the branch coverage of the core.

    Arguments go to pytest (`dev.py test tests/curve -k identity`), and coverage is not looked at.
    Without arguments every branch of curve, ballots, law, record and verify must be run, and as
    many processes share the test files as this machine has processors.
    """
    ensure("dev")
    python = venv_program("python")
    if arguments:
        return run(python, "-m", "pytest", *arguments)
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="coverage-", dir=CACHE) as folder:
        env = {"COVERAGE_FILE": str(Path(folder, "data"))}
        measured = ("--cov", "--cov-report=", "--cov-fail-under=0")
        if tests := run(python, "-m", "pytest", *SIDE_BY_SIDE, *measured, env=env):
            return tests
        if run(python, "-m", "coverage", "report", env=env):
            raise CannotGoOnError("some branches of the core are not tested (listed above)")
    return 0


def python_sources() -> list[str]:
    """List what the type checker reads; it refuses a folder without a module."""
    places = [
        ROOT / name for name in ("dev.py", "setup.py", "native", "src", "tests", "benchmarks")
    ]
    return [place.name for place in places if place.is_file() or any(place.rglob("*.py"))]


def typescript_gates() -> list[tuple[str, ...]]:
    """Check the types of frontend/, where Node is and its packages are installed."""
    node, compiler = shutil.which("node"), FRONTEND / "node_modules" / "typescript" / "bin" / "tsc"
    if node and compiler.is_file():
        return [(node, str(compiler), "--project", str(FRONTEND))]
    if FRONTEND.is_dir():
        say("the types of frontend/ are not checked: that needs Node, and `npm ci` in frontend/")
    return []


def lint(arguments: Sequence[str]) -> int:
    """Check format, lint rules, types and the import contract; `--fix` corrects what it can."""
    fix = list(arguments) == ["--fix"]
    if not fix:
        refuse(arguments, "lint")
    ensure("dev")
    ruff = venv_program("ruff")
    if fix:
        run(ruff, "check", "--quiet", "--fix-only")
        run(ruff, "format", "--quiet")
    gates = (
        (ruff, "format", "--check"),
        (ruff, "check"),
        (venv_program("mypy"), *python_sources()),
        (venv_program("lint-imports"), "--no-logo", "--cache-dir", ".cache/import-linter"),
        *typescript_gates(),
    )
    failed = [Path(gate[0]).name for gate in gates if run(*gate) != 0]
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Run the measurements in `benchmarks/`, all of them or those named; options are theirs."""
    names = list(takewhile(lambda one: not one.startswith("-"), arguments))
    options = arguments[len(names) :]
    if options and not names:
        raise CannotGoOnError(f"which benchmark {options[0]!r} is for is not said", USAGE_ERROR)
    scripts = {path.stem: path for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
    for name in names:
        if name not in scripts:
            known = ", ".join(scripts) or "none"
            raise CannotGoOnError(
                f"no benchmark is called {name!r} (there are: {known})", USAGE_ERROR
            )
    ensure("web")
    return max(
        (run(venv_program("python"), str(scripts[name]), *options) for name in names or scripts),
        default=0,
    )


def kernel(arguments: Sequence[str]) -> int:
    """Build the native kernel; where there is no C compiler, install one in `.venv` (400 MB).

    Every other command builds it too, where it finds a compiler, and does without it elsewhere.
    """
    refuse(arguments, "kernel")
    ensure("run" if system_compiler() else "compiler")
    if not built_kernel():
        last = f"what the last set-up said is in {SETUP_LOG}"
        raise CannotGoOnError(f"the native kernel could not be built; {WAYS_TO_BUILD} ({last})")
    say(f"the native kernel is {built_kernel()[0].relative_to(ROOT)}")
    return 0


def sanitize(arguments: Sequence[str]) -> int:
    """Test the native kernel with its bounds asserted, and again with every access watched.

    Two further builds of it, in .cache/native: warnings are errors in both, the second one is
    under the sanitizers for addresses and undefined behaviour. Arguments go to pytest.
    """
    ensure("dev")
    python = venv_program("python")
    for build, watched in (("debug", {}), ("sanitized", sanitizer_environment())):
        folder = CACHE / "native" / build
        base, package = f"--build-base={folder / 'temp'}", folder / "package"
        env = {"COMITIA_KERNEL": build}
        say(f"building the kernel as {build!r}, in {folder}")
        command = (python, "setup.py", "--quiet", "build", base, f"--build-lib={package}")
        if run(*command, env=env) != 0:
            raise CannotGoOnError(f"the kernel could not be built as {build!r} (see above)")
        env |= {"PYTHONPATH": str(package), **watched}
        tests = arguments or KERNEL_TESTS
        if status := run(python, "-m", "pytest", *tests, env=env):
            return status
    return 0


def sanitizer_environment() -> dict[str, str]:
    """Have the sanitizer's library loaded first; what Python never frees is not looked at."""
    ask = (system_compiler() or "cc", "-print-file-name=libasan.so")
    library = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": STACK}


def wheel(arguments: Sequence[str]) -> int:
    """Build the wheel and the source archive in dist/: on Linux for every machine of this kind.

    The wheel is for CPython 3.11 and newer, and named after the oldest C library that has what the
    kernel asks of it, 2.17 at the oldest. Where the kernel cannot be built nothing is.
    """
    refuse(arguments, "wheel")
    ensure("dev")
    python, dist = venv_program("python"), ROOT / "dist"
    with tempfile.TemporaryDirectory(prefix="wheel-", dir=CACHE) as folder:
        # Not as this Python was linked: no place of this machine belongs into the module.
        env = {"COMITIA_KERNEL": "required"}
        if compiler := build_environment().get("CC") or system_compiler():
            env |= {"CC": compiler, "LDSHARED": f"{compiler} -shared"}
        command = (python, "-m", "build", "--no-isolation", "--outdir", folder, str(ROOT))
        if run(*command, env=env) != 0:
            raise CannotGoOnError("the package could not be built (see above)")
        (built,) = Path(folder).glob("*.whl")
        if sys.platform == "linux":
            tags = ("--remove", "--platform-tag", platform_tag(built))
            if run(python, "-m", "wheel", "tags", *tags, str(built)) != 0:
                raise CannotGoOnError("the wheel could not be named (see above)")
        dist.mkdir(exist_ok=True)
        for made in sorted(Path(folder).iterdir()):
            shutil.copy(made, dist)
            say(f"made {(dist / made.name).relative_to(ROOT)}")
    return 0


def platform_tag(built: Path) -> str:
    """Name the machines that a wheel runs on, after the versions of glibc's functions it asks for.

    Refuses a module that needs another library than those that every such machine has (PEP 600).
    """
    with zipfile.ZipFile(built) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".so")]
        with tempfile.NamedTemporaryFile(suffix=".so", dir=CACHE) as module:
            module.write(archive.read(name))
            module.flush()
            ask = ("objdump", "-p", module.name)
            said = subprocess.run(ask, check=True, capture_output=True, text=True).stdout
    strange = set(re.findall(r"NEEDED\s+(\S+)", said)) - {"libc.so.6", "libpthread.so.0"}
    if strange or re.search(r"R(?:UN)?PATH", said):
        raise CannotGoOnError(f"the kernel is tied to this machine: {sorted(strange) or 'a path'}")
    asked = {(int(major), int(minor)) for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", said)}
    major, minor = max({OLDEST_GLIBC, *asked})
    return f"manylinux_{major}_{minor}_{os.uname().machine}"


def fuzz(arguments: Sequence[str]) -> int:
    """Give every reader of bytes from outside inputs that are made to reach new branches.

    Arguments are targets (`election`, `"*archive"`), and `--seconds N` for each of them. Whatever a
    target is given must end in a value or in an error of ours: an input that ends otherwise, takes
    20 seconds or 2 GB is kept in .cache/fuzz, and the exit status is 1. `fuzz TARGET --input FILE`
    gives it such an input again. The inputs that reach branches are kept too, for the next time.
    """
    ensure("fuzz")
    return run(venv_program("python"), "-m", "tests.fuzz.run", *arguments)


def mutants(arguments: Sequence[str]) -> int:
    """Change the core's code in small ways and list the changes that no test notices.

    Arguments are patterns of functions (`"comitia.curve*"`) or files and folders of the core, as
    src/comitia/curve/field.py; without any, all of it is changed, which takes hours. Results are
    kept in .cache/mutation, and a run that was broken off goes on where it stood. The exit status
    is 1 where a change went unnoticed that tests/mutants/explained.toml does not explain.
    """
    names = [mutated_names(argument) for argument in arguments]
    ensure("dev")
    beside = ROOT.parent / "shared"
    env = {"COMITIA_REFERENCE_DATA": str(beside)} if beside.is_dir() else {}
    python = venv_program("python")
    return run(python, "-m", "tests.mutants.run", *names, env={**env, **os.environ})


def mutated_names(argument: str) -> str:
    """Turn a path below src/ into a pattern of the functions in it; leave a pattern as it is."""
    if argument.startswith("comitia."):
        return argument
    try:
        below = Path(argument).resolve(strict=True).relative_to(ROOT / "src")
    except (OSError, ValueError):
        raise CannotGoOnError(
            f"{argument} is no file or folder in src/ and no pattern such as comitia.curve*",
            USAGE_ERROR,
        ) from None
    return ".".join(below.with_suffix("").parts) + ".*"


def messages(arguments: Sequence[str]) -> int:
    """Bring the translation files up to date with the texts in code and templates.

    Arguments are codes of languages to begin (`dev.py messages fr`). The files lie in
    src/comitia/web/locale; a test fails while a text in one of them is not translated.
    """
    ensure("dev")
    return run(venv_program("python"), "-m", "tests.web.messages", *arguments)


def peers(arguments: Sequence[str]) -> int:
    """Make `.venv-peers` with other people's counting programs, for the tests that ask them.

    They take some 780 MB. Without them those tests are skipped; `.ci/run` makes them first.
    """
    refuse(arguments, "peers")
    ensure("peers")
    return 0


def lock(arguments: Sequence[str]) -> int:
    """Write the lock files anew from pyproject.toml; arguments go to uv (`--upgrade`).

    Versions that still fit are kept, unless the arguments say otherwise. The files name no host:
    settings and environment variables that would put one in are set aside.
    """
    ensure("dev")
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        del os.environ[name]
    compile_lock = (
        *(
            venv_program("uv"),
            "--no-config",
            "--system-certs",
            "--quiet",
            "pip",
            "compile",
        ),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"),
        # Older pips hold `name[extra]`, asked for by another package, to no pin of `name` alone.
        "--no-strip-extras",
        *arguments,
    )
    project = "pyproject.toml"
    as_in_dev = (project, "--group", "build", "--constraint", "requirements/dev.txt")
    application = ("--extra", "web", "--extra", "postgresql")
    for level, *options in (
        ("dev", project, *application, "--group", "dev"),
        ("run", *as_in_dev),
        ("web", *as_in_dev, *application),
        ("fuzz", *as_in_dev, "--group", "fuzz"),
        ("peers", "--group", "peers", "--overrides", "requirements/peers-left-out.txt"),
        ("compiler", *as_in_dev, "--group", "compiler"),
    ):
        output = f"requirements/{level}.txt"
        if run(*compile_lock, *options, "--output-file", output) != 0:
            raise CannotGoOnError(f"{output} could not be made")
    return 0


def comitia(arguments: Sequence[str]) -> int:
    """Run the command `comitia ARGS...` in the private environment."""
    ensure("run")
    become(venv_program("comitia"), *arguments)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    command.__name__: command
    for command in (
        *(setup, demo, serve, test, lint, sanitize, bench, fuzz, mutants, peers),
        *(messages, kernel, wheel, lock, comitia),
    )
}
# These hand `--help` on to the command behind them.
PASSED_ON = ("comitia", "demo", "serve")


def help_of(command: str) -> str:
    first, _, rest = (COMMANDS[command].__doc__ or "").partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}".strip()


def overall_help() -> str:
    rows = "\n".join(f"  {name:<9} {help_of(name).splitlines()[0]}" for name in COMMANDS)
    return (
        f"usage: python3 dev.py COMMAND [ARGS...]\n\n{rows}\n\n`dev.py COMMAND --help` tells more."
    )


def dispatch(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(overall_help())
        return 0 if arguments else USAGE_ERROR
    name, *rest = arguments
    if name not in COMMANDS:
        known = ", ".join(COMMANDS)
        raise CannotGoOnError(f"no command is called {name!r} (there are: {known})", USAGE_ERROR)
    if rest[:1] in (["-h"], ["--help"]) and name not in PASSED_ON:
        print(f"usage: python3 dev.py {name} ...\n\n{help_of(name)}")
        return 0
    return COMMANDS[name](rest)


def main() -> int:
    """Do what the command line says; every failure is one sentence and an exit status."""
    if sys.version_info < OLDEST_PYTHON or os.name != "posix":
        say("this needs Python 3.11 or newer on Linux or macOS")
        return 1
    try:
        return dispatch(sys.argv[1:])
    except CannotGoOnError as error:
        say(str(error))
        return error.status
    except OSError as error:
        say(f"{error.filename or 'the system'}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
