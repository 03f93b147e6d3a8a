"""The commands of ``comitia election``, in the order in which an election needs them."""

from __future__ import annotations

import argparse
from typing import Final

from comitia.cli.election import (
    ceremony,
    opening,
    registrar,
    shuffling,
    tallying,
    trustee,
    voter,
    voting,
)
from comitia.cli.election.options import FAILED, Command
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import CheckFailed

COMMANDS: Final[tuple[Command, ...]] = (
    *registrar.COMMANDS,
    *ceremony.COMMANDS,
    *opening.COMMANDS,
    *voter.COMMANDS,
    *voting.COMMANDS,
    *trustee.COMMANDS,
    *shuffling.COMMANDS,
    *tallying.COMMANDS,
)
"""In the order in which an election needs them."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add every command of an election to the command line."""
    parsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        sentence = f"{command.summary[0].upper()}{command.summary[1:]}."
        own = parsers.add_parser(command.name, help=command.summary, description=sentence)
        command.add_arguments(own)
        own.set_defaults(election_command=command)


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run one of the commands; return its exit status: 1 where a check has failed."""
    command: Command = options.election_command
    try:
        return command.run(options, terminal)
    except CheckFailed as failure:
        terminal.complain(f"comitia: {sentence_of(failure)}")
        return FAILED
