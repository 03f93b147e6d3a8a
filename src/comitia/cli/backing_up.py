"""``comitia backup``: all of an installation, sealed person by person, while it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from comitia.cli.application import add_data_option, ask_application
from comitia.cli.terminal import Terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``backup`` understands."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="a new folder for the backup")
    add_data_option(parser)
    parser.add_argument(
        "--secrets",
        metavar="FILE",
        type=Path,
        help="write the persons' secrets to this new file; keep it apart, and for weeks only",
    )


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Back up; say what was written."""
    return ask_application(lambda: _backup(options, terminal), terminal)


def _backup(options: argparse.Namespace, terminal: Terminal) -> int:
    from comitia.web.project.backups.running import backup  # noqa: PLC0415 - an auditor has no Django

    with terminal.progress("backing up") as advance:
        manifest = backup(options.data, options.folder, options.secrets, advance)
    rows = sum(one.rows for one in manifest.tables.values())
    terminal.say(f"Backed up {rows} rows, and the record up to entry {manifest.size}")
    if options.secrets is None:
        terminal.say("Without the secrets, which --secrets writes, it can be read by nobody.")
    return 0
