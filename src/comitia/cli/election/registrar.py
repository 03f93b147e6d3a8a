"""The registrar's commands: an identifier, and a credential for every voter of the roll."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Final

from comitia.ballots.v1.making import generate_uuid
from comitia.ballots.v1.model import derive_fingerprint
from comitia.cli.election.options import DONE, Command, add_folder, add_group, add_uuid
from comitia.cli.election.roll import LARGEST_ROLL_BYTES, parse_roll
from comitia.cli.election.steps import (
    CERTIFICATE,
    PRIVATE_CREDENTIALS,
    PUBLIC_CREDENTIALS,
    REGISTRAR_FILES,
    REGISTRAR_KEY,
    REGISTRAR_LIST,
    IssueOrder,
    issue,
)
from comitia.cli.files import expect_new, read_plain, write_public
from comitia.cli.terminal import Terminal
from comitia.engine import run_apart


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing."""


def _make_uuid(_: argparse.Namespace, terminal: Terminal) -> int:
    terminal.say(generate_uuid(os.urandom))
    return DONE


def _credentials_arguments(parser: argparse.ArgumentParser) -> None:
    add_uuid(parser)
    parser.add_argument(
        "--voters",
        metavar="FILE",
        type=Path,
        required=True,
        help="the roll: a line ADDRESS[,LOGIN[,WEIGHT]] for each voter",
    )
    add_group(parser)
    add_folder(parser, "where to write")


def _issue(options: argparse.Namespace, terminal: Terminal) -> int:
    roll = parse_roll(read_plain(options.voters, LARGEST_ROLL_BYTES))
    expect_new(options.dir / name for name in REGISTRAR_FILES)
    issued = run_apart(issue, IssueOrder(options.dir, options.uuid, options.group, roll))
    write_public(options.dir / PUBLIC_CREDENTIALS, issued.public)
    write_public(options.dir / CERTIFICATE, issued.certificate)
    terminal.say(f"{len(roll.voters)} credentials for the election {options.uuid}.")
    terminal.say(f"For the server: {options.dir / PUBLIC_CREDENTIALS}, and your certificate of it,")
    terminal.say(f"  {options.dir / CERTIFICATE}")
    terminal.say(f"  the list's fingerprint, for everybody: {derive_fingerprint(issued.public)}")
    terminal.say(f"For you alone: {options.dir / PRIVATE_CREDENTIALS}, of which each voter gets")
    terminal.say("  the one credential, by a way of its own,")
    terminal.say(f"  {options.dir / REGISTRAR_LIST}, which says whose credential is whose,")
    terminal.say(f"  and {options.dir / REGISTRAR_KEY}, with which the list is certified.")
    return DONE


COMMANDS: Final = (
    Command("uuid", "print a fresh identifier for an election", _no_arguments, _make_uuid),
    Command(
        "credentials",
        "registrar: make a credential for every voter",
        _credentials_arguments,
        _issue,
    ),
)
