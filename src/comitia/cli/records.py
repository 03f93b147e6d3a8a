"""``comitia verify`` of a whole record, from a folder or from an address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from comitia.cli.addresses import FetchFailedError, is_url
from comitia.cli.files import open_plain
from comitia.cli.reporting import show_check, show_verdict
from comitia.cli.terminal import Terminal, printable
from comitia.errors import StorageUnavailable
from comitia.law.balance import COMING, GOING, Balance, Column
from comitia.law.standings import ChangeKind
from comitia.record.notes import LARGEST_NOTE_BYTES
from comitia.record.tile_reader import ReadPath
from comitia.record.tiles import LARGEST_BUNDLE_BYTES, LARGEST_TILE_BYTES
from comitia.verify.record import RecordReport, read_checkpoint, verify_record
from comitia.verify.trust import LARGEST_TRUST_BYTES, Trust, parse_trust

_LARGEST_FILE: Final = max(LARGEST_NOTE_BYTES, LARGEST_TILE_BYTES, LARGEST_BUNDLE_BYTES) + 1
"""One byte more than anything published can have, so that what is longer is seen to be."""

_COLUMNS: Final[Mapping[Column, str]] = {
    column: column.value.replace("_", " ") for column in Column
}


def open_record(place: str, *, same_host: bool = False) -> ReadPath:
    """Return what reads the files of a record. same_host: follow no redirect to another one."""
    if is_url(place):
        return partial(_fetch, place, same_host=same_host)
    return partial(_read, Path(place))


def _read(folder: Path, path: str) -> bytes:
    try:
        with open_plain(folder / path) as stream:
            return stream.read(_LARGEST_FILE)
    except OSError as error:
        raise StorageUnavailable(f"{path}: {error.strerror or error}") from None


def _fetch(url: str, path: str, *, same_host: bool) -> bytes:
    from comitia.cli import fetching  # noqa: PLC0415 - takes long to load, and few need it

    try:
        content = fetching.fetch_beside(url, _LARGEST_FILE, path, same_host=same_host)
    except FetchFailedError as error:
        raise StorageUnavailable(str(error)) from None
    if content is None:
        raise StorageUnavailable(f"{path}: there is none at this address")
    return content


def read_trust(path: str | None) -> Trust | None:
    """Return what a file says is known; None where none was given."""
    if path is None:
        return None
    with open_plain(Path(path)) as stream:
        return parse_trust(stream.read(LARGEST_TRUST_BYTES + 1), path)


def verify_place(
    place: str, since: str | None, trust: Trust | None, terminal: Terminal
) -> RecordReport:
    """Return the report on a record; progress is shown on the terminal."""
    place = _home_of(place)
    seen = None if since is None else read_checkpoint(open_record(since))[0].head
    with terminal.progress("checking entries") as advance:
        return verify_record(open_record(place), trust, seen, advance)


def _home_of(place: str) -> str:
    """Return where a record lies: below an address of the application, if not at it."""
    if not is_url(place) or _has_checkpoint(place) or not _has_checkpoint(f"{place}record/"):
        return place
    return f"{place}record/"


def _has_checkpoint(url: str) -> bool:
    """Whether one is there; what cannot be fetched is for the verification to say."""
    from comitia.cli import fetching  # noqa: PLC0415 - takes long to load, and few need it

    try:
        return fetching.fetch_beside(url, 1, "checkpoint") is not None
    except FetchFailedError:
        return True


def show_record(report: RecordReport, terminal: Terminal, *, verbose: bool = False) -> None:
    """Print a report on a record for a person to read."""
    head = report.checkpoint.head
    terminal.say(f"Record {printable(report.checkpoint.origin)}, {head.size} entries")
    terminal.say(f"Root {head.root.hex()}")
    terminal.say()
    for result in report.checks:
        show_check(result, terminal, verbose=verbose)
    terminal.say()
    if verbose and report.members is not None:
        _show_members(report.members, terminal)
        terminal.say()
    show_verdict(report.verdict, terminal)


def _show_members(balance: Balance, terminal: Terminal) -> None:
    """Print how many members there are, and how they came to be so many in the last year."""
    terminal.say(f"Members on {balance.last}: {balance.end}")
    rows = [("at the start", balance.start)]
    rows += [(f"+ {_COLUMNS[column]}", balance.counts[column]) for column in _signed(COMING)]
    rows += [(f"- {_COLUMNS[column]}", balance.counts[column]) for column in _signed(GOING)]
    if balance.causes:
        rows.append(("± entered since, for days before", balance.difference))
    width = max(len(name) for name, _ in rows)
    for name, number in [*rows, ("= at the end", balance.end)]:
        terminal.say(f"  {name:<{width}} {number:>{len(str(balance.first))}}")
    for cause in balance.causes:
        terminal.say(f"    {cause.effect:+} by {', '.join(cause.entries)}")


def _signed(columns: Mapping[ChangeKind, Column]) -> tuple[Column, ...]:
    return tuple(dict.fromkeys(columns.values()))
