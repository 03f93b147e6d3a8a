"""``comitia demo``: a whole election on real ballots, on this machine, told step by step."""

from __future__ import annotations

import argparse
from pathlib import Path

from comitia.cli.demonstration.story import run
from comitia.cli.terminal import Terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``demo`` understands."""
    parser.add_argument(
        "--ballots",
        metavar="FILE",
        type=Path,
        help="take the papers of this file (council CSV or BLT) instead",
    )
    parser.add_argument("--fast", action="store_true", help="take every tenth ballot only")


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Do what was asked for on the command line; return the exit status."""
    return run(options.ballots, fast=options.fast, terminal=terminal)


__all__ = ["add_options", "run", "run_command"]
