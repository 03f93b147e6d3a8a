"""``comitia count``: papers in, a count sheet out, by a counting rule that has a name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from comitia.cli.counting.asking import options_of
from comitia.cli.counting.papers import load_papers
from comitia.cli.counting.telling import list_rules, tell_sheet
from comitia.cli.counting.writing import write_outputs
from comitia.cli.terminal import Terminal
from comitia.counting.count import run as count_papers
from comitia.counting.rules import RULES
from comitia.errors import MalformedRecord

DONE: Final = 0
UNDECIDED: Final = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``count`` understands."""
    parser.add_argument("rule", metavar="RULE", nargs="?", help="a counting rule, by its name")
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        type=Path,
        help="the papers: BLT, council CSV, PrefLib, ABIF, a Debian tally, or an election archive",
    )
    parser.add_argument("--list-rules", action="store_true", help="say which rules there are")
    parser.add_argument("--seats", metavar="N", help="how many are to be elected")
    parser.add_argument(
        "--question", metavar="N", help="of an archive with several questions, which one"
    )
    _add_ties(parser)
    _add_debian(parser)
    _add_outputs(parser)


def _add_ties(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--seed", metavar="S", help="decide lots by this text, committed to before the count"
    )
    parser.add_argument(
        "--decide", metavar="FILE", type=Path, help="decide ties as a person has recorded"
    )
    parser.add_argument(
        "--constraints",
        metavar="FILE",
        type=Path,
        help="at most, or at least, so many of a group, where the rule allows it",
    )


def _add_debian(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--default", metavar="N", help="debian: the option that stands for none of the others"
    )
    parser.add_argument(
        "--quorum", metavar="DECIMAL", help="debian: the votes that an option needs over it"
    )
    parser.add_argument(
        "--ratio",
        metavar="N=R",
        action="append",
        default=[],
        help="debian: option N needs R to 1 against it (repeatable; else 1)",
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print the sheet as one JSON object")
    printed.add_argument("--csv", action="store_true", help="print the table of the sheet as CSV")
    for name, what in (
        ("html", "the sheet as a page"),
        ("pdf", "the sheet for the notice board"),
        ("rctab", "the sheet as an RCTab summary (JSON)"),
        ("blt", "the papers as BLT"),
        ("preflib", "the papers as PrefLib"),
        ("abif", "the papers as ABIF"),
    ):
        parser.add_argument(f"--{name}", metavar="FILE", type=Path, help=f"write {what}")


def run_command(asked: argparse.Namespace, terminal: Terminal) -> int:
    """Count and show; return 0, or 3 where a tie is not decided."""
    if asked.list_rules:
        list_rules(terminal)
        return DONE
    if asked.rule is None or asked.file is None:
        raise MalformedRecord("count", "expected RULE FILE, or --list-rules")
    rule = RULES.get(asked.rule)
    if rule is None:
        known = ", ".join(sorted(RULES))
        raise MalformedRecord("RULE", f"no counting rule is called {asked.rule!r} (known: {known})")
    profile = load_papers(asked.file, rule, asked.question, terminal)
    sheet = count_papers(rule, profile, options_of(asked, rule, profile))
    write_outputs(asked, profile, sheet, rule)
    if not (asked.json or asked.csv):
        tell_sheet(sheet, rule, terminal)
    return DONE if sheet.decided else UNDECIDED
