"""A verification's report, for a person or for a program."""

from __future__ import annotations

import json
from typing import Final

from comitia.ballots.v1.model import Json
from comitia.cli.terminal import Terminal, printable
from comitia.verify import CheckResult, RankedReading, Report, Status, Verdict

_SHOWN_FAILURES: Final = 5
_ID_WIDTH: Final = 18
_WORD_WIDTH: Final = 11
_MARKS: Final = {
    Status.PASSED: ("✓", "passed", "green"),
    Status.FAILED: ("✗", "failed", "bold red"),
    Status.NOT_CHECKED: ("-", "not checked", "yellow"),
}
_VERDICTS: Final = {
    Verdict.VALID: ("VALID: every check that applies was made and holds.", "bold green"),
    Verdict.INVALID: ("INVALID: something does not hold; see above.", "bold red"),
    Verdict.INCOMPLETE: (
        "INCOMPLETE: nothing failed, but not everything could be checked.",
        "bold yellow",
    ),
}


def show_report(report: Report, terminal: Terminal, *, verbose: bool = False) -> None:
    """Print a report for a person to read."""
    if report.uuid is not None:
        terminal.say(f"Election {report.uuid}, fingerprint {report.election_hash}")
    if report.last_event.record is not None:
        terminal.say(f"Last event {report.last_event.record}, height {report.last_event.height}")
    if report.uuid is not None or report.last_event.record is not None:
        terminal.say()
    for result in report.checks:
        show_check(result, terminal, verbose=verbose)
    for warning in report.warnings:
        terminal.say(f"! {warning.id}: {printable(warning.text)}", "yellow", hang=2)
    if report.shufflers:
        owners = ", ".join(map(str, report.shufflers))
        terminal.say()
        terminal.say(f"Shuffles: {len(report.shufflers)}, said to be by trustees {owners}")
    if report.result is not None and report.uuid is not None:
        terminal.say()
        terminal.say(f"Result as recorded: {json.dumps(_for_eyes(report))}")
        for ranked in report.ranked:
            _show_ranked(ranked, terminal)
    terminal.say()
    show_verdict(report.verdict, terminal, warned=bool(report.warnings))


def show_verdict(verdict: Verdict, terminal: Terminal, *, warned: bool = False) -> None:
    """Print the last line."""
    sentence, style = _VERDICTS[verdict]
    if verdict is Verdict.VALID and warned:
        sentence, style = sentence.replace("VALID:", "VALID, with a warning:"), "bold yellow"
    terminal.say(sentence, style)


def _for_eyes(report: Report) -> Json:
    """Return the result without what single ballots say: a pattern could show whose one is."""
    ranked = {reading.place for reading in report.ranked}
    if not isinstance(report.result, list):
        return None if ranked else report.result
    return [
        f"{len(row) if isinstance(row, list) else 0} opened ballots" if place in ranked else row
        for place, row in enumerate(report.result)
    ]


def _show_ranked(ranked: RankedReading, terminal: Terminal) -> None:
    parts = [f"{number} {reading.value}" for reading, number in ranked.readings if number]
    if ranked.misencoded:
        parts.append(f"{ranked.misencoded} of them not encoded as numbers are")
    if parts:
        terminal.say(f"  question {ranked.place + 1}, for the count: {', '.join(parts)}")


def show_check(result: CheckResult, terminal: Terminal, *, verbose: bool) -> None:
    """Print what became of a check."""
    mark, word, style = _MARKS[result.status]
    count = f" ({result.count})" if verbose else ""
    line = f"{mark} {result.check.id:<{_ID_WIDTH}} {word:<{_WORD_WIDTH}} "
    terminal.say(f"{line}{result.check.title}{count}", style, hang=len(line))
    if result.reason is not None:
        terminal.say(f"    because {printable(result.reason)}")
    shown = result.failures if verbose else result.failures[:_SHOWN_FAILURES]
    for failure in shown:
        height = "" if failure.subject.height is None else f"at height {failure.subject.height}"
        record = "" if failure.subject.record is None else f" in record {failure.subject.record}"
        if height or record:
            terminal.say(f"    {height}{record}")
        terminal.say(f"      expected {printable(failure.expected)}")
        terminal.say(f"      found    {printable(failure.found)}")
    if len(shown) < len(result.failures):
        more = len(result.failures) - len(shown)
        terminal.say(f"    and {more} more; -v or --json shows all")
