"""``comitia serve``: the application on this machine. Nothing else of the command needs Django."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from comitia.cli import NOT_UNDERSTOOD
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import ComitiaError

FAILED: Final = 1
LARGEST_PORT: Final = 65_535


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``serve`` understands."""
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="keep database, key and files in this folder"
    )
    parser.add_argument(
        "--port", metavar="N", type=_parse_port, default=8000, help="listen there (8000)"
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="let other machines in (127.0.0.1)"
    )
    parser.add_argument(
        "--story", action="store_true", help="load an organisation with a past, to look at"
    )


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run the application until it is told to end; it leaves by SystemExit."""
    try:
        from comitia.web.project.serving import serve  # noqa: PLC0415 - an auditor has no Django
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        terminal.complain(
            f"comitia: the application needs the package {package}: "
            "pip install comitia[web] installs all that it needs"
        )
        return NOT_UNDERSTOOD
    try:
        serve(options.data, options.host, options.port, terminal.complain, story=options.story)
    except (ComitiaError, OSError) as error:
        terminal.complain(f"comitia: {sentence_of(error)}")
        return FAILED


def _parse_port(text: str) -> int:
    short = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_PORT))
    if not short or int(text) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to {LARGEST_PORT})")
    return int(text)
