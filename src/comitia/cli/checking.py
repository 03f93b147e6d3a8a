"""``comitia check``: whether an installation is fit, and its tables are what was recorded."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from comitia.cli.application import FAILED, add_data_option, ask_application
from comitia.cli.terminal import Terminal, print_json, printable

if TYPE_CHECKING:
    from comitia.web.project.checking.findings import Checked


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``check`` understands."""
    add_data_option(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_command(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check, and tell every finding; return 1 where there is any that is no warning."""
    return ask_application(lambda: _check(options, terminal), terminal)


def _check(options: argparse.Namespace, terminal: Terminal) -> int:
    from comitia.web.project.checking.running import check  # noqa: PLC0415 - an auditor has no Django

    with terminal.progress("folding entries") as advance:
        checked = check(options.data, advance)
    show = _print if options.json else show_checked
    return show(checked, terminal)


def _print(checked: tuple[Checked, ...], _terminal: Terminal) -> int:
    failed = any(one.has_failed for one in checked)
    verdict = "failed" if failed else "passed"
    print_json({"verdict": verdict, "checks": [one.to_json() for one in checked]})
    return FAILED if failed else 0


def show_checked(checked: tuple[Checked, ...], terminal: Terminal) -> int:
    """Print what was checked for a person to read; return the exit status."""
    for one in checked:
        mark, style = ("✗", "bold red") if one.has_failed else ("✓", "green")
        terminal.say(f"{mark} {one.id:<12} {one.title}", style)
        for finding in one.findings:
            mark = "!" if finding.is_warning else "✗"
            terminal.say(f"    {mark} {finding.id}: {printable(finding.text)}", hang=6)
    failed = any(one.has_failed for one in checked)
    terminal.say()
    sentence = "Something is not as it should be." if failed else "Everything is as it should be."
    terminal.say(sentence, "bold red" if failed else "bold green")
    return FAILED if failed else 0
