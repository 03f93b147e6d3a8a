"""``comitia restore``: a backup into an empty installation, with every erasure since."""

from __future__ import annotations

import argparse
from pathlib import Path

from comitia.cli.application import ask_application
from comitia.cli.checking import show_checked
from comitia.cli.records import open_record
from comitia.cli.terminal import Terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``restore`` understands."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the backup's folder")
    parser.add_argument(
        "--data", metavar="NEW", type=Path, required=True, help="the data folder to restore into"
    )
    parser.add_argument(
        "--secrets", metavar="FILE", type=Path, required=True, help="the backup of the secrets"
    )
    record = parser.add_mutually_exclusive_group(required=True)
    record.add_argument(
        "--record",
        metavar="URL|DIR",
        help="the latest record, where it is published or as a witness has it: what was erased "
        "since the backup is erased again",
    )
    record.add_argument(
        "--no-record",
        action="store_true",
        help="there is none to be had: whoever was erased since the backup comes back",
    )
    parser.add_argument(
        "--older-record",
        action="store_true",
        help="the record may end before the backup does: nothing that was erased since is in it",
    )


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Restore, then check; return 1 where either fails."""
    return ask_application(lambda: _restore(options, terminal), terminal)


def _restore(options: argparse.Namespace, terminal: Terminal) -> int:
    from comitia.web.project.backups.running import restore  # noqa: PLC0415 - an auditor has no Django

    read = None if options.no_record else open_record(options.record)
    with terminal.progress("restoring") as advance:
        restored = restore(
            *(options.data, options.folder, options.secrets, read, advance),
            older_record=options.older_record,
        )
    terminal.say(
        f"Logins are as they were at {restored.made_at}, of {restored.logins} people with a "
        "passkey, an app or another login: whoever has lost one, recovered an account or changed "
        "an address since then must do so again; ask them, and the officers who helped"
    )
    terminal.say("Tokens for programs and secret calendars did not come back: people make new ones")
    return show_checked(restored.checked, terminal)
