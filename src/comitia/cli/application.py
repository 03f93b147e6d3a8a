"""What the commands of an operator have in common: they ask the application, lazily."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from comitia.cli import NOT_UNDERSTOOD
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.errors import ComitiaError

FAILED: Final = 1


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which installation is meant."""
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="the data folder (as COMITIA_DATA says)"
    )


def ask_application(work: Callable[[], int], terminal: Terminal) -> int:
    """Do what needs the application's packages; return the exit status.

    A failure is one sentence and status 1; a package that is missing is said with what to do.
    """
    try:
        return work()
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        terminal.complain(
            f"comitia: the application needs the package {package}: "
            "pip install comitia[web] installs all that it needs"
        )
        return NOT_UNDERSTOOD
    except (ComitiaError, OSError) as error:
        terminal.complain(f"comitia: {sentence_of(error)}")
        return FAILED
