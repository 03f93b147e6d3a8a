"""The command line itself: what it understands, and what every part of it has in common.

Exit statuses are ``verify``'s contract for all: 0 done and right, 1 something failed, 2 not
understood or not readable, 3 not everything could be checked. A failure is one sentence; a
traceback is a defect.

Only the module of the command that is asked for is loaded: to load all takes longer than to verify
a small election. So none is imported here, and each offers ``add_options`` and ``run_command``.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn, Protocol, cast

from comitia import __version__
from comitia.cli import INTERRUPTED, NOT_UNDERSTOOD
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal, discard_output, print_unreadable

NOBODY_READS: Final = 141
"""What a shell reports for a program that SIGPIPE ends: no status of a verification."""


class _WrongOptions(Exception):  # noqa: N818 - an event of parsing, not an error that travels
    """What argparse has to say about the command line, and in whose name."""

    def __init__(self, usage: str, sentence: str) -> None:
        super().__init__(sentence)
        self.usage = usage
        self.sentence = sentence


class _CommandModule(Protocol):
    """What a command's module offers."""

    def add_options(self, parser: argparse.ArgumentParser, /) -> None:
        """Add what the command understands."""
        ...

    def run_command(self, options: argparse.Namespace, terminal: Terminal, /) -> int:
        """Do what was asked for; return the exit status."""
        ...


@dataclass(frozen=True)
class _Command:
    """A command: its name, what its help says, and the module that does it, loaded when asked."""

    name: str
    summary: str
    module: str
    epilog: str | None = None

    def load(self) -> _CommandModule:
        """Return the command's module."""
        return cast("_CommandModule", importlib.import_module(self.module))


_COMMANDS: Final = (
    _Command(
        "demo",
        "a whole election on real ballots, on this machine, verified at the end",
        "comitia.cli.demonstration",
    ),
    _Command(
        "verify",
        "check an election archive, a record, or entries of it: every check, every failure",
        "comitia.cli.verifying",
        "Exit status: 0 valid and complete; 1 something failed; 3 nothing failed, but "
        "something could not be checked (an election that is still open, say); 2 unreadable, "
        "or wrong options.",
    ),
    _Command(
        "count",
        "count papers by a named counting rule, with a sheet of every figure",
        "comitia.cli.counting",
        "Exit status: 0 counted; 3 a tie is left that neither the rule, a seed nor a recorded "
        "decision decides; 2 unreadable, or wrong options.",
    ),
    _Command(
        "election",
        "hold an election by exchanging files: registrar, trustees, server, voters",
        "comitia.cli.election.commands",
    ),
    _Command(
        "record",
        "watch an organisation's record, as its witness",
        "comitia.cli.record.commands",
        "Exit status: 0 signed; 1 the history is not one that continues; 2 nothing could be read "
        "or sent, or wrong options.",
    ),
    _Command(
        "register",
        "offline tools for the register: check a founding draft",
        "comitia.cli.register",
        "Exit status: 0 it can be founded; 1 something is wrong with it; 2 unreadable, or wrong "
        "options.",
    ),
    _Command(
        "serve",
        "run the application on this machine",
        "comitia.cli.serving",
        "Exit status: 0 ended as it was told to (SIGTERM, Ctrl-C); 1 it could not start, or a "
        "worker could not; 2 wrong options, or the packages of comitia[web] are missing.",
    ),
    _Command(
        "clock",
        "show what the application holds of the clock, or confirm that it is right",
        "comitia.cli.clock",
        "Exit status: 0 entries can be made by it; 1 it leapt ahead, and they cannot; 2 wrong "
        "options.",
    ),
    _Command(
        "check",
        "look whether the application is fit, and its tables are what was recorded",
        "comitia.cli.checking",
        "Exit status: 0 all is as it should be, or nothing but warnings; 1 something is not; "
        "2 wrong options.",
    ),
    _Command(
        "backup",
        "back the application up while it runs, sealed person by person",
        "comitia.cli.backing_up",
        "Exit status: 0 it is whole; 1 nothing was written; 2 wrong options.",
    ),
    _Command(
        "restore",
        "fill an empty application from a backup, and erase again what was erased since",
        "comitia.cli.restoring",
        "Exit status: 0 restored, and all is as it should be; 1 nothing was restored, or a check "
        "fails; 2 wrong options.",
    ),
)


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program, and guesses nothing.

    command: whose options it learns as soon as it is asked to understand any.
    """

    def __init__(self, *, command: _Command | None = None, **settings: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**{**settings, "allow_abbrev": False})
        self._unlearned = command

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's own
        """Learn the command's options first."""
        if self._unlearned is not None:
            command, self._unlearned = self._unlearned, None
            command.load().add_options(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Hand over what is wrong."""
        raise _WrongOptions(self.format_usage(), message)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    parser = _Parser(
        prog="comitia",
        description="The internal democracy of a member organisation on one verifiable record.",
    )
    parser.add_argument("--version", action="version", version=f"comitia {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        own = commands.add_parser(
            command.name,
            command=command,
            help=command.summary,
            description=command.summary.capitalize() + ".",
            epilog=command.epilog,
        )
        own.set_defaults(asked=command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status. ``--help`` and ``--version`` leave by SystemExit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    terminal = Terminal()
    try:
        try:
            return _understand(words, terminal)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        discard_output()
        return NOBODY_READS
    except ImportError as error:  # a library that is missing, or that must not be used
        terminal.complain(f"comitia: {error}")
        return NOT_UNDERSTOOD
    except OSError as error:
        discard_output()
        terminal.complain(f"comitia: {sentence_of(error)}")
        return NOT_UNDERSTOOD
    except Exception as error:  # noqa: BLE001 - a traceback's status would read as a verdict
        terminal.complain(f"comitia: {sentence_of(error)}")
        return NOT_UNDERSTOOD


def _understand(words: list[str], terminal: Terminal) -> int:
    try:
        options = build_parser().parse_args(words)
    except _WrongOptions as wrong:
        if words[:1] == ["verify"] and "--json" in words:
            print_unreadable(wrong.sentence)
        else:
            terminal.complain(f"{wrong.usage}comitia: {wrong.sentence}")
        return NOT_UNDERSTOOD
    command: _Command = options.asked
    return command.load().run_command(options, terminal)
