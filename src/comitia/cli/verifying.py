"""``comitia verify``: an archive, a record or own entries in, a report out, in words or as JSON."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import Json
from comitia.ballots.v1.parse import LARGEST_BOUND_BYTES, UnreadableArchive, read_header
from comitia.cli.addresses import FetchFailedError, is_url
from comitia.cli.files import open_plain
from comitia.cli.reporting import show_report
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal, print_json, print_unreadable, printable
from comitia.curve import kernel
from comitia.curve.vartime import compiled_layers
from comitia.engine import Engine, available_cores
from comitia.errors import MalformedRecord
from comitia.verify import Report, Sources, Verdict, verify_election

EXIT_STATUS: Final = {Verdict.VALID: 0, Verdict.INVALID: 1, Verdict.INCOMPLETE: 3}
UNREADABLE: Final = 2
WITHOUT_KERNEL: Final = (
    "comitia: note: this installation has no native kernel, and is slower; with a C compiler it "
    "builds one (from the source: python3 dev.py kernel)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    place: str
    since: str | None = None
    as_json: bool = False
    jobs: int | None = None
    verbose: bool = False
    least_shuffles: int = 1
    trust: str | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``verify`` understands."""
    parser.add_argument(
        "place",
        metavar="PATH|URL",
        help="the archive or the record, its folder, or its address on the web; or a file of own "
        "entries (my-entries.json)",
    )
    parser.add_argument(
        "--since",
        metavar="OLD",
        help="an earlier copy, which this one must continue",
    )
    parser.add_argument(
        "--trust",
        metavar="FILE",
        help="of a record or entries: its keys, those of witnesses, and the last state seen",
    )
    parser.add_argument(
        "--min-shuffles",
        metavar="N",
        type=_positive,
        default=1,
        help="demand that N different trustees shuffled ranked ballots (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=_positive,
        help="use up to N processes, one a core at most (1: this one alone; default: all cores)",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show every failure, and reasons and counts"
    )


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:5]) >= 1 and len(text) < len("10000")):
        raise argparse.ArgumentTypeError("expected a whole number from 1 to 9999")
    return int(text)


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Do what was asked for on the command line; return the exit status."""
    request = Request(
        options.place,
        options.since,
        options.json,
        options.jobs,
        options.verbose,
        options.min_shuffles,
        options.trust,
    )
    return run(request, terminal)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verification found, of an archive or of a record, and how to show it."""

    verdict: Verdict
    to_json: Callable[[], dict[str, Json]]
    show: Callable[[], None]


def run(request: Request, terminal: Terminal) -> int:
    """Verify and print; return the exit status."""
    try:
        outcome = _verify(request, terminal)
    except Exception as error:  # noqa: BLE001 - a traceback's status would read as a verdict
        sentence = _sentence(error, request)
        if request.as_json:
            print_unreadable(sentence)
        else:
            terminal.complain(f"comitia: {sentence}")
        return UNREADABLE
    if request.as_json:
        print_json(outcome.to_json())
    else:
        outcome.show()
    return EXIT_STATUS[outcome.verdict]


def _verify(request: Request, terminal: Terminal) -> Outcome:
    if is_record(request.place):
        return _verify_record(request, terminal)
    if is_json(request.place):
        return _verify_evidence(request, terminal)
    if request.trust is not None:
        raise MalformedRecord("--trust", "is for records and their entries, and this is neither")
    if not compiled_layers():
        terminal.complain(WITHOUT_KERNEL)
    with ExitStack() as kept:
        archive = _find(request.place, kept, terminal)
        earlier = None if request.since is None else _find(request.since, kept, terminal)
        report = verify_found(
            archive, earlier, request.jobs, terminal, least_shuffles=request.least_shuffles
        )
    return Outcome(report.verdict, report.to_json, partial(_show, report, request, terminal))


def _show(report: Report, request: Request, terminal: Terminal) -> None:
    show_report(report, terminal, verbose=request.verbose)
    if request.verbose:
        terminal.say(f"Native kernel: {kernel.active_name()}")


def is_record(place: str) -> bool:
    """Whether a place is a record's: a folder with a checkpoint, or an address that ends with /."""
    if is_url(place):
        return place.endswith("/")
    return (Path(place) / "checkpoint").is_file()


def _verify_record(request: Request, terminal: Terminal) -> Outcome:
    from comitia.cli import records  # noqa: PLC0415 - elections are verified without its modules

    trust = records.read_trust(request.trust)
    if request.since is not None and not is_record(request.since):
        raise MalformedRecord(request.since, "expected an earlier copy of the record")
    report = records.verify_place(request.place, request.since, trust, terminal)
    show = partial(records.show_record, report, terminal, verbose=request.verbose)
    return Outcome(report.verdict, report.to_json, show)


def is_json(place: str) -> bool:
    """Whether a place is a file that begins as JSON does, which no archive of an election does."""
    if is_url(place):
        return False
    try:
        with open_plain(Path(place)) as stream:
            return stream.read(1) == b"{"
    except (MalformedRecord, OSError):  # said where it is read as an archive
        return False


def _verify_evidence(request: Request, terminal: Terminal) -> Outcome:
    from comitia.cli import evidence, records  # noqa: PLC0415 - as above

    if request.since is not None:
        raise MalformedRecord(
            "--since", "is for archives and records, and this is a file of entries"
        )
    report = evidence.verify_file(request.place, records.read_trust(request.trust))
    show = partial(evidence.show_evidence, report, terminal, verbose=request.verbose)
    return Outcome(report.verdict, report.to_json, show)


@dataclass(frozen=True, slots=True)
class Found:
    """An archive on this machine, and how to read the files that were published beside it."""

    path: Path
    read_beside: Callable[[str], bytes | None]


def _find(place: str, kept: ExitStack, terminal: Terminal) -> Found:
    """Return the archive at a path or an address; what is fetched is kept until ``kept`` ends."""
    if not is_url(place):
        return find_archive(Path(place))
    from comitia.cli import fetching  # noqa: PLC0415 - takes long to load, and few need it

    folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="comitia-verify-"))
    path = fetching.fetch_archive(place, Path(folder), terminal)
    expect_archive(path, place)
    return Found(path, partial(fetching.fetch_beside, place, LARGEST_BOUND_BYTES + 1))


def verify_found(
    archive: Found,
    earlier: Found | None,
    jobs: int | None,
    terminal: Terminal,
    *,
    least_shuffles: int = 1,
) -> Report:
    """Return the report on an archive; progress is shown on the terminal."""
    sources = Sources(
        archive=partial(open_plain, archive.path),
        earlier=None if earlier is None else partial(open_plain, earlier.path),
        read_beside=archive.read_beside,
        least_shuffles=least_shuffles,
    )
    useful = available_cores()
    processes = useful if jobs is None else min(jobs, useful)
    with Engine(processes) as engine, terminal.progress("checking ballots") as advance:
        return verify_election(sources, engine.map, advance, engine.map_unlocked)


def find_archive(path: Path) -> Found:
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
    expect_archive(path, str(path))
    return Found(path, partial(_read_beside, path.parent))


def expect_archive(path: Path, place: str) -> None:
    """Raise MalformedRecord, naming the place, where a file does not begin as an archive."""
    try:
        with open_plain(path) as stream:
            read_header(stream)
    except UnreadableArchive as error:
        raise MalformedRecord(place, str(error)) from None


def _read_beside(folder: Path, name: str) -> bytes | None:
    """Return a file of the archive's folder, cut where no such file reaches, or None."""
    try:
        with open_plain(folder / name, follow=False) as stream:
            return stream.read(LARGEST_BOUND_BYTES + 1)
    except FileNotFoundError:
        return None


def _sentence(error: Exception, request: Request) -> str:
    """Return a sentence that names the archive, where the error does not name a place itself."""
    sentence = sentence_of(error, request.place)
    names_place = isinstance(error, (MalformedRecord, FetchFailedError, OSError))
    return sentence if names_place else f"{printable(request.place)}: {sentence}"
