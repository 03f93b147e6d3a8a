"""``comitia verify``: an archive in, a report out, in words or as one JSON object."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import Json
from comitia.ballots.v1.parse import LARGEST_TALLY_BYTES, UnreadableArchive, read_header
from comitia.cli.files import open_plain
from comitia.cli.terminal import Terminal, printable
from comitia.engine import Engine, available_cores
from comitia.errors import ComitiaError, MalformedRecord
from comitia.verify import CheckResult, Report, Sources, Status, Verdict, verify_election

EXIT_STATUS: Final = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.INCOMPLETE: 3}
UNREADABLE: Final = 2
_SHOWN_FAILURES: Final = 5
_MARKS: Final = {
    Status.PASSED: ("✓", "passed", "green"),
    Status.FAILED: ("✗", "failed", "bold red"),
    Status.NOT_CHECKED: ("-", "not checked", "yellow"),
}
_VERDICTS: Final = {
    Verdict.VALID: ("VALID: every check was made and holds.", "bold green"),
    Verdict.INVALID: ("INVALID: something does not hold; see above.", "bold red"),
    Verdict.INCOMPLETE: (
        "INCOMPLETE: nothing failed, but not everything could be checked.",
        "bold yellow",
    ),
}


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    path: Path
    since: Path | None = None
    as_json: bool = False
    jobs: int | None = None
    verbose: bool = False


def run(request: Request, terminal: Terminal) -> int:
    """Verify and print; return the exit status."""
    try:
        report = verify_path(request.path, request.since, request.jobs, terminal)
    except (ComitiaError, OSError) as error:
        sentence = _sentence(error, request)
        if request.as_json:
            print_unreadable(sentence)
        else:
            terminal.complain(f"comitia: {sentence}")
        return UNREADABLE
    if request.as_json:
        _print_json(report.to_json())
    else:
        show_report(report, terminal, verbose=request.verbose)
    return EXIT_STATUS[report.verdict]


def verify_path(path: Path, since: Path | None, jobs: int | None, terminal: Terminal) -> Report:
    """Return the report on the archive at a path; progress is shown on the terminal."""
    archive = find_archive(path)
    earlier = None if since is None else find_archive(since)
    sources = Sources(
        archive=partial(open_plain, archive),
        earlier=None if earlier is None else partial(open_plain, earlier),
        read_beside=partial(_read_beside, archive.parent),
    )
    useful = available_cores()
    processes = useful if jobs is None else min(jobs, useful)
    with Engine(processes) as engine, terminal.progress("checking ballots") as advance:
        return verify_election(sources, engine.map, advance)


def find_archive(path: Path) -> Path:
    """Return the archive that a path means: the file itself, or the only one in a folder.

    Raises MalformedRecord, naming the path, where that file does not begin as an archive.
    """
    if path.is_dir():
        archives = sorted(path.glob("*.bel"))
        if len(archives) != 1:
            found = "no archive" if not archives else f"{len(archives)} archives"
            problem = f"expected one .bel file in this folder, found {found}"
            raise MalformedRecord(str(path), problem)
        path = archives[0]
    try:
        with open_plain(path) as stream:
            read_header(stream)
    except UnreadableArchive as error:
        raise MalformedRecord(str(path), str(error)) from None
    return path


def _read_beside(folder: Path, name: str) -> bytes | None:
    """Return a file of the archive's folder, cut where no such file reaches, or None."""
    try:
        with open_plain(folder / name) as stream:
            return stream.read(LARGEST_TALLY_BYTES + 1)
    except FileNotFoundError:
        return None


def print_unreadable(sentence: str) -> None:
    """Print the object of a verification that could not begin."""
    _print_json({"verdict": "unreadable", "error": printable(sentence)})


def _print_json(value: dict[str, Json]) -> None:
    """Print an object in ASCII alone: nothing in it can play tricks with a terminal."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _sentence(error: ComitiaError | OSError, request: Request) -> str:
    if isinstance(error, OSError):
        return f"{error.filename or request.path}: {error.strerror or error}"
    return str(error) if isinstance(error, MalformedRecord) else f"{request.path}: {error}"


def show_report(report: Report, terminal: Terminal, *, verbose: bool = False) -> None:
    """Print a report for a person to read."""
    if report.uuid is not None:
        terminal.say(f"Election {report.uuid}, fingerprint {report.election_hash}")
        terminal.say()
    for result in report.checks:
        _show_check(result, terminal, verbose=verbose)
    for warning in report.warnings:
        terminal.say(f"! {warning.id}: {printable(warning.text)}", "yellow")
    if report.result is not None:
        terminal.say()
        terminal.say(f"Result as recorded: {json.dumps(report.result)}")
    terminal.say()
    sentence, style = _VERDICTS[report.verdict]
    terminal.say(sentence, style)


def _show_check(result: CheckResult, terminal: Terminal, *, verbose: bool) -> None:
    mark, word, style = _MARKS[result.status]
    count = f" ({result.count})" if verbose else ""
    terminal.say(f"{mark} {result.check.id:<20} {word:<12} {result.check.title}{count}", style)
    if verbose and result.reason is not None:
        terminal.say(f"    because {result.reason}")
    shown = result.failures if verbose else result.failures[:_SHOWN_FAILURES]
    for failure in shown:
        height = "" if failure.subject.height is None else f"at height {failure.subject.height}"
        record = "" if failure.subject.record is None else f" in record {failure.subject.record}"
        terminal.say(f"    {height}{record}".rstrip())
        terminal.say(f"      expected {printable(failure.expected)}")
        terminal.say(f"      found    {printable(failure.found)}")
    if len(shown) < len(result.failures):
        more = len(result.failures) - len(shown)
        terminal.say(f"    and {more} more; -v or --json shows all")
