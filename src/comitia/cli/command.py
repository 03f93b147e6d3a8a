"""The command line itself: what it understands, and what every part of it has in common.

Exit statuses are ``verify``'s contract for all: 0 done and right, 1 something failed, 2 not
understood or not readable, 3 not everything could be checked. A failure is one sentence; a
traceback is a defect.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from comitia import __version__
from comitia.cli import (
    INTERRUPTED,
    NOT_UNDERSTOOD,
    counting,
    demonstration,
    election,
    reporting,
    verifying,
)
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal, discard_output

NOBODY_READS: Final = 141
"""What a shell reports for a program that SIGPIPE ends: no status of a verification."""


class _WrongOptions(Exception):  # noqa: N818 - an event of parsing, not an error that travels
    """What argparse has to say about the command line, and in whose name."""

    def __init__(self, usage: str, sentence: str) -> None:
        super().__init__(sentence)
        self.usage = usage
        self.sentence = sentence


class _Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program, and guesses nothing."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**{**settings, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        """Hand over what is wrong."""
        raise _WrongOptions(self.format_usage(), message)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command; the documentation's test reads its help."""
    parser = _Parser(
        prog="comitia",
        description="The internal democracy of a member organisation on one verifiable record.",
    )
    parser.add_argument("--version", action="version", version=f"comitia {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_demo(commands)
    _add_verify(commands)
    _add_count(commands)
    _add_election(commands)
    return parser


def _add_demo(commands: argparse._SubParsersAction[_Parser]) -> None:
    summary = "a whole election on real ballots, on this machine, verified at the end"
    parser = commands.add_parser("demo", help=summary, description=summary.capitalize() + ".")
    parser.add_argument(
        "--ballots",
        metavar="FILE",
        type=Path,
        help="take the papers of this file (council CSV or BLT) instead",
    )
    parser.add_argument("--fast", action="store_true", help="take every tenth ballot only")


def _add_verify(commands: argparse._SubParsersAction[_Parser]) -> None:
    summary = "check an election archive: every check, every failure, nothing believed"
    parser = commands.add_parser(
        "verify",
        help=summary,
        description=summary.capitalize() + ".",
        epilog=(
            "Exit status: 0 valid and complete; 1 something failed; 3 nothing failed, but "
            "something could not be checked (an election that is still open, say); 2 unreadable, "
            "or wrong options."
        ),
    )
    parser.add_argument(
        "place", metavar="PATH|URL", help="the archive, its folder, or its address on the web"
    )
    parser.add_argument(
        "--since",
        metavar="OLD",
        help="an earlier copy of the archive, which this one must continue",
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


def _add_count(commands: argparse._SubParsersAction[_Parser]) -> None:
    summary = "count papers by a named counting rule, with a sheet of every figure"
    parser = commands.add_parser(
        "count",
        help=summary,
        description=summary.capitalize() + ".",
        epilog=(
            "Exit status: 0 counted; 3 a tie is left that neither the rule, a seed nor a recorded "
            "decision decides; 2 unreadable, or wrong options."
        ),
    )
    counting.add_options(parser)


def _add_election(commands: argparse._SubParsersAction[_Parser]) -> None:
    summary = "hold an election by exchanging files: registrar, trustees, server, voters"
    parser = commands.add_parser("election", help=summary, description=summary.capitalize() + ".")
    election.add_commands(parser.add_subparsers(metavar="COMMAND", required=True))


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:5]) >= 1 and len(text) < len("10000")):
        raise argparse.ArgumentTypeError("expected a whole number from 1 to 9999")
    return int(text)


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
            reporting.print_unreadable(wrong.sentence)
        else:
            terminal.complain(f"{wrong.usage}comitia: {wrong.sentence}")
        return NOT_UNDERSTOOD
    return _run(options, terminal)


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.command == "demo":
        return demonstration.run(options.ballots, fast=options.fast, terminal=terminal)
    if options.command == "election":
        return election.run(options, terminal)
    if options.command == "count":
        return counting.run(options, terminal)
    request = verifying.Request(
        options.place,
        options.since,
        options.json,
        options.jobs,
        options.verbose,
        options.min_shuffles,
    )
    return verifying.run(request, terminal)
