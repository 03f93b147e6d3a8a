"""``comitia verify`` of a file of somebody's own entries."""

from __future__ import annotations

from pathlib import Path

from comitia.cli.files import read_plain
from comitia.cli.reporting import show_check, show_verdict
from comitia.cli.terminal import Terminal, printable
from comitia.record.evidence import LARGEST_BYTES, parse_evidence
from comitia.verify.evidence import EvidenceReport, verify_kept
from comitia.verify.trust import Trust


def verify_file(place: str, trust: Trust | None) -> EvidenceReport:
    """Return the report on a file of entries. Raises MalformedRecord where it is none."""
    return verify_kept(parse_evidence(read_plain(Path(place), LARGEST_BYTES), place), trust)


def show_evidence(report: EvidenceReport, terminal: Terminal, *, verbose: bool = False) -> None:
    """Print a report on a file of entries for a person to read: never what was disclosed."""
    head = report.checkpoint.head
    terminal.say(f"Entries of the record {printable(report.checkpoint.origin)}")
    terminal.say(f"Checkpoint of {head.size} entries, root {head.root.hex()}")
    terminal.say()
    for result in report.checks:
        show_check(result, terminal, verbose=verbose)
    terminal.say()
    for one in report.shown:
        kind = one.entry.kind
        terminal.say(f"  {one.place:>8}  {one.entry.at:%Y-%m-%d %H:%M} UTC  {kind.name}")
    terminal.say()
    show_verdict(report.verdict, terminal)
