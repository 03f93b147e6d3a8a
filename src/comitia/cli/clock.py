"""``comitia clock``: what the application has seen of the clock, and that it is right."""

from __future__ import annotations

import argparse

from comitia.cli.application import FAILED, add_data_option, ask_application
from comitia.cli.terminal import Terminal


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``clock`` understands."""
    add_data_option(parser)
    parser.add_argument(
        "--confirm",
        action="store_true",
        help="the clock is right, and entries may be made again: compare it with another one first",
    )


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Show the clock, and confirm it if asked; return 1 where nothing can be entered by it."""
    return ask_application(lambda: _clock(options, terminal), terminal)


def _clock(options: argparse.Namespace, terminal: Terminal) -> int:
    from comitia.web.project.clocks import look_at_clock  # noqa: PLC0415 - an auditor has no Django

    seen = look_at_clock(options.data, confirm=options.confirm)
    terminal.say(f"It is {seen.now:%Y-%m-%d %H:%M:%S} UTC by the clock of this machine.")
    if seen.has_leapt:
        terminal.say("It leapt ahead, and nothing is entered. Set it right, or use --confirm.")
        return FAILED
    terminal.say("It is taken as right." if options.confirm else "Nothing is known against it.")
    return 0
