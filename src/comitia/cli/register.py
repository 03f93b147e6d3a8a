"""``comitia register``: what concerns the register and needs no application: its beginning."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from comitia.cli import NOT_UNDERSTOOD
from comitia.cli.files import naming, read_plain
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal, printable
from comitia.errors import MalformedRecord
from comitia.web.register.founding.checking import Checked, check_draft
from comitia.web.register.founding.document import read_document
from comitia.web.register.founding.draft import LARGEST_BYTES, TABLES, Draft, parse_draft

WHOLE: Final = 0
FAULTY: Final = 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``register`` understands."""
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    summary = "check a founding draft, and print its hash"
    own = commands.add_parser("founding", help=summary, description=f"{summary.capitalize()}.")
    own.add_argument("file", metavar="FILE", type=Path, help="a draft, as the pages export it")


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Say what a draft holds and what is wrong with it; 0 where it can be founded."""
    file: Path = options.file
    try:
        with naming(file):
            draft = parse_draft(read_plain(file, LARGEST_BYTES))
    except MalformedRecord as error:
        terminal.complain(f"comitia: {sentence_of(error)}")
        return NOT_UNDERSTOOD
    now = datetime.now(UTC)
    organisation = read_document(draft, now.date())[0].organisation
    zone = ZoneInfo("UTC" if organisation is None else organisation.time_zone)
    checked = check_draft(draft, now.astimezone(zone).date())
    _tell(draft, checked, terminal)
    return FAULTY if checked.errors else WHOLE


def _tell(draft: Draft, checked: Checked, terminal: Terminal) -> None:
    terminal.say(f"Founding draft of {printable(draft.organisation.name) or 'no name yet'}")
    terminal.say(", ".join(f"{len(getattr(draft, table))} {table}" for table in TABLES))
    terminal.say(f"SHA-256 {draft.hash}")
    for one in checked.faults:
        kind = "look at" if one.is_warning else "wrong"
        terminal.say(f"{kind}: {printable(str(one))}")
    if not checked.errors:
        terminal.say("It can be founded, on what is known here.")
